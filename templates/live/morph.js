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
      const kept = settled(store.state);
      store.change({ [end]: kept, now: kept });
      slider.value = end === "a" ? 0 : 1;
    });
  }

  /** The present source. A blend of A and B would change as soon as it were one of them. */
  function settled(state) {
    const { now } = state;
    if (now.kind !== "morph") return now;
    if (now.at === 0) return state.a;
    if (now.at === 1) return state.b;
    // Every model blends styles of its own.
    return {
      kind: "styles",
      vectors: laboratory.models.map((model) => Array.from(laboratory.style(state, model))),
    };
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
        + ` between them, ${laboratory.phrases[state.digit]}.`;
    });

  return (state) => {
    const isBlend = state.now.kind === "morph";
    if (isBlend) slider.value = state.now.at;
    slider.classList.toggle("idle", !isBlend);
    const share = Math.round(Number(slider.value) * 100);
    slider.setAttribute(
      "aria-valuetext",
      isBlend ? `${share} % of the way from A to B` : "not in use: another style is shown");
    drawStrips(state);
  };
}
