"""What `vis report` writes, wherever and however it runs."""

import csv
import hashlib
import html.parser
import io
import json
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
import pathlib

import checkpoints
import pytest
from conftest import ROOT, VIS, files_below

SHIPPED = ROOT / "share"


def test_default_report_says_what_it_is_of(vis, tmp_path):
    result = vis("report", cwd=tmp_path)
    assert result.status == 0
    assert result.out == "Wrote out/index.html\n"
    assert "come with the program" in result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [model["name"] for model in report["checkpoints"]] == ["pt-sae", "pt-aae"]


def test_own_checkpoint_comes_before_the_default(vis, tmp_path):
    checkpoints.random_model(tmp_path / "pt-aae", 3)
    result = vis("report", cwd=tmp_path)
    assert (result.status, result.err) == (0, "")
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [model["styleSize"] for model in report["checkpoints"]] == [3]


def test_a_directory_without_a_model_is_no_checkpoint(vis, tmp_path):
    (tmp_path / "pt-aae").mkdir()
    (tmp_path / "pt-aae" / "notes.txt").write_text("mine")
    result = vis("report", cwd=tmp_path)
    assert result.status == 0 and "come with the program" in result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [model["name"] for model in report["checkpoints"]] == ["pt-sae", "pt-aae"]
    assert vis("encode", "#17", cwd=tmp_path).out.startswith("#17: digit 7")


def test_quiet_says_nothing(vis, tmp_path):
    result = vis("report", "--quiet", cwd=tmp_path)
    assert (result.status, result.out, result.err) == (0, "", "")


@pytest.mark.parametrize(
    "arguments, environment",
    [
        (["--threads", "1"], {}),
        (["--threads", "3"], {}),
        ([], {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8"}),
        ([], {"TZ": "America/St_Johns", "LC_ALL": "C", "HOME": "/nonexistent"}),
    ],
)
def test_equal_input_gives_equal_bytes(vis, tmp_path, comparison, arguments, environment):
    result = vis("report", *arguments, cwd=tmp_path, env=environment)
    assert result.status == 0, result.err
    assert files_below(tmp_path / "out") == files_below(comparison)


def test_seed_and_scale_change_the_styles(vis, tmp_path):
    def styles(*arguments):
        out = tmp_path / "-".join(arguments or ["none"])
        assert vis("report", "--ckpt", SHIPPED / "pt-aae", "--out", out, *arguments, cwd=tmp_path).status == 0
        generated = json.loads((out / "report.json").read_text())["checkpoints"][0]["generated"]
        return generated["styles"]

    once, other, wide = styles(), styles("--seed", "1"), styles("--scale", "4")
    assert once != other
    assert all(
        abs(b - 2 * a) < 1e-5 for u, v in zip(once, wide) for a, b in zip(u, v))


def test_comparison_shares_images_and_styles(comparison):
    first, second = json.loads((comparison / "report.json").read_text())["checkpoints"]
    assert [e["index"] for e in first["samples"]] == [e["index"] for e in second["samples"]]
    assert first["generated"] == second["generated"]


def test_checkpoints_of_one_name_are_told_apart(vis, tmp_path):
    for parent in ["a", "b"]:
        shutil.copytree(SHIPPED / "pt-sae", tmp_path / parent / "model")
    result = vis("report", "--ckpt", "a/model", "--ckpt", "b/model/", cwd=tmp_path)
    assert result.status == 0, result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    names = [model["name"] for model in report["checkpoints"]]
    assert len(set(names)) == 2
    result = vis("report", "--ckpt", "a/model", "--ckpt", "a/model", cwd=tmp_path)
    assert result.status == 0, result.err
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert len({model["name"] for model in report["checkpoints"]}) == 2


@pytest.mark.parametrize("size", [1, 2, 9, 64])
def test_every_style_size(vis, tmp_path, size):
    checkpoints.random_model(tmp_path / "model", size, discriminator=size % 2 == 0)
    result = vis("report", "--ckpt", "model", "--ckpt", SHIPPED / "pt-aae", cwd=tmp_path)
    assert result.status == 0, result.err
    model = json.loads((tmp_path / "out" / "report.json").read_text())["checkpoints"][0]
    assert model["styleSize"] == size
    assert model["kind"] == ("aae" if size % 2 == 0 else "sae")
    assert len(model["ks"]["rows"][0]["features"]) == size


def test_csv_holds_every_image(single):
    rows = list(csv.DictReader(io.StringIO((single / "encodings.csv").read_text())))
    report = json.loads((single / "report.json").read_text())
    model = report["checkpoints"][0]
    # A column of style is named by its number and by what the feature does.
    names = [meaning["name"] for meaning in model["meaning"]]
    assert any(names) and len(names) == model["styleSize"]
    assert list(rows[0]) == (
        ["index", "digit", "prediction", "probability", "judge", "judge_probability"]
        + [f"style_{i + 1}" + (f"_{name.replace(' ', '_')}" if name else "")
           for i, name in enumerate(names)])
    assert [int(row["index"]) for row in rows] == list(range(report["data"]["images"]))
    correct = sum(row["digit"] == row["prediction"] for row in rows)
    assert correct / len(rows) == model["accuracy"]
    for example in model["samples"]:
        row = rows[example["index"]]
        assert float(row["probability"]) == example["probability"]
        assert int(row["judge"]) == example["judge"]["prediction"]
        assert float(row["judge_probability"]) == example["judge"]["probability"]


def test_drawings_are_compared_with_images(single):
    """What the shipped model is: clean digits of little variety."""
    report = json.loads((single / "report.json").read_text())
    (model,) = report["checkpoints"]
    others = report["reference"]["otherImages"]
    judge = (ROOT / "share" / "judge" / "encoder.safetensors").read_bytes()
    assert report["reference"]["judge"]["sha256"] == hashlib.sha256(judge).hexdigest()
    assert report["reference"]["images"] == 5000
    assert model["recognised"] > 0.99 and others["recognised"] > 0.99
    assert others["frechet"] < model["frechet"] < 20
    assert model["recall"] < others["recall"]
    assert model["leakChance"] < model["leak"] < 0.3
    assert len(model["styleKeptPerFeature"]) == model["styleSize"]
    assert sum(bin["images"] for bin in model["calibration"]) == report["data"]["images"]
    assert model["unmeasured"] == []
    assert model["reconstructed"].keys() == others.keys()


def test_json_has_what_was_promised(single):
    report = json.loads((single / "report.json").read_text())
    expected = json.loads(
        (ROOT / "Tests" / "Fixtures" / "pytorch" / "pt-aae" / "expected.json").read_text())
    model = report["checkpoints"][0]
    assert report["schema"] == 2
    assert model["accuracy"] == expected["accuracy"]
    assert model["l1"] == pytest.approx(expected["l1"], rel=1e-6)
    assert model["crossEntropy"] == pytest.approx(expected["cross_entropy"], rel=1e-4)
    assert model["accuracyPerDigit"] == pytest.approx(expected["accuracy_per_digit"], abs=1e-12)
    assert sum(map(sum, model["confusion"])) == report["data"]["images"]
    rows = model["ks"]["rows"]
    assert [row["digit"] for row in rows] == [None, *range(10)]
    assert set(rows[0]["pooled"]) >= {"d", "negLog10P"}


def test_a_feature_is_named_by_what_it_does_everywhere(single, comparison):
    report = json.loads((single / "report.json").read_text())
    [model] = report["checkpoints"]
    assert 1000 <= report["data"]["inkMeasured"] <= report["data"]["images"]
    page = (single / "index.html").read_text()
    for number, feature in enumerate(model["meaning"], start=1):
        correlations = feature["correlations"]
        assert set(correlations) == {
            "ink", "thickness", "slant", "width", "height", "strokeLength", "loops"}
        assert all(-1 <= rho <= 1 for rho in correlations.values())
        strongest = max(correlations, key=lambda name: abs(correlations[name]))
        word = "stroke length" if strongest == "strokeLength" else strongest
        assert feature["name"] == (word if abs(correlations[strongest]) >= 0.6 else None)
        name = f"style {number}" + (f": {feature['name']}" if feature["name"] else "")
        for place in [f'<label for="slider-{number}">{name}</label>',
                      f"<figcaption>{name}</figcaption>", f"while {name} goes from"]:
            assert place in page
    # Models that disagree share the columns of one file, so that these have their numbers only.
    models = json.loads((comparison / "report.json").read_text())["checkpoints"]
    header = (comparison / "encodings.csv").read_text().partition("\n")[0].split(",")
    pairs = zip(*[[feature["name"] for feature in model["meaning"]] for model in models])
    columns = [name for name in header if name.startswith("style_")]
    for column, (one, other) in zip(columns, pairs, strict=True):
        assert bool(re.fullmatch(r"style_\d", column)) == (one != other or one is None)


def test_figures_are_written_in_both_themes(single):
    names = {path.name for path in (single / "figures").iterdir()}
    for name in ["pt-aae-pair-grid", "pt-aae-confusion", "pt-aae-cdf", "pt-aae-meaning", "accuracy"]:
        assert {f"{name}-light.png", f"{name}-dark.png"} <= names
    assert "pt-aae-confusion-light.svg" in names


def test_page_is_small(vis, tmp_path, comparison, single):
    assert (comparison / "index.html").stat().st_size < 3_000_000
    # The curves of a training are what one model's page may take more than two million for.
    assert (single / "index.html").stat().st_size < 2_200_000
    shutil.copytree(
        ROOT / "share" / "pt-aae", tmp_path / "pt-aae",
        ignore=shutil.ignore_patterns("history.csv"),
    )
    assert vis("report", cwd=tmp_path).status == 0
    assert (tmp_path / "out" / "index.html").stat().st_size < 2_000_000


def test_page_of_a_large_model_is_small(vis, tmp_path):
    checkpoints.random_model(tmp_path / "model", 64, discriminator=True)
    (tmp_path / "model" / "history.csv").write_text(checkpoints.history(12))
    result = vis("report", "--ckpt", "model", cwd=tmp_path)
    assert result.status == 0, result.err
    assert (tmp_path / "out" / "index.html").stat().st_size <= 3_000_000


def test_page_has_nothing_inside_that_stands_beside_it(beside, single):
    page = (beside / "index.html").read_text()
    assert "data:" not in page and "<style" not in page
    named = {name for name in re.findall(r'(?:src|srcset|href)="([^"#]+)"', page)}
    assert {name for name in named if not (beside / name).is_file()} == set()
    files = {name for name in files_below(beside) if name.startswith("assets/")}
    assert files == {name for name in named if name.startswith("assets/")}
    assert {name.rpartition(".")[2] for name in files} == {"css", "js", "png"}
    report = json.loads((beside / "report.json").read_text())
    assert {asset["name"] for asset in report["assets"]} == files
    assert json.loads((single / "report.json").read_text())["assets"] == []


@pytest.mark.parametrize("earlier, assets", [("single", "files"), ("beside", "inline")])
def test_other_assets_leave_nothing_of_the_earlier(
    vis, tmp_path, request, single, beside, earlier, assets
):
    out = tmp_path / "out"
    shutil.copytree(request.getfixturevalue(earlier), out)
    result = vis("report", "--ckpt", SHIPPED / "pt-aae", "--assets", assets, cwd=tmp_path)
    assert result.status == 0, result.err
    assert files_below(out) == files_below(beside if assets == "files" else single)
    assert (out / "assets").exists() == (assets == "files")


HOSTILE = "</title><script>alert(1)</script>\"'&\n\u202e\u0338<\u0338b>=7"


class Elements(html.parser.HTMLParser):
    """The elements of a page in their order, each with the names of its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, [name for name, _ in attributes]))


def test_hostile_title_and_name(vis, tmp_path):
    # A name cannot hold a slash.
    pages = []
    for name, title in [("plain", "plain"), (HOSTILE.replace("/", "|"), HOSTILE)]:
        shutil.copytree(SHIPPED / "pt-aae", tmp_path / name)
        result = vis("report", "--ckpt", name, "--title", title, cwd=tmp_path)
        assert (result.status, result.err) == (0, ""), result.err
        pages.append((tmp_path / "out" / "index.html").read_text())
    plain, hostile = pages
    # Whatever the words are, they make no element and no attribute. (Compared here, so that a
    # failure does not print two pages.)
    assert (Elements(hostile).found == Elements(plain).found) is True
    assert "\u202e" not in hostile
    for path in (tmp_path / "out" / "figures").iterdir():
        assert path.name.isascii()


def test_hostile_name_in_an_error(vis, tmp_path):
    result = vis("report", "--ckpt", HOSTILE, cwd=tmp_path)
    assert result.status == 1
    assert len(result.err.splitlines()) == 1 and "\u202e" not in result.err


def test_reproducing_command_makes_the_same_report(vis, tmp_path):
    shutil.copytree(SHIPPED / "pt-aae", tmp_path / "it's a model")
    arguments = ["--ckpt", "it's a model", "--seed", "7", "--rows", "3", "--title", "a 'b' $c"]
    assert vis("report", *arguments, cwd=tmp_path).status == 0
    import html

    page = (tmp_path / "out" / "index.html").read_text()
    command = html.unescape(re.search(r"<pre><code>(.*?)</code></pre>", page)[1])
    assert command.startswith("vis report ")
    recorded = json.loads((tmp_path / "out" / "report.json").read_text())["command"]
    assert shlex.split(command) == recorded
    before = files_below(tmp_path / "out")
    shutil.rmtree(tmp_path / "out")
    subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, check=True, capture_output=True,
        env={**os.environ, "PATH": f"{VIS.parent}:{os.environ['PATH']}"})
    assert files_below(tmp_path / "out") == before


def test_installed_program_on_a_read_only_place():
    """Runs from a copy that nobody may write to, as a user who may not, in another directory."""
    place = pathlib.Path(tempfile.mkdtemp(prefix="mnist-style-"))
    try:
        share = place / "installed" / "share" / "mnist-style"
        shutil.copytree(ROOT / "share", share)
        shutil.copytree(ROOT / "templates", share / "templates")
        (place / "installed" / "bin").mkdir()
        shutil.copy(VIS, place / "installed" / "bin")
        work = place / "work"
        work.mkdir()
        place.chmod(0o755)
        for path in [place / "installed", *(place / "installed").rglob("*")]:
            path.chmod(path.stat().st_mode & ~0o222 | 0o444)
        user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(work, nobody.pw_uid, nobody.pw_gid)
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        completed = subprocess.run(
            [place / "installed" / "bin" / "vis", "report"],
            cwd=work, capture_output=True, text=True, **user)
        assert completed.returncode == 0, completed.stderr
        report = json.loads((work / "out" / "report.json").read_text())
        assert report["commit"] is None
    finally:
        for path in place.rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(place)


def test_progress_only_on_a_terminal(vis, tmp_path, single):
    import pty

    main, side = pty.openpty()
    process = subprocess.Popen(
        [VIS, "report", "--ckpt", SHIPPED / "pt-aae"], cwd=tmp_path, stderr=side,
        stdout=subprocess.DEVNULL)
    os.close(side)
    seen = b""
    try:
        while chunk := os.read(main, 4096):
            seen += chunk
    except OSError:
        pass
    assert process.wait() == 0
    assert b"Drawing" in seen and seen.endswith(b"\x1b[K")
