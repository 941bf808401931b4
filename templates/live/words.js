// What the numbers of the page are called, for readers who do not know the places in report.json.

/** The name of a number, given its place; the place itself if it has no other name. */
function inWords(path, laboratory) {
  if (path === "data.images") return "The number of test images";
  const [, model, rest] = /^checkpoints\.(\d+)\.(.*)$/.exec(path) ?? [];
  const name = laboratory.models[model]?.name;
  if (name === undefined) return path;
  const row = (number) =>
    Number(number) === 0 ? "all images" : `images of a ${Number(number) - 1}`;
  const names = [
    [/^styleSize$/, () => `The style size of ${name}`],
    [/^accuracy$/, () => `Accuracy of ${name}`],
    [/^accuracyPerDigit\.(\d)$/, (digit) => `Accuracy of ${name} on images of a ${digit}`],
    [/^accuracyInterval\.(\w+)$/, (end) =>
      `The ${end} end of the interval of accuracy of ${name}`],
    [/^accuracyIntervalPerDigit\.(\d)\.(\w+)$/, (digit, end) =>
      `The ${end} end of the interval of accuracy of ${name} on images of a ${digit}`],
    [/^confusion\.(\d)\.(\d)$/, (digit, prediction) =>
      `The number of images of a ${digit} that ${name} reads as a ${prediction}`],
    [/^misclassified\.count$/, () => `The number of mistakes of ${name}`],
    [/^ks\.rows\.(\d+)\.images$/, (number) => `The number of ${row(number)}`],
    [/^ks\.rows\.(\d+)\.pooled\.d$/, (number) =>
      `D of the pooled styles of ${name}, ${row(number)},`],
    [/^ks\.rows\.(\d+)\.features\.(\d+)\.d$/, (number, feature) =>
      `D of style ${Number(feature) + 1} of ${name}, ${row(number)},`],
    [/^generated\.styles\.0\.(\d+)$/, (feature) =>
      `Number ${Number(feature) + 1} of the first random style of ${name}`],
  ];
  for (const [pattern, words] of names) {
    const found = pattern.exec(rest);
    if (found) return words(...found.slice(1));
  }
  return path;
}
