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

  /// S, from 1 to 64.
  package let styleSize: Int
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
    styleSize: Int, encoder: [Float], decoder: [Float], discriminator: [Float]?, files: [File] = []
  ) {
    self.styleSize = styleSize
    self.encoder = encoder
    self.decoder = decoder
    self.discriminator = discriminator
    self.files = files
  }
}
