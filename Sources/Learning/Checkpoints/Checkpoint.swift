package import Support

/// A model as a directory holds it: `encoder.safetensors`, `decoder.safetensors` and, for an
/// adversarial auto-encoder, `discriminator.safetensors`.
package struct Checkpoint: Sendable {
  /// How the model was trained: a discriminator is what tells the two apart.
  package enum Kind: String, Sendable {
    case sae
    case aae
  }

  /// One file of the directory, for the record of what a report was made from.
  package struct File: Sendable, Equatable {
    package let name: String
    package let byteCount: Int
    /// Lower-case hexadecimal.
    package let sha256: String

    package init(name: String, byteCount: Int, sha256: String) {
      self.name = name
      self.byteCount = byteCount
      self.sha256 = sha256
    }
  }

  /// The prior for which models are trained unless something else is asked for, and the
  /// original's.
  package static let usualPrior = NormalDistribution(scale: 2)
  /// The standard deviations that a prior may have.
  package static let priorScales = 0.001...1000.0

  /// S, from 1 to 64.
  package let styleSize: Int
  /// What the styles were trained to follow, or are compared to.
  package let prior: NormalDistribution
  /// Laid out as `Encoder.layout(styleSize:)` says.
  package let encoder: [Float]
  /// Laid out as `Decoder.layout(styleSize:)` says.
  package let decoder: [Float]
  /// Laid out as `Discriminator.layout(styleSize:)` says; nil for a simple auto-encoder.
  package let discriminator: [Float]?
  /// The files it was read from, in the order encoder, decoder, discriminator, history.
  package let files: [File]

  package var kind: Kind { discriminator == nil ? .sae : .aae }

  package init(
    styleSize: Int, prior: NormalDistribution = usualPrior, encoder: [Float], decoder: [Float],
    discriminator: [Float]?, files: [File] = []
  ) {
    self.styleSize = styleSize
    self.prior = prior
    self.encoder = encoder
    self.decoder = decoder
    self.discriminator = discriminator
    self.files = files
  }
}
