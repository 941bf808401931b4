import CPNG

@testable import Drawing

/// A picture as a PNG file has it: colours of the sRGB space that are not premultiplied.
struct Pixmap: Equatable {
  let width, height: Int
  /// `width * height` times red, green, blue, alpha, row after row from the top.
  let channels: [UInt8]

  /// The colours of the pixels, row after row from the top.
  var colors: [Color] {
    stride(from: 0, to: channels.count, by: 4).map { place in
      Color(
        red: channels[place], green: channels[place + 1], blue: channels[place + 2],
        alpha: channels[place + 3])
    }
  }
}

extension PNG {
  /// Reads what was written, with libpng.
  static func pixmap(_ bytes: [UInt8]) throws(CanvasError) -> Pixmap {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0 else {
      throw CanvasError("not a PNG file")
    }
    let (width, height) = (Int(image.width), Int(image.height))
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA)
    var channels = [UInt8](repeating: 0, count: width * height * 4)
    guard png_image_finish_read(&image, nil, &channels, 0, nil) != 0 else {
      throw CanvasError("damaged")
    }
    return Pixmap(width: width, height: height, channels: channels)
  }
}
