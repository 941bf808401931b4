"""`vis verify`: a page as it was made agrees with its data; any other does not, or is refused."""

import base64
import gzip
import re
import resource
import shutil
import subprocess

import checkpoints
import pytest
from alterations import (
    altered_byte, altered_number, altered_section, forged, highest_byte_of_weight, joined_payload,
    lowest_byte_of_weight, split_payload,
)  # fmt: skip
from conftest import ROOT, VIS


def verify(vis, place, html):
    """What `vis verify` says of a page of this text."""
    (place / "page.html").write_text(html)
    return vis("verify", "page.html", cwd=place)


def refused(result, status, says):
    assert result.status == status, result
    assert len(result.err.splitlines()) == 1
    assert result.err.startswith("vis: page.html: ") and says in result.err, result.err


@pytest.fixture(scope="module")
def html(comparison):
    return (comparison / "index.html").read_text()


# MARK: Pages as they were made


def test_reports_agree_with_themselves(vis, tmp_path, single, comparison):
    agreed = []
    for out in (single, comparison):
        result = vis("verify", out / "index.html", cwd=tmp_path)
        assert (result.status, result.err) == (0, "")
        agreed.append([int(n) for n in re.findall(r" (\d+) (?=printed|images)", result.out)])
    # Accuracies and confusions, 11 x 5 tests of three numbers; twenty drawings, ten readings.
    assert agreed[0][0] > 133 + 165 and agreed[0][1] == 30
    assert agreed[1][0] > 2 * agreed[0][0] and agreed[1][1] == 60


@pytest.mark.parametrize("size", [1, 64])
def test_every_style_size(vis, tmp_path, size):
    checkpoints.random_model(tmp_path / "model", size)
    options = ["--ckpt", "model", "--ckpt", ROOT / "share" / "pt-aae", "--quiet"]
    assert vis("report", *options, cwd=tmp_path).status == 0
    result = vis("verify", "out/index.html", "--threads", "1", cwd=tmp_path)
    assert result.status == 0, result


def test_a_payload_put_together_again_is_the_same(vis, tmp_path, html):
    assert verify(vis, tmp_path, joined_payload(*split_payload(html))).status == 0


# MARK: Pages that say something else


def section(model, name, offset):
    def find(header):
        return header["models"][model][name]["offset"] + offset

    return find


def network_byte(header):
    return header["network"]["offset"] + 1000


def with_printed_sum(html, digest):
    return re.sub(r'(id="payload-sha256">)\w+', rf"\g<1>{digest}", html)


COMPUTED = [
    "data.images", "checkpoints.1.accuracy", "checkpoints.0.accuracyInterval.upper",
    "checkpoints.0.accuracyPerDigit.4", "checkpoints.0.confusion.4.9",
    "checkpoints.1.misclassified.count", "checkpoints.1.misclassified.shown.3.prediction",
    "checkpoints.1.samples.2.digit", "checkpoints.1.ks.distributionError",
    "checkpoints.0.ks.rows.3.features.2.d", "checkpoints.0.ks.rows.3.features.2.negLog10P",
    "checkpoints.1.ks.rows.0.pooled.d", "checkpoints.1.ks.rows.0.pooled.criticalD",
    "checkpoints.1.generated.styles.0.2", "differences.0.accuracy",
    "differences.0.distributionError",
]  # fmt: skip


@pytest.mark.parametrize(
    "alter, complaint",
    [
        (altered_byte, "not those it was made with"),
        (altered_number("checkpoints.1.l1"), "a printed number is not the one"),
        (altered_number("differences.0.crossEntropy"), "a printed number is not the one"),
        *[(forged(altered_number(path)), f"{path} is printed as ") for path in COMPUTED],
        (altered_section(highest_byte_of_weight(5), lambda b: b ^ 64), "reads another style"),
        (altered_section(highest_byte_of_weight(50_000), lambda b: b ^ 64), "draws a "),
        (
            altered_section(section(0, "predictions", 77), lambda digit: (digit + 1) % 10),
            "checkpoints.0.accuracy is printed",
        ),
        (
            altered_section(section(1, "styles", 3 * 40_000 + 1234), lambda byte: byte ^ 128),
            "egLog10P is printed",
        ),
        (altered_section(section(1, "goldenImages", 400), lambda level: level ^ 64), "draws a 0"),
        # The least that can be changed, in data that are packed again.
        (altered_section(lowest_byte_of_weight(9), lambda b: b ^ 1, seal=False), "another SHA-256"),
        (altered_section(section(0, "styles", 7), lambda b: b ^ 1, seal=False), "another SHA-256"),
        (altered_section(network_byte, lambda b: b ^ 1, seal=False), "another SHA-256"),
        (altered_section(network_byte, lambda b: b ^ 1), "is not the one that comes with this"),
        (lambda html: with_printed_sum(html, "0" * 64), "SHA-256 printed is not that of the data"),
        (lambda html: html.replace("<h2>Accuracy", "<h2>The accuracy"), "the page around its data"),
    ],
)
def test_tells_what_does_not_agree(vis, tmp_path, html, alter, complaint):
    changed = alter(html)
    assert changed != html
    result = verify(vis, tmp_path, changed)
    refused(result, 2, "does not agree with the data in it")
    assert complaint in result.out


def replaced(path, element):
    """A page with this in place of a printed number, which `{}` stands for."""

    def alter(html):
        number = re.search(rf'<span data-json="{re.escape(path)}">([^<]*)</span>', html)
        start, end = number.span()
        new = element.replace("{}", number.group())
        return html[:start] + new.replace("{text}", number.group(1)) + html[end:]

    return alter


TRUE = 'data-json="checkpoints.1.accuracy">{text}</span>'


@pytest.mark.parametrize(
    "alter, complaint",
    [
        (replaced("checkpoints.1.accuracy", "<!-- {} -->99.99 %"), "holds a comment"),
        (replaced("checkpoints.1.accuracy", "99.99 %<span hidden " + TRUE), "is not in an element"),
        (
            replaced("checkpoints.1.accuracy", '99.99 %<span class="hidden" ' + TRUE),
            "is not in an element",
        ),
        (
            replaced("checkpoints.1.accuracy", '99.99 %<span style="display:none" ' + TRUE),
            "is not in an element",
        ),
        (
            replaced("checkpoints.1.accuracy", "<span DATA-JSON='checkpoints.1.accuracy'>1</span>{}"),
            "is not in an element",
        ),
        (
            replaced("checkpoints.1.accuracy", "<span " + TRUE.replace("{text}", "<b>{text}</b>")),
            "is not in an element",
        ),
        (
            replaced("checkpoints.1.misclassified.count", "a few"),
            "1 number that follows from the data is not printed, such as"
            " checkpoints.1.misclassified.count",
        ),
        (
            lambda html: re.sub(r'<span data-json="[^"]*">([^<]*)</span>', r"\1", html),
            "numbers that follow from the data are not printed",
        ),
        (
            lambda html: html.replace("</body>", '<script id="payload"></script></body>'),
            "2 elements for its data",
        ),
    ],
)  # fmt: skip
def test_forged_pages_that_would_show_other_numbers(vis, tmp_path, html, alter, complaint):
    result = verify(vis, tmp_path, forged(alter)(html))
    refused(result, 2, "does not agree with the data in it")
    assert complaint in result.out
    # The check sums were put right, so that they say nothing.
    assert "SHA-256" not in result.out and "the one that" not in result.out


def test_a_payload_in_a_comment(vis, tmp_path, html):
    def alter(html):
        return re.sub(r'(<script type="application/gzip".*?</script>)', r"<!--\1-->", html)

    result = verify(vis, tmp_path, forged(alter)(html))
    refused(result, 2, "does not agree")
    assert "holds a comment" in result.out


def test_says_if_it_has_no_network_to_compare_with(tmp_path, comparison):
    """An installation without the file that `make wasm` builds."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "share" / "mnist-style").mkdir(parents=True)
    shutil.copy(VIS, tmp_path / "bin")
    result = subprocess.run(
        [tmp_path / "bin" / "vis", "verify", comparison / "index.html"],
        capture_output=True, text=True)
    assert result.returncode == 0
    assert "the network in the page was not compared" in result.stderr


# MARK: Pages that are none


def with_content(content):
    """A page that holds these bytes in place of its data."""
    return (
        '<code id="payload-sha256"></code><script type="application/gzip" id="payload" data-sha256="">'
        + base64.b64encode(gzip.compress(content)).decode() + "</script>")


def changed_header(change):
    def alter(html):
        before, header, sections, after = split_payload(html)
        change(header)
        return joined_payload(before, header, sections, after)

    return alter


def set_in(*keys, value):
    def change(header):
        for key in keys[:-1]:
            header = header[key]
        header[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    "page",
    [
        "", "<!doctype html>\n<title>Another page</title>\n<p>98.75 %",
        '<script type="application/gzip" id="payload" data-sha256="">', "\0" * 1000,
        '<span data-json="a">' * 100_000,
    ],
    ids=["empty", "foreign", "cut", "zeros", "numbers"],
)  # fmt: skip
def test_foreign_pages(vis, tmp_path, page):
    refused(verify(vis, tmp_path, page), 1, "no whole page of vis report")


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9, 0.9999])
def test_truncated_pages(vis, tmp_path, html, share):
    refused(verify(vis, tmp_path, html[: int(len(html) * share)]), 1, "no whole page")


@pytest.mark.parametrize(
    "content, says",
    [
        (b"", "no header"), (b"\1\0\0\0", "no header"), (b"\xff" * 8, "no header"),
        (b"\2\0\0\0{}", "makes no sense"), (b"\0\0\0\0", "makes no sense"),
        (b"\xa0\x86\1\0" + b"[" * 100_000, "makes no sense"),
    ],
)  # fmt: skip
def test_headers_that_are_none(vis, tmp_path, content, says):
    refused(verify(vis, tmp_path, with_content(content)), 1, says)


@pytest.mark.parametrize(
    "change",
    [
        set_in("models", value=[]),
        set_in("priorScale", value=0),
        set_in("priorScale", value=1e300),
        set_in("numbers", value=-1),
        set_in("labels", "count", value=2**63 - 1),
        set_in("labels", "count", value=0),
        set_in("network", "count", value=-1),
        set_in("network", "offset", value=2**64),
        set_in("samples", "indices", 0, value=10_000),
        set_in("samples", "indices", value=[0] * 100_000),
        set_in("models", 0, "styleSize", value=2**62),
        set_in("models", 0, "styleSize", value=0),
        set_in("models", 1, "tensors", 0, "count", value=2**62),
        set_in("models", 1, "tensors", 0, "scale", value=3e38),
        set_in("models", 1, "tensors", 0, "scale", value=1e300),
        set_in("models", 0, "weights", "offset", value=2**63 - 1),
        set_in("models", 0, "predictions", "offset", value=0),
        set_in("models", 0, "styles", "count", value=4),
        set_in("models", 0, "goldenStyles", value=[[]]),
        set_in("models", 0, "goldenStyles", value=[]),
        set_in("models", 0, "goldenStyles", 1, 2, value=1),
        set_in("samples", "indices", value=[]),
        set_in("samples", "indices", 3, value=0),
        set_in("models", 0, "goldenStyles", 0, 0, value=1e39),
        lambda header: header["models"].append(header["models"][1]),
    ],
    ids=str,
)
def test_headers_that_lie(vis, tmp_path, html, change):
    refused(verify(vis, tmp_path, changed_header(change)(html)), 1, "no sense")


def test_another_prior_does_not_agree(vis, tmp_path, html):
    page = changed_header(set_in("priorScale", value=3))(html)
    result = verify(vis, tmp_path, page)
    refused(result, 2, "does not agree")
    assert "ks.distributionError is printed" in result.out


def test_bytes_that_belong_to_nothing(vis, tmp_path, html):
    before, header, sections, after = split_payload(html)
    page = joined_payload(before, header, sections + b"more", after)
    refused(verify(vis, tmp_path, page), 1, "4 bytes that belong to nothing")


def test_infinite_styles(vis, tmp_path, html):
    # The highest byte of a float32, and the one below, both in planes of their own.
    alter = altered_section(section(0, "styles", 3 * 40_000), lambda byte: 0x7F)
    again = altered_section(section(0, "styles", 2 * 40_000), lambda byte: 0x80)
    refused(verify(vis, tmp_path, again(alter(html))), 1, "make no sense")


def test_weights_that_overflow_on_the_way(vis, tmp_path, html):
    def change(header):
        for model in header["models"]:
            for tensor in model["tensors"]:
                tensor["scale"] = 1e33

    result = verify(vis, tmp_path, changed_header(change)(html))
    refused(result, 2, "does not agree")
    assert "not finite" in result.out


def test_a_page_that_inflates_without_end(vis, tmp_path):
    page = with_content(bytes(1 << 28))
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    refused(verify(vis, tmp_path, page), 1, "inflate to more than 67108864 bytes")
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after <= max(before, 200_000), "it took too much memory (kilobytes)"


def test_a_file_that_is_too_large(vis, tmp_path):
    with (tmp_path / "page.html").open("wb") as file:
        file.truncate(1 << 40)
    refused(vis("verify", "page.html", cwd=tmp_path), 1, "larger than 67108864 bytes")


def test_no_file(vis, tmp_path):
    refused(vis("verify", "page.html", cwd=tmp_path), 1, "No such file")
    assert vis("verify", cwd=tmp_path).status == 64
