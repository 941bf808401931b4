// The network as a page calls it: a model is added once, then images and codes go through it.
//
// Addresses are those of the module's memory. The page takes its buffers there by `allocate` and
// sees to it that they are as large as is said here.
//
// Scripts/build-wasm compiles this file into the module StyleNet; the Swift package has no target
// for it.

import CWasmMemory

private struct AutoEncoder {
  let encoder: Encoder
  let decoder: Decoder
}

nonisolated(unsafe) private var models: [AutoEncoder] = []

/// Makes room for `byteCount` bytes that stay.
///
/// - Returns: their address, a multiple of 64; nil if there is no more memory.
@_expose(wasm, "allocate")
@_cdecl("allocate")
func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
  var memory: UnsafeMutableRawPointer?
  return posix_memalign(&memory, 64, byteCount) == 0 ? memory : nil
}

/// How many floats the parameters of a model are: the encoder's flat block, then the decoder's.
@_expose(wasm, "parameterCount")
@_cdecl("parameterCount")
func parameterCount(_ styleSize: Int) -> Int {
  Encoder.layout(styleSize: styleSize).count + Decoder.layout(styleSize: styleSize).count
}

/// Adds a model with style vectors of 1 to 64 components.
///
/// - Parameter parameters: `parameterCount` floats, which are copied.
/// - Returns: the number that the model goes by, from 0 on.
@_expose(wasm, "addModel")
@_cdecl("addModel")
func addModel(_ styleSize: Int, _ parameters: UnsafePointer<Float>) -> Int {
  let encoderCount = Encoder.layout(styleSize: styleSize).count
  let decoderCount = Decoder.layout(styleSize: styleSize).count
  func block(_ start: Int, _ count: Int) -> [Float] {
    Array(UnsafeBufferPointer(start: parameters + start, count: count))
  }
  models.append(
    AutoEncoder(
      encoder: Encoder(styleSize: styleSize, parameters: block(0, encoderCount)),
      decoder: Decoder(styleSize: styleSize, parameters: block(encoderCount, decoderCount))))
  return models.count - 1
}

/// Encodes N images.
///
/// - Parameters:
///   - images: N x 28 x 28 bytes; 0 is background, 255 ink.
///   - outputs: N x (K+S) floats: ten logits, then the style vector.
@_expose(wasm, "encode")
@_cdecl("encode")
func encode(
  _ model: Int, _ images: UnsafePointer<UInt8>, _ count: Int,
  _ outputs: UnsafeMutablePointer<Float>
) {
  let encoder = models[model].encoder
  let mark = memory_mark()
  encoder.encode(
    UnsafeBufferPointer(start: images, count: count * Model.pixels),
    into: UnsafeMutableBufferPointer(
      start: outputs, count: count * (Model.classes + encoder.styleSize)))
  memory_release(mark)
}

/// Decodes N codes.
///
/// - Parameters:
///   - codes: N x (K+S) floats: ten class probabilities, then the style vector.
///   - images: N x 28 x 28 floats, -1 background, 1 ink, not clamped.
@_expose(wasm, "decode")
@_cdecl("decode")
func decode(
  _ model: Int, _ codes: UnsafePointer<Float>, _ count: Int, _ images: UnsafeMutablePointer<Float>
) {
  let decoder = models[model].decoder
  let mark = memory_mark()
  decoder.decode(
    UnsafeBufferPointer(start: codes, count: count * (Model.classes + decoder.styleSize)),
    into: UnsafeMutableBufferPointer(start: images, count: count * Model.pixels))
  memory_release(mark)
}
