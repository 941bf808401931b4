// The three losses of one image, each with its gradient.

/// The mean of |x - t| over the pixels of an image; d/dx is the sign of x - t, over the pixels.
///
/// - Parameters:
///   - image: 28 x 28: the output x, which is replaced by its gradient.
///   - target: 28 x 28 bytes, which stand for t from -1 (0) to 1 (255).
///   - batch: the images over whose losses a mean is taken: gradients are divided by it.
package func l1Loss(_ image: Floats, target: UnsafePointer<UInt8>, batch: Int) -> Float {
  let step = 1 / Float(batch * Model.pixels)
  var total = Vector16.zero
  for i in stride(from: 0, to: Model.pixels, by: 16) {
    let difference: Vector16 = image.vector(i, as: Vector16.self) - levels(target + i)
    let (above, below) = (difference .> 0, difference .< 0)
    total += difference.replacing(with: -difference, where: below)
    image.set(
      i, Vector16.zero.replacing(with: step, where: above).replacing(with: -step, where: below))
  }
  return total.sum() / Float(Model.pixels)
}

/// -Σ t_k · log p_k over the K classes, p = softmax(x); d/dx_k is p_k - t_k.
///
/// - Parameters:
///   - logits: K floats: x.
///   - targets: K probabilities: t.
///   - probabilities: K floats: where p goes.
///   - gradient: K floats: where the gradient goes.
///   - batch: the images over whose losses a mean is taken: gradients are divided by it.
package func softmaxCrossEntropy(
  _ logits: Floats, targets: Floats, probabilities: Floats, gradient: Floats, batch: Int
) -> Float {
  var largest = logits[0]
  for k in 1..<Model.classes { largest = max(largest, logits[k]) }
  var total: Float = 0
  for k in 0..<Model.classes {
    probabilities[k] = _exp(logits[k] - largest)
    total += probabilities[k]
  }
  // log p_k is x_k - largest - log(total). A class that is not in t may have any logit.
  var expected: Float = 0
  for k in 0..<Model.classes {
    probabilities[k] /= total
    gradient[k] = (probabilities[k] - targets[k]) / Float(batch)
    if targets[k] != 0 { expected += targets[k] * logits[k] }
  }
  return _log(total) + largest - expected
}

/// -t · log σ(x) - (1 - t) · log(1 - σ(x)) = max(x, 0) - x·t + log(1 + exp(-|x|)), where σ is the
/// logistic function; d/dx is σ(x) - t.
///
/// - Parameters:
///   - logit: x.
///   - target: t, a probability.
package func binaryCrossEntropy(_ logit: Float, target: Float) -> (loss: Float, gradient: Float) {
  let decay = _exp(-abs(logit))
  // In Double: 1 + decay would lose the digits of a small decay.
  let loss = max(logit, 0) - logit * target + Float(_log(1 + Double(decay)))
  let sigmoid = logit >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
  return (loss, sigmoid - target)
}
