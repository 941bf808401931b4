import Learning
import Support

/// The images that a training needs.
struct TrainingData {
  let training: LabelledImages
  let validation: LabelledImages

  /// Reads them, and downloads the training set if the directory does not hold it.
  ///
  /// The test set is read from the directory too, or else is the one that comes with the program.
  ///
  /// - Parameter limit: how many training images to keep; all if nil.
  /// - Throws: `FileError` naming the file or the download that failed.
  static func load(
    from directory: String, limit: Int?, progress: Progress
  ) throws(FileError) -> TrainingData {
    if !MNIST.isPresent(.train, in: directory) {
      try fetchMNIST([.train], into: directory, progress: progress)
    }
    let training = try MNIST.load(.train, from: directory, limit: limit, isVerified: true)
    let testSet =
      MNIST.isPresent(.test, in: directory) ? directory : try SharedResources.locate().testSet
    let validation = try MNIST.load(.test, from: testSet, isVerified: true)
    return TrainingData(training: training, validation: validation)
  }
}
