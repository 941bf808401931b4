"""`vis verify`: a report that is as its inputs make it passes; any other does not, or is refused."""

import collections
import json
import re
import shutil

import checkpoints
import pytest
from conftest import ROOT, files_below

SHARE = ROOT / "share"


@pytest.fixture
def place(single, tmp_path):
    """A folder with a copy of the report of one model, which may be changed."""
    shutil.copytree(single, tmp_path / "out")
    return tmp_path


def change_json(place, change):
    path = place / "out" / "report.json"
    report = json.loads(path.read_text())
    change(report)
    path.write_text(json.dumps(report, indent=2, ensure_ascii=False))


def refused(result, says):
    assert (result.status, result.out) == (1, ""), result
    (line,) = result.err.splitlines()
    assert line.startswith("vis: ") and says in line, line


# MARK: Reports as they were made


@pytest.mark.parametrize("made", ["single", "comparison", "trained", "beside"])
def test_reports_are_as_made(vis, request, made):
    out = request.getfixturevalue(made)
    before = files_below(out)
    result = vis("verify", "out", cwd=out.parent)
    assert (result.status, result.err) == (0, "")
    folders = collections.Counter(name.split("/")[0] for name in before if "/" in name)
    assert folders.keys() == ({"figures", "assets"} if made == "beside" else {"figures"})
    assert result.out.splitlines() == [
        "index.html: as made", "report.json: as made", "encodings.csv: as made",
        *[f"{name}: {folders[name]} files as made" for name in sorted(folders, reverse=True)],
    ]
    assert files_below(out) == before


def test_every_choice_is_made_again(vis, tmp_path):
    shutil.copytree(SHARE / "pt-aae", tmp_path / "it's a model")
    shutil.copytree(ROOT / "templates", tmp_path / "look")
    options = [
        "--ckpt", "it's a model", "--seed", "7", "--rows", "3", "--samples", "4", "--scale", "1.5",
        "--title", "a 'b' -c", "--templates", "look", "--data-dir", SHARE / "mnist", "--out", "page",
    ]  # fmt: skip
    assert vis("report", *options, "--quiet", cwd=tmp_path).status == 0
    result = vis("verify", "page", "--threads", "1", cwd=tmp_path)
    assert (result.status, result.err) == (0, ""), result


def test_a_model_of_ones_own_does_not_come_before_those_of_the_report(vis, comparison, tmp_path):
    checkpoints.random_model(tmp_path / "pt-aae", 3)
    result = vis("verify", comparison, cwd=tmp_path)
    assert (result.status, result.err) == (0, "")


def test_models_and_images_may_have_moved(vis, tmp_path):
    for name in ("pt-sae", "pt-aae"):
        shutil.copytree(SHARE / name, tmp_path / name)
    shutil.copytree(SHARE / "mnist", tmp_path / "images")
    options = ["--ckpt", "pt-sae", "--ckpt", "pt-aae", "--data-dir", "images", "--quiet"]
    assert vis("report", *options, cwd=tmp_path).status == 0
    for name in ("pt-sae", "pt-aae", "images"):
        (tmp_path / name).rename(tmp_path / f"{name} there")
    refused(vis("verify", "out", cwd=tmp_path), "pt-sae")
    moved = ["--ckpt", "pt-sae there", "--ckpt", "pt-aae there", "--data-dir", "images there"]
    result = vis("verify", "out", *moved, cwd=tmp_path)
    assert (result.status, result.err) == (0, ""), result
    refused(
        vis("verify", "out", *moved[2:4], *moved[:2], *moved[4:], cwd=tmp_path),
        "the SHA-256 of encoder.safetensors is ")
    result = vis("verify", "out", *moved[:2], cwd=tmp_path)
    assert result.status == 64 and "1 time," in result.err and "2 models" in result.err


# MARK: Reports that differ


def set_l1(report):
    report["checkpoints"][0]["l1"] = 0.125


def drop_title(report):
    del report["title"]


def raise_a_critical_d(report):
    report["checkpoints"][0]["ks"]["rows"][3]["features"][2]["criticalD"] = 1


def drop_a_sample(report):
    report["checkpoints"][0]["samples"].pop()


@pytest.mark.parametrize(
    "change, says",
    [
        (set_l1, r"checkpoints\.0\.l1 is 0\.125 and comes out as 0\.1\d+"),
        (drop_title, r'title is missing and comes out as "What pt-aae learnt about handwriting"'),
        (
            raise_a_critical_d,
            r"checkpoints\.0\.ks\.rows\.3\.features\.2\.criticalD is 1 and comes out as 0\.04\d+",
        ),
        (drop_a_sample, r"checkpoints\.0\.samples is a list of 9 and comes out as a list of 10"),
        (lambda report: None, "holds the same numbers in other bytes"),
        (
            lambda report: report.update(more={"x": 1}),
            "more is an object and comes out as nothing",
        ),
    ],
)
def test_names_the_number_that_differs(vis, place, change, says):
    change_json(place, change)
    result = vis("verify", "out", cwd=place)
    assert result.status == 2
    lines = result.out.splitlines()
    assert re.fullmatch(f"report.json: {says}", lines[1]), lines[1]
    assert [line for line in lines if not line.endswith("as made")] == [lines[1]]
    assert result.err.splitlines() == ["vis: out: not the report that its inputs make"]


@pytest.mark.parametrize(
    "old, new, says",
    [
        ("<title>What", "<title>That", "differs in its head"),
        ('<p class="lede">An', '<p class="lede">No', "differs above its first section"),
        ("<h2>At a glance", "<h2>At a glimpse", "differs in the section headline"),
        ("Which digits are hard", "Which digits are easy", "differs in the section accuracy"),
        ("Nobody wrote these", "Somebody wrote these", "differs in the section generated"),
        ("class Payload {", "class Payload{", "differs in the section live"),
        ('id="payload">H4sI', 'id="payload">H4sJ', "differs in the data of its live part"),
        ("</html>\n", "</html>\n\n", "differs below its last section"),
        ('id="payload"', 'id="other"', "has no live part and comes out with one"),
    ],
)
def test_names_the_section_that_differs(vis, place, old, new, says):
    path = place / "out" / "index.html"
    html = path.read_text()
    assert html.count(old) >= 1
    path.write_text(html.replace(old, new, 1))
    result = vis("verify", "out", cwd=place)
    assert result.status == 2 and result.out.splitlines()[0] == f"index.html: {says}"


def test_names_the_line_that_differs(vis, place):
    path = place / "out" / "encodings.csv"
    lines = path.read_text().splitlines(keepends=True)
    old, lines[77] = lines[77], "76,3\n"
    path.write_text("".join(lines))
    result = vis("verify", "out", cwd=place)
    assert result.status == 2
    assert f"encodings.csv: line 78 is 76,3 and comes out as {old.strip()}\n" in result.out


def test_names_the_figure_that_differs(vis, place):
    for name in ("pt-aae-samples-dark.png", "pt-aae-worst-light.png"):
        path = place / "out" / "figures" / name
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    result = vis("verify", "out", cwd=place)
    assert result.status == 2
    assert "figures: figures/pt-aae-samples-dark.png differs, and 1 more differ\n" in result.out


@pytest.mark.parametrize("name", ["index.html", "encodings.csv", "figures/accuracy-light.svg"])
def test_names_what_is_missing(vis, place, name):
    (place / "out" / name).unlink()
    result = vis("verify", "out", cwd=place)
    assert result.status == 2 and f"{name}{':' if '/' not in name else ''} is missing" in result.out


def test_names_the_asset_that_differs(vis, beside, tmp_path):
    shutil.copytree(beside, tmp_path / "out")
    (style,) = (tmp_path / "out" / "assets").glob("*.css")
    style.write_text("p { color: red }")
    result = vis("verify", "out", cwd=tmp_path)
    assert result.status == 2
    assert result.out.splitlines()[-1] == f"assets: assets/{style.name} differs"


def test_a_directory_is_no_figure(vis, place):
    figure = place / "out" / "figures" / "accuracy-light.png"
    figure.unlink()
    figure.mkdir()
    result = vis("verify", "out", cwd=place)
    assert result.status == 2
    assert "figures: figures/accuracy-light.png is a directory\n" in result.out


def test_says_if_it_was_made_at_another_commit(vis, place):
    change_json(place, lambda report: report.update(commit="0" * 40))
    result = vis("verify", "out", cwd=place)
    assert result.status == 2
    # The page and report.json name the commit; it is taken over, so only the form differs.
    assert "index.html: differs in the section provenance" in result.out
    assert f"made at commit {'0' * 40}, this program is at " in result.err


# MARK: Reports that cannot be made again


def test_another_version(vis, place):
    change_json(place, lambda report: report.update(version="0.1"))
    refused(vis("verify", "out", cwd=place), "made by version 0.1, this program is version ")


def test_another_model(vis, place):
    shutil.copytree(SHARE / "pt-aae", place / "model")
    change_json(place, lambda report: report.update(command=["vis", "report", "--ckpt", "model"]))
    path = place / "model" / "decoder.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    refused(vis("verify", "out", cwd=place), "the SHA-256 of decoder.safetensors is ")
    (place / "model" / "history.csv").unlink()
    shutil.copy(SHARE / "pt-aae" / "decoder.safetensors", path)
    refused(vis("verify", "out", cwd=place), "the SHA-256 of history.csv is none, expected ")
    shutil.rmtree(place / "model")
    refused(vis("verify", "out", cwd=place), "model")


def test_other_images(vis, place):
    change_json(place, lambda report: report["data"]["files"][0].update(sha256="0" * 64))
    refused(vis("verify", "out", cwd=place), f", expected {'0' * 64}")


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "not JSON"), ("7", "the whole is not an object"), ("[" * 100_000, "not a report"),
        ('{"schema": 1}', "schema 1, expected 2"), ('{"schema": 2}', "is missing"),
    ],
)  # fmt: skip
def test_files_that_are_no_report(vis, place, text, says):
    (place / "out" / "report.json").write_text(text)
    refused(vis("verify", "out", cwd=place), says)


@pytest.mark.parametrize(
    "command",
    [
        [], ["vis"], ["rm", "-r", "out"], ["vis", "report", "--help"], ["vis", "report", "x"],
        ["vis", "report", "--samples", "0"], ["vis", "report", "--ckpt"],
        ["vis", "report", "--generate-completion-script"], ["vis", "report", "--seed", "-1"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_commands_that_are_none(vis, place, command):
    change_json(place, lambda report: report.update(command=command))
    refused(vis("verify", "out", cwd=place), "its command is none of vis report")
    assert (place / "out").exists()


def test_commands_of_other_models(vis, place):
    change_json(place, lambda report: report.update(command=["vis", "report"]))
    refused(vis("verify", "out", cwd=place), "it is of 1 models, but its command of 2")


def test_what_a_command_would_write_or_open_is_not(vis, place):
    options = ["--ckpt", str(SHARE / "pt-aae"), "--out", "elsewhere", "--open"]
    change_json(place, lambda report: report.update(command=["vis", "report", *options]))
    result = vis("verify", "out", cwd=place)
    assert result.status == 2 and not (place / "elsewhere").exists()


def test_no_report(vis, tmp_path):
    refused(vis("verify", "out", cwd=tmp_path), "out/report.json: cannot open: No such file")
    assert vis("verify", cwd=tmp_path).status == 64


def test_a_command_of_a_million_words_is_refused_at_once(vis, single, tmp_path):
    content = json.loads((single / "report.json").read_text())
    content["command"] += ["--seed", "0"] * 500_000
    place = tmp_path / "out"
    place.mkdir()
    (place / "report.json").write_text(json.dumps(content))
    result = vis("verify", place, cwd=tmp_path)
    assert result.status == 1 and "its command is none of vis report" in result.err


def test_a_template_that_includes_itself_is_named(vis, tmp_path):
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "templates" / "tile.mustache").write_text("{{> digit}}")
    (tmp_path / "templates" / "digit.mustache").write_text("{{> tile}}")
    result = vis("report", "--templates", "templates", cwd=tmp_path)
    assert result.status == 1 and "mustache: includes itself" in result.err
    assert not (tmp_path / "out").exists()
