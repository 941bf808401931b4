"""Other processors than the one at hand."""

import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
X86_64 = subprocess.run(["uname", "-m"], capture_output=True, text=True).stdout == "x86_64\n"


@pytest.mark.skipif(not X86_64, reason="builds for other processors ask for nothing special")
@pytest.mark.parametrize("program", ["vis", "train-sae", "train-aae"])
def test_a_processor_without_avx2_gets_a_sentence(program):
    result = subprocess.run(
        ["qemu-x86_64", "-cpu", "Nehalem", ROOT / ".build" / "release" / program, "--version"],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"{program}: this build needs a processor with AVX2 and FMA")
    assert result.stderr.count("\n") == 1


def test_the_network_compiles_for_arm64(tmp_path):
    sources = sorted((ROOT / "Sources" / "StyleNet").rglob("*.swift"))
    subprocess.run(
        [
            "swiftc", "-target", "aarch64-none-none-elf", "-swift-version", "6",
            "-enable-experimental-feature", "Embedded", "-enable-upcoming-feature",
            "ExistentialAny", "-enable-upcoming-feature", "MemberImportVisibility",
            "-enable-upcoming-feature", "InternalImportsByDefault", "-warnings-as-errors",
            "-wmo", "-parse-as-library", "-Ounchecked", "-module-name", "StyleNet",
            "-package-name", "mnist_style",
            "-c", *sources, "-o", tmp_path / "network.o",
        ],
        check=True,
    )
    # An ELF file's bytes 18 and 19 name its machine: 183 is AArch64.
    header = (tmp_path / "network.o").read_bytes()[:20]
    assert header[:4] == b"\x7fELF" and int.from_bytes(header[18:20], "little") == 183
