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
            text=True,
            # Where tests run under nohup, programs ignore SIGHUP from the start.
            preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
        while not (folder / "history.csv").exists():
            time.sleep(0.01)
        process.send_signal(number)
        time.sleep(pause)
        process.send_signal(number)
        errors = process.communicate(timeout=60)[1]
        assert (process.returncode, "saved in" in errors) == (128 + number, True), errors


# MARK: Beginning and going on


def test_resuming_nothing_begins_anew_and_says_so(train, tmp_path):
    train(*QUICK, "--ckpt-dir", "a")
    begun = train(*QUICK, "--ckpt-dir", "b", "--resume")
    assert begun.stderr == "b holds no training yet, so this one begins anew.\n"
    assert begun.stdout.endswith("Done!\n")
    (tmp_path / "c").mkdir()
    assert "begins anew" in train(*QUICK, "--ckpt-dir", "c", "--resume").stderr
    assert files(tmp_path / "a") == files(tmp_path / "b") == files(tmp_path / "c")
    again = train(*QUICK, "--ckpt-dir", "b", "--resume")
    assert (again.stdout, again.stderr) == ("Done!\n", "")


def test_a_model_alone_is_not_taken_for_nothing(train, tmp_path):
    shutil.copytree(SHIPPED / "pt-sae", tmp_path / "model")
    before = files(tmp_path / "model")
    refused = train(*QUICK, "--ckpt-dir", "model", "--resume", status=1)
    assert "nothing to resume" in refused.stderr and files(tmp_path / "model") == before


def test_more_epochs_of_a_constant_rate_are_as_if_asked_for_at_first(train, tmp_path):
    constant = [*QUICK, "--recipe", "original"]
    train(*constant, "--epochs", "3", "--ckpt-dir", "whole")
    train(*constant, "--ckpt-dir", "parts")
    train("--resume", "--epochs", "3", "--ckpt-dir", "parts")
    assert epochs(tmp_path / "parts") == 3
    assert files(tmp_path / "parts") == files(tmp_path / "whole")
    refused = train("--resume", "--epochs", "2", "--ckpt-dir", "parts", status=1)
    assert "--epochs 2 contradicts" in refused.stderr


def test_more_epochs_of_an_adversarial_training(train, tmp_path):
    train(*QUICK, "--schedule", "constant", program="train-aae")
    train("--resume", "--epochs", "3", program="train-aae")
    assert epochs(tmp_path / "pt-aae") == 3


def test_a_schedule_that_has_ended_says_what_to_do(train, tmp_path):
    train(*QUICK)
    before = files(tmp_path / "pt-sae")
    refused = train("--resume", "--epochs", "2", status=1)
    (line,) = refused.stderr.splitlines()
    assert "has ended" in line and "--init-from ./pt-sae" in line
    assert files(tmp_path / "pt-sae") == before
    train(*QUICK, "--init-from", "./pt-sae", "--ckpt-dir", "next")
    assert epochs(tmp_path / "next") == 1


def validation(result):
    return json.loads(result.stdout.splitlines()[-1])["validation"]


@pytest.mark.parametrize("program", ["train-sae", "train-aae"])
@pytest.mark.parametrize("model", ["pt-sae", "pt-aae"])
def test_a_training_begins_with_the_weights_of_another(train, tmp_path, program, model):
    steps = ["--limit", "64", "--epochs", "1", "--lr", "1e-7", "--json"]
    begun = train(
        *steps, "--init-from", SHIPPED / model, "--ckpt-dir", "x", program=program)
    assert validation(begun)["accuracy"] > 0.98
    assert validation(train(*steps, "--ckpt-dir", "y", program=program))["accuracy"] < 0.5
    resumed = train("--resume", "--ckpt-dir", "x", program=program)
    assert resumed.stdout == "Done!\n"


def test_style_size_and_prior_are_those_of_the_weights(train, tmp_path):
    train(*QUICK, "--prior-scale", "3")
    train("--init-from", "pt-sae", "--limit", "64", "--epochs", "1", "--ckpt-dir", "next")
    header = (tmp_path / "next" / "encoder.safetensors").read_bytes()[:2000]
    assert b'"shape":[12,1568]' in header and b'"prior_scale":"3.0"' in header
    refused = train("--init-from", "pt-sae", "--feat-size", "4", "--ckpt-dir", "no", status=1)
    assert "--feat-size 4 contradicts --init-from" in refused.stderr
    assert not (tmp_path / "no").exists()
    assert "nowhere" in train("--init-from", "nowhere", status=1).stderr
    train("--init-from", "", status=64)


# MARK: Replacing


def test_a_model_that_is_replaced_is_told_of_off_a_terminal_too(train):
    assert train(*QUICK).stderr == ""
    assert "holds a model already" in train(*QUICK).stderr
    assert train(*QUICK, "--quiet").stderr == ""


def test_no_overwrite_replaces_no_model(train, tmp_path):
    assert train(*QUICK, "--no-overwrite").stderr == ""
    before = files(tmp_path / "pt-sae")
    refused = train(*QUICK, "--seed", "2", "--no-overwrite", status=1)
    (line,) = refused.stderr.splitlines()
    assert line.startswith("train-sae: ./pt-sae: holds a model already")
    assert files(tmp_path / "pt-sae") == before
    train("--resume", "--no-overwrite")
