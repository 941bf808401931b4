// The network, compiled from the Swift code of the trainers.

const classes = 10;
const side = 28;
const pixelCount = side * side;

class Network {
  static async load(wasm) {
    await requireWebAssembly();
    const { instance } = await WebAssembly.instantiate(wasm);
    return new Network(instance.exports);
  }

  constructor(exports) {
    this.exports = exports;
  }

  /** Room for `count` numbers in the network's memory, for good. */
  room(count, NumberArray) {
    const address = this.exports.allocate(count * NumberArray.BYTES_PER_ELEMENT);
    if (address === 0) throw new Error("the browser gives no more memory");
    return { address, count, NumberArray };
  }

  /** What lies there; valid until memory grows, which it may in any call. */
  view({ address, count, NumberArray }) {
    return new NumberArray(this.exports.memory.buffer, address, count);
  }

  /** Adds a model by its parameters: the encoder's block, then the decoder's. */
  add(styleSize, parameters) {
    if (this.exports.parameterCount(styleSize) !== parameters.length) {
      throw new Error("the number of weights is not the network's");
    }
    const block = this.room(parameters.length, Float32Array);
    this.view(block).set(parameters);
    return new Model(this, this.exports.addModel(styleSize, block.address), styleSize);
  }
}

/** Fails if this browser, or a content policy of whoever serves the page, bars WebAssembly. */
async function requireWebAssembly() {
  if (!window.WebAssembly) throw new NotRunHere("this browser has no WebAssembly");
  // A function that makes a vector of sixteen zeros.
  const probe = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253,
    15, 253, 98, 11,
  ]);
  if (!WebAssembly.validate(probe)) {
    throw new NotRunHere("this browser’s WebAssembly has no vectors");
  }
  try {
    await WebAssembly.compile(probe);
  } catch {
    throw new NotRunHere("a content policy bars WebAssembly from this page");
  }
}

class Model {
  constructor(network, number, styleSize) {
    this.network = network;
    this.number = number;
    this.styleSize = styleSize;
    const width = classes + styleSize;
    this.image = network.room(pixelCount, Uint8Array);
    this.reading = network.room(width, Float32Array);
    this.codes = network.room(classes * width, Float32Array);
    this.images = network.room(classes * pixelCount, Float32Array);
  }

  /** Which digit 28 x 28 bytes show, as ten probabilities, and the style that it is written in. */
  encode(pixels) {
    const { network } = this;
    network.view(this.image).set(pixels);
    network.exports.encode(this.number, this.image.address, 1, this.reading.address);
    const reading = network.view(this.reading);
    return {
      probabilities: softmax(reading.subarray(0, classes)),
      style: Float32Array.from(reading.subarray(classes)),
    };
  }

  /** Digits in a style: 28 x 28 bytes for each. */
  decode(style, digits = allDigits) {
    const { network } = this;
    const codes = network.view(this.codes);
    const width = classes + this.styleSize;
    codes.fill(0);
    digits.forEach((digit, row) => {
      codes[row * width + digit] = 1;
      codes.set(style.subarray(0, this.styleSize), row * width + classes);
    });
    network.exports.decode(
      this.number, this.codes.address, digits.length, this.images.address);
    const images = network.view(this.images);
    const levels = new Uint8ClampedArray(digits.length * pixelCount);
    for (let i = 0; i < levels.length; i += 1) levels[i] = (images[i] + 1) * 127.5;
    return levels;
  }
}

const allDigits = Array.from({ length: classes }, (_, digit) => digit);

function softmax(logits) {
  const largest = Math.max(...logits);
  const exponentials = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value);
  return exponentials.map((value) => value / sum);
}

function indexOfLargest(values) {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}
