// The ten digits of every model in the present style.

function digitsView(laboratory, painter) {
  const sheets = laboratory.models.map((model, index) => ({
    model,
    vector: document.querySelector(`[data-vector="${index}"]`),
    canvases: [...document.querySelectorAll(`canvas[data-checkpoint="${index}"][data-digit]`)],
  }));

  return whenChanged(
    (state) => [state.now, state.a, state.b, state.palette, state.theme],
    (state) => {
      for (const { model, vector, canvases } of sheets) {
        const style = laboratory.style(state, model);
        const levels = model.network.decode(style);
        canvases.forEach((canvas) => {
          const digit = Number(canvas.dataset.digit);
          painter.paint(canvas, levels.subarray(digit * pixelCount, (digit + 1) * pixelCount));
        });
        const shown = Array.from(style.subarray(0, Math.min(model.styleSize, 8)));
        vector.textContent =
          shown.map((value) => printed(value, 2)).join("  ")
          + (model.styleSize > shown.length ? " …" : "");
      }
    });
}

/** A view that draws only if one of the values it depends on is another than the last time. */
function whenChanged(dependencies, draw) {
  let last = [];
  return (state) => {
    const next = dependencies(state);
    if (next.length === last.length && next.every((value, i) => value === last[i])) return;
    last = next;
    draw(state);
  };
}
