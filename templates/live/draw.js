// The reader's own handwriting.

function drawView(laboratory, store, painter) {
  const canvas = document.getElementById("draw");
  const seen = document.getElementById("draw-seen");
  const clear = document.getElementById("clear-drawing");
  const undo = document.getElementById("undo-drawing");
  const status = document.getElementById("draw-reading");
  const bars = laboratory.models.map((_, index) => [
    ...document.querySelectorAll(`[data-probabilities="${index}"] li`),
  ]);
  // The pointer that is down, of which there is one at a time: a palm beside the pen does not write.
  // Meanwhile the sentence waits, so that a screen reader is not flooded.
  let pen;

  function point(event) {
    const box = canvas.getBoundingClientRect();
    const place = (value, start, size) =>
      Math.max(0, Math.min(255, Math.round(((value - start) / size) * 255)));
    return [place(event.clientX, box.left, box.width), place(event.clientY, box.top, box.height)];
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (pen !== undefined || !event.isPrimary || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    pen = event.pointerId;
    const { now } = store.state;
    const strokes = now.kind === "drawing" ? now.strokes : [];
    store.edit({ now: { kind: "drawing", strokes: [...strokes, point(event)] } });
  });
  canvas.addEventListener("pointermove", (event) => {
    const { now } = store.state;
    // Something else may have been chosen while the pen was down.
    if (event.pointerId !== pen || now.kind !== "drawing" || now.strokes.length === 0) return;
    const strokes = [...now.strokes];
    const stroke = [...strokes.pop()];
    const events = event.getCoalescedEvents?.() ?? [];
    for (const step of events.length > 0 ? events : [event]) {
      const [x, y] = point(step);
      const [lastX, lastY] = stroke.slice(-2);
      if (Math.hypot(x - lastX, y - lastY) >= 3) stroke.push(x, y);
    }
    // The stroke is one step, which began when the pen was set down.
    store.set({ now: { kind: "drawing", strokes: [...strokes, stroke] } });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId !== pen) return;
      pen = undefined;
      store.set(choiceOf(laboratory, store.state, { ...store.state.now }));
    });
  }
  onClick("clear-drawing", () => {
    if (isReaders(store.state.now)) store.edit({ now: { kind: "drawing", strokes: [] } });
  });
  onClick("undo-drawing", () => store.undo());
  for (const button of document.querySelectorAll("button[data-sample]")) {
    const index = laboratory.header.samples.indices
      .find((place) => laboratory.labels[place] === Number(button.dataset.sample));
    button.hidden = index === undefined;
    button.addEventListener("click", () =>
      chooseSource(laboratory, store, { kind: "image", index }));
  }

  function paintSurface(source) {
    const context = canvas.getContext("2d");
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (source.kind === "drawing") {
      context.scale(canvas.width / 255, canvas.height / 255);
      context.lineWidth = 16;
      context.strokeStyle = colourOf("--ink");
      drawStrokes(context, source.strokes);
    }
    if (source.kind !== "image" && !isReaders(source)) invite(context);
    // Not disabled, which would take the keyboard's focus away.
    clear.setAttribute("aria-disabled", !isReaders(source));
    undo.setAttribute("aria-disabled", store.past.length === 0);
    const pixels = laboratory.pixels(source);
    const isImage = Boolean(pixels) && source.kind !== "drawing";
    canvas.classList.toggle("shows-image", isImage);
    painter.paint(seen, pixels ?? new Uint8ClampedArray(pixelCount));
    if (isImage) {
      context.imageSmoothingEnabled = false;
      context.drawImage(seen, 0, 0, canvas.width, canvas.height);
    }
  }

  function invite(context) {
    context.resetTransform();
    context.font = `32px ${getComputedStyle(document.body).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colourOf("--secondary-ink");
    context.fillText(canvas.dataset.invitation, canvas.width / 2, canvas.height / 2);
  }

  function paintBars(source) {
    laboratory.models.forEach((model, index) => {
      const probabilities = laboratory.read(source, model)?.probabilities;
      const best = probabilities && indexOfLargest(probabilities);
      bars[index].forEach((bar, digit) => {
        bar.style.setProperty("--share", probabilities ? probabilities[digit] : 0);
        bar.classList.toggle("best", digit === best);
      });
    });
  }

  function sentence(source) {
    const readings = laboratory.models.map((model) => {
      const probabilities = laboratory.read(source, model)?.probabilities;
      if (!probabilities) return undefined;
      const digit = indexOfLargest(probabilities);
      return `${model.name} reads ${laboratory.phrases[digit]} (${(probabilities[digit] * 100).toFixed(1)} %)`;
    });
    if (readings.every(Boolean)) return `${readings.join(", ")}.`;
    if (source.kind === "image") {
      const label = laboratory.labels[source.index];
      return `Test image ${source.index}, ${laboratory.phrases[label]}, from the map.`
        + " Its pixels are not in the page.";
    }
    return "Nothing drawn yet.";
  }

  return whenChanged(
    (state) => [state.now, state.hand, state.palette, state.theme],
    ({ now }) => {
      paintSurface(now);
      paintBars(now);
      if (pen === undefined) status.textContent = sentence(now);
    });
}
