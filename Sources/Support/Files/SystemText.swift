import Glibc

// To the system, an argument or the name of a file is any bytes but 0. In a String, each byte that is
// no part of UTF-8 is kept as one scalar of a private range that stands for it, as Python's
// `surrogateescape` keeps it as a surrogate. Where a name goes back to the system, so do the bytes.

extension Unicode.Scalar {
  /// The byte that the scalar stands for; nil if it stands for itself.
  ///
  /// The range is U+10FE00 to U+10FEFF.
  var heldByte: UInt8? { UInt8(exactly: Int(value) - 0x10_FE00) }
}

extension String {
  /// The scalar that stands for a byte.
  package init(holding byte: UInt8) {
    self.init(decoding: Self.utf8(holding: byte), as: UTF8.self)
  }

  private static func utf8(holding byte: UInt8) -> [UInt8] {
    [0xF4, 0x8F, 0xB8 | byte >> 6, 0x80 | byte & 0x3F]
  }

  /// Text from the system, of which every byte is kept.
  package init(systemBytes bytes: [UInt8]) {
    var utf8: [UInt8] = []
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes[...]
    while !rest.isEmpty {
      let length: Int
      let isKept: Bool
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar):
        length = scalar.count
        // What means itself is not to be taken for what stands for a byte.
        isKept = Unicode.UTF8.decode(scalar).heldByte == nil
      case .error(let count): (length, isKept) = (count, false)
      case .emptyInput: (length, isKept) = (rest.count, false)
      }
      utf8 += isKept ? Array(rest.prefix(length)) : rest.prefix(length).flatMap(Self.utf8(holding:))
      rest = rest.dropFirst(length)
    }
    self.init(decoding: utf8, as: UTF8.self)
  }

  /// Text from the system, of which every byte is kept.
  package init(system text: UnsafePointer<CChar>) {
    self.init(
      systemBytes: UnsafeBufferPointer(start: text, count: strlen(text)).map(
        UInt8.init(bitPattern:)))
  }

  /// The bytes that the system knows the text by.
  package var systemBytes: [UInt8] {
    unicodeScalars.flatMap { scalar in scalar.heldByte.map { [$0] } ?? Array(scalar.utf8) }
  }
}

/// A path as system calls take it.
package func cString(_ path: String) -> [CChar] {
  path.systemBytes.map(CChar.init(bitPattern:)) + [0]
}

/// Text without stand-ins: bytes that are not UTF-8 are written as `\xff`.
package func readable(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.heldByte {
    case nil: result.unicodeScalars.append(scalar)
    case let byte? where (0x20..<0x7F).contains(byte):
      result.append(Character(Unicode.Scalar(byte)))
    case let byte?: result += "\\x\(hexadecimal([byte]))"
    }
  }
  return result
}
