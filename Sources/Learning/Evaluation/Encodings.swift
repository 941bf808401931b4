/// What an encoder said of N images.
package struct Encodings: Sendable {
  /// S.
  package let styleSize: Int
  /// N x 10.
  package let logits: [Float]
  /// N x 10, the softmax of the logits.
  package let probabilities: [Float]
  /// N x S.
  package let styles: [Float]
  /// N digits, the largest logit of each image (the first of equals).
  package let predictions: [UInt8]

  /// N.
  package var count: Int { predictions.count }

  package init(
    styleSize: Int, logits: [Float], probabilities: [Float], styles: [Float], predictions: [UInt8]
  ) {
    self.styleSize = styleSize
    self.logits = logits
    self.probabilities = probabilities
    self.styles = styles
    self.predictions = predictions
  }
}
