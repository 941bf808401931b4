// What the page recomputes, in double precision.

/**
 * The standard normal distribution function: its series about 0 (Abramowitz & Stegun 26.2.11),
 * whose terms all have one sign; beyond 8.3 deviations nothing is left of the smaller tail.
 */
function normalCDF(x) {
  if (x < -8.3) return 0;
  if (x > 8.3) return 1;
  let [term, sum] = [x, x];
  for (let k = 3; sum !== sum + term; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** The Kolmogorov-Smirnov statistic D of values, which are sorted in place, against N(0, scale²). */
function kolmogorovSmirnov(values, scale) {
  values.sort();
  const count = values.length;
  let largest = 0;
  for (let i = 0; i < count; i += 1) {
    const expected = normalCDF(values[i] / scale);
    largest = Math.max(largest, (i + 1) / count - expected, expected - i / count);
  }
  return largest;
}

/** Wilson's interval at 95 % for a share of `hits` in `count`. */
function wilsonInterval(hits, count) {
  const z = 1.959963984540054;
  const share = hits / count;
  const factor = 1 / (1 + (z * z) / count);
  const centre = share + (z * z) / (2 * count);
  const margin = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  // At the ends the bound is exactly 0 or 1, which rounding could overstep.
  return {
    lower: hits === 0 ? 0 : factor * (centre - margin),
    upper: hits === count ? 1 : factor * (centre + margin),
  };
}
