import ArgumentParser
import Glibc
import Learning
import StyleNet
import Support

/// The `--ckpt` flag of commands that ask one model.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .customLong("ckpt"),
    help: ArgumentHelp(
      "The checkpoint to ask: a directory, or a safetensors file of encoder and decoder.",
      discussion: "Without it ./pt-aae, or else the one that comes with the program.",
      valueName: "dir"),
    completion: .directory)
  var directory: String?

  func validate() throws {
    try requireName(directory, "--ckpt")
  }

  /// Reads the checkpoint and makes its networks.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it.
  func load() throws(FileError) -> Model {
    let (path, checkpoint) = try checkpoint()
    return Model(path: path, checkpoint: checkpoint)
  }

  /// Reads the checkpoint.
  ///
  /// - Throws: `FileError` naming the file and what is wrong with it.
  func checkpoint() throws(FileError) -> (path: String, checkpoint: Checkpoint) {
    let own = DefaultCheckpoints.own
    let shipped = FileSystem.join(try SharedResources.locate().checkpoints, own)
    let path = directory ?? (DefaultCheckpoints.hasOwn ? own : shipped)
    if directory == nil && Console.isWatched { Console.note("Asking \(printable(path))\n") }
    let checkpoint = try Checkpoint.load(from: path)
    checkpoint.tellNotes()
    return (path, checkpoint)
  }

  /// A checkpoint and its networks.
  struct Model {
    /// Where it is, for messages.
    let path: String
    let styleSize: Int
    /// The distribution that its styles were trained to follow.
    let prior: NormalDistribution
    let classNames: ClassNames
    private let encoder: Encoder
    private let decoder: Decoder

    init(path: String, checkpoint: Checkpoint) {
      self.path = path
      styleSize = checkpoint.styleSize
      prior = checkpoint.prior
      classNames = checkpoint.classNames
      encoder = Encoder(styleSize: checkpoint.styleSize, parameters: checkpoint.encoder)
      decoder = Decoder(styleSize: checkpoint.styleSize, parameters: checkpoint.decoder)
    }

    /// Encodes N images of 28 x 28 bytes; 0 is background, 255 ink.
    ///
    /// - Throws: `FileError` if what the network says is not finite.
    func encode(_ pixels: [UInt8]) throws(FileError) -> Encodings {
      do throws(LearningError) {
        return try Encodings(encoder: encoder, pixels: Pixels(pixels), workers: Workers(threads: 1))
      } catch {
        throw FileError(path, error.description)
      }
    }

    /// Draws N codes of K+S numbers as grey images of 28 x 28 bytes.
    ///
    /// - Throws: `FileError` if what the network draws is not finite.
    func decode(_ codes: [Float]) throws(FileError) -> [UInt8] {
      do throws(LearningError) {
        return try decoder.greyImages(codes: codes, workers: Workers(threads: 1))
      } catch {
        throw FileError(path, error.description)
      }
    }

    /// Makes sure that a style vector is as long as the model's.
    ///
    /// - Throws: `ValidationError` if it is not.
    func require(_ style: StyleVector) throws {
      guard style.components.count == styleSize else {
        throw ValidationError(
          "the style \(style) has \(style.components.count) components, but those of"
            + " \(printable(path)) have \(styleSize)")
      }
    }
  }
}

extension Checkpoint {
  /// Says on a terminal what was overlooked to read it.
  func tellNotes() {
    if Console.isWatched { for note in notes { Console.note("\(printable(note))\n") } }
  }
}

/// The checkpoints that commands turn to when none is named.
enum DefaultCheckpoints {
  /// What `train-aae` writes in the working directory, if it has been run there.
  static let own = "pt-aae"
  /// Whether there is one: a directory that a trainer has not yet saved a model in does not count.
  static var hasOwn: Bool { Checkpoint.isPresent(in: own) }
  /// Those that come with the program.
  static let shipped = ["pt-sae", "pt-aae"]
}

/// What checkpoints are called: their directories' names, or their paths where names are the same.
func checkpointNames(_ paths: [String]) -> [String] {
  let names = paths.map { path in
    lastComponent(path) ?? resolvedPath(path).flatMap(lastComponent) ?? path
  }
  return zip(names, paths).map { name, path in
    readable(names.count { $0 == name } > 1 ? path : name)
  }
}

/// The last name in a path; nil if that is none, or `.` or `..`.
private func lastComponent(_ path: String) -> String? {
  let name = path.utf8.split(separator: UInt8(ascii: "/")).last.map(String.init) ?? nil
  return name == "." || name == ".." ? nil : name
}

/// The path without links, `.` and `..`; nil if nothing is there.
private func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(cString(path), nil) else { return nil }
  defer { free(resolved) }
  return String(system: resolved)
}
