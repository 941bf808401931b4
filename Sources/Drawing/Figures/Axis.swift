import Glibc
import Support

/// Places values of an axis on a line of the drawing.
struct LinearScale: Hashable, Sendable {
  /// The values at the two ends; finite and apart.
  let domain: ClosedRange<Double>
  /// The places of the lower and the upper end, in CSS pixels.
  let start: Double
  let end: Double

  /// - Parameter domain: Widened if its ends are equal or hardly apart, cut if they are infinite.
  init(_ domain: ClosedRange<Double>, from start: Double, to end: Double) {
    self.domain = Self.usable(domain)
    self.start = start
    self.end = end
  }

  /// The place of `value`; values outside the domain, infinities too, fall outside the line but
  /// never further than its length from it. Not-a-number is put at the start.
  func callAsFunction(_ value: Double) -> Double {
    // Halves, since the width of a domain of huge values may not be a number.
    let fraction =
      (value / 2 - domain.lowerBound / 2) / (domain.upperBound / 2 - domain.lowerBound / 2)
    guard !fraction.isNaN else { return start }
    return start + (end - start) * min(max(fraction, -1), 2)
  }

  /// A domain that can be divided by its width: ends finite and apart.
  static func usable(_ domain: ClosedRange<Double>) -> ClosedRange<Double> {
    let limit = 1e300
    let lower = min(max(domain.lowerBound, -limit), limit)
    let upper = min(max(domain.upperBound, -limit), limit)
    let size = max(abs(lower), abs(upper))
    guard upper - lower > size * 1e-9, upper - lower > 1e-300 else {
      let margin = size > 1e-290 ? size * 0.1 : 1
      return (lower - margin)...(upper + margin)
    }
    return lower...upper
  }
}

/// The upright axis of a loss: logarithmic if all values are positive and span more than a factor
/// of 30, else linear.
struct ValueAxis {
  let ticks: [Tick]
  let isLogarithmic: Bool
  private let scale: LinearScale

  init(_ values: [Double], from start: Double, to end: Double) {
    let values = values.filter(\.isFinite)
    let (low, high) = (values.min() ?? 0, values.max() ?? 1)
    isLogarithmic = low > 0 && high / low > 30
    if isLogarithmic {
      scale = LinearScale(log10(low)...log10(high), from: start, to: end)
      let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
      // 1, 2, 5 in each decade, or 1 alone where there are many decades.
      let digits = decades.count > 3 ? [1] : [1, 2, 5]
      let step = max(1, decades.count / 6)
      ticks = decades.filter { ($0 - decades.lowerBound) % step == 0 }.flatMap { power in
        digits.map { digit in
          Tick(
            value: Double(digit) * pow(10, Double(power)),
            label: decimalText(digit, power: power))
        }
      }.filter { $0.value >= low * 0.999 && $0.value <= high * 1.001 }
    } else {
      scale = LinearScale(low...high, from: start, to: end)
      ticks = Tick.ticks(in: scale.domain, count: 5)
    }
  }

  func callAsFunction(_ value: Double) -> Double {
    isLogarithmic ? scale(value > 0 ? log10(value) : -.infinity) : scale(value)
  }
}

/// A round number on an axis.
struct Tick: Hashable, Sendable {
  let value: Double
  let label: String

  /// The height of the labels' type, in CSS pixels.
  static let labelSize = 12.0
  /// The width of a character at most: a digit of Inter is a little narrower.
  private static let characterWidth = 0.66 * labelSize
  /// The least distance between two labels.
  private static let labelGap = 4.0

  /// How much room the label takes at most, across.
  var labelWidth: Double { Double(label.count) * Self.characterWidth }

  /// At most about `count` round numbers, fewer if their labels, one beside the other under an axis,
  /// would touch. No tick is nearer to an end than `margin`; no label reaches further beyond it than
  /// `overhang`.
  static func ticks(
    in domain: ClosedRange<Double>, along length: Double, count: Int, margin: Double,
    overhang: Double
  ) -> [Tick] {
    let axis = LinearScale(domain, from: 0, to: length)
    let places = margin...max(margin, length - margin)
    for count in (1...max(count, 1)).reversed() {
      let ticks = ticks(in: domain, count: count).filter { tick in
        let (place, half) = (axis(tick.value), tick.labelWidth / 2)
        return places.contains(place) && place - half >= -overhang
          && place + half <= length + overhang
      }
      let areApart = zip(ticks, ticks.dropFirst()).allSatisfy { tick, next in
        let distance = axis(next.value) - axis(tick.value)
        return distance >= (tick.labelWidth + next.labelWidth) / 2 + labelGap
      }
      if areApart && !ticks.isEmpty { return ticks }
    }
    return []
  }

  /// About `count` multiples of 1, 2 or 5 times a power of ten within `domain`.
  static func ticks(
    in domain: ClosedRange<Double>, count: Int, areWhole: Bool = false
  ) -> [Tick] {
    let domain = LinearScale.usable(domain)
    // Of halves, as above.
    let rough = (domain.upperBound / 2 - domain.lowerBound / 2) / (Double(max(count, 1)) / 2)
    let exponent = log10(rough).rounded(.down)
    let fraction = rough / pow(10, exponent)
    // The step is `digit` times ten to the `exponent`.
    let (nearest, carry) =
      switch fraction {
      // The nearest in ratio.
      case ..<1.414: (1, 0)
      case ..<3.162: (2, 0)
      case ..<7.071: (5, 0)
      default: (1, 1)
      }
    let isPart = areWhole && Int(exponent) + carry < 0
    let (digit, power) = isPart ? (1, 0) : (nearest, Int(exponent) + carry)
    let step = Double(digit) * pow(10, Double(power))
    // A hair of tolerance, so that the end of 0...1 is a multiple of 0.1.
    let first = Int((domain.lowerBound / step - 1e-6).rounded(.up))
    let last = Int((domain.upperBound / step + 1e-6).rounded(.down))
    guard first <= last else { return [] }
    return (first...last).map { multiple in
      Tick(
        value: power < 0
          ? Double(multiple * digit) / pow(10, Double(-power)) : Double(multiple) * step,
        label: decimalText(multiple * digit, power: power))
    }
  }
}

// MARK: Numbers as text

/// `mantissa` times ten to the `power`, written out, or with an exponent if that is long.
func decimalText(_ mantissa: Int, power: Int) -> String {
  let sign = mantissa < 0 ? "\u{2212}" : ""
  let digits = String(mantissa.magnitude)
  if mantissa == 0 { return "0" }
  switch power {
  case 0...3: return sign + digits + String(repeating: "0", count: power)
  case -6...(-1):
    let padded = String(repeating: "0", count: max(0, 1 - power - digits.count)) + digits
    return sign + padded.dropLast(-power) + "." + padded.suffix(-power)
  default:
    // 120e5 is better known as 12e6.
    let zeros = digits.reversed().prefix { $0 == "0" }.count
    return "\(sign)\(digits.dropLast(zeros))e\(power + zeros)"
  }
}

/// A number rounded to a number of decimals, or, from `longest` on, with an exponent: 1.0e30.
func shortText(_ value: Double, places: Int, longest: Double = 1e15) -> String {
  let size = abs(value)
  guard size >= longest, size.isFinite else { return fixed(value, places: places) }
  let exponent = log10(size).rounded(.down)
  return fixed(value / pow(10, exponent), places: 1) + "e\(Int(exponent))"
}
