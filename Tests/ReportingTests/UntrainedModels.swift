import TestSupport

@testable import Learning
@testable import Reporting
@testable import Support

/// A report on two untrained models, of styles of one and of three numbers.
enum UntrainedModels {
  /// Thirty images that show nothing, with the labels given.
  static func images(label: (Int) -> Int) -> LabelledImages {
    LabelledImages(
      pixels: Pixels((0..<30 * 784).map { UInt8($0 * $0 % 251) }),
      labels: (0..<30).map { UInt8(label($0)) }
    )
  }

  static func evaluated(on images: LabelledImages) throws -> [EvaluatedModel] {
    try [1, 3].map { size in
      try EvaluatedModel(
        name: "size-\(size)", path: "",
        checkpoint: Checkpoint(
          styleSize: size, encoder: FixtureNumbers.encoder(styleSize: size),
          decoder: FixtureNumbers.decoder(styleSize: size), discriminator: nil),
        on: images, ink: InkMeasures(images.pixels, workers: Workers(threads: 1)),
        workers: Workers(threads: 1))
    }
  }

  static func report(_ models: [EvaluatedModel], on images: LabelledImages) throws -> Report {
    try Report(
      ReportInput(models: models, images: images, settings: ReportSettings(version: "1")),
      workers: Workers(threads: 1))
  }
}
