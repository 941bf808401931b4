// What the page computes with, in one block of bytes: a 32-bit count, as many bytes of JSON that
// say where everything lies, then the sections that it points to.

/** Why the live part cannot run in this browser, which is no fault of the page. */
class NotRunHere extends Error {}

class Payload {
  /**
   * Inflates the text of an element. Fails if a byte of it was changed, since gzip carries a check
   * sum.
   */
  static async read(element) {
    if (!window.DecompressionStream) throw new NotRunHere("this browser cannot inflate their data");
    try {
      const stream = new Blob([bytesOfBase64(element.textContent)])
        .stream()
        .pipeThrough(new DecompressionStream("gzip"));
      return new Payload(new Uint8Array(await new Response(stream).arrayBuffer()));
    } catch {
      // What browsers say of this would not help anybody.
      throw new Error("its data are damaged");
    }
  }

  constructor(bytes) {
    const length = new DataView(bytes.buffer).getUint32(0, true);
    this.header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    this.sections = bytes.subarray(4 + length);
  }

  bytes({ offset, count }) {
    return this.sections.subarray(offset, offset + count);
  }

  /**
   * Numbers that lie as 16-bit integers, the lower bytes of all and then the higher ones, each times
   * the scale of its tensor.
   */
  numbers(section, tensors) {
    const bytes = this.bytes(section);
    const numbers = new Float32Array(bytes.length / 2);
    let start = 0;
    for (const { count, scale } of tensors) {
      for (let i = start; i < start + count; i += 1) {
        const higher = (bytes[numbers.length + i] << 24) >> 16;
        numbers[i] = (higher | bytes[i]) * scale;
      }
      start += count;
    }
    return numbers;
  }

  /** A model's parameters as the network takes them. */
  parameters(model) {
    return this.numbers(model.weights, model.tensors);
  }
}

function bytesOfBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
