"""`vis export`, run by onnxruntime."""

import json

import numpy
import onnxruntime
import pytest
from checkpoints import random_model
from conftest import ROOT, files_below
from pictures import test_set as read_test_set


def export(vis, checkpoint, place):
    """The sessions of a model's encoder and decoder."""
    result = vis("export", "--ckpt", checkpoint, "-o", "it.onnx", cwd=place)
    assert (result.status, result.err) == (0, "")
    assert result.out == "it.onnx/encoder.onnx\nit.onnx/decoder.onnx\n"
    return [onnxruntime.InferenceSession(place / path) for path in result.out.split()]


def softmax(logits):
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("name", ["pt-sae", "pt-aae"])
def test_the_networks_say_what_pytorch_says(vis, tmp_path, name):
    encoder, decoder = export(vis, ROOT / "share" / name, tmp_path)
    expected = json.loads(
        (ROOT / "Tests" / "Fixtures" / "pytorch" / name / "expected.json").read_text())
    pixels, labels = read_test_set(ROOT / "share" / "mnist")
    images = (pixels / 127.5 - 1).astype(numpy.float32)[:, None]
    logits, styles = map(numpy.concatenate, zip(*[
        encoder.run(["logits", "style"], {"images": batch})
        for batch in numpy.array_split(images, 20)]))  # fmt: skip
    drawn = numpy.concatenate([
        decoder.run(["images"], {"probabilities": probabilities, "style": style})[0]
        for probabilities, style in zip(
            numpy.array_split(softmax(logits), 20), numpy.array_split(styles, 20))])  # fmt: skip

    shown = len(expected["logits"])
    numpy.testing.assert_allclose(logits[:shown], expected["logits"], atol=1e-4, rtol=1e-4)
    numpy.testing.assert_allclose(styles[:shown], expected["styles"], atol=1e-4, rtol=1e-4)
    decoded = numpy.array(expected["images"])
    numpy.testing.assert_allclose(
        drawn[: len(decoded)].reshape(decoded.shape), decoded, atol=1e-4)
    assert (logits.argmax(axis=1) == labels).mean() == expected["accuracy"]
    assert numpy.abs(drawn - images).mean(dtype=float) == pytest.approx(expected["l1"], abs=1e-6)


@pytest.mark.parametrize("style_size", [1, 9, 64])
@pytest.mark.parametrize("count", [1, 3])
def test_any_style_size_and_number_of_images(vis, tmp_path, style_size, count):
    model = random_model(tmp_path / "model", style_size)
    encoder, decoder = export(vis, model, tmp_path)
    pixels = read_test_set(ROOT / "share" / "mnist")[0][:count]
    logits, styles = encoder.run(
        ["logits", "style"], {"images": (pixels / 127.5 - 1).astype(numpy.float32)[:, None]})
    answer = vis(
        "encode", "--ckpt", model, "--json", *[f"#{index}" for index in range(count)],
        cwd=tmp_path)
    told = json.loads(answer.out)
    numpy.testing.assert_allclose(
        softmax(logits), [image["probabilities"] for image in told], atol=1e-4)
    numpy.testing.assert_allclose(
        styles, [image["style"] for image in told], atol=1e-4, rtol=1e-4)
    [drawn] = decoder.run(["images"], {"probabilities": softmax(logits), "style": styles})
    assert drawn.shape == (count, 1, 28, 28)


def test_the_same_model_gives_the_same_bytes(vis, tmp_path):
    for place in "ab":
        vis("export", "--ckpt", ROOT / "share" / "pt-aae", "-o", place, cwd=tmp_path)
    assert files_below(tmp_path / "a") == files_below(tmp_path / "b") != {}


def test_a_file_in_the_way_is_named(vis, tmp_path):
    (tmp_path / "it.onnx").write_text("mine")
    result = vis("export", "-o", "it.onnx", cwd=tmp_path)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("vis: it.onnx: ") and result.err.count("\n") == 1
    assert (tmp_path / "it.onnx").read_text() == "mine"


def test_standard_output_takes_no_two_files(vis, tmp_path):
    result = vis("export", "-o", "-", cwd=tmp_path)
    assert (result.status, result.out) == (64, "")
    assert "--output must name a directory" in result.err and not list(tmp_path.iterdir())
