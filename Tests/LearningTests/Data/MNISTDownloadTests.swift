import TestSupport
import Testing

@testable import Learning
@testable import Support

private let shipped = "\(packageDirectory)/share/mnist"

private func response(_ status: String, _ headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
  let lines = ["HTTP/1.1 \(status)", "Connection: close"] + headers + ["", ""]
  return Array(lines.joined(separator: "\r\n").utf8) + body
}

/// Answers with the files of the shipped test set.
private func serveShipped(_ path: String) -> LocalServer.Answer {
  guard let bytes = contents(of: shipped + path) else { return .text(response("404 Not Found")) }
  return .text(response("200 OK", ["Content-Length: \(bytes.count)"], body: bytes))
}

@Suite struct MNISTDownloadTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func place(_ file: MNIST.File) -> String { scratch("MNIST/raw/\(file.name).gz") }

  private var images: MNIST.File { DataSet.Subset.test.images }
  private var labels: MNIST.File { DataSet.Subset.test.labels }

  /// Fetches the test set.
  ///
  /// - Returns: what happened, without the bytes that arrive.
  @discardableResult
  private func fetch(from mirrors: String...) throws(FileError) -> [MNISTDownload.Event] {
    var events: [MNISTDownload.Event] = []
    try MNISTDownload(mirrors: mirrors, connectTimeout: 1, stallTimeout: 1)
      .fetch([.test], into: scratch.path) {
        if case .receiving = $0 {} else { events.append($0) }
        return true
      }
    return events
  }

  /// The reason for which fetching fails.
  private func reasonOfFailure(from mirrors: String...) throws -> String {
    do throws(FileError) {
      try MNISTDownload(mirrors: mirrors, connectTimeout: 1, stallTimeout: 1)
        .fetch([.test], into: scratch.path)
      return "none"
    } catch {
      #expect(error.path == place(images))
      #expect(contents(of: place(images)) == nil)
      return error.reason
    }
  }

  @Test func fetchesTheMirrorsInOrder() {
    #expect(
      MNISTDownload.mirrors == [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
      ])
  }

  @Test func fetchesWhatIsMissing() throws {
    let server = try LocalServer(serveShipped)
    #expect(
      try fetch(from: server.url)
        == [.saved(path: place(images)), .saved(path: place(labels))])
    #expect(try DataSet.load(.test, from: scratch.path).count == 10_000)
    #expect(
      try fetch(from: "http://127.0.0.1:1/")
        == [.isPresent(path: place(images)), .isPresent(path: place(labels))])
  }

  @Test func fetchesTheWritersFromWhereTheyAre() throws {
    #expect(
      MNISTDownload.writersMirrors
        == ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"])
    var names: [String] = []
    let server = try LocalServer { path in
      path.contains("qmnist") ? .text(response("200 OK", body: [1, 2, 3])) : serveShipped(path)
    }
    let place = scratch("MNIST/raw/qmnist-test-labels-idx2-int.gz")
    do throws(FileError) {
      try MNISTDownload(mirrors: [server.url]).fetch(
        [.test], withWriters: true, into: scratch.path
      ) { event in
        if case .receiving(let name, _, 526_800) = event { names.append(name) }
        return true
      }
      Issue.record("three bytes are no file of writers")
    } catch {
      #expect(error.path == place)
      #expect(error.reason.hasPrefix("cannot be fetched: \(server.url): 3 bytes with SHA-256"))
      #expect(error.reason.hasSuffix("expected 526800 with \(MNIST.writers.compressedSHA256)"))
    }
    #expect(names.contains("qmnist-test-labels-idx2-int"))
    #expect(contents(of: place) == nil && contents(of: self.place(labels)) != nil)
  }

  @Test func reportsProgress() throws {
    var counts: [Int] = []
    try MNISTDownload(mirrors: ["file://\(shipped)/"]).fetch([.test], into: scratch.path) {
      if case .receiving(images.name, let count, images.compressedCount) = $0 {
        counts.append(count)
      }
      return true
    }
    #expect(counts == counts.sorted())
    #expect(counts.last == images.compressedCount)
  }

  @Test func takesTheNextMirrorWhenOneFails() throws {
    let server = try LocalServer(serveShipped)
    let events = try fetch(from: "\(server.url)nowhere/", server.url)
    #expect(
      events[0]
        == .mirrorFailed("\(server.url)nowhere/: The requested URL returned error: 404"))
    #expect(events[1] == .saved(path: place(images)))
  }

  @Test func replacesADamagedFileOfItsOwn() throws {
    try FileSystem.createDirectory(scratch("MNIST/raw"))
    try scratch.write("MNIST/raw/\(images.name).gz", [1, 2, 3])
    try fetch(from: "file://\(shipped)/")
    #expect(try DataSet.load(.test, from: scratch.path).count == 10_000)
  }

  @Test func acceptsFilesThatAreThereInAnotherForm() throws {
    let plain = try DataSet.load(.test, from: shipped)
    let bytes = idx(.labels, 10_000, plain.labels)
    try scratch.write(labels.name, bytes)
    try FileSystem.createDirectory(scratch("raw"))
    try scratch.write("raw/\(images.name).gz", gzip(idx(.images, 10_000, plain.pixels[0..<10_000])))
    #expect(
      try fetch(from: "http://127.0.0.1:1/") == [
        .isPresent(path: scratch("raw/\(images.name).gz")), .isPresent(path: scratch(labels.name)),
      ])
  }

  @Test func fetchesInPlaceOfAnotherDataSetFurtherOut() throws {
    try scratch.write(images.name, idx(.images, 1, Array(repeating: 0, count: 784)))
    try fetch(from: "file://\(shipped)/")
    #expect(try DataSet.load(.test, from: scratch.path).count == 10_000)
  }

  @Test func namesADamagedFileThatWouldHideTheRightOne() throws {
    try FileSystem.createDirectory(scratch("MNIST/raw"))
    let path = try scratch.write("MNIST/raw/\(images.name)", [1, 2, 3])
    #expect(
      throws: FileError(
        path, "is not MNIST's t10k-images-idx3-ubyte; remove it to have the right one fetched")
    ) {
      try fetch(from: "file://\(shipped)/")
    }
  }

  @Test func refusesAWrongCheckSum() throws {
    let bytes = [UInt8](repeating: 7, count: 100)
    let server = try LocalServer { _ in
      .text(response("200 OK", ["Content-Length: 100"], body: bytes))
    }
    let sha256 = hexadecimal(Digest.sha256(bytes))
    #expect(
      try reasonOfFailure(from: server.url)
        == "cannot be fetched (`make data` knows one more way): \(server.url): 100 bytes with"
        + " SHA-256 \(sha256), expected 1648877 with \(images.compressedSHA256)")
  }

  @Test func refusesMoreThanIsExpected() throws {
    let server = try LocalServer { _ in
      .text(response("200 OK", body: Array(repeating: 7, count: 2_000_000)))
    }
    #expect(
      try reasonOfFailure(from: server.url).hasSuffix(
        "\(server.url): sends more than the 1648877 bytes expected"))
  }

  @Test func refusesWhatEndsTooEarly() throws {
    let server = try LocalServer { _ in
      .text(response("200 OK", ["Content-Length: 1648877"], body: [1, 2, 3]))
    }
    #expect(try reasonOfFailure(from: server.url).contains("transfer closed"))
  }

  @Test(arguments: [[], response("200 OK", ["Content-Length: 1648877"], body: [1, 2, 3])])
  func givesUpOnAServerThatStalls(beginning: [UInt8]) throws {
    let server = try LocalServer { _ in .stall(beginning) }
    #expect(try reasonOfFailure(from: server.url).contains("Operation too slow"))
  }

  @Test func followsARedirectionButNotToAnotherProtocol() throws {
    let server = try LocalServer { path in
      path.hasPrefix("/moved")
        ? .text(response("302 Found", ["Location: \(path.dropFirst("/moved".count))"]))
        : path.hasPrefix("/local")
          ? .text(
            response(
              "302 Found", ["Location: file://\(shipped)\(path.dropFirst("/local".count))"]))
          : serveShipped(path)
    }
    #expect(try reasonOfFailure(from: "\(server.url)local/").contains("file"))
    #expect(try fetch(from: "\(server.url)moved/").count == 2)
  }

  @Test func givesUpAfterManyRedirections() throws {
    let server = try LocalServer { .text(response("302 Found", ["Location: \($0)"])) }
    #expect(try reasonOfFailure(from: server.url).contains("redirects"))
  }

  @Test func tellsEveryMirrorsTrouble() throws {
    let server = try LocalServer { _ in .text(response("503 Service Unavailable")) }
    let reason = try reasonOfFailure(from: server.url, "http://127.0.0.1:1/")
    #expect(reason.contains("\(server.url): The requested URL returned error: 503; "))
    #expect(reason.contains("; http://127.0.0.1:1/: Failed to connect"))
  }

  @Test func stopsWhenItIsToldTo() throws {
    let server = try LocalServer { _ in .stall([]) }
    #expect(throws: FileError(place(images), "fetching was interrupted")) {
      try MNISTDownload(mirrors: [server.url]).fetch([.test], into: scratch.path) { _ in false }
    }
    #expect(contents(of: place(images)) == nil)
  }

  @Test func saysThatItCannotSaveBeforeItFetches() throws {
    try scratch.write("MNIST", [])
    #expect(throws: FileError(scratch("MNIST"), "expected a directory, found a file")) {
      try fetch(from: "http://127.0.0.1:1/")
    }
  }
}
