import Checkpoints
import Glibc
import MNIST
import Parallel
import Report

/// Where the reports go: on the disk, so that waiting for it counts.
private let scratchDirectory = ".build/report"

/// The stages of `vis report` of one checkpoint, one after the other as the program takes them.
func reportStages(runs: Int, workers: Workers) throws -> [Measurement] {
  var reading = Measurement("report: reading", count: 1, unit: "reports")
  var network = Measurement("report: network and statistics", count: 1, unit: "reports")
  var drawing = Measurement("report: figures and page", count: 1, unit: "reports")
  var writing = Measurement("report: writing", count: 1, unit: "reports")
  for _ in 0..<runs {
    var read: (Checkpoint, LabelledImages, Templates)?
    try reading.run { _ in
      read = (
        try Checkpoint.load(from: "../share/pt-aae"),
        try MNIST.load(.test, from: "../share/mnist"), try Templates(directory: "../templates")
      )
    }
    guard let (checkpoint, images, templates) = read else { continue }
    var model: EvaluatedModel?
    try network.run { _ in
      model = try EvaluatedModel(
        name: "pt-aae", path: "pt-aae", checkpoint: checkpoint, on: images, workers: workers)
    }
    guard let model else { continue }
    var report: Report?
    try drawing.run { _ in
      report = try Report(
        ReportInput(
          models: [model], images: images, settings: ReportSettings(version: "benchmark")),
        templates: templates, workers: workers)
    }
    try writing.run { _ in try report?.write(to: scratchDirectory) }
  }
  return [reading, network, drawing, writing]
}

/// What the built program takes for a report of one checkpoint, from its start to its end.
func wholeReport(runs: Int) -> String {
  let program = "../.build/release/vis"
  var whole = Measurement("vis report", count: 1, unit: "reports")
  var peak = 0
  for _ in 0..<runs {
    var usage = rusage()
    var status: Int32 = -1
    whole.run { _ in
      let words = [
        program, "report", "--ckpt", "../share/pt-aae", "--out", scratchDirectory, "--quiet",
      ]
      var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
      defer { for argument in arguments { free(argument) } }
      var process: pid_t = 0
      if posix_spawn(&process, program, nil, nil, &arguments, environ) == 0 {
        wait4(process, &status, 0, &usage)
      }
    }
    guard status == 0 else { return "\(program) is not built, or failed: make build" }
    peak = max(peak, usage.ru_maxrss)
  }
  return "vis report of one checkpoint, start to end: least \(fixed(whole.least)) s, median"
    + " \(fixed(whole.median)) s, at most \(peak / 1024) MiB of memory."
}
