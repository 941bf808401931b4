import FoundationEssentials
import Glibc
import Learning

// The programs as they are built, from start to end. To be measured before anything else: what a
// process takes at most includes what its parent held when it was started.

/// What `vis report` of one checkpoint takes.
func wholeReport(runs: Int) -> String {
  var whole = Measurement("vis report", count: 1, unit: "reports")
  var peak = 0
  for _ in 0..<runs {
    var run: FinishedProgram?
    whole.run { _ in
      run = FinishedProgram(
        "vis", ["report", "--ckpt", "share/pt-aae", "--out", reportDirectory, "--quiet"])
    }
    guard let run, run.status == 0 else { return "vis is not built, or failed: make build\n" }
    peak = max(peak, run.memory)
  }
  return "vis report of one checkpoint, start to end: least \(fixed(whole.least)) s, median"
    + " \(fixed(whole.median)) s, at most \(peak >> 20) MiB of memory.\n"
}

/// What `train-aae` takes besides its steps, and its memory, on the whole training set.
func wholeTraining(runs: Int) -> String {
  guard DataSet.isPresent(.train, in: "data") else {
    return "The training set is not in data/, so train-aae was not run: make data\n"
  }
  struct Epoch: Decodable {
    struct Seconds: Decodable { let training, validation: Double }
    let seconds: Seconds
  }
  var around = Measurement("train-aae without its steps and its validation", count: 1, unit: "")
  var peak = 0
  for _ in 0..<runs {
    let start = ContinuousClock.now
    let run = FinishedProgram(
      "train-aae",
      [
        "--data-dir", "data", "--ckpt-dir", ".build/model", "--epochs", "1", "--limit", "6400",
        "--json",
      ])
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    guard run.status == 0, let epoch = try? JSONDecoder().decode(Epoch.self, from: Data(run.output))
    else { return "train-aae is not built, or failed: make build\n" }
    around.add(seconds - epoch.seconds.training - epoch.seconds.validation)
    peak = max(peak, run.memory)
  }
  return "train-aae, from its start to its first step, and saving: least \(fixed(around.least)) s,"
    + " median \(fixed(around.median)) s, at most \(peak >> 20) MiB of memory, data set included.\n"
}

/// A program of the package that was run to its end.
private struct FinishedProgram {
  /// The exit status; -1 if it could not be started or a signal ended it.
  private(set) var status: Int32 = -1
  /// The most bytes of memory that it held.
  private(set) var memory = 0
  /// What it printed.
  private(set) var output: [UInt8] = []

  init(_ name: String, _ arguments: [String]) {
    let path = ".build/release/\(name)"
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var process: pid_t = 0
    let failure = posix_spawn(&process, path, &actions, nil, &words, environ)
    posix_spawn_file_actions_destroy(&actions)
    close(ends[1])
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(ends[0], &piece, piece.count), count > 0 {
      output += piece[..<count]
    }
    close(ends[0])
    guard failure == 0 else { return }
    var usage = rusage()
    var code: Int32 = 0
    wait4(process, &code, 0, &usage)
    status = code & 0x7f == 0 ? code >> 8 : -1
    memory = usage.ru_maxrss << 10
  }
}
