/// Group normalisation of one image (Wu & He 2018), followed by ReLU.
///
///     output = max(0, normalised · weight + bias), normalised = (input - mean) / deviation,
///     deviation = sqrt(variance + 1e-5)
///
/// Mean and variance are over a group's channels and all its pixels. With g = d output · weight where
/// the ReLU lets it through:
///
///     d weight = Σ d output · normalised, d bias = Σ d output
///     d input = (g - mean(g) - normalised · mean(g · normalised)) / deviation
///
/// The kernels see activations as `rows` rows of `lanes` floats, lanes being 16 or 32 and the channel
/// of a lane being `lane % channels`: a row is one pixel of 16 or 32 channels, or four pixels of 4.
struct GroupNorm: Layer {
  let channels: Int
  let groups: Int
  /// Height and width of the image.
  let side: Int
  /// Pixels around the output.
  let border: Int
  private let lanes: Int
  private let rows: Int
  private let place: LayerPlace

  init(
    _ name: StaticString, channels: Int, groups: Int, side: Int, border: Int,
    in plan: inout NetworkPlan
  ) {
    // What `shareWithinGroups` knows: four channels a group, or two groups of two.
    precondition(channels % 16 == 0 ? channels == 4 * groups : channels == 4 && groups == 2)
    self.channels = channels
    self.groups = groups
    self.side = side
    self.border = border
    lanes = max(16, channels)
    rows = side * side * channels / lanes
    precondition(rows % 2 == 0)
    place = plan.place(
      name, .norm(channels: channels), packed: 2 * lanes, sums: 2 * lanes, scratch: 2 * lanes)
    plan.append(self)
  }

  /// side x side x channels inside the border.
  var outputCount: Int { (side + 2 * border) * (side + 2 * border) * channels }
  /// A lane's scale and shift, which make the normalised value of the input, its mean and the inverse
  /// of its deviation.
  var statisticsCount: Int { 4 * lanes }

  /// Repeats the weights of the channels for all lanes, then the biases.
  func pack(_ parameters: UnsafePointer<Float>, into weights: Floats) {
    let (weight, bias) = (parameters + place.weight, parameters + place.bias)
    let packed = weights + place.packed
    for lane in 0..<lanes {
      packed[lane] = weight[lane % channels]
      packed[lanes + lane] = bias[lane % channels]
    }
  }

  func unpack(_ sums: Floats, into gradient: Floats) {
    let (weight, bias) = (gradient + place.weight, gradient + place.bias)
    let sums = sums + place.sums
    for c in 0..<channels {
      (weight[c], bias[c]) = (0, 0)
      for lane in stride(from: c, to: lanes, by: channels) {
        weight[c] += sums[lane]
        bias[c] += sums[lanes + lane]
      }
    }
  }

  /// - Parameters:
  ///   - input: side x side x channels.
  ///   - statistics: 4 x lanes, for `backward`.
  ///   - output: side x side x channels inside the border, which is not written.
  func forward(
    _ input: Floats, in workspace: Workspace, statistics: Floats, into output: Floats
  ) {
    measure(input, workspace.weights + place.packed, into: statistics)
    let (line, pitch) = (side * channels, (side + 2 * border) * channels)
    let first = output + border * (pitch + channels)
    for y in 0..<side {
      for l in stride(from: 0, to: lanes, by: 16) {
        let scale: Vector16 = statistics.vector(l)
        let shift: Vector16 = statistics.vector(lanes + l)
        for x in stride(from: l, to: line, by: lanes) {
          var value = shift
          value.add(input.vector(y * line + x), times: scale)
          (first + y * pitch).set(x, value.replacing(with: 0, where: value .<= 0))
        }
      }
    }
  }

  /// Finds the statistics of the input.
  private func measure(_ input: Floats, _ weights: Floats, into statistics: Floats) {
    let (scale, shift) = (statistics, statistics + lanes)
    let (mean, inverse) = (statistics + 2 * lanes, statistics + 3 * lanes)
    // Lane by lane in one pass, relative to the lane's first value so that a large mean costs no
    // digits; then the lanes of a group together: the variance is the mean variance of its lanes
    // and the variance of their means.
    for l in stride(from: 0, to: lanes, by: 16) {
      let origin: Vector16 = input.vector(l)
      var (sum0, sum1) = (Vector16.zero, Vector16.zero)
      var (square0, square1) = (sum0, sum1)
      for r in stride(from: 0, to: rows, by: 2) {
        let d0 = input.vector(r * lanes + l) - origin
        let d1 = input.vector((r + 1) * lanes + l) - origin
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
      let slope = weights.vector(l) / deviation
      inverse.set(l, 1 / deviation)
      scale.set(l, slope)
      shift.set(l, weights.vector(lanes + l) - mean.vector(l) * slope)
    }
  }

  /// Turns the gradient of the output into that of the input, in place, and adds those of the
  /// weights.
  ///
  /// - Parameters:
  ///   - gradient: side x side x channels, without a border.
  ///   - input: what `forward` read.
  ///   - statistics: from `forward`.
  ///   - sums: of the network, added to.
  func backward(
    _ gradient: Floats, input: Floats, in workspace: Workspace, statistics: Floats, sums: Floats
  ) {
    let (weights, sums) = (workspace.weights + place.packed, sums + place.sums)
    let (mean, inverse) = (statistics + 2 * lanes, statistics + 3 * lanes)
    let plain = workspace.scratch + place.scratch
    let weighted = plain + lanes
    for l in stride(from: 0, to: lanes, by: 16) {
      let scale: Vector16 = statistics.vector(l)
      let shift: Vector16 = statistics.vector(lanes + l)
      let centre: Vector16 = mean.vector(l)
      var (sum0, sum1) = (Vector16.zero, Vector16.zero)
      for r in 0..<rows {
        let x: Vector16 = input.vector(r * lanes + l)
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
      sums.set(l, sums.vector(l) + normalised)
      let direct: Vector16 = plain.vector(l)
      sums.set(lanes + l, sums.vector(lanes + l) + direct)
      plain.set(l, direct * weights.vector(l))
      weighted.set(l, normalised * weights.vector(l))
    }
    // d input is one affine map of d output and input for each lane.
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
        d.add(input.vector(r * lanes + l), times: slopes)
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
