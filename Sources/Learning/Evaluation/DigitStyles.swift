import StyleNet

/// How a model's styles are spread over the images of each digit.
///
/// The same hand gives different digits different styles: a model that was trained without an
/// adversary puts the styles of ones elsewhere than those of zeros. A style that is standardised
/// within its digit, z = (style - mean) / deviation, no longer tells which digit it was taken from.
/// So z can be compared and averaged over the digits of a hand, and mean + deviation z is the style
/// of any other digit in that hand.
package struct DigitStyles: Sendable, Equatable {
  /// K x S: of every digit, the moments of each style component.
  package let moments: [[Moments]]

  /// - Parameters:
  ///   - encodings: of N images, at least one.
  ///   - labels: the digits that the images show. A digit of fewer than two images is taken to be
  ///     spread as all images are.
  package init(_ encodings: Encodings, labels: [UInt8]) {
    precondition(encodings.count == labels.count)
    let features = (0..<encodings.styleSize).map(encodings.values(of:))
    let all = features.map { Moments($0) }
    moments = (0..<Model.classes).map { digit in
      let images = labels.indices.filter { labels[$0] == digit }
      guard images.count > 1 else { return all }
      return features.map { values in Moments(images.map { values[$0] }) }
    }
  }

  /// A style of a digit, standardised within it. A component that never varies is 0.
  func standardised(_ style: some Sequence<Float>, of digit: Int) -> [Double] {
    zip(style, moments[digit]).map { component, moments in
      moments.deviation > 0 ? (Double(component) - moments.mean) / moments.deviation : 0
    }
  }

  /// The style of a digit that is `standardised` within it.
  func style(_ standardised: [Double], of digit: Int) -> [Float] {
    zip(standardised, moments[digit]).map { z, moments in
      Float(moments.mean + moments.deviation * z)
    }
  }
}

/// Mean and standard deviation of numbers.
package struct Moments: Codable, Sendable, Equatable {
  package let mean: Double
  package let deviation: Double

  /// - Parameter floats: at least one.
  package init(_ floats: [Float]) {
    precondition(!floats.isEmpty)
    let values = floats.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = (squares / count).squareRoot()
  }
}
