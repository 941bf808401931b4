"""The data sets that people bring: other names and layouts, other sets, large ones, no test set."""

import csv
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import time

import checkpoints
import numpy
import pytest
from conftest import ROOT, VIS
from pictures import test_set as read_test_set

# The real Fashion-MNIST, from Debian's package of the name; `make test` installs it.
FASHION = pathlib.Path("/usr/share/datasets/fashion-mnist")
# A proxy that nobody runs: no request leaves the machine.
NO_NETWORK = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
QUICK = ["--epochs", "1", "--limit", "256", "--feat-size", "2"]


def start(*arguments, cwd, program="train-sae"):
    return subprocess.Popen(
        [VIS.with_name(program), *map(str, arguments)], cwd=cwd, text=True,
        env={**os.environ, **NO_NETWORK}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def train(*arguments, cwd, program="train-sae"):
    process = start(*arguments, cwd=cwd, program=program)
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def write(folder, beginning, images, labels, pack=lambda data: data, suffix=""):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{beginning}-images-idx3-ubyte{suffix}").write_bytes(
        pack(struct.pack(">4I", 0x803, len(images), 28, 28) + images.tobytes()))
    (folder / f"{beginning}-labels-idx1-ubyte{suffix}").write_bytes(
        pack(struct.pack(">2I", 0x801, len(labels)) + labels.tobytes()))


@pytest.fixture(scope="module")
def digits():
    return read_test_set(ROOT / "share" / "mnist")


def one_line(err, *words):
    assert err.endswith("\n") and err.count("\n") == 1, err
    for word in words:
        assert word in err


# Other sets

def test_fashion_mnist_trains_and_reports(vis, tmp_path):
    status, out, err = train("--data-dir", FASHION, *QUICK, cwd=tmp_path)
    assert (status, err) == (0, "")
    assert out.endswith("Done!\n")
    result = vis("report", "--ckpt", "pt-sae", "--data-dir", FASHION, cwd=tmp_path)
    assert result.status == 0, result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["data"]["imagesPerDigit"] == [1000] * 10
    assert [file["name"] for file in report["data"]["files"]] == [
        "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]


# Class names

CLOTHES = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
    "Ankle boot",
]  # fmt: skip


def fashion(place, classes=None):
    """A data directory with the real Fashion-MNIST and a `classes.txt` of these bytes."""
    place.mkdir()
    for file in FASHION.iterdir():
        (place / file.name).symlink_to(file)
    if classes is not None:
        (place / "classes.txt").write_bytes(classes)
    return place


def metadata(checkpoint):
    return checkpoints.read(checkpoint / "encoder.safetensors")[0].get("__metadata__")


@pytest.fixture(scope="module")
def clothes(vis, tmp_path_factory):
    """A folder with a model of Fashion-MNIST whose classes have names, and its report."""
    place = tmp_path_factory.mktemp("clothes")
    fashion(place / "data", "".join(f"{name}\r\n" for name in CLOTHES).encode())
    status, _, err = train(*QUICK, "--hold-out", "500", cwd=place)
    assert (status, err) == (0, "")
    result = vis("report", "--ckpt", "pt-sae", "--data-dir", "data", cwd=place)
    assert result.status == 0, result.err
    return place


def words(page):
    """What a page says of digits and handwriting, to the eye and to a screen reader."""
    text = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.S)
    said = re.split("<[^>]*>", text)
    said += re.findall(r'(?:alt|aria-label|data-invitation)="([^"]*)"', text)
    return [part for part in said if re.search("digit|writ|wrote", part, re.I)]


def test_names_of_classes_are_on_the_page(clothes, single):
    assert metadata(clothes / "pt-sae") == {"class_names": "\n".join(CLOTHES)}
    page = (clothes / "out" / "index.html").read_text()
    assert words(page) == []
    for sentence in [
        "What pt-sae learnt about style", "<h2>Accuracy by class</h2>", "Which classes are hard.",
        '<th scope="row">Ankle boot</th>', "The classes T-shirt/top to Ankle boot, a row each",
        "New images in random styles", 'alt="Sneaker, zero style"', "Only class Sandal",
        "Draw an image", "learns to name the class and", "whose class is named correctly",
        "held out of the training set",
    ]:  # fmt: skip
        assert sentence in page, sentence
    plain = (single / "index.html").read_text()
    for sentence in [
        "What pt-aae learnt about handwriting", "<h2>Accuracy by digit</h2>",
        "Which digits are hard.", '<th scope="row">9</th>', "The digits 0 to 9, a row each",
        "New digits in random styles", 'alt="7, zero style"', "Only digit 5", "Write a digit",
        "learns to name the digit and", "whose digit is named correctly",
        "an image of a handwritten digit into two parts: which digit it is, and a few numbers",
        "Nobody wrote these.", "the ten digits written in it",
    ]:  # fmt: skip
        assert sentence in plain, sentence
    assert " data-names>" not in plain and "held out" not in plain


def test_names_of_classes_are_in_the_numbers(vis, clothes, single):
    report = json.loads((clothes / "out" / "report.json").read_text())
    assert report["data"]["classNames"] == CLOTHES
    plain = json.loads((single / "report.json").read_text())
    assert plain["data"]["classNames"] == list("0123456789")
    with open(clothes / "out" / "encodings.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    # The first test image is an ankle boot.
    assert rows[0]["digit"] == "Ankle boot"
    assert {row["digit"] for row in rows} == set(CLOTHES) >= {row["prediction"] for row in rows}
    # The judge knows digits.
    (model,) = report["checkpoints"]
    assert "judge" not in rows[0] and report["reference"]["judge"] is None
    reasons = {missing["measure"]: missing["reason"] for missing in model["unmeasured"]}
    assert model["recognised"] is None and reasons["recognised"] == "the judge knows other classes"
    assert model["leak"] is not None

    def encode(*flags):
        return vis("encode", "#0", "--ckpt", "pt-sae", "--data-dir", "data", *flags, cwd=clothes).out

    (answer,) = json.loads(encode("--json"))
    assert (answer["digit"], answer["digitName"]) == (9, "Ankle boot")
    prediction = CLOTHES[answer["prediction"]]
    assert answer["predictionName"] == prediction
    assert f": class {prediction} (" in encode()
    assert f"\n#0,Ankle boot,{prediction}," in encode("--csv")


def test_a_class_goes_by_its_name(vis, clothes):
    def draw(digit):
        result = vis("generate", "--ckpt", "pt-sae", "--digit", digit, "-o", "x.png", cwd=clothes)
        assert result.status == 0, result.err
        return (clothes / "x.png").read_bytes()

    assert draw("Sandal,Bag") == draw("5,8") != draw("5,7")
    result = vis("generate", "--ckpt", "pt-sae", "--digit", "Hat", "-o", "y.png", cwd=clothes)
    assert result.status == 64
    one_line(result.err, "--digit must be of T-shirt/top, Trouser,", "not 'Hat'")


def test_models_of_other_classes_are_not_compared(vis, clothes):
    shipped = ROOT / "share" / "pt-aae"
    result = vis("report", "--ckpt", shipped, "--ckpt", "pt-sae", "--out", "no", cwd=clothes)
    assert (result.status, result.out) == (1, "")
    one_line(result.err, "pt-sae: trained on the classes T-shirt/top,", str(shipped), "0, 1, 2, 3")
    assert not (clothes / "no").exists()


def test_a_flag_counts_for_more_than_the_file(tmp_path):
    fashion(tmp_path / "data", "".join(f"{name}\n" for name in CLOTHES).encode())
    for names, noted in [("0,1,2,3,4,5,6,7,8,9", None), ("a,b,c,d,e,f,g,h,i,j", "a\nb\nc")]:
        shutil.rmtree(tmp_path / "pt-sae", ignore_errors=True)
        status, _, err = train("--class-names", names, *QUICK, cwd=tmp_path)
        assert (status, err) == (0, "")
        found = metadata(tmp_path / "pt-sae")
        assert found is None if noted is None else found["class_names"].startswith(noted)
    status, _, err = train("--resume", "--class-names", ",".join(CLOTHES), cwd=tmp_path)
    assert status == 1
    one_line(err, "--class-names T-shirt/top,Trouser,", "contradicts")
    status, _, err = train("--class-names", "a,b", cwd=tmp_path)
    assert status == 64
    one_line(err, "--class-names", "ten names")


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"a\nb\n", "2 class names, expected 10"), (b"\xff\n" * 10, "not UTF-8"),
        (b"a\n" * 10, "two classes are called a"),
        (b"0\n1\n2\n3\n\x1b[31m4\n5\n6\n7\n8\n9\n", "class 4 has a control character"),
        (b"x" * 100_000, "classes.txt"),
    ],
    ids=lambda part: str(part)[:20])
def test_bad_class_names_are_told_of(tmp_path, content, reason):
    fashion(tmp_path / "data", content)
    status, out, err = train(*QUICK, cwd=tmp_path)
    assert (status, out) == (1, "")
    one_line(err, "data/classes.txt: ", reason)
    assert not (tmp_path / "pt-sae").exists()


def test_hostile_class_names_are_only_text(vis, tmp_path):
    names = [
        "</td><script>x</script>", "\"'&amp;", "=1+1", "\u202eback", "<\u0338b>", "a,b", "{{title}}",
        "$(id)", "é" * 40, "数字",
    ]  # fmt: skip
    shutil.copytree(ROOT / "share" / "pt-aae", tmp_path / "model")
    checkpoints.name_classes(tmp_path / "model", names)
    result = vis("report", "--ckpt", "model", cwd=tmp_path)
    assert result.status == 0, result.err
    page = (tmp_path / "out" / "index.html").read_text()
    assert "<script>x" not in page and "\u202e" not in page and "\u0338" not in page
    assert "{{title}}" in page and "&lt;/td&gt;&lt;script&gt;x" in page
    with open(tmp_path / "out" / "encodings.csv", newline="") as file:
        found = {row["digit"] for row in csv.DictReader(file)}
    assert found == {"'=1+1" if name == "=1+1" else name for name in names}


def test_emnist_is_set_upright(vis, tmp_path, digits):
    images, labels = digits[0][:300], digits[1][:300]
    turned = numpy.ascontiguousarray(images.transpose(0, 2, 1))
    for subset in ["train", "test"]:
        write(tmp_path / "emnist", f"emnist-digits-{subset}", turned, labels)
    for beginning in ["train", "t10k"]:
        write(tmp_path / "upright", beginning, images, labels)
    status, _, err = train("--data-dir", "emnist", *QUICK, cwd=tmp_path)
    assert status == 0
    assert err.count("--transpose sets them upright") == 2, err
    weights = []
    for data, flags in [("emnist", ["--transpose"]), ("upright", [])]:
        status, _, err = train(
            "--data-dir", data, "--ckpt-dir", f"from-{data}", *flags, *QUICK, cwd=tmp_path)
        assert (status, err) == (0, "")
        weights.append((tmp_path / f"from-{data}" / "encoder.safetensors").read_bytes())
        result = vis(
            "encode", "#7", "--csv", "--ckpt", "from-emnist", "--data-dir", data, *flags,
            cwd=tmp_path)
        assert result.status == 0, result.err
        weights.append(result.out)
    assert weights[:2] == weights[2:]
    status, _, err = train(
        "--data-dir", "upright", "--ckpt-dir", "from-upright", "--resume", "--transpose",
        cwd=tmp_path)
    assert status == 1
    one_line(err, "--transpose true contradicts")


def test_an_almost_original_mnist_gets_a_warning(tmp_path, digits):
    images = digits[0].copy()
    images[5000, 14, 14] ^= 1
    write(tmp_path / "data", "t10k", images, digits[1])
    write(tmp_path / "data", "train", images, digits[1])
    status, _, err = train(*QUICK, cwd=tmp_path)
    assert status == 0
    one_line(err, "data/t10k-images-idx3-ubyte: not MNIST's images, though")


# What is not there

def test_says_what_it_looked_for_and_leaves_nothing(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.csv").write_text("label,pixel0\n")
    status, out, err = train(cwd=tmp_path)
    assert (status, out) == (1, "")
    looked, failed = err.splitlines()
    assert "no train-images-idx3-ubyte with train-labels-idx1-ubyte" in looked
    assert "found train.csv; fetching MNIST" in looked
    assert "cannot be fetched" in failed
    assert [path.name for path in (tmp_path / "data").rglob("*")] == ["train.csv"]


def test_another_set_is_not_validated_on_mnist(tmp_path, digits):
    write(tmp_path / "data", "train", digits[0][:300], digits[1][:300])
    status, out, err = train(*QUICK, cwd=tmp_path)
    assert (status, out) == (1, "")
    one_line(err, "no t10k-images-idx3-ubyte", "--hold-out")


# Held-out images

def test_held_out_images_take_the_place_of_the_test_set(tmp_path, digits):
    images, labels = digits[0][:400], digits[1][:400]
    write(tmp_path / "data", "train", images, labels)
    write(tmp_path / "parts", "train", images[:300], labels[:300])
    write(tmp_path / "parts", "t10k", images[300:], labels[300:])
    options = ["--epochs", "2", "--feat-size", "2"]
    status, held, err = train("--hold-out", "100", *options, cwd=tmp_path)
    assert (status, err) == (0, "")
    status, split, _ = train(
        "--data-dir", "parts", "--ckpt-dir", "split", *options, cwd=tmp_path)
    assert status == 0

    def numbers(text):
        return [line for line in text.splitlines() if not line.startswith("[time]")]

    assert numbers(held) == numbers(split)
    assert heldout(tmp_path / "pt-sae") == ["100", "100"]
    assert heldout(tmp_path / "split") == ["0", "0"]

    status, out, err = train("--resume", cwd=tmp_path)
    assert (status, out, err) == (0, "Done!\n", "")
    status, _, err = train("--resume", "--hold-out", "50", cwd=tmp_path)
    assert status == 1
    one_line(err, "--hold-out 50 contradicts")
    status, _, err = train("--hold-out", "400", "--ckpt-dir", "none", cwd=tmp_path)
    assert status == 1
    one_line(err, "--hold-out 400 leaves nothing to train on")


def heldout(checkpoint):
    header, *lines = (checkpoint / "history.csv").read_text().splitlines()
    column = header.split(",").index("validation_heldOut")
    return [str(int(float(line.split(",")[column]))) for line in lines]


# Large sets

def write_large(folder, count=1_000_000):
    """A set of blank images, which takes next to nothing on the disk."""
    folder.mkdir()
    with open(folder / "train-images-idx3-ubyte", "wb") as file:
        file.write(struct.pack(">4I", 0x803, count, 28, 28))
        file.truncate(16 + count * 784)
    (folder / "train-labels-idx1-ubyte").write_bytes(
        struct.pack(">2I", 0x801, count) + bytes(range(10)) * (count // 10))
    return folder / "train-images-idx3-ubyte"


def proc_status(process, name):
    """A number that the system has of a process, in kB if it is of memory; 0 once it has ended."""
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def test_a_million_images_stay_in_their_file(tmp_path):
    write_large(tmp_path / "data")
    process = start("--hold-out", "10000", "--threads", "2", cwd=tmp_path)
    # The check sum of the file comes before the threads of the training.
    while process.poll() is None and proc_status(process, "Threads") < 3:
        time.sleep(0.1)
    most, end = 0, time.time() + 10
    while time.time() < end:
        most = max(most, proc_status(process, "RssAnon"))
        time.sleep(0.05)
    mapped = proc_status(process, "RssFile")
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 143, err
    assert "stopped in epoch 1" in err
    # All of the file was in memory, but only as the system's copy of the file.
    assert mapped > 700_000
    assert 0 < most < 150_000


def test_a_file_that_shrinks_ends_the_training_with_a_line(tmp_path):
    images = write_large(tmp_path / "data", count=100_000)
    process = start("--hold-out", "100", "--batch-size", "8", "--ckpt-dir", "model", cwd=tmp_path)
    while "train-images" not in pathlib.Path(f"/proc/{process.pid}/maps").read_text():
        time.sleep(0.01)
    time.sleep(1)
    os.truncate(images, 1 << 20)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    one_line(
        err, "train-sae: ./data/train-images-idx3-ubyte: became shorter, or unreadable, while it was")


def test_the_largest_batch_takes_little_memory(tmp_path, digits):
    """As many images as MNIST has, compressed as it is."""
    images, labels = (numpy.concatenate([part] * 6) for part in digits)
    write(tmp_path / "data", "train", images, labels, lambda data: gzip.compress(data, 1), ".gz")
    process = start(
        "--epochs", "1", "--batch-size", "4096", "--hold-out", "5000", cwd=tmp_path,
        program="train-aae")
    most = 0
    while process.poll() is None:
        most = max(most, proc_status(process, "VmHWM"))
        time.sleep(0.05)
    assert process.returncode == 0, process.stderr.read()
    # The images themselves, at least.
    assert 47_000 < most < 195_000
