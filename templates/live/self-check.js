// Does the network, run here, draw and read as the native one did? That is what only this browser
// can tell; `vis verify` makes the whole page again and compares every byte.

class SelfCheck {
  constructor(laboratory) {
    this.laboratory = laboratory;
    this.failures = [];
    this.images = 0;
  }

  /** Runs all checks, a few milliseconds at a time. */
  async run() {
    for (const model of this.laboratory.models) {
      await pause();
      this.checkDrawings(model);
      await pause();
      this.checkReadings(model);
    }
  }

  /** The ten digits in the golden styles, within one grey level of what the native network drew. */
  checkDrawings(model) {
    model.goldenStyles.forEach((style, row) => {
      const levels = model.network.decode(Float32Array.from(style));
      for (const digit of allDigits) {
        this.images += 1;
        const first = digit * pixelCount;
        let largest = 0;
        for (let i = first; i < first + pixelCount; i += 1) {
          const golden = model.goldenImages[row * levels.length + i];
          largest = Math.max(largest, Math.abs(levels[i] - golden));
        }
        if (!(largest <= 1)) {
          this.failures.push(
            `${model.name} draws ${this.laboratory.phrases[digit]} that is off by ${largest} grey levels`);
        }
      }
    });
  }

  /** The test images whose pixels are here, read again. */
  checkReadings(model) {
    const { laboratory } = this;
    for (const [index, pixels] of laboratory.samples) {
      this.images += 1;
      const { style } = model.network.encode(pixels);
      const isNear = (value, feature) =>
        Math.abs(value - laboratory.feature(model, feature)[index])
          <= 0.02 + model.styleSteps[feature];
      if (!style.every(isNear)) {
        this.failures.push(`${model.name} reads another style from test image ${index}`);
      }
    }
  }
}

/** Lets the browser do something else. */
function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

const verdicts = {
  pending: "Self-check",
  pass: "Self-check passed",
  fail: "Self-check failed",
  none: "Not run here",
};

/** Shows the outcome: a verdict of the three, a sentence, and what is wrong. */
function showVerdict(verdict, summary, failures = []) {
  const element = document.getElementById("self-check");
  element.dataset.verdict = verdict;
  element.querySelector(".verdict").textContent = verdicts[verdict];
  element.querySelector(".summary").textContent = summary;
  const shown = failures.slice(0, 5);
  if (failures.length > shown.length) shown.push(`and ${failures.length - shown.length} more`);
  element.querySelector("ul").replaceChildren(
    ...shown.map((failure) => Object.assign(document.createElement("li"), { textContent: failure })));
}
