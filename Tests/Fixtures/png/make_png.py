"""Makes small PNG files of many kinds, good and bad, without a library for them.

Every good file shows the same 6 x 5 picture: `gradient`, or `colours` where there is colour; the
large one is so large that it is decoded at a smaller size.
Run it in its own directory; the tests read what it writes.
"""

import struct
import zlib

WIDTH, HEIGHT = 6, 5
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6

# The pixel at column x of row y.
gradient = [[8 * (y * WIDTH + x) for x in range(WIDTH)] for y in range(HEIGHT)]
colours = [[(40 * x, 50 * y, 255 - 40 * x) for x in range(WIDTH)] for y in range(HEIGHT)]
alpha = [[51 * y for _ in range(WIDTH)] for y in range(HEIGHT)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(kind, depth, width=WIDTH, height=HEIGHT, interlace=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace))


def png(kind, depth, rows, before=b"", **size_and_interlace):
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return (
        SIGNATURE + header(kind, depth, **size_and_interlace) + before
        + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def packed(values, depth):
    bits = "".join(format(value, f"0{depth}b") for value in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def adam7(rows):
    """The rows of the seven passes over a picture of one byte a pixel."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2)]
    for left, top, across, down in passes:
        for row in rows[top::down]:
            if row[left::across]:
                yield bytes(row[left::across])


def save(name, data):
    with open(name, "wb") as file:
        file.write(data)


levels = sorted({value for row in gradient for value in row})
palette = chunk(b"PLTE", b"".join(bytes([value] * 3) for value in levels))
good = {
    "grey-8": png(GREY, 8, map(bytes, gradient)),
    "grey-16": png(GREY, 16, [b"".join(struct.pack(">H", v * 257) for v in r) for r in gradient]),
    "grey-1": png(GREY, 1, [packed([(x + y) % 2 for x in range(WIDTH)], 1) for y in range(HEIGHT)]),
    "grey-interlaced": png(GREY, 8, adam7(gradient), interlace=1),
    "palette": png(PALETTE, 8, [bytes(levels.index(v) for v in r) for r in gradient], palette),
    "rgb": png(RGB, 8, [bytes(c for p in r for c in p) for r in colours]),
    "rgba": png(
        RGBA, 8,
        [bytes(c for p, a in zip(r, s) for c in (*p, a)) for r, s in zip(colours, alpha)]),
    "grey-alpha": png(
        GREY_ALPHA, 8,
        [bytes(c for p, a in zip(r, s) for c in (p, a)) for r, s in zip(gradient, alpha)]),
}
good["large"] = png(
    RGBA, 8, [bytes(c for x in range(2100) for c in (x // 9, 90, 40, 200))] * 70,
    width=2100, height=70)
for name, data in good.items():
    save(f"{name}.png", data)

whole = good["rgb"]
body = zlib.compress(b"\0" * 64)
flipped = bytearray(whole)
flipped[whole.index(b"IDAT") + 6] ^= 1
bad = {
    "bad-truncated": whole[: len(whole) // 2],
    "bad-signature": b"GIF89a" + whole[6:],
    "bad-check-sum": bytes(flipped),
    "bad-huge": SIGNATURE + header(RGBA, 16, 2**31 - 1, 2**31 - 1) + chunk(b"IDAT", body),
    "bad-large": SIGNATURE + header(GREY, 1, 9000, 9000) + chunk(b"IDAT", body),
    "bad-zero": SIGNATURE + header(GREY, 8, 0, 5) + chunk(b"IDAT", body) + chunk(b"IEND", b""),
    "bad-no-data": SIGNATURE + header(GREY, 8) + chunk(b"IEND", b""),
    "bad-no-palette": png(PALETTE, 8, [bytes(r) for r in gradient]),
    "bad-depth": png(RGB, 3, [bytes(r) for r in gradient]),
}
for name, data in bad.items():
    save(f"{name}.png", data)
