#!/usr/bin/env python3
"""Gives `vis encode` damaged pictures and keeps those that it does not answer for in one line.

    swift build -c release --product vis --sanitize address --scratch-path .build/sanitized
    Scripts/fuzz_pictures.py .build/sanitized/release/vis --minutes 60

The pictures are those of Tests/Fixtures, each damaged in some places at random. Every one must give
answers or one line that names it; no run may crash, hang or take more than 2 GiB. Ends with 1 if one
did; what it was given is then in --keep.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
BATCH = 40
# Numbers at which programs go wrong.
EDGES = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]
SANITIZER = "allocator_may_return_null=1:hard_rss_limit_mb=2048:detect_leaks=0"


def damaged(seed, other, choose):
    """A picture with some places changed, the first bytes more often than the rest."""
    data = bytearray(seed)
    for _ in range(1 << choose.randrange(5)):
        end = min(len(data), choose.choice([40, 200, 1000, len(data)]))
        place = choose.randrange(max(end, 1))
        length = 1 << choose.randrange(8)
        match choose.randrange(7):
            case 0 if data:
                data[min(place, len(data) - 1)] ^= 1 << choose.randrange(8)
            case 1:
                size = choose.choice([1, 2, 4])
                edge = choose.choice(EDGES) & ((1 << 8 * size) - 1)
                data[place : place + size] = edge.to_bytes(size, choose.choice(["big", "little"]))
            case 2:
                del data[place : place + length]
            case 3:
                data[place:place] = data[place : place + length]
            case 4:
                data[place : place + length] = choose.randbytes(length)
            case 5:
                start = choose.randrange(max(len(other), 1))
                data[place : place + length] = other[start : start + length]
            case 6 if choose.random() < 0.2:
                del data[place:]
    return bytes(data)


def fault(program, files):
    """What is wrong with a run on some files; None if nothing is."""
    try:
        run = subprocess.run(
            [program, "encode", "--csv", *files], capture_output=True, timeout=300,
            env={**os.environ, "ASAN_OPTIONS": SANITIZER})
    except subprocess.TimeoutExpired:
        return "it hangs"
    said = run.stderr.decode(errors="replace")
    if run.returncode not in (0, 1):
        return f"status {run.returncode}: {said[-2000:]}"
    if stray := [line for line in said.splitlines() if not line.startswith("vis: ")]:
        return f"it says {stray[0]!r}"
    rows = run.stdout.decode().splitlines()[1:]
    for file in files:
        lines = [line for line in said.splitlines() if line.startswith(f"vis: {file}: ")]
        answers = [row for row in rows if row.split(",")[0].split("#")[0] == file]
        if not answers and len(lines) != 1:
            return f"{len(lines)} lines and no answer for {file}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built vis")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path(".build/fuzz-faults"))
    options = parser.parse_args()

    seeds = [path.read_bytes() for folder in ("pictures", "png")
             for path in sorted((FIXTURES / folder).rglob("*"))
             if path.is_file() and path.suffix != ".py" and path.stat().st_size < 60_000]
    choose = random.Random(options.seed)
    end = time.monotonic() + 60 * options.minutes
    count = faults = 0
    with tempfile.TemporaryDirectory() as place:
        while time.monotonic() < end:
            files = [os.path.join(place, str(number)) for number in range(BATCH)]
            for file in files:
                data = damaged(choose.choice(seeds), choose.choice(seeds), choose)
                pathlib.Path(file).write_bytes(data)
            count += len(files)
            if together := fault(options.program, files):
                alone = [(file, fault(options.program, [file])) for file in files]
                # What happens only to all of them is kept whole.
                found = [(file, reason) for file, reason in alone if reason]
                faults += max(len(found), 1)
                options.keep.mkdir(parents=True, exist_ok=True)
                for file, reason in found or [(file, together) for file in files]:
                    kept = options.keep / f"{options.seed}-{count}-{os.path.basename(file)}"
                    kept.write_bytes(pathlib.Path(file).read_bytes())
                    print(f"{kept}: {reason}", flush=True)
            if count % (50 * BATCH) == 0:
                print(f"{count} pictures, {faults} faults", flush=True)
    print(f"{count} pictures, {faults} faults: done")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
