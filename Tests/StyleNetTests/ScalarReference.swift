/// Values in Double and in PyTorch's memory order: C H W for the activations of one image, O I H W
/// for the weight of a convolution, out x in for that of a linear layer.
///
/// Its methods are the layers as textbooks write them, one value after the other: what the kernels
/// are compared to.
struct Tensor {
  let shape: [Int]
  var values: [Double]

  init(_ shape: [Int], _ values: [Double]) {
    precondition(values.count == shape.reduce(1, *))
    self.shape = shape
    self.values = values
  }

  init(zeros shape: [Int]) {
    self.init(shape, [Double](repeating: 0, count: shape.reduce(1, *)))
  }
}

// MARK: Layers

extension Tensor {
  /// Conv2d: output[o][y][x] = bias[o] + Σ weight[o][i][ky][kx] · input[i][y·stride + ky - padding]
  /// [x·stride + kx - padding], zeros beyond the borders.
  func convolved(
    with weight: Tensor, bias: [Double]? = nil, stride: Int = 1, padding: Int
  ) -> Tensor {
    let (inputs, height, width) = (shape[0], shape[1], shape[2])
    let (outputs, kernelHeight, kernelWidth) = (weight.shape[0], weight.shape[2], weight.shape[3])
    precondition(weight.shape[1] == inputs)
    let outputHeight = (height + 2 * padding - kernelHeight) / stride + 1
    let outputWidth = (width + 2 * padding - kernelWidth) / stride + 1
    var output = Tensor(zeros: [outputs, outputHeight, outputWidth])
    output.values.withUnsafeMutableBufferPointer { output in
      values.withUnsafeBufferPointer { input in
        for o in 0..<outputs {
          let plane = o * outputHeight * outputWidth
          for i in plane..<plane + outputHeight * outputWidth { output[i] = bias?[o] ?? 0 }
          for i in 0..<inputs {
            for ky in 0..<kernelHeight {
              for kx in 0..<kernelWidth {
                let tap = ((o * inputs + i) * kernelHeight + ky) * kernelWidth + kx
                let w = weight.values[tap]
                for y in 0..<outputHeight {
                  let sourceY = y * stride + ky - padding
                  guard sourceY >= 0 && sourceY < height else { continue }
                  for x in 0..<outputWidth {
                    let sourceX = x * stride + kx - padding
                    guard sourceX >= 0 && sourceX < width else { continue }
                    output[plane + y * outputWidth + x] +=
                      w * input[(i * height + sourceY) * width + sourceX]
                  }
                }
              }
            }
          }
        }
      }
    }
    return output
  }

  /// GroupNorm with eps 1e-5: a group is `C / groups` neighbouring channels.
  func groupNormalized(groups: Int, weight: [Double], bias: [Double]) -> Tensor {
    let pixels = shape[1] * shape[2]
    let size = shape[0] / groups * pixels
    var output = self
    for group in 0..<groups {
      let range = group * size..<(group + 1) * size
      let mean = values[range].reduce(0, +) / Double(size)
      let variance = values[range].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
      for i in range {
        let normalized = (values[i] - mean) / (variance + 1e-5).squareRoot()
        output.values[i] = normalized * weight[i / pixels] + bias[i / pixels]
      }
    }
    return output
  }

  /// ReLU.
  func rectified() -> Tensor {
    Tensor(shape, values.map { max(0, $0) })
  }

  /// MaxPool2d of a 3x3 window, stride 2, padding 1; what lies beyond the borders never wins.
  func maxPooled() -> Tensor {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    var output = Tensor(zeros: [channels, (height + 1) / 2, (width + 1) / 2])
    var index = 0
    for c in 0..<channels {
      for y in stride(from: 0, to: height, by: 2) {
        for x in stride(from: 0, to: width, by: 2) {
          var largest = -Double.infinity
          for sourceY in max(0, y - 1)...min(height - 1, y + 1) {
            for sourceX in max(0, x - 1)...min(width - 1, x + 1) {
              largest = max(largest, values[(c * height + sourceY) * width + sourceX])
            }
          }
          output.values[index] = largest
          index += 1
        }
      }
    }
    return output
  }

  /// Nearest upsampling: every pixel becomes 2x2.
  func enlarged() -> Tensor {
    let (channels, height, width) = (shape[0], shape[1], shape[2])
    var output = Tensor(zeros: [channels, 2 * height, 2 * width])
    for c in 0..<channels {
      for y in 0..<2 * height {
        for x in 0..<2 * width {
          output.values[(c * 2 * height + y) * 2 * width + x] =
            values[(c * height + y / 2) * width + x / 2]
        }
      }
    }
    return output
  }

  /// Linear: out[o] = bias[o] + Σ weight[o][i] · values[i], after flattening.
  func transformed(by weight: Tensor, bias: [Double]? = nil) -> [Double] {
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    precondition(inputs == values.count)
    var result = bias ?? [Double](repeating: 0, count: outputs)
    for o in 0..<outputs {
      for i in 0..<inputs { result[o] += weight.values[o * inputs + i] * values[i] }
    }
    return result
  }

  /// Every value times the channel's scale, plus its shift.
  func mapped(scale: [Double], shift: [Double]) -> Tensor {
    let pixels = shape[1] * shape[2]
    var output = self
    for i in values.indices {
      output.values[i] = values[i] * scale[i / pixels] + shift[i / pixels]
    }
    return output
  }
}
