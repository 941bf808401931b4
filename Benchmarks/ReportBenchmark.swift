import Learning
import Reporting
import Support

/// Where the reports go: on the disk, so that waiting for it counts.
let reportDirectory = ".build/report"

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
        try Checkpoint.load(from: "share/pt-aae"),
        try DataSet.load(.test, from: "share/mnist"), try Templates(directory: "templates")
      )
    }
    guard let (checkpoint, images, templates) = read else { continue }
    var model: EvaluatedModel?
    try network.run { _ in
      model = try EvaluatedModel(
        name: "pt-aae", path: "pt-aae", checkpoint: checkpoint, on: images,
        ink: InkMeasures(images.pixels, workers: workers), workers: workers)
    }
    guard let model else { continue }
    var files: [Report.File] = []
    try drawing.run { _ in
      let input = ReportInput(
        models: [model], images: images, settings: ReportSettings(version: "benchmark"))
      files = try Report(input, workers: workers).files(templates: templates, workers: workers)
    }
    try writing.run { _ in try Report.write(files, to: reportDirectory) }
  }
  return [reading, network, drawing, writing]
}
