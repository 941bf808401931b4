// How levels of ink become colours.

class Painter {
  constructor() {
    this.choose("ink");
  }

  /** Takes the page's own colours as they are now: call again when the theme changes. */
  choose(palette) {
    this.palette = palette;
    const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
    const anchors = {
      // Transparent where there is no ink, so that paper is what the page is made of.
      ink: [[...rgb(ink), 0], [...rgb(ink), 255]],
      grey: [[0, 0, 0, 255], [255, 255, 255, 255]],
      // Lightness rises evenly, so that it reads without colour too.
      heat: [
        [8, 6, 20, 255], [66, 14, 92, 255], [142, 36, 100, 255], [212, 66, 74, 255],
        [246, 126, 40, 255], [250, 194, 66, 255], [252, 250, 216, 255],
      ],
    }[palette];
    this.colours = new Uint8Array(256 * 4);
    for (let level = 0; level < 256; level += 1) {
      const place = (level / 255) * (anchors.length - 1);
      const lower = Math.min(Math.floor(place), anchors.length - 2);
      for (let channel = 0; channel < 4; channel += 1) {
        const [from, to] = [anchors[lower][channel], anchors[lower + 1][channel]];
        this.colours[4 * level + channel] = Math.round(from + (place - lower) * (to - from));
      }
    }
  }

  /** The colours of ink and of none, for lines. */
  lineColours() {
    const [paper, ink] = [0, 255].map((level) => {
      const [red, green, blue, opacity] = this.colours.subarray(4 * level, 4 * level + 4);
      return `rgb(${red} ${green} ${blue} / ${opacity / 255})`;
    });
    return { ink, paper };
  }

  /** Paints 28 x 28 levels onto a canvas of that size. */
  paint(canvas, levels) {
    const context = canvas.getContext("2d");
    const image = context.createImageData(side, side);
    for (let i = 0; i < pixelCount; i += 1) {
      for (let channel = 0; channel < 4; channel += 1) {
        image.data[4 * i + channel] = this.colours[4 * levels[i] + channel];
      }
    }
    context.putImageData(image, 0, 0);
  }
}

const palettes = ["ink", "grey", "heat"];

/** The red, green and blue of a colour written as #rrggbb. */
function rgb(hex) {
  return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * Gives a canvas as many pixels as the screen has where it stands, and a context that counts in
 * CSS pixels.
 */
function sharpContext(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return { context, width, height };
}
