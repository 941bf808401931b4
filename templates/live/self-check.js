// Does the page tell the truth about itself? What it prints is compared with what follows from the
// style vectors and predictions in it, and what its network draws with what the native one drew.

class SelfCheck {
  constructor(laboratory, content) {
    this.laboratory = laboratory;
    // The bytes that the data are read from.
    this.content = content;
    this.failures = [];
    this.numbers = 0;
    this.images = 0;
    this.printed = [...document.querySelectorAll("[data-json]")];
    this.byPath = new Map();
    for (const element of this.printed) {
      const path = element.dataset.json;
      this.byPath.set(path, [...(this.byPath.get(path) ?? []), element]);
    }
  }

  /** Runs all checks, a few milliseconds at a time. */
  async run() {
    const { laboratory } = this;
    await this.checkSums();
    this.expect("data.images", laboratory.labels.length);
    for (const [index, model] of laboratory.models.entries()) {
      const path = `checkpoints.${index}`;
      this.expect(`${path}.styleSize`, model.styleSize);
      this.checkPredictions(model, path);
      await pause();
      this.checkDrawings(model, path);
      await pause();
      this.checkReadings(model);
      for (let row = 0; row <= classes; row += 1) {
        await pause();
        this.checkDistances(model, `${path}.ks.rows.${row}`, row === 0 ? undefined : row - 1);
      }
    }
  }

  /** Compares every printed copy of a number with what it should be, rounded as it is printed. */
  expect(path, expected) {
    for (const element of this.byPath.get(path) ?? []) {
      this.numbers += 1;
      const text = element.textContent;
      const number = Number(text.replace(/[,\u00a0%+]/g, "").replace("\u2212", "-"));
      const value = text.includes("%") ? expected * 100 : expected;
      const places = (/\.(\d+)/.exec(text)?.[1] ?? "").length;
      const tolerance = 0.5 * 10 ** -places + 1e-9;
      if (!(Math.abs(number - value) <= tolerance)) {
        const unit = text.includes("%") ? "\u00a0%" : "";
        this.failures.push(
          `${inWords(path, this.laboratory)} is printed as ${text} and comes out as`
          + ` ${printed(value, places)}${unit} (${path})`);
      }
    }
  }

  /**
   * No byte of the data and no printed number may have changed since the page was made, be it one
   * that is checked or not. Whoever puts the sums right again is not stopped by this.
   */
  async checkSums() {
    const sum = await sha256(this.content);
    const element = document.getElementById("payload");
    if (sum !== element.dataset.sha256) {
      this.failures.push("The data in this page are not those that it was made with (SHA-256)");
    }
    if (sum !== document.getElementById("payload-sha256").textContent) {
      this.failures.push("The SHA-256 under Provenance is not that of the data in this page");
    }
    const text = this.printed
      .map((number) => `${number.dataset.json}=${number.textContent}\n`).join("");
    if ((await sha256(new TextEncoder().encode(text))) !== this.laboratory.header.numbers) {
      this.failures.push("A printed number is not the one that the page was made with");
    }
  }

  checkPredictions(model, path) {
    const { labels } = this.laboratory;
    const confusion = allDigits.map(() => new Array(classes).fill(0));
    labels.forEach((label, i) => {
      confusion[label][model.predictions[i]] += 1;
    });
    const share = (hits, count, path, place) => {
      const { lower, upper } = wilsonInterval(hits, count);
      this.expect(`${path}.accuracy${place}`, hits / count);
      this.expect(`${path}.accuracyInterval${place}.lower`, lower);
      this.expect(`${path}.accuracyInterval${place}.upper`, upper);
    };
    const hits = allDigits.reduce((sum, digit) => sum + confusion[digit][digit], 0);
    share(hits, labels.length, path, "");
    this.expect(`${path}.misclassified.count`, labels.length - hits);
    for (const digit of allDigits) {
      const count = confusion[digit].reduce((sum, value) => sum + value);
      if (count > 0) share(confusion[digit][digit], count, path, `PerDigit.${digit}`);
      for (const prediction of allDigits) {
        this.expect(`${path}.confusion.${digit}.${prediction}`, confusion[digit][prediction]);
      }
    }
  }

  /** The ten digits in the golden styles, within one grey level of what the native network drew. */
  checkDrawings(model, path) {
    model.goldenStyles.forEach((style, row) => {
      const levels = model.network.decode(Float32Array.from(style));
      if (row === 0) {
        style.forEach((value, i) => this.expect(`${path}.generated.styles.0.${i}`, value));
      }
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
            `${model.name} draws a ${digit} that is off by ${largest} grey levels`);
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
        Math.abs(value - laboratory.feature(model, feature)[index]) <= 0.02;
      if (!style.every(isNear)) {
        this.failures.push(`${model.name} reads another style from test image ${index}`);
      }
    }
  }

  /** The Kolmogorov-Smirnov statistics of all images or of those of one digit. */
  checkDistances(model, path, digit) {
    const { labels, sigma } = this.laboratory;
    const indices = [];
    labels.forEach((label, i) => {
      if (digit === undefined || label === digit) indices.push(i);
    });
    this.expect(`${path}.images`, indices.length);
    if (indices.length === 0) return;
    const pooled = new Float32Array(indices.length * model.styleSize);
    for (let feature = 0; feature < model.styleSize; feature += 1) {
      const column = this.laboratory.feature(model, feature);
      const values = Float32Array.from(indices, (i) => column[i]);
      this.expect(`${path}.features.${feature}.d`, kolmogorovSmirnov(values, sigma));
      pooled.set(values, feature * indices.length);
    }
    this.expect(`${path}.pooled.d`, kolmogorovSmirnov(pooled, sigma));
  }
}

/** Lets the browser do something else. */
function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** Shows the outcome: a verdict, a sentence, and what is wrong. */
function showVerdict(verdict, summary, failures = []) {
  const element = document.getElementById("self-check");
  element.dataset.verdict = verdict;
  element.querySelector(".verdict").textContent =
    { pass: "Self-check passed", fail: "Self-check failed" }[verdict];
  element.querySelector(".summary").textContent = summary;
  const shown = failures.slice(0, 5);
  if (failures.length > shown.length) shown.push(`and ${failures.length - shown.length} more`);
  element.querySelector("ul").replaceChildren(
    ...shown.map((failure) => Object.assign(document.createElement("li"), { textContent: failure })));
}
