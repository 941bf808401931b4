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
    initial?.tellNotes()
    let options = try saved?.options ?? newOptions(from: initial)
    let (images, validationImages) = try loadImages(options)
    return try Trainer(
      options, resuming: saved, from: initial, images: images, validationImages: validationImages,
      workers: common.threads.workers)
  }

  /// The options of a training that begins: the data directory names the classes, flags count for more.
  ///
  /// - Parameter initial: the checkpoint that lends its weights, style size and prior.
  private func newOptions(from initial: Checkpoint?) throws(FileError) -> TrainingOptions {
    var options = TrainingOptions(kind: Self.kind, of: initial)
    options.classNames = try ClassNames.load(from: common.dataDir)
    return self.options(over: options)
  }

  /// Opens the images, and downloads MNIST's training set if the directory holds none.
  ///
  /// Without images held out, the test set is the directory's, or for MNIST the one that comes with
  /// the program.
  ///
  /// - Throws: `FileError` naming the file or the download that failed; `LearningError` if nothing
  ///   remains to train on.
  private func loadImages(
    _ options: TrainingOptions
  ) throws -> (training: LabelledImages, validation: LabelledImages) {
    let directory = common.dataDir
    let progress = Progress(isShown: !common.quiet)
    func load(_ subset: DataSet.Subset, from directory: String) throws(FileError) -> LabelledImages
    {
      let images = try DataSet.load(
        subset, from: directory, isTransposed: options.isTransposed)
      for remark in images.remarks { progress.say("\(name): \(remark)") }
      return images
    }
    if !DataSet.isPresent(.train, in: directory) {
      if FileSystem.isDirectory(directory) {
        let error = FileError(directory, DataSet.absence(of: .train, in: directory))
        progress.say("\(name): \(error); fetching MNIST")
      }
      try fetchMNIST([.train], into: directory, progress: progress)
    }
    let images = try load(.train, from: directory)
    if options.holdOut > 0 { return try images.holdingOut(options.holdOut) }
    if DataSet.isPresent(.test, in: directory) {
      return (images, try load(.test, from: directory))
    }
    guard images.isMNIST else {
      throw FileError(
        directory,
        "\(DataSet.absence(of: .test, in: directory)); without a test set, --hold-out takes training"
          + " images to validate on")
    }
    return (images, try load(.test, from: SharedResources.locate().testSet))
  }
}
