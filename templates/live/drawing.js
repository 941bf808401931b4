// Drawings. A stroke is a list of points, x and y one after the other, whole numbers from 0 to 255.

/** A pen as wide as that of the test images, in pixels of 28 x 28. */
const penWidth = 2.4;

/**
 * The 28 x 28 bytes that the network is shown, made as those of MNIST were: the drawing is scaled
 * to fit into 20 x 20 pixels, its shape kept, and placed so that its centre of mass is in the middle,
 * by the rule of `vis encode`: the pixel of row and column 14, counted from 0.
 *
 * The lines are scaled and not the ink, so that the pen is equally wide in large and small drawings.
 */
function drawingPixels(strokes) {
  const box = 20;
  const detail = 8;
  const xs = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 0));
  const ys = strokes.flatMap((stroke) => stroke.filter((_, place) => place % 2 === 1));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  // A dot stays a dot.
  const scale = (box - penWidth) / Math.max(width, height, 32);

  const canvas = new OffscreenCanvas(box * detail, box * detail);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(detail, detail);
  context.translate(box / 2, box / 2);
  context.scale(scale, scale);
  context.translate(-left - width / 2, -top - height / 2);
  context.lineWidth = penWidth / scale;
  drawStrokes(context, strokes);

  const ink = context.getImageData(0, 0, box * detail, box * detail).data;
  const levels = new Float32Array(box * box);
  for (let y = 0; y < box * detail; y += 1) {
    for (let x = 0; x < box * detail; x += 1) {
      const level = Math.floor(y / detail) * box + Math.floor(x / detail);
      levels[level] += ink[4 * (y * box * detail + x) + 3] / (detail * detail);
    }
  }

  let [mass, massX, massY] = [0, 0, 0];
  levels.forEach((level, place) => {
    mass += level;
    massX += level * ((place % box) + 0.5);
    massY += level * (Math.floor(place / box) + 0.5);
  });
  // A drawing that is even about its middle is not to move because its edges were rounded.
  const offset = (moment) =>
    Math.max(0, Math.min(side - box, Math.ceil(side / 2 - moment / mass - 2e-3)));
  const [shiftX, shiftY] = [offset(massX), offset(massY)];
  const pixels = new Uint8ClampedArray(pixelCount);
  levels.forEach((level, place) => {
    pixels[(Math.floor(place / box) + shiftY) * side + (place % box) + shiftX] = level;
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
    // A line to where it starts makes the dot of a pen that was only set down.
    context.lineTo(stroke[0], stroke[1]);
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
