"""What a report says of how its models were trained."""

import csv
import html
import io
import json
import re
import shutil
import struct
import subprocess

import checkpoints
import pytest
from conftest import ROOT, VIS

SHIPPED = ROOT / "share"


def copy(place, history, kind="aae", name="model"):
    """A checkpoint with a history, and the name of its directory."""
    shutil.copytree(SHIPPED / f"pt-{kind}", place / name)
    (place / name / "history.csv").write_text(history)
    return name


def report(vis, place, *models):
    """The page and report.json of the models."""
    arguments = [word for model in models for word in ("--ckpt", model)]
    result = vis("report", *arguments, cwd=place)
    assert (result.status, result.err) == (0, ""), result.err
    out = place / "out"
    return (out / "index.html").read_text(), json.loads((out / "report.json").read_text())


def section(page):
    """The page's part on training."""
    return re.search(r'<section id="training">.*?</section>', page, re.S)[0]


def rows(page):
    """The texts of the cells of the table's rows, a list for each model."""
    return [
        [
            [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall("<t[hd].*?</t[hd]>", row)]
            for row in re.findall("<tr>.*?</tr>", body)
        ]
        for body in re.findall("<tbody>(.*?)</tbody>", section(page), re.S)
    ]


def test_models_without_history_have_no_such_part(vis, tmp_path):
    models = ["pt-sae", "pt-aae"]
    for name in models:
        shutil.copytree(
            SHIPPED / name, tmp_path / name, ignore=shutil.ignore_patterns("history.csv"))
    for chosen in [models, models[1:]]:
        page, data = report(vis, tmp_path, *chosen)
        assert 'id="training"' not in page and 'href="#training"' not in page
        assert not list((tmp_path / "out" / "figures").glob("*training*"))
        for model in data["checkpoints"]:
            assert model["training"] is None
        shutil.rmtree(tmp_path / "out")


def test_the_shipped_models_show_how_they_were_trained(comparison):
    models = json.loads((comparison / "report.json").read_text())["checkpoints"]
    assert [len(model["training"]["epochs"]) for model in models] == [10, 12]
    assert 'id="training"' in (comparison / "index.html").read_text()


def test_report_holds_every_number_of_the_history(trained):
    sae, unknown, aae = json.loads((trained / "report.json").read_text())["checkpoints"]
    assert unknown["training"] is None
    for model, adversarial in [(sae, False), (aae, True)]:
        epochs = model["training"]["epochs"]
        text = checkpoints.history(len(epochs), adversarial)
        lines = list(csv.DictReader(io.StringIO(text)))
        assert len(lines) == len(epochs) == (15 if adversarial else 10)
        assert model["training"]["seconds"] == 5.75 * len(lines)
        for line, epoch in zip(lines, epochs):
            found = [
                epoch["epoch"], epoch["training"]["l1"], epoch["training"]["crossEntropy"],
                epoch["training"]["generator"], epoch["generatorFactor"],
                epoch["training"]["discriminatorFake"], epoch["training"]["discriminatorReal"],
                epoch["validation"]["l1"], epoch["validation"]["crossEntropy"],
                epoch["validation"]["accuracy"], epoch["validation"]["distributionError"],
            ]  # fmt: skip
            expected = [value for name, value in line.items() if "seconds" not in name]
            assert found == [float(value) if value else None for value in expected]
        assert model["files"][-1]["name"] == "history.csv"


def test_comparison_shows_those_that_have_a_history(trained):
    page = (trained / "index.html").read_text()
    assert page.count('href="#training"') == 1
    part = section(page)
    assert re.findall("<h3>(.*?)</h3>", part) == ["pt-sae", "pt-aae"] * 2
    sae, aae = rows(page)
    assert [row[0] for row in sae] == [str(epoch) for epoch in range(1, 11)]
    assert {len(row) for row in sae} == {7} and {len(row) for row in aae} == {11}
    assert aae[0] == [
        "1", "0.3200", "0.2750", "0.4100", "0.1300", "94.00\u00a0%", "940.00", "0.9931", "0.000",
        "0.4000", "0.6900",
    ]  # fmt: skip
    names = {path.name for path in (trained / "figures").glob("*training*")}
    assert names == {
        f"{model}-training-{theme}.{ending}"
        for model in ["pt-sae", "pt-aae"] for theme in ["light", "dark"]
        for ending in ["png", "svg"]
    }


def test_the_figure_by_itself(vis, tmp_path, trained):
    copy(tmp_path, checkpoints.history(15), name="pt-aae")
    listed = vis("figure", "--list", "--ckpt", "pt-aae", cwd=tmp_path).out.split()
    assert "training" in listed
    unknown = trained.parent / "unknown"
    listed = vis("figure", "--list", "--ckpt", unknown, cwd=tmp_path).out.split()
    assert listed and "training" not in listed
    models = [word for name in ["pt-sae", "unknown", "pt-aae"]
              for word in ("--ckpt", trained.parent / name)]
    result = vis("figure", "pt-aae-training", *models, "-o", "a.svg", cwd=tmp_path)
    assert result.status == 0, result.err
    expected = trained / "figures" / "pt-aae-training-light.svg"
    assert (tmp_path / "a.svg").read_bytes() == expected.read_bytes()


@pytest.mark.parametrize("kind, columns", [("sae", 7), ("aae", 11)])
def test_history_of_one_epoch(vis, tmp_path, kind, columns):
    model = copy(tmp_path, checkpoints.history(1, kind == "aae"), kind)
    page, _ = report(vis, tmp_path, model)
    [[row]] = rows(page)
    assert len(row) == columns and row[0] == "1"
    assert "1</span> epoch in" in section(page)
    assert "Curves over 1 epoch of training" in section(page)


def test_history_of_no_epoch_is_none(vis, tmp_path):
    page, data = report(vis, tmp_path, copy(tmp_path, checkpoints.history(0)))
    assert 'id="training"' not in page and data["checkpoints"][0]["training"] is None


def test_long_history_is_thinned_on_the_page_only(vis, tmp_path):
    page, data = report(vis, tmp_path, copy(tmp_path, checkpoints.history(1234)))
    assert len(data["checkpoints"][0]["training"]["epochs"]) == 1234
    [shown] = rows(page)
    assert [row[0] for row in shown] == ["1", *(f"{n:,}" for n in range(50, 1234, 50)), "1,234"]
    assert "one in every 50" in section(page)
    assert all(path.stat().st_size < 200_000 for path in (tmp_path / "out/figures").glob("*training*"))


@pytest.mark.parametrize("name", checkpoints.COLUMNS[8:12])
def test_program_that_lacked_a_measure(vis, tmp_path, name):
    lines = [line.split(",") for line in checkpoints.history(3).splitlines()]
    place = lines[0].index(name)
    shorter = "".join(",".join(line[:place] + line[place + 1 :]) + "\n" for line in lines)
    page, data = report(vis, tmp_path, copy(tmp_path, checkpoints.history(3), name="whole"))
    [whole] = rows(page)
    page, data = report(vis, tmp_path, copy(tmp_path, shorter))
    [shown] = rows(page)
    assert [len(row) for row in shown] == [len(row) - 1 for row in whole]
    measure = name.removeprefix("validation_")
    for epoch in data["checkpoints"][0]["training"]["epochs"]:
        assert epoch["validation"][measure] is None
        assert all(v is not None for k, v in epoch["validation"].items() if k != measure)


@pytest.mark.parametrize("value", ["0", "3.4e38", "1e-300"])
def test_extreme_numbers(vis, tmp_path, value):
    cells = ["0.5" if name == "validation_accuracy" else value for name in checkpoints.COLUMNS[1:]]
    lines = [",".join([str(epoch), *cells]) for epoch in [1, 2]]
    text = "\n".join([",".join(checkpoints.COLUMNS), *lines, ""])
    page, _ = report(vis, tmp_path, copy(tmp_path, text))
    assert len(rows(page)[0]) == 2


@pytest.mark.parametrize("kind", ["sae", "aae"])
def test_what_a_trainer_saved(vis, tmp_path, kind):
    data = tmp_path / "data"
    data.mkdir()
    for subset in ["train", "t10k"]:
        (data / f"{subset}-images-idx3-ubyte").write_bytes(
            struct.pack(">4I", 0x803, 20, 28, 28) + bytes(range(256)) * 61 + bytes(64))
        (data / f"{subset}-labels-idx1-ubyte").write_bytes(
            struct.pack(">2I", 0x801, 20) + bytes(range(10)) * 2)
    printed = subprocess.run(
        [VIS.with_name(f"train-{kind}"), "--epochs", "3", "--data-dir", data, "--ckpt-dir", "model"],
        cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    page, report_data = report(vis, tmp_path, "model")
    [shown] = rows(page)
    # Losses as the trainer printed them, epoch by epoch: of training, of validation.
    losses = re.findall(r"Mean AutoEncoder Loss: (.*)", printed)
    assert [text for row in shown for text in row[1:3]] == losses
    # The last epoch's are those that the report itself finds on the same images.
    result = vis("report", "--ckpt", "model", "--data-dir", data, "--out", "same", cwd=tmp_path)
    assert result.status == 0, result.err
    model = json.loads((tmp_path / "same" / "report.json").read_text())["checkpoints"][0]
    last = model["training"]["epochs"][-1]["validation"]
    assert last["l1"] == pytest.approx(model["l1"], rel=1e-5)
    assert last["accuracy"] == model["accuracy"]
    assert last["distributionError"] == pytest.approx(model["distributionError"], rel=1e-5)


def test_damaged_history_stops_only_what_shows_it(vis, tmp_path):
    model = copy(tmp_path, "nonsense\n")
    for command in [["check"], ["figure", "--list"], ["report"]]:
        result = vis(*command, "--ckpt", model, cwd=tmp_path)
        assert result.status == 1
        assert len(result.err.splitlines()) == 1 and "history.csv" in result.err
    result = vis("encode", "--ckpt", model, "#0", cwd=tmp_path)
    assert result.status == 0, result.err
