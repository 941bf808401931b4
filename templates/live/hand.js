// The reader's hand: samples of it, and what is written in it.

/** Samples as a model reads them: the mean of their styles, each standardised within its digit. */
class Hand {
  constructor(laboratory, model, samples) {
    this.model = model;
    const styles = samples.map((sample) => {
      const { style } = laboratory.read(sample, model);
      const usual = model.digitStyles[laboratory.sampleDigit(sample, model)];
      return usual.map(({ mean, deviation }, feature) =>
        deviation > 0 ? (style[feature] - mean) / deviation : 0);
    });
    /** In standard deviations; 0 without samples. */
    this.mean = Array.from({ length: model.styleSize }, (_, feature) =>
      sum(styles.map((style) => style[feature])) / Math.max(1, styles.length));
    /** The deviation of the samples; that of samples of nothing in common is the root of the size. */
    this.spread = Math.sqrt(
      sum(styles.flatMap((style) => style.map((value, i) => (value - this.mean[i]) ** 2)))
        / (styles.length - 1));
  }

  /** The picture of a digit in this hand. */
  draw(digit) {
    const style = this.model.digitStyles[digit].map(({ mean, deviation }, feature) =>
      mean + deviation * this.mean[feature]);
    return this.model.network.decode(Float32Array.from(style), [digit]);
  }
}

const mostSamples = 30;

/** Whether a source can be one more sample of a hand. */
function isNewSample(laboratory, { now, hand }) {
  if (hand.length >= mostSamples || !laboratory.read(now, laboratory.models[0])) return false;
  const text = textOfSource(now);
  return hand.every((sample) => textOfSource(sample) !== text);
}

function samplesView(laboratory, store, painter) {
  const list = document.getElementById("hand-samples");
  const add = document.getElementById("add-sample");
  const files = document.getElementById("picture-files");
  const status = document.getElementById("hand-status");
  const paper = document.getElementById("draw");

  onClick("add-sample", () => {
    const { now, hand } = store.state;
    if (!isNewSample(laboratory, store.state)) return;
    store.edit({ hand: [...hand, now], now: { kind: "drawing", strokes: [] } });
  });
  onClick("choose-pictures", () => files.click());
  files.addEventListener("change", async () => {
    await take([...files.files]);
    // So that the same file can be chosen again.
    files.value = "";
  });

  // Wherever on the page: a browser would leave it for a picture that is dropped beside the paper.
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    window.addEventListener(kind, (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      paper.classList.toggle("awaits", kind === "dragover");
      if (kind === "drop") take([...event.dataTransfer.files]);
    });
  }

  /**
   * Reads pictures, keeps what is read as samples, shows the last, and says what was not read. What
   * hardly looks like a digit is only laid on the paper: it would spoil the hand.
   */
  async function take(pictures) {
    const read = [];
    let now;
    const remarks = [];
    const room = () => mostSamples - store.state.hand.length;
    for (const picture of pictures.slice(0, room())) {
      try {
        const { pixels, isLikely } = await readPicture(picture, laboratory);
        now = { kind: "picture", pixels };
        if (isLikely) read.push(now);
        else remarks.push(`“${picture.name}” hardly looks like one digit: add it if it is one`);
      } catch (error) {
        remarks.push(`“${picture.name}” ${error.message}`);
      }
    }
    // Others may have been added while these were read.
    const kept = read.slice(0, room());
    if (pictures.length > room()) remarks.unshift(`A hand has at most ${mostSamples} samples`);
    if (now) store.edit({ hand: [...store.state.hand, ...kept], now });
    if (remarks.length > 0) store.change({ remark: `${remarks.join("; ")}.` });
  }

  function remove(sample, place) {
    store.edit({ hand: store.state.hand.filter((other) => other !== sample) });
    // The keyboard goes on from what took its place.
    requestAnimationFrame(() => {
      (list.children[place] ?? list.lastElementChild)?.firstElementChild.focus();
      if (list.children.length === 0) add.focus();
    });
  }

  function item(sample, place, digit) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `Remove sample ${place + 1}, taken as ${digit}`);
    button.title = "Remove";
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    painter.paint(canvas, laboratory.pixels(sample));
    button.append(canvas);
    button.addEventListener("click", () => remove(sample, place));
    const entry = document.createElement("li");
    entry.append(button);
    return entry;
  }

  const showSamples = whenChanged(
    (state) => [state.hand, state.reader, state.remark, state.palette, state.theme],
    ({ hand: samples, reader, remark }) => {
      const model = laboratory.models[reader];
      const digits = samples.map((sample) => laboratory.sampleDigit(sample, model));
      list.replaceChildren(...samples.map((sample, place) => item(sample, place, digits[place])));
      const hand = new Hand(laboratory, model, samples);
      say(status, [remark, summary(digits, hand)].filter(Boolean).join(" "));
    });
  return (state) => {
    // Not disabled, which would take the keyboard's focus away.
    add.setAttribute("aria-disabled", !isNewSample(laboratory, state));
    showSamples(state);
  };
}

function summary(digits, { spread, mean }) {
  if (digits.length === 0) return "No samples yet: this is the average hand.";
  const last = digits[digits.length - 1];
  if (digits.length === 1) return `One sample, taken as ${last}.`;
  return `${digits.length} samples, taken as ${digits.slice(0, -1).join(", ")} and ${last}. The spread of`
    + ` their styles is ${printed(spread, 1)} σ, that of unrelated ones`
    + ` ${printed(Math.sqrt(mean.length), 1)} σ.`;
}

/** Shows a message, which a screen reader speaks only if it is another one. */
function say(element, message) {
  if (element.textContent !== message) element.textContent = message;
}

/** What the models write in the hand of the samples. */
function writingView(laboratory, store, painter) {
  const field = document.getElementById("hand-text");
  const message = document.getElementById("hand-message");
  const { marks } = laboratory.header;
  const sheets = laboratory.models.map((model, index) => ({
    model,
    vector: document.querySelector(`[data-hand-vector="${index}"]`),
    canvas: document.querySelector(`canvas[data-hand="${index}"]`),
    button: document.querySelector(`[data-png="${index}"]`),
  }));
  const known = new Set(["0123456789 ", ...marks.map((mark) => mark.character)].join(""));

  field.addEventListener("input", () => store.change({ text: field.value }));
  for (const sheet of sheets) {
    sheet.button.addEventListener("click", () => save(sheet));
  }

  async function save({ model, writer }) {
    const { text } = store.state;
    if (text.trim() === "") return;
    const canvas = new OffscreenCanvas(1, 1);
    // The page's own ink may be light, on a dark page.
    const colours =
      painter.palette === "ink" ? { ink: "black", paper: "white" } : painter.lineColours();
    writer.draw(canvas, writer.lines(text), 8, colours);
    const address = URL.createObjectURL(await canvas.convertToBlob({ type: "image/png" }));
    const name = text.replace(/[^0-9.-]+/g, "-");
    Object.assign(document.createElement("a"), {
      href: address, download: `${model.name}-${name}.png`,
    }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  const readHand = whenChanged((state) => [state.hand], ({ hand: samples }) => {
    for (const sheet of sheets) {
      const hand = new Hand(laboratory, sheet.model, samples);
      sheet.writer = new Writer(hand, marks);
      const shown = hand.mean.slice(0, 8);
      sheet.vector.textContent = shown.map((value) => printed(value, 2)).join("  ")
        + (hand.mean.length > shown.length ? " … σ" : " σ");
    }
  });
  const write = whenChanged(
    (state) => [state.hand, state.text, state.palette, state.theme, state.resized],
    ({ text }) => {
      for (const { model, canvas, button, writer } of sheets) {
        const room = canvas.parentElement.clientWidth;
        const whole = lineWidth(writer.lines(text)) + 2 * lineShape.margin;
        // As large as a line allows, but never so small that it cannot be read.
        const zoom = Math.max(1.75, Math.min(3, room / whole));
        const width = room / zoom - 2 * lineShape.margin;
        const lines = writer.lines(text, zoom > room / whole ? width : Infinity);
        const ratio = window.devicePixelRatio || 1;
        writer.draw(canvas, lines, zoom * ratio, painter.lineColours(), width);
        canvas.style.height = `${canvas.height / ratio}px`;
        canvas.setAttribute("aria-label", `${text || "Nothing"} in your hand, by ${model.name}`);
        button.setAttribute("aria-disabled", text.trim() === "");
      }
      if (document.activeElement !== field) field.value = text;
      const others = new Set([...text].filter((character) => !known.has(character)));
      say(message, others.size === 0 ? "" : `Left out: ${[...others].join(" ")}`
        + ` – a hand writes digits, spaces and ${marks.map((mark) => mark.character).join(" ")} only.`);
    });
  return (state) => {
    readHand(state);
    write(state);
  };
}
