"""Makes strokes.json: how a pen would go to write test images of MNIST.

python3 make_strokes.py T10K-IMAGES.gz T10K-LABELS.gz > strokes.json

An image is thinned to lines one pixel wide (Zhang and Suen 1984), and the lines are followed from
their ends. The first two test images of each digit are taken. Points are x, y in pixels of 28 x 28.
"""

import gzip
import json
import sys

SIDE = 28
# Clockwise from north.
NEIGHBOURS = [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1)]


def thin(ink):
    """The lines of a set of pixels."""
    ink = set(ink)
    while True:
        removed = False
        for first in (True, False):
            gone = []
            for x, y in ink:
                ring = [(x + dx, y + dy) in ink for dx, dy in NEIGHBOURS]
                n, e, s, w = ring[0], ring[2], ring[4], ring[6]
                steps = sum(not a and b for a, b in zip(ring, ring[1:] + ring[:1]))
                open_sides = (
                    not (n and e and s) and not (e and s and w)
                    if first
                    else not (n and e and w) and not (n and s and w)
                )
                if 2 <= sum(ring) <= 6 and steps == 1 and open_sides:
                    gone.append((x, y))
            ink -= set(gone)
            removed = removed or bool(gone)
        if not removed:
            return ink


def follow(lines):
    """Strokes that together go through every pixel of the lines."""
    left = set(lines)
    strokes = []

    def near(point, among):
        x, y = point
        # Straight neighbours first, so that corners are not cut.
        steps = sorted(NEIGHBOURS, key=lambda step: abs(step[0]) + abs(step[1]))
        return [(x + dx, y + dy) for dx, dy in steps if (x + dx, y + dy) in among]

    while left:
        start = min(left, key=lambda point: (len(near(point, left)), point[1], point[0]))
        # A branch begins where it leaves a line that was drawn already.
        joint = [point for point in near(start, lines) if point not in left]
        stroke = joint[:1] + [start]
        left.remove(start)
        while ahead := near(stroke[-1], left):
            stroke.append(ahead[0])
            left.remove(ahead[0])
        ends = [point for point in near(stroke[-1], lines) if point not in stroke[-3:]]
        stroke += ends[:1]
        if len(stroke) > 2 or not strokes:
            strokes.append(stroke)
    return strokes


def main(images, labels):
    pixels = gzip.open(images).read()[16:]
    digits = gzip.open(labels).read()[8:]
    taken = []
    for digit in range(10):
        for index in [i for i, label in enumerate(digits) if label == digit][:2]:
            image = pixels[index * SIDE**2 : (index + 1) * SIDE**2]
            ink = {(i % SIDE, i // SIDE) for i, level in enumerate(image) if level > 127}
            taken.append({"index": index, "digit": digit, "strokes": follow(thin(ink))})
    json.dump(taken, sys.stdout, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
