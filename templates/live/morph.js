// From one style to another.

function morphView(laboratory, store, painter) {
  const slider = document.getElementById("morph-at");
  const text = document.getElementById("morph-ends");
  const strips = laboratory.models.map((_, index) => [
    ...document.querySelectorAll(`[data-strip="${index}"] canvas`),
  ]);

  slider.addEventListener("input", () =>
    store.change({ now: { kind: "morph", at: Number(slider.value) } }));
  for (const end of ["a", "b"]) {
    onClick(`keep-${end}`, () => {
      const { state } = store;
      // A blend of itself would change as soon as it is kept.
      const kept = state.now.kind === "morph"
        ? {
            kind: "style",
            values: Array.from(
              laboratory.style(state, laboratory.models[state.reader]), rounded),
          }
        : state.now;
      store.change({ [end]: kept, now: kept });
    });
  }

  const drawStrips = whenChanged(
    (state) => [state.a, state.b, state.digit, state.palette, state.theme],
    (state) => {
      laboratory.models.forEach((model, index) => {
        strips[index].forEach((canvas, step) => {
          const at = step / (strips[index].length - 1);
          const style = laboratory.style(state, model, { kind: "morph", at });
          painter.paint(canvas, model.network.decode(style, [state.digit]));
        });
      });
      text.textContent =
        `A is ${laboratory.describe(state.a)}, B is ${laboratory.describe(state.b)};`
        + ` between them, a ${state.digit}.`;
    });

  return (state) => {
    const at = state.now.kind === "morph" ? state.now.at : undefined;
    if (at !== undefined) slider.value = at;
    slider.classList.toggle("idle", at === undefined);
    drawStrips(state);
  };
}
