import Glibc
package import StyleNet
package import Support

/// How many images one piece of work takes. Fixed, so that nothing depends on the number of
/// threads.
let imagesPerPiece = 125

/// What an encoder said of N images.
package struct Encodings: Sendable {
  /// S.
  let styleSize: Int
  /// N x 10.
  let logits: [Float]
  /// N x 10, the softmax of the logits.
  let probabilities: [Float]
  /// N x S.
  package let styles: [Float]
  /// N digits, the largest logit of each image (the first of equals).
  package let predictions: [UInt8]

  /// N.
  var count: Int { predictions.count }
}

package extension Encodings {
  /// Encodes N images.
  ///
  /// - Throws: `LearningError` naming the first image for which a logit or a style component is
  ///   not finite.
  init(encoder: Encoder, pixels: Pixels, workers: Workers) throws(LearningError) {
    let classes = Model.classes
    let styleSize = encoder.styleSize
    let width = classes + styleSize
    let count = pixels.count

    let pieces = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { piece in
      let images = piece * imagesPerPiece..<min((piece + 1) * imagesPerPiece, count)
      return [Float](unsafeUninitializedCapacity: images.count * width) { outputs, initialized in
        pixels[images].withUnsafeBufferPointer { pixels in
          encoder.encode(
            pixels, into: UnsafeMutableBufferPointer(rebasing: outputs[..<(images.count * width)]))
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
    for (piece, outputs) in pieces.enumerated() {
      for start in stride(from: 0, to: outputs.count, by: width) {
        let output = outputs[start..<start + width]
        if let odd = output.first(where: { !$0.isFinite }) {
          let image = piece * imagesPerPiece + start / width
          throw LearningError("the encoder's output for image \(image) is \(odd), not finite")
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

  /// One style feature of all images, N numbers.
  func values(of feature: Int) -> [Float] {
    stride(from: feature, to: styles.count, by: styleSize).map { styles[$0] }
  }

  /// The style vector of an image, S numbers.
  func style(of image: Int) -> ArraySlice<Float> {
    styles[image * styleSize..<(image + 1) * styleSize]
  }

  /// The logits and the style vector of some images, 10 + S numbers each. Those of one predicted digit
  /// stand together, so that a search for near ones which begins at their own place soon finds them.
  internal func features(of images: some Sequence<Int>) -> [Double] {
    images.sorted { (predictions[$0], $0) < (predictions[$1], $1) }.flatMap { image in
      let logits = logits[image * Model.classes..<(image + 1) * Model.classes]
      return (logits + style(of: image)).map(Double.init)
    }
  }

  /// The ten class probabilities of an image.
  func probabilities(of image: Int) -> [Float] {
    Array(probabilities[image * Model.classes..<(image + 1) * Model.classes])
  }

  /// What the decoder is given to draw an image again: class probabilities, then the style.
  func code(of image: Int) -> [Float] {
    probabilities(of: image) + style(of: image)
  }
}

// MARK: Decoding

/// What the decoder is given to draw a digit in a style: 1 for the digit and 0 for the others, then
/// the style vector.
package func code(digit: Int, style: some Sequence<Float>) -> [Float] {
  precondition((0..<Model.classes).contains(digit))
  return (0..<Model.classes).map { $0 == digit ? 1 : 0 } + style
}

extension Decoder {
  /// Draws N codes as grey images.
  ///
  /// - Parameter codes: N x (K+S) numbers: class probabilities, then the style vector.
  /// - Returns: N x 28 x 28 bytes; 0 is background, 255 ink: the output clamped to [-1, 1] and
  ///   rounded to the nearest of 256 levels.
  /// - Throws: `LearningError` if an output is not finite.
  package func greyImages(codes: [Float], workers: Workers) throws(LearningError) -> [UInt8] {
    let width = Model.classes + styleSize
    let count = codes.count / width
    precondition(codes.count == count * width)
    let pieces = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { piece -> [UInt8]? in
      let range = piece * imagesPerPiece * width..<min((piece + 1) * imagesPerPiece, count) * width
      let values = images(of: codes[range])
      return values.allSatisfy(\.isFinite) ? greyLevels(values) : nil
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * Model.pixels)
    for piece in pieces {
      guard let piece else { throw LearningError("the decoder's output is not finite") }
      pixels += piece
    }
    return pixels
  }

  /// Draws what an encoder said of N images, as grey images.
  ///
  /// - Parameters:
  ///   - pixels: the input; background counts as -1, ink as 1.
  ///   - encodings: what the encoder said of the same images.
  /// - Returns: the N drawings, and for each the mean over the pixels of |output - input|.
  /// - Throws: `LearningError` naming the first image whose output is not finite.
  func reconstructions(
    of pixels: Pixels, encodings: Encodings, workers: Workers
  ) throws(LearningError) -> (images: Pixels, errors: [Double]) {
    let count = encodings.count
    precondition(pixels.count == count)
    let pieces = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { piece in
      let range = piece * imagesPerPiece..<min((piece + 1) * imagesPerPiece, count)
      let (inputs, outputs) = (pixels[range], images(of: range.flatMap(encodings.code(of:))))
      let errors = range.indices.map { image in
        meanDistance(inputs, outputs, at: (image - range.lowerBound) * Model.pixels)
      }
      // An error that is not finite is thrown below, before anyone looks at the drawing.
      return (
        images: errors.allSatisfy(\.isFinite) ? greyLevels(outputs) : [],
        errors: errors
      )
    }
    let errors = pieces.flatMap(\.errors)
    if let image = errors.firstIndex(where: { !$0.isFinite }) {
      throw LearningError("the decoder's output for image \(image) is not finite")
    }
    return (Pixels(pieces.flatMap(\.images)), errors)
  }

  /// The decoder's linear output for codes: 28 x 28 numbers each.
  private func images(of codes: some Collection<Float>) -> [Float] {
    let codes = Array(codes)
    let count = codes.count / (Model.classes + styleSize) * Model.pixels
    return [Float](unsafeUninitializedCapacity: count) { images, initialized in
      codes.withUnsafeBufferPointer {
        decode($0, into: UnsafeMutableBufferPointer(rebasing: images[..<count]))
      }
      initialized = count
    }
  }
}

/// The decoder's finite output in 256 levels.
private func greyLevels(_ outputs: [Float]) -> [UInt8] {
  outputs.map { UInt8(((max(-1, min(1, $0)) + 1) * 127.5).rounded()) }
}

/// The mean of |output - input| over one image, summed in Double in four lanes.
private func meanDistance(_ inputs: [UInt8], _ outputs: [Float], at start: Int) -> Double {
  var sums = SIMD4<Double>.zero
  for i in stride(from: 0, to: Model.pixels, by: 4) {
    for lane in 0..<4 {
      let input = Float(inputs[start + i + lane]) / 127.5 - 1
      sums[lane] += Double(abs(outputs[start + i + lane] - input))
    }
  }
  return sums.sum() / Double(Model.pixels)
}
