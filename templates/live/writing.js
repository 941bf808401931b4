// Numbers written in a hand: digits as filled outlines, and between them marks of a pen as thick and
// as slanted as the strokes of the digits. Lengths are in pixels of an image of a digit, places from
// the start of the baseline to the right and down, until a line is drawn. The same numbers are in
// Sources/Drawing/Figures/Handwriting.swift, for `vis write`, which also moves glyphs together that
// are near each other at no height, and leaves a wider margin: here lines begin where the page does.

const digitHeight = 20;
/** Digits are made equally tall, but not larger than this times what they were. */
const mostEnlargement = 1.4;
/** The level from which on an image shows ink: light enough for thin strokes to stay whole. */
const inkLevel = 0.4 * 255;
/** Of a line: its edges above and below the baseline and besides, and what lies between glyphs. */
const lineShape = { ascent: 26, descent: 8, margin: 2, gap: 4, space: 11 };

/** What a hand writes with. */
class Writer {
  constructor(hand, marks) {
    const images = allDigits.map((digit) => hand.draw(digit));
    const outlines = images.map(digitOutlines);
    const length = sum(outlines.flat().map(outlineLength));
    // A long stroke's border is twice its length, and the ink its length by its thickness.
    this.thickness = length > 0 ? (2 * sum(outlines.flat().map(outlineArea))) / length : 1;
    // Digits that lean neither way when they are written upright.
    this.slant = sum([0, 1, 8].map((digit) => slantOf(images[digit]))) / 3;
    this.glyphs = new Map([
      ...outlines.map((outline, digit) => [String(digit), digitGlyph(outline)]),
      ...marks.map((mark) => [mark.character, this.markGlyph(mark)]),
    ]);
  }

  markGlyph({ strokes }) {
    const glyph = { fill: new Path2D(), stroke: new Path2D(), left: Infinity, right: -Infinity };
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) =>
        [(x + this.slant * y) * digitHeight, -y * digitHeight]);
      // A single point is a dot that stands on it.
      const radius = (points.length === 1 ? 0.65 : 0.5) * this.thickness;
      if (points.length === 1) {
        glyph.fill.arc(points[0][0], points[0][1] - radius, radius, 0, 2 * Math.PI);
      } else {
        points.forEach((point, i) => glyph.stroke[i === 0 ? "moveTo" : "lineTo"](...point));
      }
      for (const [x] of points) widen(glyph, x, radius);
    }
    return glyph;
  }

  /** The glyphs of a text and where they begin, in lines no longer than a limit. */
  lines(text, limit = Infinity) {
    const lines = [[]];
    let x = 0;
    let [gap, space] = [0, 0];
    for (const character of text) {
      const glyph = this.glyphs.get(character);
      if (character === " ") space += lineShape.space;
      if (!glyph) continue;
      const width = glyph.right - glyph.left;
      x += space || gap;
      if (lines[lines.length - 1].length > 0 && x + width > limit) {
        lines.push([]);
        x = 0;
      }
      lines[lines.length - 1].push({ glyph, x: x - glyph.left });
      x += width;
      [gap, space] = [lineShape.gap, 0];
    }
    return lines;
  }

  /** Draws lines onto a canvas, which is made as large as they need: so many dots a pixel. */
  draw(canvas, lines, zoom, { ink, paper }, width = lineWidth(lines)) {
    const { ascent, descent, margin } = lineShape;
    canvas.width = Math.ceil((width + 2 * margin) * zoom);
    canvas.height = Math.ceil(lines.length * (ascent + descent) * zoom);
    const context = canvas.getContext("2d");
    context.fillStyle = paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = context.strokeStyle = ink;
    context.lineWidth = this.thickness;
    context.lineCap = context.lineJoin = "round";
    lines.forEach((line, row) => {
      for (const { glyph, x } of line) {
        context.setTransform(
          zoom, 0, 0, zoom, (margin + x) * zoom, (row * (ascent + descent) + ascent) * zoom);
        context.fill(glyph.fill);
        context.stroke(glyph.stroke);
      }
    });
  }
}

function lineWidth(lines) {
  return Math.max(0, ...lines.map((line) =>
    Math.max(0, ...line.map(({ glyph, x }) => x + glyph.right))));
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function widen(glyph, x, radius) {
  glyph.left = Math.min(glyph.left, x - radius);
  glyph.right = Math.max(glyph.right, x + radius);
}

function digitGlyph(outlines) {
  const glyph = { fill: new Path2D(), stroke: new Path2D(), left: Infinity, right: -Infinity };
  for (const points of outlines) {
    // Curves from the middle of each side to the middle of the next.
    const middle = ([x, y], [nextX, nextY]) => [(x + nextX) / 2, (y + nextY) / 2];
    glyph.fill.moveTo(...middle(points[points.length - 1], points[0]));
    points.forEach((point, i) => {
      glyph.fill.quadraticCurveTo(...point, ...middle(point, points[(i + 1) % points.length]));
      widen(glyph, point[0], 0);
    });
    glyph.fill.closePath();
  }
  if (outlines.length === 0) [glyph.left, glyph.right] = [0, 0];
  return glyph;
}

/**
 * The borders of a digit's ink, those of holes the other way round: as tall as digits are made, and
 * the lowest of them at 0.
 */
function digitOutlines(levels) {
  // What is smaller is a speck or a pinhole, not a stroke or a loop.
  const outlines = inkOutlines(levels).filter((outline) => Math.abs(outlineArea(outline)) >= 1.5);
  const heights = outlines.flat().map(([, y]) => y);
  const [top, bottom] = [Math.min(...heights), Math.max(...heights)];
  const scale = Math.min(digitHeight / (bottom - top), mostEnlargement);
  return outlines.map((outline) => outline.map(([x, y]) => [x * scale, (y - bottom) * scale]));
}

/** The closed lines at the level of ink, by marching squares, as lists of [x, y]. */
function inkOutlines(levels) {
  const levelAt = (x, y) =>
    (x >= 0 && y >= 0 && x < side && y < side ? levels[y * side + x] : 0);
  // Between two neighbours of which one is ink a line passes, from one square into the next.
  const points = new Map();
  const next = new Map();
  for (let y = -1; y < side; y += 1) {
    for (let x = -1; x < side; x += 1) {
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
      const crossings = [];
      corners.forEach((from, i) => {
        const to = corners[(i + 1) % 4];
        const [a, b] = [levelAt(...from), levelAt(...to)];
        if ((a >= inkLevel) === (b >= inkLevel)) return;
        const share = (inkLevel - a) / (b - a);
        // The same for both squares that the side belongs to.
        const key = i === 0 || i === 1 ? `${from} ${to}` : `${to} ${from}`;
        points.set(key, [
          from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
        crossings.push({ key, entersInk: b >= inkLevel });
      });
      crossings.forEach(({ key, entersInk }, i) => {
        if (entersInk) next.set(crossings[(i + 1) % crossings.length].key, key);
      });
    }
  }
  const outlines = [];
  while (next.size > 0) {
    let [key] = next.keys();
    const outline = [];
    while (next.has(key)) {
      outline.push(points.get(key));
      const following = next.get(key);
      next.delete(key);
      key = following;
    }
    outlines.push(outline);
  }
  return outlines;
}

function outlineArea(outline) {
  return sum(outline.map(([x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length];
    return (x * nextY - nextX * y) / 2;
  }));
}

function outlineLength(outline) {
  return sum(outline.map(([x, y], i) => {
    const [nextX, nextY] = outline[(i + 1) % outline.length];
    return Math.hypot(nextX - x, nextY - y);
  }));
}

/** How far to the right ink goes that goes up by 1: the shear that would set it upright. */
function slantOf(levels) {
  let [mass, meanX, meanY] = [0, 0, 0];
  levels.forEach((level, place) => {
    mass += level;
    meanX += level * (place % side);
    meanY += level * Math.floor(place / side);
  });
  [meanX, meanY] = [meanX / mass, meanY / mass];
  let [variance, covariance] = [0, 0];
  levels.forEach((level, place) => {
    const [x, y] = [(place % side) - meanX, Math.floor(place / side) - meanY];
    variance += level * y * y;
    covariance += level * x * y;
  });
  return variance > 0 ? Math.max(-1, Math.min(1, -covariance / variance)) : 0;
}
