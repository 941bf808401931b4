// Pictures of a digit that are not the reader's drawing: photographs, scans, other drawings. `vis
// encode` reads harder ones.

/** The longest side at which a picture is looked at. */
const pictureSide = 384;

/**
 * The 28 x 28 bytes of the digit that a file shows, as an address can hold them, and whether it is
 * likely to be one.
 */
async function readPicture(file, laboratory) {
  const grey = await greyPicture(file);
  const image = imageOfMNIST(grey);
  const candidates = image ? [image] : inkOfPicture(grey);
  // What is ink and what is paper, the networks know: it is what they draw again best.
  const errors = candidates.map((pixels) => Math.max(
    ...laboratory.models.map((model) => reconstructionError(model.network, pixels))));
  if (errors.length === 0) throw new Error("shows no digit");
  const error = Math.min(...errors);
  const pixels = candidates[errors.indexOf(error)];
  // As `vis encode` does, an image like the test set's is not doubted.
  const isLikely = image !== undefined || error <= 0.65;
  return { pixels: pixels.map((level) => Math.round(level / 17) * 17), isLikely };
}

/** The grey levels of a file's picture, made smaller if it is large. */
async function greyPicture(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("is not a picture that this browser can read");
  }
  try {
    return greyLevels(bitmap, Math.min(1, pictureSide / Math.max(bitmap.width, bitmap.height)));
  } finally {
    // A photograph takes tens of megabytes.
    bitmap.close();
  }
}

/**
 * The levels of a picture that is as MNIST's images are, light ink or dark: the digit within its box
 * and its centre of mass where it should be, as `vis encode` takes them; undefined if it is not.
 */
function imageOfMNIST({ width, height, levels }) {
  if (width !== side || height !== side) return undefined;
  return [levels, levels.map((level) => 255 - level)].find((pixels) => {
    const inked = [...pixels.keys()].filter((place) => pixels[place] > 0);
    const mass = sum(inked.map((place) => pixels[place]));
    return [(place) => place % side, (place) => Math.floor(place / side)].every((coordinate) => {
      const places = inked.map(coordinate);
      const center = sum(inked.map((place) => pixels[place] * coordinate(place))) / mass;
      // MNIST's own images are within 0.52 pixels.
      return Math.max(...places) - Math.min(...places) < inkBox && Math.abs(center - side / 2) < 0.55;
    });
  });
}

/** The digit as each way of telling ink from paper shows it. */
function inkOfPicture(grey) {
  const candidates = [];
  for (const picture of [grey, withoutShadows(grey)]) {
    const threshold = otsuThreshold(picture.levels);
    for (const isInk of [(level) => level <= threshold, (level) => level > threshold]) {
      const masks = wholeInk({ ...picture, levels: picture.levels.map((v) => (isInk(v) ? 1 : 0)) });
      candidates.push(...masks.map(maskPixels));
    }
  }
  return candidates;
}

/**
 * A picture's levels from 0, black, to 255. Where it is transparent, it lies on white, or on black if
 * what is visible is bright.
 */
function greyLevels(bitmap, scale) {
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const onBlack = Float64Array.from({ length: width * height }, (_, i) => (data[4 * i + 3] / 255)
    * (0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]));
  const opacity = onBlack.map((_, i) => data[4 * i + 3]);
  const paper = sum(onBlack) > sum(opacity) / 2 ? 0 : 255;
  const levels = Uint8ClampedArray.from(onBlack, (level, i) => level + paper * (1 - opacity[i] / 255));
  return { width, height, levels };
}

/** Every level against the mean of those around it, half a picture wide. */
function withoutShadows({ width, height, levels }) {
  const reach = Math.ceil(Math.max(width, height) / 4);
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += levels[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  const flat = levels.map((level, place) => {
    const [x, y] = [place % width, Math.floor(place / width)];
    const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    const at = (row, column) => sums[row * (width + 1) + column];
    const sum = at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left);
    return 128 + (level - sum / ((right - left) * (bottom - top))) / 2;
  });
  return { width, height, levels: flat };
}

/** The level that parts dark from light best (Otsu 1979): the variance between both is largest. */
function otsuThreshold(levels) {
  const counts = new Array(256).fill(0);
  for (const level of levels) counts[level] += 1;
  const total = counts.reduce((sum, count, level) => sum + count * level, 0);
  let [best, threshold, count, sum] = [-1, 0, 0, 0];
  for (let level = 0; level < 255; level += 1) {
    count += counts[level];
    sum += counts[level] * level;
    const other = levels.length - count;
    if (count === 0 || other === 0) continue;
    const variance = count * other * (sum / count - (total - sum) / other) ** 2;
    if (variance > best) [best, threshold] = [variance, level];
  }
  return threshold;
}

/** A part of fewer pixels is a speck. */
const leastPart = 12;
/** A picture of more parts, which are compared with one another, shows no digit. */
const mostParts = 4000;

/**
 * The parts of a mask that hang together and may be a digit's: not those at the picture's edge, which
 * are a frame or a shadow, nor specks. With and without those that another lies within: a box around
 * the digit, or a stroke around a stroke.
 */
function wholeInk({ width, height, levels }) {
  const parts = [];
  const seen = new Uint8Array(levels.length);
  for (let start = 0; start < levels.length; start += 1) {
    if (!levels[start] || seen[start]) continue;
    const part = { places: [start], left: width, right: 0, top: height, bottom: 0 };
    seen[start] = 1;
    for (const place of part.places) {
      const [x, y] = [place % width, Math.floor(place / width)];
      [part.left, part.right] = [Math.min(part.left, x), Math.max(part.right, x)];
      [part.top, part.bottom] = [Math.min(part.top, y), Math.max(part.bottom, y)];
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const next = ny * width + nx;
          if (!levels[next] || seen[next]) continue;
          seen[next] = 1;
          part.places.push(next);
        }
      }
    }
    parts.push(part);
  }
  const inner = parts.filter(({ places, left, right, top, bottom }) =>
    places.length >= leastPart
    && left > 0 && top > 0 && right < width - 1 && bottom < height - 1);
  if (inner.length > mostParts) return [];
  const isWithin = (part, other) =>
    part !== other && part.left > other.left && part.right < other.right
    && part.top > other.top && part.bottom < other.bottom;
  const unboxed = inner.filter((other) => !inner.some((part) => isWithin(part, other)));
  return [inner, unboxed.length < inner.length ? unboxed : []]
    .map((chosen) => cutMask(chosen, width)).filter(Boolean);
}

/** A mask of the larger parts, cut to what is left; undefined if that is nothing or no strokes. */
function cutMask(parts, pictureWidth) {
  const largest = Math.max(0, ...parts.map(({ places }) => places.length));
  const kept = parts.filter(({ places }) => places.length >= largest / 12);
  if (kept.length === 0) return undefined;
  const [left, top] = [Math.min(...kept.map((p) => p.left)), Math.min(...kept.map((p) => p.top))];
  const width = Math.max(...kept.map((part) => part.right)) - left + 1;
  const height = Math.max(...kept.map((part) => part.bottom)) - top + 1;
  const levels = new Uint8Array(width * height);
  const ink = kept.flatMap(({ places }) => places);
  // The paper within a frame, or a disc.
  if (ink.length > 0.6 * Math.max(width, height) ** 2) return undefined;
  for (const place of ink) {
    levels[(Math.floor(place / pictureWidth) - top) * width + (place % pictureWidth) - left] = 1;
  }
  return { width, height, levels };
}

/** The bytes of a mask, its strokes at least as wide as those of the pad. */
function maskPixels(mask) {
  const canvas = new OffscreenCanvas(mask.width, mask.height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(mask.width, mask.height);
  mask.levels.forEach((level, place) => {
    image.data[4 * place + 3] = 255 * level;
  });
  context.putImageData(image, 0, 0);
  const length = Math.max(mask.width, mask.height);
  const thickness = strokeThickness(mask);
  // What is too thin is drawn several times around its place; the box has room for that.
  let [scale, extra] = [inkBox / length, 0];
  if (thickness * scale < penWidth) {
    scale = (inkBox - penWidth) / Math.max(length - thickness, length / 2);
    extra = Math.max(0, penWidth - thickness * scale) / 2;
  }
  return inkPixels((ink) => {
    ink.imageSmoothingQuality = "high";
    const [width, height] = [mask.width * scale, mask.height * scale];
    for (let turn = 0; turn < (extra > 0 ? 24 : 1); turn += 1) {
      const angle = (turn / 24) * 2 * Math.PI;
      ink.drawImage(
        canvas, (inkBox - width) / 2 + extra * Math.cos(angle),
        (inkBox - height) / 2 + extra * Math.sin(angle), width, height);
    }
  });
}

/** Of strokes of ink, levels from 0 to 1: a long stroke's border is twice its length. */
function strokeThickness({ width, height, levels }) {
  let [area, border] = [0, 0];
  const at = (x, y) => (x < width && y < height && x >= 0 && y >= 0 ? levels[y * width + x] : 0);
  for (let y = -1; y < height; y += 1) {
    for (let x = -1; x < width; x += 1) {
      area += at(x, y);
      border += Math.hypot(at(x + 1, y) - at(x, y), at(x, y + 1) - at(x, y));
    }
  }
  return border > 0 ? (2 * area) / border : 0;
}

/** How far what the network draws again is from what it read, as a share of the ink. */
function reconstructionError(network, pixels) {
  const { probabilities, style } = network.encode(pixels);
  const drawn = network.decode(style, [indexOfLargest(probabilities)]);
  let [difference, ink] = [0, 0];
  pixels.forEach((level, place) => {
    difference += Math.abs(level - drawn[place]);
    ink += level;
  });
  return ink > 0 ? difference / ink : Infinity;
}
