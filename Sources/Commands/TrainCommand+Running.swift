import ArgumentParser
import Glibc
import Learning
import Support

// One run of a trainer: from its flags to the last epoch's files.

extension TrainCommand {
  func run() throws {
    // First, since nothing may have started a thread before it.
    let interruption = Interruption()
    let isNew = !FileSystem.exists(directory)
    do {
      try run(interruption)
    } catch {
      // What was never saved to is not left behind, for other programs to take for a checkpoint.
      if isNew { rmdir(cString(directory)) }
      throw error
    }
    if !common.quiet && !common.json { try Console.offer("Done!\n") }
  }

  private func run(_ interruption: Interruption) throws {
    let files = try open(directory)
    let holdsEarlierModel = !common.resume && Checkpoint.isPresent(in: directory)
    let trainer = try makeTrainer()
    if holdsEarlierModel && Console.isWatched && !common.quiet {
      Console.note(
        "\(printable(directory)) holds a model already, which this training replaces after its first"
          + " epoch.\n")
    }
    interruption.begin()
    // The training is finished. It is saved again in case a file was deleted.
    if trainer.isFinished { try trainer.save(to: files) }
    try train(trainer, savingTo: files, keepingEarlierModel: holdsEarlierModel, interruption)
  }

  // MARK: Training

  /// - Parameter keepingEarlierModel: whether less than an epoch is not worth saving, since the
  ///   directory holds the model of another training.
  private func train(
    _ trainer: Trainer, savingTo directory: borrowing CheckpointDirectory,
    keepingEarlierModel: Bool, _ interruption: Interruption
  ) throws {
    var progress = TrainProgress(isShown: Console.isWatched && !common.quiet)
    while !trainer.isFinished {
      let record: EpochRecord?
      do {
        record = try trainer.trainEpoch { step in
          progress.show(step)
          return interruption.exitStatus == nil
        }
        progress.clear()
      } catch {
        progress.clear()
        throw error
      }
      if let status = interruption.exitStatus, keepingEarlierModel, trainer.epoch == 0 {
        tellWhatIsKept()
        throw ExitCode(status)
      }
      try trainer.save(to: directory)
      if let record { try report(record) }
      // A signal that comes when all is done is too late to change anything.
      if let status = interruption.exitStatus, !trainer.isFinished {
        tellHowToResume(trainer)
        throw ExitCode(status)
      }
    }
  }

  private func report(_ record: EpochRecord) throws {
    if common.json {
      try Console.offer(String(decoding: json(record), as: UTF8.self) + "\n")
    } else if !common.quiet {
      try Console.offer(record.text)
    }
  }

  private func tellWhatIsKept() {
    Console.note(
      "\(name): stopped in epoch 1, nothing saved: \(printable(directory)) still holds the model that"
        + " was there before\n")
  }

  private func tellHowToResume(_ trainer: Trainer) {
    var words = [name, "--resume", "--ckpt-dir", directory]
    if common.dataDir != TrainOptions.defaultDataDir {
      words += ["--data-dir", common.dataDir]
    }
    Console.note(
      "\(name): stopped in epoch \(trainer.epoch + 1), saved in \(printable(directory));"
        + " to go on: \(printable(shellCommand(words)))\n")
  }

  // MARK: Setting out

  private var directory: String { checkpointDirectory }
  private var name: String { Self._commandName }

  /// Opens the checkpoint directory before the work that is to be saved there.
  private func open(_ directory: String) throws(FileError) -> CheckpointDirectory {
    if common.resume && !FileSystem.isDirectory(directory) {
      throw FileError(directory, "no such checkpoint directory, so nothing to resume")
    }
    return try CheckpointDirectory(directory)
  }

  private func makeTrainer() throws -> Trainer {
    let saved =
      common.resume
      ? try SavedTraining(from: directory, kind: Self.kind, confirming: options(over:)) : nil
    let options = saved?.options ?? options(over: TrainingOptions(kind: Self.kind))
    let (images, validationImages) = try loadImages(limit: options.limit)
    return try Trainer(
      options, resuming: saved, images: images, validationImages: validationImages,
      workers: common.threads.workers)
  }

  /// Reads the images, and downloads the training set if the directory does not hold it.
  ///
  /// The test set is read from the directory too, or else is the one that comes with the program.
  ///
  /// - Parameter limit: how many training images to keep; all if nil.
  /// - Throws: `FileError` naming the file or the download that failed.
  private func loadImages(
    limit: Int?
  ) throws(FileError) -> (training: LabelledImages, validation: LabelledImages) {
    let directory = common.dataDir
    if !MNIST.isPresent(.train, in: directory) {
      try fetchMNIST(
        [.train], into: directory, progress: Progress(isShown: !common.quiet))
    }
    let training = try MNIST.load(.train, from: directory, limit: limit, isVerified: true)
    let testSet =
      MNIST.isPresent(.test, in: directory) ? directory : try SharedResources.locate().testSet
    return (training, try MNIST.load(.test, from: testSet, isVerified: true))
  }
}
