import Glibc
package import StyleNet
package import Support

/// How many images one piece of work takes. Fixed, so that nothing depends on the number of
/// threads.
let imagesPerPiece = 125

/// What an encoder said of N images.
package struct Encodings: Sendable {
  /// S.
  package let styleSize: Int
  /// N x 10.
  let logits: [Float]
  /// N x 10, the softmax of the logits.
  package let probabilities: [Float]
  /// N x S.
  package let styles: [Float]
  /// N digits, the largest logit of each image (the first of equals).
  package let predictions: [UInt8]

  /// N.
  package var count: Int { predictions.count }

  /// Encodes N images.
  ///
  /// - Parameter pixels: N x 28 x 28 bytes; 0 is background, 255 ink.
  /// - Throws: `EvaluationError` naming the first image for which a logit or a style component is
  ///   not finite.
  package init(encoder: Encoder, pixels: [UInt8], workers: Workers) throws(EvaluationError) {
    let classes = Model.classes
    let styleSize = encoder.styleSize
    let width = classes + styleSize
    let count = pixels.count / Model.pixels
    precondition(pixels.count == count * Model.pixels)

    let chunks = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { chunk in
      let images = chunk * imagesPerPiece..<min((chunk + 1) * imagesPerPiece, count)
      return [Float](unsafeUninitializedCapacity: images.count * width) { outputs, initialized in
        pixels.withUnsafeBufferPointer { pixels in
          let range = images.lowerBound * Model.pixels..<images.upperBound * Model.pixels
          encoder.encode(
            UnsafeBufferPointer(rebasing: pixels[range]),
            into: UnsafeMutableBufferPointer(rebasing: outputs[..<(images.count * width)]))
        }
        initialized = images.count * width
      }
    }

    var logits: [Float] = []
    var probabilities: [Float] = []
    var styles: [Float] = []
    var predictions: [UInt8] = []
    logits.reserveCapacity(count * classes)
    probabilities.reserveCapacity(count * classes)
    styles.reserveCapacity(count * styleSize)
    predictions.reserveCapacity(count)
    for (chunk, outputs) in chunks.enumerated() {
      for start in stride(from: 0, to: outputs.count, by: width) {
        let output = outputs[start..<start + width]
        if let odd = output.first(where: { !$0.isFinite }) {
          let image = chunk * imagesPerPiece + start / width
          throw EvaluationError("the encoder's output for image \(image) is \(odd), not finite")
        }
        let imageLogits = output.prefix(classes)
        let largest = imageLogits.max() ?? 0
        logits += imageLogits
        styles += output.dropFirst(classes)
        predictions.append(UInt8((imageLogits.firstIndex(of: largest) ?? start) - start))
        let exponentials = imageLogits.map { exp(Double($0) - Double(largest)) }
        let sum = exponentials.reduce(0, +)
        probabilities += exponentials.lazy.map { Float($0 / sum) }
      }
    }
    self.styleSize = styleSize
    self.logits = logits
    self.probabilities = probabilities
    self.styles = styles
    self.predictions = predictions
  }

  /// The style vector of an image, S numbers.
  package func style(of image: Int) -> ArraySlice<Float> {
    styles[image * styleSize..<(image + 1) * styleSize]
  }

  /// The ten class probabilities of an image.
  package func probabilities(of image: Int) -> ArraySlice<Float> {
    probabilities[image * Model.classes..<(image + 1) * Model.classes]
  }

  /// What the decoder is given to draw an image again: class probabilities, then the style.
  package func code(of image: Int) -> [Float] {
    Array(probabilities(of: image) + style(of: image))
  }
}
