// All test images as points in two features of the style space.

function mapView(laboratory, store, painter) {
  const dots = document.getElementById("map-dots");
  const map = document.getElementById("map");
  const text = document.getElementById("map-reading");
  const preview = document.getElementById("map-digit");
  const across = document.getElementById("map-across");
  const up = document.getElementById("map-up");
  const number = document.getElementById("map-index");
  const legend = [...document.querySelectorAll("button[data-only]")];
  const images = laboratory.labels.length;
  number.max = images - 1;

  // Where the reader points, in style units; undefined if nowhere.
  let pointed;
  let size = { width: 0, height: 0 };

  const model = () => laboratory.models[store.state.reader];
  const limits = new Map();

  /** The range of the axes, from -limit to limit: all images and three standard deviations. */
  function limit() {
    if (!limits.has(model())) {
      const largest = model().styles.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      limits.set(model(), Math.max(largest, 3 * laboratory.sigma) * 1.04);
    }
    return limits.get(model());
  }
  function place(x, y) {
    return [(x / limit() + 1) * 0.5 * size.width, (1 - y / limit()) * 0.5 * size.height];
  }
  function position(event) {
    const box = map.getBoundingClientRect();
    return {
      x: (((event.clientX - box.left) / box.width) * 2 - 1) * limit(),
      y: (1 - ((event.clientY - box.top) / box.height) * 2) * limit(),
    };
  }

  /** The image whose point is nearest, if the pointer is on it. */
  function imageAt({ x, y }) {
    const { state } = store;
    const [xs, ys] = [laboratory.feature(model(), state.x), laboratory.feature(model(), state.y)];
    const reach = (9 / size.width) * 2 * limit();
    let [nearest, least] = [undefined, reach * reach];
    for (let i = 0; i < images; i += 1) {
      if (state.only !== undefined && laboratory.labels[i] !== state.only) continue;
      const distance = (xs[i] - x) ** 2 + (ys[i] - y) ** 2;
      if (distance < least) [nearest, least] = [i, distance];
    }
    return nearest;
  }

  /** What stands at a place: the image there, or the present style moved to it. */
  function sourceAt(where) {
    const index = imageAt(where);
    if (index !== undefined) return { kind: "image", index };
    const values = Array.from(laboratory.style(store.state, model()), rounded);
    values[store.state.x] = rounded(where.x);
    values[store.state.y] = rounded(where.y);
    return { kind: "style", values };
  }

  function point(where, politeness) {
    pointed = where;
    text.setAttribute("aria-live", politeness);
    drawOverlay(store.state);
  }
  map.addEventListener("pointermove", (event) => point(position(event), "off"));
  map.addEventListener("pointerleave", () => point(undefined, "off"));
  map.addEventListener("blur", () => point(undefined, "off"));
  let pressed;
  map.addEventListener("pointerdown", (event) => {
    pressed = [event.clientX, event.clientY];
    point(position(event), "off");
  });
  map.addEventListener("pointerup", (event) => {
    // A finger that went further was scrolling.
    const isStill = Math.hypot(event.clientX - pressed?.[0], event.clientY - pressed?.[1]) < 10;
    pressed = undefined;
    if (isStill) chooseSource(laboratory, store, sourceAt(position(event)));
  });
  map.addEventListener("keydown", (event) => {
    const step = (event.shiftKey ? 0.5 : 0.1) * laboratory.sigma;
    const style = laboratory.style(store.state, model());
    const { x, y } = pointed ?? { x: style[store.state.x], y: style[store.state.y] };
    const inside = (value) => Math.max(-limit(), Math.min(limit(), value));
    const moves = {
      ArrowLeft: () => point({ x: inside(x - step), y }, "polite"),
      ArrowRight: () => point({ x: inside(x + step), y }, "polite"),
      ArrowUp: () => point({ x, y: inside(y + step) }, "polite"),
      ArrowDown: () => point({ x, y: inside(y - step) }, "polite"),
      Enter: () => chooseSource(laboratory, store, sourceAt({ x, y })),
      Escape: () => point(undefined, "off"),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  });

  // A feature that the other axis shows already changes places with this one's.
  across.addEventListener("change", () => {
    const { x, y } = store.state;
    const chosen = Number(across.value);
    store.change({ x: chosen, y: chosen === y ? x : y });
  });
  up.addEventListener("change", () => {
    const { x, y } = store.state;
    const chosen = Number(up.value);
    store.change({ x: chosen === x ? y : x, y: chosen });
  });
  number.addEventListener("change", () => {
    if (number.value === "") return;
    // A number that no image has becomes the nearest that one has.
    const index = Math.max(0, Math.min(images - 1, Math.floor(Number(number.value))));
    number.value = index;
    chooseSource(laboratory, store, { kind: "image", index });
  });
  for (const button of legend) {
    button.addEventListener("click", () => {
      const digit = Number(button.dataset.only);
      store.change({ only: store.state.only === digit ? undefined : digit });
    });
  }
  new ResizeObserver(() => store.change({ resized: store.state.resized + 1 })).observe(map);

  function drawDots(state) {
    // The observer tells the first size too.
    if (state.resized === 0) return;
    const sharp = sharpContext(dots);
    const { context } = sharp;
    size = { width: sharp.width, height: sharp.height };
    if (size.width === 0) return;
    map.dataset.limit = limit();
    const stamps = allDigits.map((digit) => dotStamp(colourOf(`--digit-${digit}`)));
    const faint = dotStamp(colourOf("--grid-line"));
    const [xs, ys] = [laboratory.feature(model(), state.x), laboratory.feature(model(), state.y)];
    const drawWhere = (isDrawn, image) => {
      for (let i = 0; i < images; i += 1) {
        if (!isDrawn(laboratory.labels[i])) continue;
        const [x, y] = place(xs[i], ys[i]);
        context.drawImage(image(laboratory.labels[i]), x - 2, y - 2, 4, 4);
      }
    };
    // In the order of the data, so that no digit hides the others.
    if (state.only === undefined) {
      drawWhere(() => true, (digit) => stamps[digit]);
    } else {
      drawWhere((digit) => digit !== state.only, () => faint);
      drawWhere((digit) => digit === state.only, (digit) => stamps[digit]);
    }
    for (const option of [...across.options, ...up.options]) {
      option.textContent = laboratory.featureName(model(), Number(option.value));
    }
    const names = [across.options[state.x].text, up.options[state.y].text];
    drawMapAxes(context, size, place, laboratory.sigma, names);
  }

  function drawOverlay(state) {
    if (size.width === 0) return;
    const { context } = sharpContext(map);
    const style = laboratory.style(state, model());
    drawMapRing(context, place(style[state.x], style[state.y]), 7, "--ink");

    const source = pointed ? sourceAt(pointed) : state.now;
    const at = laboratory.style(state, model(), source);
    if (pointed) drawMapRing(context, place(at[state.x], at[state.y]), 6, "--accent");
    const digit = source.kind === "image" ? model().predictions[source.index] : state.digit;
    painter.paint(preview, model().network.decode(at, [digit]));
    const [first, ...rest] = laboratory.phrases[digit];
    preview.setAttribute("aria-label", `${first.toUpperCase()}${rest.join("")}, decoded`);
    text.textContent = sentence(source, at, state);
  }

  function sentence(source, style, state) {
    if (source.kind === "image") {
      const [label, prediction] =
        [laboratory.labels[source.index], model().predictions[source.index]];
      const { phrases } = laboratory;
      return `Test image ${source.index}: ${phrases[label]}, read as ${phrases[prediction]}.`;
    }
    const sigmas = (feature) => `${printed(style[feature] / laboratory.sigma, 2)} σ`;
    const where = `style ${state.x + 1} ${sigmas(state.x)}, style ${state.y + 1} ${sigmas(state.y)}`;
    const phrase = laboratory.phrases[state.digit];
    return pointed
      ? `No image here: ${phrase} at ${where}.`
      : `The present style: ${phrase} at ${where}.`;
  }

  const drawDotsIfChanged = whenChanged(
    (state) => [state.reader, state.x, state.y, state.only, state.theme, state.resized], drawDots);
  const drawOverlayIfChanged = whenChanged(
    (state) => [
      state.now, state.a, state.b, state.reader, state.x, state.y, state.digit, state.only,
      state.palette, state.theme, state.resized,
    ],
    drawOverlay);

  return (state) => {
    across.value = state.x;
    up.value = state.y;
    if (document.activeElement !== number) {
      number.value = state.now.kind === "image" ? state.now.index : "";
    }
    for (const button of legend) {
      button.setAttribute("aria-pressed", Number(button.dataset.only) === state.only);
    }
    drawDotsIfChanged(state);
    drawOverlayIfChanged(state);
  };
}
