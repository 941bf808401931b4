package import Support

/// The numbers that say how good a model is on N labelled images.
package struct Evaluation: Sendable {
  package let encodings: Encodings
  /// N true digits.
  package let labels: [UInt8]
  /// Images whose predicted digit is the true one.
  package let accuracy: Proportion
  /// The same over the images of each digit, 0 to 9; nil for a digit without images.
  package let accuracyPerDigit: [Proportion?]
  /// 10 x 10 counts: a row for each true digit, a column for each predicted one.
  package let confusion: [[Int]]
  package let measures: Measures
  /// N numbers, the mean over an image's pixels of |output - input|.
  package let reconstructionErrors: [Float]
  /// How far the styles are from their prior.
  package let ks: KSTable

  package init(
    encodings: Encodings, labels: [UInt8], accuracy: Proportion, accuracyPerDigit: [Proportion?],
    confusion: [[Int]], measures: Measures, reconstructionErrors: [Float], ks: KSTable
  ) {
    self.encodings = encodings
    self.labels = labels
    self.accuracy = accuracy
    self.accuracyPerDigit = accuracyPerDigit
    self.confusion = confusion
    self.measures = measures
    self.reconstructionErrors = reconstructionErrors
    self.ks = ks
  }
}
