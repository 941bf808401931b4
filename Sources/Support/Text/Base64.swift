/// Bytes in the base64 alphabet of RFC 4648, padded.
package func base64(_ bytes: [UInt8]) -> String {
  String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { output in
    bytes.withUnsafeBufferPointer { input in
      var place = 0
      func append(_ a: UInt8, _ b: UInt8, _ c: UInt8) {
        let bits = UInt32(a) << 16 | UInt32(b) << 8 | UInt32(c)
        for shift: UInt32 in [18, 12, 6, 0] {
          output[place] = alphabet[Int(bits >> shift & 63)]
          place += 1
        }
      }
      let whole = input.count / 3 * 3
      for index in stride(from: 0, to: whole, by: 3) {
        append(input[index], input[index + 1], input[index + 2])
      }
      if whole < input.count {
        append(input[whole], whole + 1 < input.count ? input[whole + 1] : 0, 0)
        // Each missing byte is one character of padding.
        for missing in 0..<whole + 3 - input.count {
          output[place - 1 - missing] = UInt8(ascii: "=")
        }
      }
      return place
    }
  }
}

private let alphabet = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
