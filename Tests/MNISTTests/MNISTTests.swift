import Files
import MNIST
import Testing

/// The package's directory.
let package = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

@Suite struct ShippedTestSetTests {
  @Test func isMNISTsTestSet() throws {
    let images = try MNIST.load(.test, from: "\(package)/share/mnist")
    #expect(images.count == 10_000)
    #expect(
      images.sources.map(\.name) == ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"])
    let imagesHeader: [UInt8] = [0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28]
    let labelsHeader: [UInt8] = [0, 0, 8, 1, 0, 0, 0x27, 0x10]
    #expect(
      hexadecimal(Digest.md5(imagesHeader + images.pixels)) == "2646ac647ad5339dbf082846283269ea")
    #expect(
      hexadecimal(Digest.md5(labelsHeader + images.labels)) == "27ae3e4e09519cfbb04c329615203637")
  }
}
