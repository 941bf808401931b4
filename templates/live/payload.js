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

  /** Numbers that lie as planes: the first bytes of all, then the second bytes and so on. */
  numbers(section, NumberArray) {
    const planes = this.bytes(section);
    const size = NumberArray.BYTES_PER_ELEMENT;
    const count = planes.length / size;
    const bytes = new Uint8Array(planes.length);
    for (let plane = 0; plane < size; plane += 1) {
      for (let i = 0; i < count; i += 1) bytes[i * size + plane] = planes[plane * count + i];
    }
    return new NumberArray(bytes.buffer);
  }

  /** A model's parameters as the network takes them: integers times the scale of their tensor. */
  parameters(model) {
    const integers = this.numbers(model.weights, Int16Array);
    const parameters = new Float32Array(integers.length);
    let start = 0;
    for (const { count, scale } of model.tensors) {
      for (let i = start; i < start + count; i += 1) parameters[i] = integers[i] * scale;
      start += count;
    }
    return parameters;
  }
}

function bytesOfBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
