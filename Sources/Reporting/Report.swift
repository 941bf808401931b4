import Drawing
import Learning
package import Support

/// A report: the files that are written.
package struct Report: Sendable {
  /// A file of the report.
  package struct File: Sendable {
    /// Relative to the directory that the report is written to.
    package let path: String
    package let bytes: [UInt8]
  }

  /// Every number of the report.
  package let data: ReportData
  /// The figures, `encodings.csv`, `report.json` and, last, `index.html`.
  package let files: [File]

  /// Makes a report.
  ///
  /// Equal input gives equal bytes, with any number of threads.
  ///
  /// - Parameter network: the network as WebAssembly; without it the page has no live part.
  /// - Throws: `CanvasError` if a figure cannot be drawn, `FileError` naming a model whose drawings
  ///   are not finite.
  package init(
    _ input: ReportInput, templates: Templates, network: [UInt8]? = nil, workers: Workers
  ) throws {
    let data = ReportData(input)
    let pictures = try zip(data.checkpoints, input.models).map {
      try DigitPictures($0, $1, workers: workers)
    }
    let slugs = fileSlugs(input.models.map(\.name))
    let figures = try DrawnFigures(
      ReportFigures(input, data, pictures, slugs: slugs).figures, workers: workers)
    let live = network == nil ? nil : templates.live
    let page = try PageContext(
      data, input.images, pictures, figures, slugs: slugs, settings: input.settings,
      style: PageStyle(
        rules: templates.rules + (live?.rules ?? ""), scripts: live.map { [$0.script] } ?? []),
      live: live.map { LiveContext(data, script: $0.script) })
    var html = Array(templates.render(page).utf8)
    if live != nil, let network {
      html = try LivePage.fill(html) { frame, numbers in
        LivePayload(
          input, data, pictures, network: network, frame: frame, numbers: numbers)
      }
    }

    self.data = data
    files =
      figures.files.map { File(path: "figures/\($0.name)", bytes: $0.bytes) } + [
        File(
          path: "encodings.csv",
          bytes: encodingsCSV(input.models, names: data.checkpoints.map(\.name))),
        File(path: "report.json", bytes: data.json),
        File(path: "index.html", bytes: html),
      ]
  }
}

extension Report {
  /// Writes the report: every file whole or not at all, the page last. Other files in the directory
  /// stay.
  ///
  /// - Parameter directory: made if it does not exist.
  /// - Returns: the path of the page.
  /// - Throws: `FileError`; the files of an older report are then as they were.
  @discardableResult
  package func write(to directory: String) throws(FileError) -> String {
    try FileSystem.createDirectory(FileSystem.join(directory, "figures"))
    var transaction = FileTransaction()
    for file in files {
      try transaction.stage(file.bytes, as: FileSystem.join(directory, file.path))
    }
    try transaction.commit()
    return FileSystem.join(directory, "index.html")
  }
}

extension ReportData {
  /// The text of `report.json`.
  package var json: [UInt8] {
    do {
      return try Support.json(self, pretty: true) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("a report holds finite numbers: \(error)")
    }
  }
}
