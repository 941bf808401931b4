"""How trainings begin, stop, go on and replace one another."""

import json
import shutil
import signal
import subprocess
import time

import pytest
from conftest import ROOT, VIS, make_data

QUICK = ["--limit", "200", "--epochs", "1", "--feat-size", "2", "--threads", "1"]
SHIPPED = ROOT / "share"


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    place = tmp_path_factory.mktemp("data")
    make_data(place)
    return place


@pytest.fixture
def train(data, tmp_path):
    """Runs a trainer and returns its status, output and errors."""

    def run(*arguments, program="train-sae", status=0):
        completed = subprocess.run(
            [VIS.with_name(program), "--data-dir", data, *map(str, arguments)], cwd=tmp_path,
            capture_output=True, text=True, timeout=120)
        assert completed.returncode == status, completed.stderr
        return completed

    return run


def files(folder):
    """A checkpoint's files, but for the times in the history."""
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.name != "history.csv"}


def epochs(folder):
    return len((folder / "history.csv").read_text().splitlines()) - 1


# MARK: Signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_a_signal_delivered_twice_is_one_signal(data, tmp_path, number):
    command = [
        VIS.with_name("train-sae"), "--data-dir", data, "--limit", "4000", "--epochs", "1000",
        "--feat-size", "2",
    ]
    for number_of_trial, pause in enumerate([0, 0.001, 0.002, 0.005]):
        folder = tmp_path / str(number_of_trial)
        process = subprocess.Popen(
            [*command, "--ckpt-dir", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True)
        while not (folder / "history.csv").exists():
            time.sleep(0.01)
        process.send_signal(number)
        time.sleep(pause)
        process.send_signal(number)
        errors = process.communicate(timeout=60)[1]
        assert (process.returncode, "saved in" in errors) == (128 + number, True), errors

