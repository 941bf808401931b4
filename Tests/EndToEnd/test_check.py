"""`vis check`: the data first, then a table, then the verdict as exit status."""

import json

import pytest
from conftest import ROOT, files_below

AAE = ["check", "--ckpt", ROOT / "share" / "pt-aae"]


def measures(checkpoint):
    return [
        checkpoint["accuracy"], checkpoint["l1"], checkpoint["crossEntropy"],
        checkpoint["distributionError"],
    ]


def test_its_data_are_the_reports(vis, tmp_path, single):
    result = vis(*AAE, "--out", "deep/er", cwd=tmp_path)
    assert (result.status, result.err) == (0, "")
    assert list(files_below(tmp_path)) == ["deep/er/report.json"]
    found = json.loads((tmp_path / "deep/er/report.json").read_text())
    expected = json.loads((single / "report.json").read_text())
    assert found["checkpoints"] == expected["checkpoints"]
    accuracy = f"{100 * expected['checkpoints'][0]['accuracy']:.2f} %"
    assert result.out.startswith("pt-aae, 10000 images\n") and accuracy in result.out


def test_writes_nothing_that_it_is_not_told_to(vis, tmp_path):
    """The report.json of a page must not become that of another command."""
    page = ["report", "--ckpt", ROOT / "share" / "pt-aae", "--seed", "3", "--quiet"]
    assert vis(*page, cwd=tmp_path).status == 0
    before = files_below(tmp_path)
    assert vis(*AAE, cwd=tmp_path).status == 0
    assert files_below(tmp_path) == before


@pytest.mark.parametrize(
    "flag, name, at, worse",
    [
        ("--min-accuracy", "accuracy", 0, +1e-9),
        ("--max-l1", "L1", 1, -1e-9),
        ("--max-cross-entropy", "cross-entropy", 2, -1e-9),
        ("--max-distribution-error", "distribution error", 3, -1e-6),
    ],
)
def test_a_broken_bound_ends_with_status_2_and_its_data_written(
    vis, tmp_path, single, flag, name, at, worse
):
    (checkpoint,) = json.loads((single / "report.json").read_text())["checkpoints"]
    bound = measures(checkpoint)[at]
    assert vis(*AAE, flag, repr(bound), cwd=tmp_path).status == 0
    result = vis(*AAE, flag, repr(bound + worse), "--out", "broken", cwd=tmp_path)
    assert result.status == 2
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith(f"vis: pt-aae: {name} is ")
    assert [line for line in result.out.splitlines() if line.endswith("broken")]
    assert (tmp_path / "broken" / "report.json").exists()


def test_a_baseline_is_compared_and_may_be_replaced(vis, tmp_path, single):
    report = json.loads((single / "report.json").read_text())
    report["checkpoints"][0]["l1"] /= 1.2
    report["checkpoints"][0]["name"] = "of another name"
    (tmp_path / "report.json").write_text(json.dumps(report))
    options = ["--baseline", "report.json", "--markdown", "--out", "."]
    assert vis(*AAE, *options, "--tolerance", "0.19", "--out", "o", cwd=tmp_path).status == 2
    result = vis(*AAE, *options, "--tolerance", "0.21", cwd=tmp_path)
    assert (result.status, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "### pt\\-aae, 10000 images"
    assert lines[2] == "| measure | value | bound | baseline | change | verdict |"
    # What is only shown beside the baseline has no verdict.
    assert [line.split(" | ")[-1] for line in lines[4:]] == ["ok |"] * 3 + [" |"] * 13
    result = vis(
        *AAE, *options, "--tolerance", "0.21", "--distribution-tolerance", "0", "--out", "o",
        cwd=tmp_path)
    assert result.status == 0 and result.out.splitlines()[7].endswith("| ok |")
    # What was written in its place is the new one.
    assert json.loads((tmp_path / "report.json").read_text())["checkpoints"][0]["name"] == "pt-aae"


BOUNDS = {
    "recognised": ("--min-recognised", -1), "frechet": ("--max-frechet", +1),
    "recall": ("--min-recall", -1), "leak": ("--max-leak", +1),
    "digitKeptByJudge": ("--min-digit-kept-by-judge", -1),
    "calibrationError": ("--max-calibration-error", +1),
}


def test_drawings_and_style_have_bounds(vis, tmp_path, single):
    (checkpoint,) = json.loads((single / "report.json").read_text())["checkpoints"]
    kept = [
        word for key, (flag, _) in BOUNDS.items() for word in (flag, repr(checkpoint[key]))]
    assert vis(*AAE, *kept, "--min-style-kept-least=-0.5", cwd=tmp_path).status == 0
    broken = [
        word for key, (flag, sign) in BOUNDS.items()
        for word in (flag, repr(checkpoint[key] - sign * 1e-7))]
    result = vis(*AAE, *broken, cwd=tmp_path)
    assert result.status == 2
    assert result.out.count("broken") == len(BOUNDS)


@pytest.mark.parametrize(
    "content, says",
    [
        ("", "not JSON"),
        ("{}", "schema is missing"),
        ('{"schema": 1}', "a report of schema 1, expected 2"),
        ('{"schema": 2}', "data is missing"),
        ("[" * 100_000, "not a report"),
        ("[]", "not a report: the whole is not an object"),
        ('{"schema": 2, "data": {"imagesPerDigit": [1]}, "checkpoints": []}', "no checkpoint"),
        (
            '{"schema": 2, "data": {"imagesPerDigit": [1]}, "checkpoints": [{"name": "a", '
            '"accuracy": 1, "l1": 1, "crossEntropy": 1, "distributionError": 1, "ks": {"priorScale": 2}}]}',
            "other images",
        ),
    ],
)
def test_bad_baselines(vis, tmp_path, content, says):
    (tmp_path / "old.json").write_text(content)
    result = vis(*AAE, "--baseline", "old.json", cwd=tmp_path)
    assert result.status == 1
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith("vis: old.json: ") and says in result.err


@pytest.mark.parametrize(
    "arguments, says, status",
    [
        (["--min-accuracy", "1.1"], "--min-accuracy", 64),
        (["--min-accuracy", "nan"], "--min-accuracy", 64),
        (["--max-l1", "-1"], "--max-l1", 64),
        (["--min-recall", "45"], "--min-recall", 64),
        (["--min-style-kept-least", "1.5"], "--min-style-kept-least", 64),
        (["--max-l1", "inf"], "--max-l1", 64),
        (["--tolerance", "nan"], "--tolerance", 64),
        (["--distribution-tolerance", "-0.5"], "--distribution-tolerance", 64),
        (["--baseline", "missing.json"], "missing.json", 1),
        (["--out", "/dev/null/out"], "/dev/null", 1),
    ],
)
def test_bad_arguments(vis, tmp_path, arguments, says, status):
    result = vis(*AAE, *arguments, cwd=tmp_path)
    assert result.status == status, result
    assert len(result.err.splitlines()) == 1 and says in result.err
    assert files_below(tmp_path) == {}
