import CCairo
import Glibc
import Support

/// The weights of the one family that figures are lettered in.
enum FontWeight: String, Sendable, CaseIterable {
  case regular = "Regular"
  case medium = "Medium"
  case semibold = "SemiBold"
}

/// The typeface of every figure: Inter, read from its files by FreeType.
///
/// Asking fontconfig for "sans" would give each machine's own letters, and is slow to start. A file
/// with a known name gives the same letters everywhere, and its absence is an error with a remedy
/// instead of empty boxes.
///
/// Sendable although it holds C pointers: they are written once, in `init`, and Cairo guards a font
/// face (its reference count, its glyph cache and the FreeType face under it) with its own locks.
struct Typefaces: @unchecked Sendable {
  /// Cairo's font faces, which stay owned by this value.
  private(set) var faces: [FontWeight: OpaquePointer] = [:]

  /// Height of capitals and figures over the size of the type.
  ///
  /// Source: the OS/2 table of Inter 4.0, sCapHeight / unitsPerEm.
  static let capHeight = 0.727

  /// The environment variable that names another directory with the files.
  static let environmentVariable = "MNIST_STYLE_FONTS"

  /// Where Debian, Arch and Fedora put Inter.
  static let directories = [
    "/usr/share/fonts/opentype/inter", "/usr/share/fonts/inter",
    "/usr/share/fonts/rsms-inter-fonts", "/usr/local/share/fonts/inter",
  ]

  /// The typefaces of this process, loaded when first asked for and kept to its end.
  static let shared = Result<Typefaces, CanvasError> { () throws(CanvasError) in
    guard let directory = getenv(environmentVariable) else {
      return try Typefaces(directories: directories)
    }
    return try Typefaces(directories: [String(system: directory)])
  }

  /// Loads all weights from the first directory that has them.
  init(directories: [String]) throws(CanvasError) {
    let complete = directories.first { directory in
      FontWeight.allCases.allSatisfy { access(cString(Self.path($0, in: directory)), R_OK) == 0 }
    }
    guard let complete else {
      let names = FontWeight.allCases.map { "Inter-\($0.rawValue).otf" }.joined(separator: ", ")
      throw CanvasError(
        "font not found: \(names) in any of \(directories.joined(separator: ", ")); install Inter "
          + "(Debian: fonts-inter) or set \(Self.environmentVariable) to its directory")
    }
    var library: FT_Library?
    guard FT_Init_FreeType(&library) == 0 else { throw CanvasError("FreeType could not start") }
    // Cairo keeps scaled fonts, and with them these faces, in a cache of its own for as long as the
    // process lives. So neither the faces nor the library are ever freed; there is one of each.
    for weight in FontWeight.allCases {
      let path = Self.path(weight, in: complete)
      var face: FT_Face?
      guard FT_New_Face(library, cString(path), 0, &face) == 0, let face else {
        throw CanvasError("\(path): not a font that FreeType can read")
      }
      guard let font = cairo_ft_font_face_create_for_ft_face(face, 0) else {
        throw CanvasError("\(path): Cairo gave no font face")
      }
      try CanvasError.check(cairo_font_face_status(font), path)
      faces[weight] = font
    }
  }

  private static func path(_ weight: FontWeight, in directory: String) -> String {
    "\(directory)/Inter-\(weight.rawValue).otf"
  }
}
