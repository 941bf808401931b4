// A source says where a style comes from, in a form that fits into an address:
//
//   { kind: "style", values }     a vector, the same for every model
//   { kind: "styles", vectors }   a vector for each model
//   { kind: "image", index }      a test image, as each model reads it
//   { kind: "drawing", strokes }  the reader's drawing, as each model reads it
//   { kind: "picture", pixels }   a picture of the reader's, as each model reads it
//   { kind: "morph", at }         a blend of the sources a and b, from 0 to 1

/** The models, and the test images as they read them. */
class Laboratory {
  constructor(payload, network) {
    const { header } = payload;
    this.header = header;
    this.sigma = header.sigma;
    // What stands for each digit after a verb: "a 7".
    this.phrases = header.phrases;
    this.labels = payload.bytes(header.labels);
    this.samples = new Map(
      header.samples.indices.map((index, place) => [
        index,
        payload.bytes(header.samples.pixels).subarray(place * pixelCount, (place + 1) * pixelCount),
      ]));
    this.models = header.models.map((model) => ({
      name: model.name,
      styleSize: model.styleSize,
      featureNames: model.featureNames,
      network: network.add(model.styleSize, payload.parameters(model)),
      predictions: payload.bytes(model.predictions),
      // Mean and deviation of every feature, for each digit.
      digitStyles: model.digitStyles,
      // Of every image the first feature, then the second and so on.
      styles: payload.numbers(model.styles, model.features),
      styleSteps: model.features.map(({ scale }) => scale),
      goldenStyles: model.goldenStyles,
      goldenImages: payload.bytes(model.goldenImages),
    }));
    this.featureCount = Math.max(...this.models.map((model) => model.styleSize));
    this.readings = new WeakMap();
  }

  /** The style of a source in the space of a model, as long as the longest of all models. */
  style(state, model, source = state.now) {
    const style = new Float32Array(this.featureCount);
    switch (source.kind) {
      case "style":
        style.set(source.values.slice(0, this.featureCount));
        break;
      case "styles":
        style.set(source.vectors[this.models.indexOf(model)]);
        break;
      case "image":
        for (let feature = 0; feature < model.styleSize; feature += 1) {
          style[feature] = this.feature(model, feature)[source.index];
        }
        break;
      case "drawing":
      case "picture":
        style.set(this.read(source, model)?.style ?? []);
        break;
      case "morph": {
        const from = this.style(state, model, state.a);
        const to = this.style(state, model, state.b);
        for (let i = 0; i < style.length; i += 1) {
          style[i] = from[i] + source.at * (to[i] - from[i]);
        }
        break;
      }
    }
    return style;
  }

  /** What a model calls a feature. It may have fewer than another model. */
  featureName(model, feature) {
    return model.featureNames[feature] ?? `style ${feature + 1}`;
  }

  /** One feature of all test images. */
  feature(model, feature) {
    const count = this.labels.length;
    return model.styles.subarray(feature * count, (feature + 1) * count);
  }

  /** The 28 x 28 bytes of a source; undefined if it has none or they are not in the page. */
  pixels(source) {
    if (source.kind === "image") return this.samples.get(source.index);
    if (source.kind === "picture") return source.pixels;
    if (source.kind === "drawing" && source.strokes.length > 0) return drawingPixels(source.strokes);
    return undefined;
  }

  /** What a model makes of a source's pixels; undefined if it has none. */
  read(source, model) {
    let readings = this.readings.get(source);
    if (!readings) this.readings.set(source, (readings = new Map()));
    if (!readings.has(model)) {
      const pixels = this.pixels(source);
      readings.set(model, pixels && model.network.encode(pixels));
    }
    return readings.get(model);
  }

  /** The digit that a model reads in a source; undefined if there is nothing to read. */
  digit(source, model) {
    if (source.kind === "image") return model.predictions[source.index];
    const reading = this.read(source, model);
    return reading && indexOfLargest(reading.probabilities);
  }

  /** The digit that a sample of a hand counts as: a test image's own, or the one that is read. */
  sampleDigit(source, model) {
    return source.kind === "image" ? this.labels[source.index] : this.digit(source, model);
  }

  describe(source) {
    switch (source.kind) {
      case "style":
        return source.values.some((value) => value !== 0) ? "a style by hand" : "the zero style";
      case "styles":
        return "a blend that was kept";
      case "image":
        return `test image ${source.index}`;
      case "drawing":
        return "your drawing";
      case "picture":
        return "your picture";
      default:
        return "a blend";
    }
  }
}

/** Whether a source is something of the reader's on the paper. */
function isReaders(source) {
  return source.kind === "picture" || (source.kind === "drawing" && source.strokes.length > 0);
}

/** Takes the style of a source, and shows the digit that was read in it where one digit is shown. */
function chooseSource(laboratory, store, source) {
  store.change(choiceOf(laboratory, store.state, source));
}

/** What changes if a source is chosen. */
function choiceOf(laboratory, state, source) {
  const digit = laboratory.digit(source, laboratory.models[state.reader]);
  return { now: source, digit: digit ?? state.digit };
}

/** A style vector from the prior, by Box and Muller. */
function randomStyle(count, sigma) {
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return rounded(sigma * radius * Math.cos(2 * Math.PI * Math.random()));
  });
}

/** To three decimals, as many as an address holds. */
function rounded(value) {
  return Math.round(value * 1000) / 1000;
}

/** A number as the page prints it, with a true minus sign. */
function printed(value, places) {
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}
