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
}

extension DigitStyles {
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

/// The hand that wrote some digits.
package struct Hand: Sendable, Equatable {
  /// The mean of the samples' styles, each standardised within its digit: S numbers.
  package let style: [Double]
  /// How many samples there are.
  package let count: Int
  /// How far they lie apart: the root mean square of their distances from the mean, over `count - 1`
  /// as for a standard deviation. nil for a single sample.
  package let spread: Double?
  private let digitStyles: DigitStyles

  /// What `spread` is on the average over samples that have nothing in common: each of the S
  /// components of a standardised style has variance 1.
  package var spreadOfUnrelated: Double { Double(style.count).squareRoot() }

  /// - Parameter style: S numbers.
  package init(style: [Double], _ digitStyles: DigitStyles) {
    self.init(samples: [style], digitStyles)
  }

  /// - Parameter samples: the digits that were written and their styles; at least one.
  package init(samples: [(digit: Int, style: [Float])], _ digitStyles: DigitStyles) {
    self.init(
      samples: samples.map { digitStyles.standardised($0.style, of: $0.digit) }, digitStyles)
  }

  private init(samples: [[Double]], _ digitStyles: DigitStyles) {
    precondition(!samples.isEmpty)
    let mean = samples[0].indices.map { component in
      samples.reduce(0) { $0 + $1[component] } / Double(samples.count)
    }
    let squares = samples.joined().enumerated().reduce(0.0) { sum, component in
      let distance = component.element - mean[component.offset % mean.count]
      return sum + distance * distance
    }
    style = mean
    count = samples.count
    spread = count > 1 ? (squares / Double(count - 1)).squareRoot() : nil
    self.digitStyles = digitStyles
  }

  /// The style in which this hand writes a digit.
  package func style(of digit: Int) -> [Float] { digitStyles.style(style, of: digit) }
}

/// Mean and standard deviation of numbers.
package struct Moments: Codable, Sendable, Equatable {
  package let mean: Double
  package let deviation: Double
}

extension Moments {
  /// - Parameter floats: at least one.
  package init(_ floats: [Float]) { self.init(floats.map(Double.init)) }

  /// - Parameter values: at least one.
  init(_ values: [Double]) {
    precondition(!values.isEmpty)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = (squares / count).squareRoot()
  }
}
