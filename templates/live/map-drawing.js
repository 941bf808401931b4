// What the map is drawn of. `place` says where a point of two features stands on the canvas.

/** A dot, drawn once and copied ten thousand times. */
function dotStamp(colour) {
  const ratio = window.devicePixelRatio || 1;
  const canvas = new OffscreenCanvas(Math.ceil(4 * ratio), Math.ceil(4 * ratio));
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.fillStyle = colour;
  context.globalAlpha = 0.75;
  context.arc(2, 2, 1.5, 0, 2 * Math.PI);
  context.fill();
  return canvas;
}

/**
 * Lines through zero with the names of the features, and the prior's circles of one, two and three
 * standard deviations: over the dots, which would hide them, on a seam of the paper's colour.
 */
function drawMapAxes(context, { width, height }, place, sigma, names) {
  const [x, y] = place(0, 0);
  const radius = (deviations) => place(deviations * sigma, 0)[0] - x;
  const lines = new Path2D();
  lines.moveTo(0, y);
  lines.lineTo(width, y);
  lines.moveTo(x, 0);
  lines.lineTo(x, height);
  for (const deviations of [1, 2, 3]) {
    lines.moveTo(x + radius(deviations), y);
    lines.arc(x, y, radius(deviations), 0, 2 * Math.PI);
  }
  context.strokeStyle = colourOf("--surface");
  context.lineWidth = 3;
  context.globalAlpha = 0.6;
  context.stroke(lines);
  context.globalAlpha = 1;
  context.strokeStyle = colourOf("--secondary-ink");
  context.lineWidth = 1.5;
  context.stroke(lines);

  context.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  context.lineJoin = "round";
  const write = (text, left, top, align, baseline) => {
    context.textAlign = align;
    context.textBaseline = baseline;
    context.strokeStyle = colourOf("--surface");
    context.lineWidth = 4;
    context.strokeText(text, left, top);
    context.fillStyle = colourOf("--ink");
    context.fillText(text, left, top);
  };
  const slope = Math.SQRT1_2;
  for (const deviations of [1, 2, 3]) {
    const distance = radius(deviations) * slope;
    write(`${deviations}σ`, x + distance, y - distance, "center", "middle");
  }
  write(`${names[0]} →`, width - 8, y - 6, "right", "bottom");
  write(`${names[1]} ↑`, x + 8, 8, "left", "top");
}

/** A ring around what is meant. */
function drawMapRing(context, [left, top], radius, colour) {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.lineWidth = 4;
  context.strokeStyle = colourOf("--background");
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = colourOf(colour);
  context.stroke();
}
