// One slider a style feature, in standard deviations of the prior.

function slidersView(laboratory, store) {
  const sliders = [...document.querySelectorAll("input[type=range][data-style]")];
  const message = document.getElementById("slider-message");
  const reader = (state) => laboratory.models[state.reader];

  sliders.forEach((slider, feature) => {
    slider.addEventListener("input", () => {
      // The other features are taken from the style and not from their sliders, which end sooner.
      const values = Array.from(laboratory.style(store.state, reader(store.state)), rounded);
      values[feature] = rounded(Number(slider.value) * laboratory.sigma);
      store.change({ now: { kind: "style", values } });
    });
  });
  onClick("random-style", () => {
    const values = randomStyle(laboratory.featureCount, laboratory.sigma);
    store.change({ now: { kind: "style", values } });
  });
  onClick("zero-style", () => {
    const values = new Array(laboratory.featureCount).fill(0);
    store.change({ now: { kind: "style", values } });
  });
  onClick("copy-style", async () => {
    const model = reader(store.state);
    const style = laboratory.style(store.state, model).subarray(0, model.styleSize);
    const text = Array.from(style, rounded).join(",");
    message.textContent = (await copied(text)) ? "Copied." : text;
  });

  return whenChanged(
    (state) => [state.now, state.a, state.b, state.reader],
    (state) => {
      const style = laboratory.style(state, reader(state));
      message.textContent = "";
      sliders.forEach((slider, feature) => {
        const sigmas = style[feature] / laboratory.sigma;
        slider.value = sigmas;
        slider.setAttribute("aria-valuetext", `${printed(sigmas, 2)} standard deviations`);
        slider.nextElementSibling.textContent = `${printed(sigmas, 2)} σ`;
      });
    });
}

function onClick(id, action) {
  document.getElementById(id).addEventListener("click", action);
}

/** Puts a text on the clipboard, and says whether the browser let it. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
