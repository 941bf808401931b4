"""Bad input ends in one line that says what is wrong, exit status 1 or 64, and nothing lost."""

import gzip
import json
import os
import resource
import shutil
import struct
import sys

import checkpoints
import pytest
from conftest import ROOT, VIS, files_below

SHIPPED = ROOT / "share" / "pt-aae"


@pytest.fixture
def model(tmp_path):
    """A copy of a good checkpoint, to be spoilt."""
    shutil.copytree(SHIPPED, tmp_path / "model", ignore=shutil.ignore_patterns("history.csv"))
    return tmp_path / "model"


def refused(vis, cwd, *arguments, says, status=1):
    """Runs a report that must fail with one line that holds every word of `says`."""
    result = vis("report", *arguments, cwd=cwd)
    assert result.status == status, result
    assert result.out == ""
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vis: "), result.err
    for word in says:
        assert word in lines[0], lines[0]
    return lines[0]


# MARK: Checkpoints


def test_missing_checkpoint(vis, tmp_path):
    refused(vis, tmp_path, "--ckpt", "nowhere", says=["nowhere"])


def test_file_in_place_of_a_checkpoint(vis, tmp_path):
    (tmp_path / "file").write_text("")
    refused(vis, tmp_path, "--ckpt", "file", says=["file", "too short", "safetensors"])


@pytest.mark.parametrize("name", ["encoder", "decoder"])
def test_missing_network(vis, tmp_path, model, name):
    (model / f"{name}.safetensors").unlink()
    refused(vis, tmp_path, "--ckpt", model, says=[f"{name}.safetensors"])


@pytest.mark.parametrize("name", ["encoder", "decoder", "discriminator"])
@pytest.mark.parametrize("length", [0, 5, 8, 300, -1])
def test_truncated_network(vis, tmp_path, model, name, length):
    path = model / f"{name}.safetensors"
    path.write_bytes(path.read_bytes()[:length])
    refused(vis, tmp_path, "--ckpt", model, says=[path.name])


def spoil_header(change):
    def spoil(header, data):
        change(header)
        return header, data

    return spoil


def renamed(header):
    header["fc.weird"] = header.pop("fc.bias")


def duplicated(header, data):
    text = json.dumps(header)
    again = json.dumps({"fc.bias": header["fc.bias"]})
    return text[:-1] + ", " + again[1:], data


def with_hole(header, data):
    for name in header:
        if name != "__metadata__":
            begin, end = header[name]["data_offsets"]
            header[name]["data_offsets"] = [begin + 4, end + 4]
    return header, b"\0\0\0\0" + data


def with_extra(header, data):
    header["extra"] = {
        "dtype": "F32", "shape": [1], "data_offsets": [len(data), len(data) + 4]}
    return header, data + b"\0\0\0\0"


def with_number(number):
    def spoil(header, data):
        begin, _ = header["conv1.0.weight"]["data_offsets"]
        return header, data[: begin + 8] + struct.pack("<f", number) + data[begin + 12 :]

    return spoil


SPOILT = {
    "missing tensor": (spoil_header(lambda h: h.pop("conv3.bias")), []),
    "renamed tensor": (spoil_header(renamed), ["fc.bias"]),
    "extra tensor": (with_extra, ["extra"]),
    "duplicate name": (duplicated, ["fc.bias"]),
    "wrong shape": (
        spoil_header(lambda h: h["conv1.0.weight"].update(shape=[32, 32, 9])),
        ["conv1.0.weight"]),
    "wrong dtype": (
        spoil_header(lambda h: h["conv1.1.bias"].update(dtype="I32")), ["conv1.1.bias", "I32"]),
    "unknown dtype": (
        spoil_header(lambda h: h["conv1.1.bias"].update(dtype="F31")), ["conv1.1.bias"]),
    "overlap": (
        spoil_header(
            lambda h: h["conv1.1.bias"].update(
                data_offsets=h["conv1.1.weight"]["data_offsets"])), []),
    "hole": (with_hole, []),
    "overflowing shape": (
        spoil_header(lambda h: h["fc.weight"].update(shape=[2**62, 8])), ["fc.weight"]),
    "huge number": (
        spoil_header(lambda h: h["fc.weight"].update(shape=[10**30, 8])), []),
    "negative shape": (
        spoil_header(lambda h: h["fc.weight"].update(shape=[-1568, -14])), []),
    "offsets backwards": (
        spoil_header(lambda h: h["fc.bias"]["data_offsets"].reverse()), ["fc.bias"]),
    "not a number": (with_number(float("nan")), ["conv1.0.weight"]),
    "infinite": (with_number(float("-inf")), ["conv1.0.weight"]),
    "no object": (lambda h, d: ("[]", d), []),
    "not JSON": (lambda h, d: ("{" + "{" * 5000, d), []),
    "not UTF-8": (lambda h, d: (json.dumps(h).encode() + b"\xff\xfe", d), []),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_spoilt_decoder(vis, tmp_path, model, case):
    spoil, says = SPOILT[case]
    path = model / "decoder.safetensors"
    checkpoints.write(path, *spoil(*checkpoints.read(path)))
    refused(vis, tmp_path, "--ckpt", model, says=["decoder.safetensors", *says])


def test_errors_are_short(vis, tmp_path, model):
    path = model / "decoder.safetensors"
    header, data = checkpoints.read(path)
    header["conv1.0.weight"]["shape"] += [1] * 100_000
    checkpoints.write(path, header, data)
    line = refused(
        vis, tmp_path, "--ckpt", model,
        says=["decoder.safetensors: tensor conv1.0.weight", "expected [32, 32, 3, 3]"])
    assert len(line) < 550


def test_pipe_in_place_of_a_checkpoint(vis, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(vis, tmp_path, "--ckpt", "pipe", says=["found a pipe"])
    refused(vis, tmp_path, "--ckpt", "/dev/null", says=["found a device"])


def test_header_that_claims_a_hundred_megabytes(vis, tmp_path, model):
    path = model / "encoder.safetensors"
    path.write_bytes(struct.pack("<Q", 100_000_000) + path.read_bytes()[8:])
    refused(vis, tmp_path, "--ckpt", model, says=["encoder.safetensors"])


def test_networks_of_different_style_sizes(vis, tmp_path, model):
    checkpoints.random_model(tmp_path / "other", 5)
    shutil.copy(tmp_path / "other" / "decoder.safetensors", model)
    refused(vis, tmp_path, "--ckpt", model, says=["5", "4"])


def test_weights_that_overflow_on_the_way(vis, tmp_path, model):
    path = model / "decoder.safetensors"
    header, data = checkpoints.read(path)
    begin, end = header["conv3.weight"]["data_offsets"]
    huge = struct.pack("<f", 3e38) * ((end - begin) // 4)
    checkpoints.write(path, header, data[:begin] + huge + data[end:])
    refused(vis, tmp_path, "--ckpt", model, says=["model", "not finite"])


# MARK: Histories

HISTORY = checkpoints.history(3)


def with_cell(line, column, text):
    """The history with one value changed; lines and columns are counted from 0."""
    lines = [row.split(",") for row in HISTORY.splitlines()]
    lines[line][column] = text
    return "".join(",".join(row) + "\n" for row in lines)


@pytest.mark.parametrize(
    "text, says",
    [
        ("", ["line 1"]),
        ("\n", ["line 1"]),
        (HISTORY.replace("accuracy", "recall"), ["line 1", "validation_accuracy"]),
        (HISTORY.split("\n", 1)[1], ["line 1"]),
        (HISTORY[:-30], ["last line"]),
        (HISTORY[: HISTORY.rindex(",")] + "\n", ["line 4", "12 values"]),
        (HISTORY + "\n", ["line 5"]),
        (HISTORY.replace("\n", "\r\n"), ["line 1"]),
        (with_cell(2, 1, "nan"), ["line 3", "training_l1", "nan"]),
        (with_cell(2, 8, "inf"), ["line 3", "validation_l1", "inf"]),
        (with_cell(1, 9, "-0.5"), ["line 2", "-0.5"]),
        (with_cell(1, 11, "1e300"), ["line 2", "validation_distributionError", "1e300"]),
        (with_cell(1, 10, "98"), ["line 2", "validation_accuracy", "from 0 to 1"]),
        (with_cell(3, 2, "0,1"), ["line 4", "14 values"]),
        (with_cell(3, 2, ""), ["line 4", "training_crossEntropy"]),
        (with_cell(3, 2, "<b>\u202e"), ["line 4", "<b>"]),
        (with_cell(3, 2, "9" * 100_000), ["line 4"]),
        (with_cell(3, 0, "4"), ["line 4", "expected 3"]),
        (with_cell(2, 3, ""), ["line 3", "training_generator"]),
        ("\0" * 1000, ["last line"]),
        (HISTORY + "4" + ",1" * 12 + "\n" + "5" * 100_000 + "\n", ["line 6"]),
    ],
)
def test_spoilt_history(vis, tmp_path, model, text, says):
    (model / "history.csv").write_bytes(text.encode())
    line = refused(vis, tmp_path, "--ckpt", model, says=["history.csv", *says])
    assert len(line) < 1000 and "\u202e" not in line
    assert not (tmp_path / "out").exists()


def test_history_that_is_not_utf_8(vis, tmp_path, model):
    (model / "history.csv").write_bytes(HISTORY.encode()[:-10] + b"\xff\xfe\n")
    refused(vis, tmp_path, "--ckpt", model, says=["history.csv", "line 4"])


def test_history_of_ten_million_epochs(vis, tmp_path, model):
    with open(model / "history.csv", "w") as file:
        file.write(HISTORY)
        file.writelines(f"{epoch}{',0' * 12}\n" for epoch in range(4, 300_000))
    refused(vis, tmp_path, "--ckpt", model, says=["history.csv", "299999 epochs"])
    with open(model / "history.csv", "ab") as file:
        file.truncate(10_000_000 * 80)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    refused(vis, tmp_path, "--ckpt", model, says=["history.csv", "larger"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after <= max(before, 200_000), "it took too much memory (kilobytes)"


def test_history_that_is_no_file(vis, tmp_path, model):
    (model / "history.csv").mkdir()
    refused(vis, tmp_path, "--ckpt", model, says=["history.csv", "directory"])
    (model / "history.csv").rmdir()
    os.mkfifo(model / "history.csv")
    refused(vis, tmp_path, "--ckpt", model, says=["history.csv"])


# MARK: Test images


@pytest.fixture
def data(tmp_path):
    """A small test set, to be spoilt: its files by name."""
    directory = tmp_path / "data"
    directory.mkdir()
    images = struct.pack(">IIII", 0x803, 20, 28, 28) + (bytes(range(256)) * 62)[: 20 * 784]
    labels = struct.pack(">II", 0x801, 20) + bytes(range(10)) * 2
    (directory / "t10k-images-idx3-ubyte").write_bytes(images)
    (directory / "t10k-labels-idx1-ubyte").write_bytes(labels)
    return directory


def test_small_test_set(vis, tmp_path, data):
    result = vis("report", "--ckpt", SHIPPED, "--data-dir", data, cwd=tmp_path)
    assert result.status == 0, result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["data"]["images"] == 20
    assert len(report["checkpoints"][0]["samples"]) == 10


def test_test_set_of_one_image(vis, tmp_path, data):
    images, labels = data / "t10k-images-idx3-ubyte", data / "t10k-labels-idx1-ubyte"
    images.write_bytes(struct.pack(">IIII", 0x803, 1, 28, 28) + bytes(784))
    labels.write_bytes(struct.pack(">II", 0x801, 1) + b"\3")
    result = vis("report", "--ckpt", SHIPPED, "--data-dir", data, cwd=tmp_path)
    assert result.status == 0, result.err
    model = json.loads((tmp_path / "out" / "report.json").read_text())["checkpoints"][0]
    assert model["accuracyPerDigit"].count(None) == 9


def test_missing_data(vis, tmp_path):
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--data-dir", "nowhere", says=["nowhere"])


IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


@pytest.mark.parametrize(
    "name, change, says",
    [
        (IMAGES, lambda b: b"\0\0\x08\x01" + b[4:], []),
        (LABELS, lambda b: b"\0\0\x08\x03" + b[4:], []),
        (IMAGES, lambda b: b[:100], []),
        (IMAGES, lambda b: b + b"\0", []),
        (IMAGES, lambda b: b"", []),
        (IMAGES, lambda b: b[:8] + struct.pack(">II", 27, 29) + b[16:], ["28"]),
        (IMAGES, lambda b: b[:4] + struct.pack(">III", 2**32 - 1, 2**32 - 1, 2**32 - 1), []),
        (LABELS, lambda b: struct.pack(">II", 0x801, 19) + b[8:-1], ["19", "20"]),
        (LABELS, lambda b: b[:-1] + b"\x0a", ["10"]),
        (LABELS, lambda b: struct.pack(">II", 0x801, 0), []),
    ],
)
def test_spoilt_test_set(vis, tmp_path, data, name, change, says):
    path = data / name
    path.write_bytes(change(path.read_bytes()))
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--data-dir", data, says=[name, *says])


def test_empty_test_set(vis, tmp_path, data):
    (data / IMAGES).write_bytes(struct.pack(">IIII", 0x803, 0, 28, 28))
    (data / LABELS).write_bytes(struct.pack(">II", 0x801, 0))
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--data-dir", data, says=[])


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b[:-20],
        lambda b: b[:40] + bytes([b[40] ^ 0x55]) + b[41:],
    ],
    ids=["truncated", "corrupt"],
)
def test_spoilt_gzip(vis, tmp_path, data, change):
    path = data / IMAGES
    compressed = gzip.compress(path.read_bytes())
    path.unlink()
    (data / f"{IMAGES}.gz").write_bytes(change(compressed))
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--data-dir", data, says=[f"{IMAGES}.gz"])


def test_gzip_that_inflates_without_end(vis, tmp_path, data):
    path = data / IMAGES
    with gzip.open(data / f"{IMAGES}.gz", "wb", compresslevel=1) as bomb:
        bomb.write(path.read_bytes())
        for _ in range(1024):
            bomb.write(bytes(1 << 20))
    path.unlink()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--data-dir", data, says=[f"{IMAGES}.gz"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after <= max(before, 200_000), "it took too much memory (kilobytes)"


# MARK: Output


def test_file_where_the_output_should_go(vis, tmp_path):
    (tmp_path / "out").write_text("mine")
    refused(vis, tmp_path, "--ckpt", SHIPPED, says=["out", "directory"])
    assert (tmp_path / "out").read_text() == "mine"


def test_directory_where_a_file_should_go(vis, tmp_path):
    (tmp_path / "out" / "index.html").mkdir(parents=True)
    refused(vis, tmp_path, "--ckpt", SHIPPED, says=["index.html"])


def test_output_that_is_full_leaves_the_old_report(vis, tmp_path):
    assert vis("report", "--ckpt", SHIPPED, cwd=tmp_path).status == 0
    before = files_below(tmp_path / "out")

    def limit():
        # Files longer than this cannot be written: encodings.csv is.
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    result = vis("report", "--ckpt", SHIPPED, "--seed", 5, cwd=tmp_path, preexec_fn=limit)
    assert result.status == 1 and len(result.err.splitlines()) == 1, result
    assert files_below(tmp_path / "out") == before


def test_failed_run_leaves_the_old_report(vis, tmp_path, model):
    assert vis("report", "--ckpt", SHIPPED, cwd=tmp_path).status == 0
    (tmp_path / "out" / "notes.txt").write_text("mine")
    before = files_below(tmp_path / "out")
    (model / "decoder.safetensors").unlink()
    refused(vis, tmp_path, "--ckpt", SHIPPED, "--ckpt", model, says=["decoder"])
    assert files_below(tmp_path / "out") == before
    # What a report did not write, the next one keeps.
    assert vis("report", "--ckpt", SHIPPED, "--seed", 3, cwd=tmp_path).status == 0
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_standard_output_that_is_full(vis, tmp_path):
    import subprocess

    with open("/dev/full", "w") as full:
        completed = subprocess.run(
            [VIS, "report", "--ckpt", SHIPPED], cwd=tmp_path, stdout=full,
            stderr=subprocess.PIPE, text=True)
    assert completed.returncode == 1
    assert completed.stderr.startswith("vis: standard output")


def test_closed_standard_files(tmp_path):
    import subprocess

    # With the standard files closed, files of the report would get their numbers.
    for options, status in [("--quiet", 0), ("", 1)]:
        completed = subprocess.run(
            f"'{VIS}' report --ckpt '{SHIPPED}' {options} <&- >&- 2>&-", shell=True, cwd=tmp_path)
        assert completed.returncode == status
        assert "Wrote" not in (tmp_path / "out" / "index.html").read_text()


def test_closed_standard_output_is_an_error(tmp_path):
    import subprocess

    for command in ["generate -o -", "encode '#1'", "--help", "figure --list"]:
        completed = subprocess.run(
            f"'{VIS}' {command} >&-", shell=True, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        assert completed.returncode == 1, command
        line = completed.stderr.splitlines()[-1]
        assert line.startswith("vis: standard output: "), line


def test_output_to_a_pipe(vis, tmp_path):
    import subprocess

    os.mkfifo(tmp_path / "ff")
    result = vis("generate", "-o", "ff", cwd=tmp_path)
    assert result.status == 1 and result.err == "vis: ff: expected a file, found a pipe\n"
    picture = subprocess.run(
        [VIS, "generate", "-o", "/dev/stdout"], cwd=tmp_path, capture_output=True, check=True)
    assert picture.stdout.startswith(b"\x89PNG")


# MARK: Templates


def test_missing_and_broken_templates(vis, tmp_path):
    templates = tmp_path / "templates"
    templates.mkdir()
    refused(vis, tmp_path, "--templates", templates, "--ckpt", SHIPPED, says=["report.mustache"])
    (templates / "report.mustache").write_text("a\n{{> gone}}")
    refused(vis, tmp_path, "--templates", templates, "--ckpt", SHIPPED, says=["gone.mustache"])
    (templates / "report.mustache").write_text("a\n{{#open}}")
    refused(
        vis, tmp_path, "--templates", templates, "--ckpt", SHIPPED,
        says=["report.mustache", "line 2"])


# MARK: Usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["--bogus"], ["stray"], ["--ckpt"], ["--seed", "-1"], ["--seed", "x"], ["--seed", "1e3"],
        ["--seed", "99999999999999999999"], ["--scale", "0"], ["--scale", "-2"],
        ["--scale", "nan"], ["--scale", "inf"], ["--scale", "1e300"], ["--rows", "0"],
        ["--rows", "101"], ["--rows", "9223372036854775808"], ["--samples", "0"],
        ["--samples", "1001"], ["--threads", "0"], ["--threads", "-3"], ["--threads", "100000"],
    ],
)  # fmt: skip
def test_usage(vis, tmp_path, arguments):
    refused(vis, tmp_path, *arguments, says=["(vis report --help lists"], status=64)
    assert list(tmp_path.iterdir()) == []


def test_unknown_command(vis, tmp_path):
    result = vis("nonsense", cwd=tmp_path)
    assert result.status == 64 and len(result.err.splitlines()) == 1
    assert result.err.endswith(" (vis --help lists the options)\n")


def test_mistakes_found_when_a_command_runs_name_its_help(vis, tmp_path):
    result = vis("generate", "--style", "1,2", "-o", "x.png", cwd=tmp_path)
    assert result.status == 64
    assert result.err.endswith(" (vis generate --help lists the options)\n")


@pytest.mark.parametrize(
    "beginning, kind",
    [
        (b"<!DOCTYPE html><title>404</title>", "an HTML page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"PK\3\4\x14\0\0\0\x08\0", "a zip archive"),
    ],
)
def test_first_bytes_tell_what_a_data_file_is(vis, tmp_path, model, beginning, kind):
    for name in ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]:
        (tmp_path / name).write_bytes(beginning)
    refused(
        vis, tmp_path, "--ckpt", model, "--data-dir", ".",
        says=["t10k-labels-idx1-ubyte", "found", kind])


def test_first_bytes_tell_what_a_picture_is(vis, tmp_path):
    formats = "PNG, JPEG, TIFF, WebP, GIF or BMP picture"
    for beginning, words in [
        (
            b"\xff\xd8\xff\xe0\0\x10JFIF\0",
            "a damaged JPEG picture, or a rare kind of JPEG: export it as PNG",
        ),
        (b"%PDF-1.7\n", f"expected a {formats}, found a PDF document: export it as one of these"),
    ]:
        (tmp_path / "a.png").write_bytes(beginning)
        result = vis("encode", "a.png", cwd=tmp_path)
        assert (result.status, result.out) == (1, "")
        assert result.err == f"vis: a.png: {words}\n"
