"""PNG files written and read without the project's own code, and the test set."""

import gzip
import struct
import zlib

import numpy

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, RGBA = 0, 2, 6


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels):
    """A PNG file of height x width (grey) or height x width x 3 or 4 bytes, or of 16-bit grey."""
    pixels = numpy.asarray(pixels)
    kind = GREY if pixels.ndim == 2 else {3: RGB, 4: RGBA}[pixels.shape[2]]
    depth = 16 if pixels.dtype == numpy.uint16 else 8
    pixels = pixels.astype(">u2" if depth == 16 else "u1")
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return (
        SIGNATURE
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def chunks(data):
    """The (kind, data) of every chunk, each check sum verified."""
    assert data.startswith(SIGNATURE)
    place, found = len(SIGNATURE), []
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        body = data[place + 4 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == (
            zlib.crc32(body)
        )
        found.append((body[:4], body[4:]))
        place += 12 + length
    return found


def grey_pixels(data):
    """The pixels of an 8-bit grey PNG file whose rows are not filtered."""
    kinds = chunks(data)
    width, height, depth, kind = struct.unpack(">IIBB", dict(kinds)[b"IHDR"][:10])
    assert (depth, kind) == (8, GREY)
    rows = zlib.decompress(b"".join(body for name, body in kinds if name == b"IDAT"))
    rows = numpy.frombuffer(rows, numpy.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


def test_set(directory):
    """The package's test images, N x 28 x 28, and their digits."""
    def content(name, header):
        with gzip.open(directory / name) as file:
            return numpy.frombuffer(file.read()[header:], numpy.uint8)

    images = content("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    return images, content("t10k-labels-idx1-ubyte.gz", 8)


def enlarged(image, zoom):
    """A picture `zoom` times as large, smooth: linear interpolation. From 0 to 1."""
    padded = numpy.pad(image / 255.0, 1)
    places = (numpy.arange(28 * zoom) + 0.5) / zoom + 0.5
    first = places.astype(int)
    share = places - first
    rows = padded[first] * (1 - share)[:, None] + padded[first + 1] * share[:, None]
    return rows[:, first] * (1 - share) + rows[:, first + 1] * share
