/// Group normalisation of one image, followed by ReLU, with the gradient.
///
/// y = max(0, (x - mean) / sqrt(variance + 1e-5) · weight + bias), mean and variance over a group's
/// channels and all its pixels (Wu & He 2018).
///
/// Activations are seen as `rows` rows of `lanes` floats, lanes being 16 or 32 and the channel of a
/// lane being `lane % channels`: a row is one pixel of 16 or 32 channels, or four pixels of 4.
struct GroupNorm {
  let channels: Int
  let groups: Int
  let lanes: Int
  /// An even number.
  let rows: Int

  init(channels: Int, groups: Int, lanes: Int, rows: Int) {
    // What `shareWithinGroups` knows: four channels a group, or two groups of two.
    precondition(channels == lanes ? channels == 4 * groups : channels == 4 && groups == 2)
    precondition(rows % 2 == 0)
    self.channels = channels
    self.groups = groups
    self.lanes = lanes
    self.rows = rows
  }

  /// Floats that `measure` fills: per lane the scale and shift of the affine map from raw value
  /// to normalised value, the mean, and the inverse standard deviation.
  var statisticsCount: Int { 4 * lanes }

  /// Floats of scratch for `differentiate`.
  var scratchCount: Int { 2 * lanes }

  /// Floats of weights, then biases, one of each a lane.
  var weightCount: Int { 2 * lanes }

  /// Repeats the weights and biases of the channels for all lanes.
  ///
  /// - Parameters:
  ///   - source: weight, then bias: 2 x channels.
  ///   - target: 2 x lanes.
  func expand(_ source: Floats, into target: Floats) {
    for lane in 0..<lanes {
      target[lane] = source[lane % channels]
      target[lanes + lane] = source[channels + lane % channels]
    }
  }

  /// The adjoint of `expand`.
  func collapse(_ source: Floats, into target: Floats) {
    for c in 0..<channels {
      (target[c], target[channels + c]) = (0, 0)
      for lane in stride(from: c, to: lanes, by: channels) {
        target[c] += source[lane]
        target[channels + c] += source[lanes + lane]
      }
    }
  }

  /// Finds mean and standard deviation of each group.
  ///
  /// - Parameters:
  ///   - raw: rows x lanes.
  ///   - weight: lanes, from `expand`.
  ///   - bias: lanes, from `expand`.
  ///   - statistics: where the `statisticsCount` floats go.
  func measure(_ raw: Floats, weight: Floats, bias: Floats, into statistics: Floats) {
    let (scale, shift) = (statistics, statistics + lanes)
    let (mean, inverse) = (statistics + 2 * lanes, statistics + 3 * lanes)
    // Lane by lane in one pass, relative to the lane's first value so that a large mean costs no
    // digits; then the lanes of a group together: the variance is the mean variance of its lanes
    // and the variance of their means.
    for l in stride(from: 0, to: lanes, by: 16) {
      let origin: Vector16 = raw.vector(l)
      var (sum0, sum1, square0, square1) = (
        Vector16.zero, Vector16.zero, Vector16.zero, Vector16.zero
      )
      for r in stride(from: 0, to: rows, by: 2) {
        let d0 = raw.vector(r * lanes + l) - origin
        let d1 = raw.vector((r + 1) * lanes + l) - origin
        sum0 += d0
        sum1 += d1
        square0.add(d0, times: d0)
        square1.add(d1, times: d1)
      }
      let offset = (sum0 + sum1) / Float(rows)
      mean.set(l, origin + offset)
      scale.set(l, origin + offset)
      inverse.set(l, (square0 + square1) / Float(rows) - offset * offset)
    }
    let lanesOfGroup = Float(lanes / groups)
    shareWithinGroups(mean, divisor: lanesOfGroup)
    for l in stride(from: 0, to: lanes, by: 16) {
      let d: Vector16 = scale.vector(l) - mean.vector(l)
      let variance: Vector16 = inverse.vector(l)
      inverse.set(l, variance.replacing(with: 0, where: variance .< 0) + d * d)
    }
    shareWithinGroups(inverse, divisor: lanesOfGroup)
    for l in stride(from: 0, to: lanes, by: 16) {
      let deviation: Vector16 = (inverse.vector(l) + Vector16(repeating: 1e-5)).squareRoot()
      let slope = weight.vector(l) / deviation
      inverse.set(l, 1 / deviation)
      scale.set(l, slope)
      shift.set(l, bias.vector(l) - mean.vector(l) * slope)
    }
  }

  /// Writes max(0, raw · scale + shift) in `lines` lines of `line` floats, a line every `pitch`.
  @inline(__always)
  func apply(
    _ raw: Floats, _ statistics: Floats, into target: Floats, lines: Int, line: Int, pitch: Int
  ) {
    for y in 0..<lines {
      for l in stride(from: 0, to: lanes, by: 16) {
        let scale: Vector16 = statistics.vector(l)
        let shift: Vector16 = statistics.vector(lanes + l)
        for x in stride(from: l, to: line, by: lanes) {
          (target + y * pitch).set(x, rectified(raw.vector(y * line + x), scale, shift))
        }
      }
    }
  }

  /// Turns the gradient of the output into that of the input, in place, and adds those of the
  /// weight and the bias.
  ///
  /// - Parameters:
  ///   - gradient: rows x lanes; in: with respect to y, out: with respect to x.
  ///   - raw: rows x lanes, what `measure` saw.
  ///   - weight: lanes.
  ///   - scratch: `scratchCount` floats.
  ///   - weightGradient: lanes, added to; followed by the bias's.
  func differentiate(
    _ gradient: Floats, raw: Floats, statistics: Floats, weight: Floats, scratch: Floats,
    weightGradient: Floats
  ) {
    let (mean, inverse) = (statistics + 2 * lanes, statistics + 3 * lanes)
    let (plain, weighted) = (scratch, scratch + lanes)
    for l in stride(from: 0, to: lanes, by: 16) {
      let scale: Vector16 = statistics.vector(l)
      let shift: Vector16 = statistics.vector(lanes + l)
      let centre: Vector16 = mean.vector(l)
      var (sum0, sum1) = (Vector16.zero, Vector16.zero)
      for r in 0..<rows {
        let x: Vector16 = raw.vector(r * lanes + l)
        var y = shift
        y.add(x, times: scale)
        var d: Vector16 = gradient.vector(r * lanes + l)
        d = d.replacing(with: 0, where: y .<= 0)
        gradient.set(r * lanes + l, d)
        sum0 += d
        sum1.add(d, times: x - centre)
      }
      plain.set(l, sum0)
      weighted.set(l, sum1)
    }
    for l in stride(from: 0, to: lanes, by: 16) {
      let normalised: Vector16 = weighted.vector(l) * inverse.vector(l)
      weightGradient.set(l, weightGradient.vector(l) + normalised)
      let direct: Vector16 = plain.vector(l)
      weightGradient.set(lanes + l, weightGradient.vector(lanes + l) + direct)
      plain.set(l, direct * weight.vector(l))
      weighted.set(l, normalised * weight.vector(l))
    }
    // With g = dy · weight: dx = (g - mean(g) - normalised x · mean(g · normalised x)) / deviation,
    // written as one affine map of dy and x per lane.
    shareWithinGroups(plain, divisor: Float(rows * lanes / groups))
    shareWithinGroups(weighted, divisor: Float(rows * lanes / groups))
    for l in stride(from: 0, to: lanes, by: 16) {
      let scale: Vector16 = statistics.vector(l)
      let deviations: Vector16 = inverse.vector(l)
      let slopes = -(deviations * deviations * weighted.vector(l))
      let offsets = -(deviations * plain.vector(l)) - slopes * mean.vector(l)
      for r in 0..<rows {
        var d = offsets
        d.add(gradient.vector(r * lanes + l), times: scale)
        d.add(raw.vector(r * lanes + l), times: slopes)
        gradient.set(r * lanes + l, d)
      }
    }
  }

  /// Replaces each lane by its group's sum over `divisor`.
  ///
  /// A group is four neighbouring lanes or, where a row holds four pixels of four channels, the
  /// same two channels of each.
  @inline(__always)
  private func shareWithinGroups(_ values: Floats, divisor: Float) {
    if channels == lanes {
      for lane in stride(from: 0, to: lanes, by: 4) {
        let group: Vector4 = values.vector(lane)
        values.set(lane, Vector4(repeating: group.sum() / divisor))
      }
    } else {
      var sums: Vector4 = values.vector(0)
      sums += values.vector(4)
      sums += values.vector(8)
      sums += values.vector(12)
      let (low, high) = ((sums[0] + sums[1]) / divisor, (sums[2] + sums[3]) / divisor)
      for lane in stride(from: 0, to: lanes, by: 4) {
        values.set(lane, Vector4(low, low, high, high))
      }
    }
  }
}

/// max(0, x · scale + shift)
@inline(__always)
func rectified(_ x: Vector16, _ scale: Vector16, _ shift: Vector16) -> Vector16 {
  var y = shift
  y.add(x, times: scale)
  return y.replacing(with: 0, where: y .<= 0)
}
