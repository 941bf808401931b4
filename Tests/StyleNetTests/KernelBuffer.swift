import Testing

@testable import StyleNet

/// Floats for a kernel to work on, between guards that no kernel may write to.
///
/// Whoever frees it, at the end of the scope that owns it, records an issue if a guard has changed.
struct KernelBuffer: ~Copyable {
  /// What stands in the guards: not a number that a kernel would make.
  private static let guardFloat = Float(bitPattern: 0xFFC0_1234)
  /// At least the sixteen floats that a vector can reach beyond the end.
  private static let guardCount = 64

  private let block: UnsafeMutablePointer<Float>
  private let location: SourceLocation
  let count: Int

  /// - Parameter values: what the buffer holds at first.
  init(_ values: [Float], sourceLocation: SourceLocation = #_sourceLocation) {
    count = values.count
    location = sourceLocation
    block = .allocate(capacity: count + 2 * Self.guardCount)
    block.initialize(repeating: Self.guardFloat, count: count + 2 * Self.guardCount)
    for (index, value) in values.enumerated() { block[Self.guardCount + index] = value }
  }

  init(_ values: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    self.init(values.map { Float($0) }, sourceLocation: sourceLocation)
  }

  /// A buffer in which NaN shows what a kernel has left unwritten.
  init(unwritten count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    self.init([Float](repeating: .nan, count: count), sourceLocation: sourceLocation)
  }

  init(zeros count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
    self.init([Float](repeating: 0, count: count), sourceLocation: sourceLocation)
  }

  deinit {
    let guards = [0..<Self.guardCount, Self.guardCount + count..<2 * Self.guardCount + count]
    for i in guards.joined() where block[i].bitPattern != Self.guardFloat.bitPattern {
      Issue.record(
        "a kernel wrote to float \(i - Self.guardCount) of \(count)", sourceLocation: location)
      break
    }
    block.deallocate()
  }

  var floats: UnsafeMutablePointer<Float> { block + Self.guardCount }

  var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }

  /// Overwrites the first floats.
  func fill(_ values: [Float]) {
    precondition(values.count <= count)
    for (index, value) in values.enumerated() { floats[index] = value }
  }
}

// MARK: Layouts

extension Tensor {
  /// A C H W tensor as the kernels keep it: pixel by pixel, channels innermost, inside a border of
  /// zeros.
  func pixelByPixel(border: Int = 0) -> [Float] {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    let line = width + 2 * border
    var result = [Float](repeating: 0, count: (height + 2 * border) * line * channels)
    for c in 0..<channels {
      for y in 0..<height {
        for x in 0..<width {
          result[((y + border) * line + x + border) * channels + c] =
            Float(values[(c * height + y) * width + x])
        }
      }
    }
    return result
  }
}

/// The C H W order of activations that are kept pixel by pixel.
func channelByChannel(_ values: [Float], channels: Int) -> [Float] {
  let pixels = values.count / channels
  return (0..<values.count).map { values[$0 % pixels * channels + $0 / pixels] }
}

/// The rows of a matrix, with `pitch` floats from one to the next.
func spaced(_ values: [Double], width: Int, pitch: Int, filler: Float = 0) -> [Float] {
  var result: [Float] = []
  for row in stride(from: 0, to: values.count, by: width) {
    result += values[row..<row + width].map { Float($0) }
    result += [Float](repeating: filler, count: pitch - width)
  }
  return result
}
