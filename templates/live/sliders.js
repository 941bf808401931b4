// One slider a style feature, in standard deviations of the prior.

function slidersView(laboratory, store) {
  const sliders = [...document.querySelectorAll("input[type=range][data-style]")];
  const message = document.getElementById("slider-message");
  const reader = (state) => laboratory.models[state.reader];

  function move(feature, sigmas) {
    // The other features are taken from the style and not from their sliders, which end sooner.
    const values = Array.from(laboratory.style(store.state, reader(store.state)), rounded);
    values[feature] = rounded(sigmas * laboratory.sigma);
    store.change({ now: { kind: "style", values } });
  }

  sliders.forEach((slider, feature) => {
    const end = Number(slider.max);
    slider.addEventListener("input", () => move(feature, Number(slider.value)));
    // The browser's own steps are those of the pointer, a hundredth, and a tenth of the range.
    slider.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const step = {
        ArrowRight: 0.05, ArrowUp: 0.05, ArrowLeft: -0.05, ArrowDown: -0.05,
        PageUp: 0.5, PageDown: -0.5, Home: -Infinity, End: Infinity,
      }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const present = laboratory.style(store.state, reader(store.state))[feature];
      // Towards the middle from beyond the ends, never beyond them.
      move(feature, Math.max(-end, Math.min(end, present / laboratory.sigma + step)));
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

  const nameIfChanged = whenChanged((state) => [state.reader], (state) => {
    sliders.forEach((slider, feature) => {
      slider.labels[0].textContent = laboratory.featureName(reader(state), feature);
    });
  });
  const moveIfChanged = whenChanged(
    (state) => [state.now, state.a, state.b, state.reader],
    (state) => {
      const style = laboratory.style(state, reader(state));
      message.textContent = "";
      sliders.forEach((slider, feature) => {
        const sigmas = style[feature] / laboratory.sigma;
        const end = Number(slider.max);
        const isBeyond = Math.abs(sigmas) > end;
        slider.value = sigmas;
        slider.style.setProperty("--share", (Number(slider.value) + end) / (2 * end));
        slider.classList.toggle("beyond", isBeyond);
        slider.setAttribute(
          "aria-valuetext",
          `${printed(sigmas, 2)} standard deviations${isBeyond ? ", off the scale" : ""}`);
        const number = `${printed(sigmas, 2)} σ`;
        const output = slider.nextElementSibling;
        output.textContent = !isBeyond ? number : sigmas < 0 ? `« ${number}` : `${number} »`;
        output.title = isBeyond ? "Off the scale of the slider" : "";
      });
    });

  return (state) => {
    nameIfChanged(state);
    moveIfChanged(state);
  };
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
