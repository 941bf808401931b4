"""Times `vis encode` of a photograph of 12 megapixels, as JPEG and as PNG.

Needs numpy and Pillow (Debian: python3-numpy python3-pil).
"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
from PIL import Image

WIDTH, HEIGHT = 4000, 3000


def photograph():
    """A ring of blue ink on paper that is lit from one side, with a camera's noise."""
    random = numpy.random.default_rng(0)
    light = 225 + numpy.linspace(-20, 20, WIDTH)[None, :, None]
    sheet = light + random.normal(0, 4, (HEIGHT, WIDTH, 1)) + numpy.zeros(3)
    rows, columns = numpy.ogrid[:HEIGHT, :WIDTH]
    radius = numpy.hypot(rows - HEIGHT / 2, columns - WIDTH / 2)
    sheet[abs(radius - 600) < 60] = [30, 30, 90]
    return Image.fromarray(numpy.clip(sheet, 0, 255).astype(numpy.uint8))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vis", default=".build/release/vis")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    picture = photograph()
    with tempfile.TemporaryDirectory() as place:
        for form, settings in {"JPEG": {"quality": 90}, "PNG": {}}.items():
            file = pathlib.Path(place, f"photograph.{form.lower()}")
            picture.save(file, form, **settings)
            seconds = []
            for _ in range(options.runs):
                start = time.perf_counter()
                subprocess.run([options.vis, "encode", file], check=True, capture_output=True)
                seconds.append(time.perf_counter() - start)
            print(f"{form}, {file.stat().st_size / 1e6:.1f} MB: least {min(seconds):.2f} s,"
                  f" median {statistics.median(seconds):.2f} s")


if __name__ == "__main__":
    main()
