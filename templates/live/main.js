// Puts the parts together.

const mostUndoneSteps = 100;

/** The state, and what is drawn from it: once a frame, however often it changes. */
class Store {
  constructor(state) {
    this.state = state;
    this.views = [];
    // What was drawn and kept before each step that can be undone.
    this.past = [];
    this.onChange = () => {};
    this.isWaiting = false;
  }

  /** Changes what is drawn or kept, so that it can be undone. */
  edit(changes) {
    this.remember();
    this.set({ remark: undefined, ...changes });
  }

  undo() {
    if (this.past.length > 0) this.set({ remark: undefined, ...this.past.pop() });
  }

  /** Changes anything. If that takes the reader's drawing or picture from the paper, undo returns it. */
  change(changes, options) {
    const { now } = this.state;
    if (isReaders(now) && (changes.now ?? now) !== now) this.remember();
    this.set(changes, options);
  }

  remember() {
    const { now, hand } = this.state;
    this.past.push({ now, hand });
    if (this.past.length > mostUndoneSteps) this.past.shift();
  }

  /** Changes anything for good: no step that can be undone, or the rest of one. */
  set(changes, { isRestoring = false } = {}) {
    this.state = { ...this.state, ...changes };
    // What the reader did is worth an address, what the window did is not.
    if (!isRestoring && !("theme" in changes) && !("resized" in changes)) this.onChange();
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      for (const view of this.views) view(this.state);
    });
  }
}

/** The choices that several parts share: the digit, the model that reads, the colours. */
function settingsView(store, painter) {
  const radios = [...document.querySelectorAll("#live input[type=radio]")];
  const palette = document.getElementById("palette");
  for (const radio of radios) {
    radio.addEventListener("change", () => store.change({ [radio.name]: Number(radio.value) }));
  }
  palette.addEventListener("change", () => store.change({ palette: palette.value }));
  const choosePalette = whenChanged(
    (state) => [state.palette, state.theme], (state) => painter.choose(state.palette));
  return (state) => {
    for (const radio of radios) radio.checked = Number(radio.value) === state[radio.name];
    palette.value = state.palette;
    document.getElementById("live").dataset.palette = state.palette;
    choosePalette(state);
  };
}

async function start(payload) {
  const live = document.getElementById("live");
  const network = await Network.load(payload.bytes(payload.header.network));
  await pause();
  const laboratory = new Laboratory(payload, network);
  const checked = (name) =>
    Number(live.querySelector(`input[name=${name}]:checked`)?.value ?? 0);
  const { indices } = payload.header.samples;
  const zero = { kind: "style", values: new Array(laboratory.featureCount).fill(0) };
  const store = new Store({
    now: zero,
    a: { kind: "image", index: indices[0] },
    b: { kind: "image", index: indices[indices.length - 1] },
    digit: checked("digit"),
    reader: checked("reader"),
    x: 0,
    y: Math.min(1, laboratory.featureCount - 1),
    only: undefined,
    hand: [],
    text: usualText,
    // What is to be said of the pictures that were read last.
    remark: undefined,
    palette: "ink",
    theme: 0,
    resized: 0,
  });
  const painter = new Painter();
  store.views = [
    settingsView(store, painter),
    digitsView(laboratory, painter),
    slidersView(laboratory, store),
    drawView(laboratory, store, painter),
    morphView(laboratory, store, painter),
    mapView(laboratory, store, painter),
  ];
  // Not in a page of other classes than digits.
  if (document.getElementById("hand-text")) {
    store.views.push(
      samplesView(laboratory, store, painter), writingView(laboratory, store, painter));
  }
  paintSamples(laboratory, store, painter);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    store.change({ theme: store.state.theme + 1 }));
  followAddress(laboratory, store);
  // The first drawing, of what is so without an address too.
  store.change({}, { isRestoring: true });
  keepAddressOnLinks();
  measureStrip(live);

  const check = new SelfCheck(laboratory);
  await check.run();
  if (check.failures.length === 0) {
    showVerdict(
      "pass", `In this browser the networks draw and read ${check.images} images as they did when`
        + " the page was made.");
  } else {
    showVerdict(
      "fail", "In this browser the networks do not draw and read as they did when the page was made:",
      check.failures);
  }
}

/** Links within the page go to their places without taking the state out of the address. */
function keepAddressOnLinks() {
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      const target = document.getElementById(link.hash.slice(1));
      if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      target.scrollIntoView();
      // The next step by keyboard goes on from there.
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    });
  }
}

/** Tells the style sheet how high the strip of digits is that stays in sight, and hides what is below. */
function measureStrip(live) {
  const strip = live.querySelector(".live-digits");
  new ResizeObserver(() => {
    live.style.setProperty("--strip", `${strip.offsetHeight}px`);
  }).observe(strip);
}

/** The buttons that stand for test images show them. */
function paintSamples(laboratory, store, painter) {
  const buttons = document.querySelectorAll("button[data-sample] canvas");
  store.views.push(
    whenChanged(
      (state) => [state.palette, state.theme],
      () => {
        for (const canvas of buttons) {
          const digit = Number(canvas.parentElement.dataset.sample);
          for (const [index, pixels] of laboratory.samples) {
            if (laboratory.labels[index] === digit) painter.paint(canvas, pixels);
          }
        }
      }));
}

/** Shows what can be tried, or nothing of it: controls that do nothing are worse than none. */
function offerLive(isOffered) {
  for (const part of document.querySelectorAll("[data-live]")) part.hidden = !isOffered;
}

// All stands in the page from the first moment, so that nothing below it moves later.
offerLive(true);
showVerdict(
  "pending", "is running: the networks draw and read again what they did when the page was made.");
document.addEventListener("DOMContentLoaded", async () => {
  await pause();
  try {
    await start(await Payload.read(document.getElementById("payload")));
  } catch (error) {
    offerLive(false);
    if (error instanceof NotRunHere) {
      showVerdict(
        "none", `Here you could try the networks themselves, but ${error.message}. All else on this`
          + " page is complete without it.");
    } else {
      showVerdict("fail", `The live part of this page cannot run: ${error.message}.`);
    }
  }
});
