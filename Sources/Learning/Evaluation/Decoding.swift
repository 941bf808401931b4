package import StyleNet
package import Support

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
  /// - Throws: `EvaluationError` if an output is not finite.
  package func greyImages(codes: [Float], workers: Workers) throws(EvaluationError) -> [UInt8] {
    let width = Model.classes + styleSize
    let count = codes.count / width
    precondition(codes.count == count * width)
    let chunks = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { chunk -> [UInt8]? in
      let range = chunk * imagesPerPiece * width..<min((chunk + 1) * imagesPerPiece, count) * width
      let values = images(of: codes[range])
      guard values.allSatisfy(\.isFinite) else { return nil }
      return values.map { UInt8(((max(-1, min(1, $0)) + 1) * 127.5).rounded()) }
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * Model.pixels)
    for chunk in chunks {
      guard let chunk else { throw EvaluationError("the decoder's output is not finite") }
      pixels += chunk
    }
    return pixels
  }

  /// The mean over the pixels of |output - input| for each of N images.
  ///
  /// - Parameters:
  ///   - pixels: the input, N x 28 x 28 bytes; 0 is background and counts as -1, 255 is ink and
  ///     counts as 1.
  ///   - encodings: what the encoder said of the same images.
  /// - Throws: `EvaluationError` naming the first image whose output is not finite.
  func reconstructionErrors(
    of pixels: [UInt8], encodings: Encodings, workers: Workers
  ) throws(EvaluationError) -> [Double] {
    let count = encodings.count
    precondition(pixels.count == count * Model.pixels)
    let chunks = workers.map((count + imagesPerPiece - 1) / imagesPerPiece) { chunk -> [Double] in
      let range = chunk * imagesPerPiece..<min((chunk + 1) * imagesPerPiece, count)
      let outputs = images(of: range.flatMap(encodings.code(of:)))
      return range.enumerated().map { position, image in
        meanDistance(outputs, position * Model.pixels, pixels, image * Model.pixels)
      }
    }
    let errors = Array(chunks.joined())
    if let image = errors.firstIndex(where: { !$0.isFinite }) {
      throw EvaluationError("the decoder's output for image \(image) is not finite")
    }
    return errors
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

/// The mean of |output - input| over one image, summed in Double in four lanes.
private func meanDistance(
  _ outputs: [Float], _ outputStart: Int, _ pixels: [UInt8], _ pixelStart: Int
) -> Double {
  var sums = SIMD4<Double>.zero
  for i in stride(from: 0, to: Model.pixels, by: 4) {
    for lane in 0..<4 {
      let input = Float(pixels[pixelStart + i + lane]) / 127.5 - 1
      sums[lane] += Double(abs(outputs[outputStart + i + lane] - input))
    }
  }
  return sums.sum() / Double(Model.pixels)
}
