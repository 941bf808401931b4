import Glibc

/// The upright axis of a loss: logarithmic if all values are positive and span more than a factor
/// of 30, else linear.
package struct ValueAxis {
  package let ticks: [Tick]
  package let isLogarithmic: Bool
  private let scale: LinearScale

  package init(_ values: [Double], from start: Double, to end: Double) {
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

  package func callAsFunction(_ value: Double) -> Double {
    isLogarithmic ? scale(value > 0 ? log10(value) : -.infinity) : scale(value)
  }
}

/// The places nearest to `places`, in the same order, that are `distance` apart and `within` a
/// range as far as it is large enough.
package func spread(
  _ places: [Double], apart distance: Double, within range: ClosedRange<Double>
) -> [Double] {
  let order = places.indices.sorted { (places[$0], $0) < (places[$1], $1) }
  var result = places
  var next = range.lowerBound
  for index in order {
    result[index] = max(places[index], next)
    next = result[index] + distance
  }
  // Whatever was pushed out at the end is pushed back.
  next = range.upperBound
  for index in order.reversed() {
    result[index] = min(result[index], next)
    next = result[index] - distance
  }
  return result
}
