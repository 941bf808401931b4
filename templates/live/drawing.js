// Drawings. A stroke is a list of points, x and y one after the other, whole numbers from 0 to 255.

/** A pen as wide as that of the test images, in pixels of 28 x 28. */
const penWidth = 2.4;

/** The box that MNIST's digits are scaled to fit, in pixels. */
const inkBox = 20;

/**
 * The 28 x 28 bytes that the network is shown of a drawing.
 *
 * The lines are scaled and not the ink, so that the pen is equally wide in large and small drawings.
 */
function drawingPixels(strokes) {
  const xs = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 0));
  const ys = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 1));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  // A dot stays a dot.
  const scale = (inkBox - penWidth) / Math.max(width, height, 32);
  return inkPixels((context) => {
    context.translate(inkBox / 2, inkBox / 2);
    context.scale(scale, scale);
    context.translate(-left - width / 2, -top - height / 2);
    context.lineWidth = penWidth / scale;
    drawStrokes(context, strokes);
  });
}

/**
 * The 28 x 28 bytes of ink, made as those of MNIST were: what is drawn into a box of 20 x 20 pixels is
 * placed so that its centre of mass is in the middle, by the rule of `vis encode`: the pixel of row
 * and column 14, counted from 0.
 */
function inkPixels(draw) {
  const detail = 8;
  const canvas = new OffscreenCanvas(inkBox * detail, inkBox * detail);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(detail, detail);
  draw(context);

  const ink = context.getImageData(0, 0, inkBox * detail, inkBox * detail).data;
  const levels = new Float32Array(inkBox * inkBox);
  for (let y = 0; y < inkBox * detail; y += 1) {
    for (let x = 0; x < inkBox * detail; x += 1) {
      const level = Math.floor(y / detail) * inkBox + Math.floor(x / detail);
      levels[level] += ink[4 * (y * inkBox * detail + x) + 3] / (detail * detail);
    }
  }

  let [mass, massX, massY] = [0, 0, 0];
  levels.forEach((level, place) => {
    mass += level;
    massX += level * ((place % inkBox) + 0.5);
    massY += level * (Math.floor(place / inkBox) + 0.5);
  });
  // A drawing that is even about its middle is not to move because its edges were rounded.
  const offset = (moment) =>
    Math.max(0, Math.min(side - inkBox, Math.ceil(side / 2 - moment / mass - 2e-3)));
  const [shiftX, shiftY] = [offset(massX), offset(massY)];
  const pixels = new Uint8ClampedArray(pixelCount);
  levels.forEach((level, place) => {
    pixels[(Math.floor(place / inkBox) + shiftY) * side + (place % inkBox) + shiftX] = level;
  });
  return pixels;
}

/** Draws strokes with the context's line width and style. */
function drawStrokes(context, strokes) {
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0], stroke[1]);
    // The dot of a pen that was only set down: Chromium draws no line without a length.
    if (stroke.length === 2) context.lineTo(stroke[0] + 0.01, stroke[1]);
    for (let i = 2; i < stroke.length; i += 2) context.lineTo(stroke[i], stroke[i + 1]);
    context.stroke();
  }
}

/** Strokes as letters for an address: two hexadecimal digits a number, `-` between strokes. */
function textOfStrokes(strokes) {
  const hex = (number) => number.toString(16).padStart(2, "0");
  return strokes.map((stroke) => stroke.map(hex).join("")).join("-");
}

/** The strokes of such a text; undefined if it is not one. */
function strokesOfText(text) {
  if (!/^(?:(?:[0-9a-f]{4})+(?:-(?=[0-9a-f])|$))*$/.test(text)) return undefined;
  return text.split("-").filter(Boolean)
    .map((stroke) => stroke.match(/../g).map((digits) => parseInt(digits, 16)));
}
