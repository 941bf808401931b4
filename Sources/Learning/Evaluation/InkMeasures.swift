import Glibc
import StyleNet
package import Support

/// What is measured of the ink of an image, whatever a model makes of it.
///
/// Source: D. Castro, J. Tan, B. Kainz, E. Konukoglu and B. Glocker, Morpho-MNIST: quantitative
/// assessment and diagnostics for representation learning, Journal of Machine Learning Research 20,
/// 2019.
package enum InkMeasure: String, CaseIterable, Encodable, Sendable {
  /// The mean pixel, from 0 (paper) to 1 (ink).
  case ink
  /// Twice the mean distance to paper along the skeleton, in pixels.
  case thickness
  /// By how many degrees the ink leans to the right.
  case slant
  /// Of the ink when its slant is taken out, in pixels.
  case width
  case height
  /// Of the skeleton, in pixels.
  case strokeLength
  /// Pieces of paper that ink encloses.
  case loops

  /// What it is called within a sentence.
  package var word: String { self == .strokeLength ? "stroke length" : rawValue }
}

/// The ink of some images, measured.
package struct InkMeasures: Sendable {
  /// How many images are measured at most: enough to know a rank correlation to 0.02.
  static let most = 2000

  /// The images that are measured, in ascending order.
  package let images: [Int]
  /// For each measure, in the order of its cases, a number for each of these images.
  let values: [[Double]]

  /// Measures all of N images or, of more than `most`, a random part that is the same for any seed
  /// of a report.
  ///
  /// The result does not depend on the number of threads.
  package init(_ pixels: Pixels, most: Int = most, workers: Workers) {
    var generator = Xoshiro256(seed: 0)
    let images = generator.permutation(of: pixels.count).prefix(most).sorted()
    let pieces = workers.map((images.count + imagesPerPiece - 1) / imagesPerPiece) { piece in
      let places = piece * imagesPerPiece..<min((piece + 1) * imagesPerPiece, images.count)
      let bytes = pixels[images[places]]
      return places.indices.map { place in
        let start = (place - places.lowerBound) * Model.pixels
        return Self.ink(of: bytes[start..<start + Model.pixels])
      }
    }
    self.images = images
    values = InkMeasure.allCases.indices.map { measure in
      pieces.joined().map { $0[measure] }
    }
  }

  /// The measures of one image, in the order of the cases. An image without ink has 0 of all.
  static func ink(of pixels: ArraySlice<UInt8>) -> [Double] {
    let moments = InkMoments(pixels)
    let fine = FineInk(pixels)
    let skeleton = fine.skeleton
    let extent = fine.extent(shear: moments.shear)
    return InkMeasure.allCases.map { measure in
      switch measure {
      case .ink: moments.mean / 255
      case .thickness: 2 * fine.meanDistanceToPaper(along: skeleton)
      // Rows are counted downwards.
      case .slant: atan(-moments.shear) * 180 / .pi
      case .width: extent.width
      case .height: extent.height
      case .strokeLength: skeleton.lineLength
      case .loops: Double(fine.loops)
      }
    }
  }
}

/// The moments of the ink of an image: the mean pixel and how much the ink leans.
private struct InkMoments {
  let mean: Double
  /// mu11 / mu02: by how many pixels the ink goes to the right in each row further down; 0 if it is
  /// all in one row.
  let shear: Double

  init(_ pixels: ArraySlice<UInt8>) {
    // Whole numbers, so that nothing is rounded before the end.
    var (sum, x, y, xy, yy) = (0, 0, 0, 0, 0)
    for (place, value) in pixels.enumerated() where value > 0 {
      let (row, column) = place.quotientAndRemainder(dividingBy: Model.side)
      let weight = Int(value)
      sum += weight
      x += weight * column
      y += weight * row
      xy += weight * column * row
      yy += weight * row * row
    }
    mean = Double(sum) / Double(Model.pixels)
    let vertical = sum * yy - y * y
    shear = vertical == 0 ? 0 : Double(sum * xy - x * y) / Double(vertical)
  }
}
