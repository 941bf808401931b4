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
    let files = try CheckpointDirectory(directory)
    let isTaken = Checkpoint.isPresent(in: directory)
    let resumes = common.resume && (isTaken || SavedTraining.isPresent(in: directory))
    if common.resume && !resumes {
      note("\(printable(directory)) holds no training yet, so this one begins anew.")
    }
    let holdsEarlierModel = isTaken && !resumes
    if holdsEarlierModel && common.noOverwrite {
      throw FileError(directory, "holds a model already, which --no-overwrite keeps")
    }
    let trainer = try makeTrainer(resuming: resumes)
    if holdsEarlierModel {
      note(
        "\(printable(directory)) holds a model already, which this training replaces after its first"
          + " epoch.")
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

  /// Says something about this run, off a terminal too.
  private func note(_ text: String) {
    if !common.quiet { Console.note("\(text)\n") }
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

  private func makeTrainer(resuming: Bool) throws -> Trainer {
    let saved =
      resuming
      ? try SavedTraining(from: directory, kind: Self.kind, confirming: options(over:)) : nil
    let initial = resuming ? nil : try common.initFrom.map(Checkpoint.load(from:))
    let defaults = TrainingOptions(kind: Self.kind, of: initial)
    let options = saved?.options ?? options(over: defaults)
    let (images, validationImages) = try loadImages(limit: options.limit)
    return try Trainer(
      options, resuming: saved, from: initial, images: images, validationImages: validationImages,
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
