// The state as the fragment of the page's address, so that a link shows the same view again:
// #now=style:0.5,-1,0,2&a=image:12&digit=7&map=1,2

/** The largest number of a style that an address may hold, in standard deviations. */
const styleLimit = 20;

function textOfSource(source) {
  switch (source.kind) {
    case "style":
      return `style:${source.values.map(rounded).join(",")}`;
    case "styles":
      return `styles:${source.vectors.map((vector) => vector.map(rounded).join(",")).join("~")}`;
    case "image":
      return `image:${source.index}`;
    case "drawing":
      return `drawing:${textOfStrokes(source.strokes)}`;
    case "picture":
      return `picture:${Array.from(source.pixels, (level) => (level / 17).toString(16)).join("")}`;
    default:
      return `morph:${source.at}`;
  }
}

/** The source of such a text; undefined if it is not one. */
function sourceOfText(text, laboratory) {
  const [kind, rest] = text.split(/:(.*)/s);
  if (rest === undefined) return undefined;
  switch (kind) {
    case "style": {
      const values = vectorOfText(rest, laboratory);
      return values && { kind, values };
    }
    case "styles": {
      const vectors = rest.split("~").map((text) => vectorOfText(text, laboratory));
      const isWhole = vectors.length === laboratory.models.length && vectors.every(Boolean);
      return isWhole ? { kind, vectors } : undefined;
    }
    case "image": {
      const index = /^\d+$/.test(rest) ? Number(rest) : -1;
      return index >= 0 && index < laboratory.labels.length ? { kind, index } : undefined;
    }
    case "drawing": {
      const strokes = strokesOfText(rest);
      return strokes && { kind, strokes };
    }
    case "picture": {
      if (!/^[0-9a-f]*$/.test(rest) || rest.length !== pixelCount) return undefined;
      return { kind, pixels: Uint8ClampedArray.from(rest, (level) => 17 * parseInt(level, 16)) };
    }
    case "morph": {
      const at = rest === "" ? NaN : Number(rest);
      return at >= 0 && at <= 1 ? { kind, at } : undefined;
    }
    default:
      return undefined;
  }
}

/** As many numbers as there are features; undefined if the text is not a list of numbers. */
function vectorOfText(text, laboratory) {
  const limit = styleLimit * laboratory.sigma;
  const values = text.split(",").map((value) => (value === "" ? NaN : Number(value)));
  if (!values.every(Number.isFinite)) return undefined;
  const zeros = new Array(laboratory.featureCount).fill(0);
  return [...values, ...zeros].slice(0, laboratory.featureCount)
    .map((value) => Math.max(-limit, Math.min(limit, value)));
}

/** The samples of such texts; undefined if one of them is not one. */
function handOfText(text, laboratory) {
  const hand = text.split("~").map((part) => sourceOfText(part, laboratory));
  const isWhole = hand.every((sample) => sample && laboratory.pixels(sample));
  return isWhole ? hand.slice(0, mostSamples) : undefined;
}

/** What is written in the reader's hand at first. */
const usualText = "0123456789";

/** The text that a part of an address stands for; undefined if that is damaged. */
function writtenText(part) {
  try {
    // By characters: half of one would not fit into an address.
    return [...decodeURIComponent(part)].slice(0, 60).join("");
  } catch {
    return undefined;
  }
}

function fragmentOfState(state) {
  const parts = [
    ["now", textOfSource(state.now)], ["a", textOfSource(state.a)], ["b", textOfSource(state.b)],
    ["hand", state.hand.length > 0 ? state.hand.map(textOfSource).join("~") : undefined],
    ["text", state.text === usualText ? undefined : encodeURIComponent(state.text)],
    ["digit", state.digit], ["model", state.reader + 1], ["map", `${state.x + 1},${state.y + 1}`],
    ["only", state.only], ["ink", state.palette],
  ];
  return parts.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`).join("&");
}

/** The parts of the state that a fragment holds and that make sense here. */
function stateOfFragment(fragment, laboratory) {
  const parts = new Map(
    fragment.split("&").map((part) => part.split(/=(.*)/s).slice(0, 2)));
  const state = {};
  const set = (name, value) => {
    if (value !== undefined) state[name] = value;
  };
  const whole = (text, lower, upper) => {
    const value = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
    return value >= lower && value <= upper ? value : undefined;
  };
  for (const name of ["now", "a", "b"]) {
    const source = sourceOfText(parts.get(name) ?? "", laboratory);
    // The ends of a blend are not blends.
    if (name === "now" || source?.kind !== "morph") set(name, source);
  }
  if (parts.get("hand")) set("hand", handOfText(parts.get("hand"), laboratory));
  if (parts.has("text")) set("text", writtenText(parts.get("text") ?? ""));
  set("digit", whole(parts.get("digit"), 0, 9));
  set("only", whole(parts.get("only"), 0, 9));
  const reader = whole(parts.get("model"), 1, laboratory.models.length);
  set("reader", reader && reader - 1);
  const [x, y] = (parts.get("map") ?? "").split(",")
    .map((feature) => whole(feature, 1, laboratory.featureCount));
  // Two axes of one feature would be a line.
  if (x && y && (x !== y || laboratory.featureCount === 1)) [state.x, state.y] = [x - 1, y - 1];
  if (palettes.includes(parts.get("ink"))) state.palette = parts.get("ink");
  return state;
}

/**
 * Keeps the address in step with the state, and the state with the address: what an address does not
 * say is as it was when the page was opened.
 */
function followAddress(laboratory, store) {
  const { theme, resized, ...initial } = store.state;
  let timer;
  let own;
  const restore = () => {
    // Some programs that pass links on escape the commas and colons.
    const fragment = location.hash.slice(1).replaceAll("%2C", ",").replaceAll("%3A", ":");
    // Other fragments name places of the page.
    if (fragment === own || !fragment.includes("=")) return;
    store.change({ ...initial, ...stateOfFragment(fragment, laboratory) }, { isRestoring: true });
  };
  window.addEventListener("hashchange", restore);
  // Browsers refuse an address that changes at every movement of a slider.
  store.onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      own = fragmentOfState(store.state);
      history.replaceState(null, "", `#${own}`);
    }, 300);
  };
  restore();
}
