// SHA-256 (FIPS 180-4). The browser's own is only there on pages that came by a secure way.

/** The SHA-256 of bytes in hexadecimal digits, computed in slices of a few milliseconds. */
async function sha256(bytes) {
  const slice = 1 << 18;
  const hash = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];
  const whole = bytes.length - (bytes.length % 64);
  for (let start = 0; start < whole; start += slice) {
    if (start > 0) await pause();
    sha256Blocks(hash, bytes.subarray(start, Math.min(start + slice, whole)));
  }
  // The rest, a one bit, zeros, and the length in bits.
  const rest = bytes.subarray(whole);
  const end = new Uint8Array(rest.length < 56 ? 64 : 128);
  end.set(rest);
  end[rest.length] = 0x80;
  new DataView(end.buffer).setBigUint64(end.length - 8, BigInt(bytes.length) * 8n);
  sha256Blocks(hash, end);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

/** Adds whole blocks of 64 bytes. */
function sha256Blocks(hash, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const w = new Int32Array(64);
  for (let start = 0; start < bytes.length; start += 64) {
    for (let t = 0; t < 16; t += 1) w[t] = view.getInt32(start + 4 * t);
    for (let t = 16; t < 64; t += 1) {
      const [early, late] = [w[t - 15], w[t - 2]];
      const sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      w[t] = (w[t - 16] + sigma0 + w[t - 7] + sigma1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t += 1) {
      const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + sha256Constants[t] + w[t]) | 0;
      const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      hash[i] = (hash[i] + word) | 0;
    });
  }
}

function rotated(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractions of the cube roots of the first 64 primes. */
const sha256Constants = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
