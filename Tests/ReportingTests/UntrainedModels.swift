import TestSupport

@testable import Learning
@testable import Reporting
@testable import Support

/// A report on two untrained models, of styles of one and of three numbers.
enum UntrainedModels {
  /// Thirty images that show nothing, with the labels given.
  static func images(label: (Int) -> Int) -> LabelledImages {
    LabelledImages(
      pixels: (0..<30 * 784).map { UInt8($0 * $0 % 251) }, labels: (0..<30).map { UInt8(label($0)) }
    )
  }

  static func evaluated(on images: LabelledImages) throws -> [EvaluatedModel] {
    try [1, 3].map { size in
      try EvaluatedModel(
        name: "size-\(size)", path: "",
        checkpoint: Checkpoint(
          styleSize: size, encoder: FixtureNumbers.encoder(styleSize: size),
          decoder: FixtureNumbers.decoder(styleSize: size), discriminator: nil),
        on: images, workers: Workers(threads: 1))
    }
  }

  /// - Parameter network: bytes that stand for the network in the page.
  static func report(
    _ models: [EvaluatedModel], on images: LabelledImages, network: [UInt8]
  ) throws -> Report {
    try Report(
      ReportInput(models: models, images: images, settings: ReportSettings(version: "1")),
      templates: Templates(directory: "\(packageDirectory)/templates"), network: network,
      workers: Workers(threads: 1))
  }
}
