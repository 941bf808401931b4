"""The workflows take nothing on trust: actions are pinned, jobs may do only what they must."""

import pathlib
import re

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
def workflow(request):
    content = yaml.safe_load(request.param.read_text())
    # YAML 1.1 takes the bare word `on` for a truth value.
    content["on"] = content.pop(True)
    return content


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_there_are_workflows():
    assert WORKFLOWS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_say_their_version(path):
    lines = [line for line in path.read_text().splitlines() if re.search(r"\buses:", line)]
    assert lines
    for line in lines:
        assert re.search(r"uses: actions/[a-z/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_one_action_has_one_commit():
    pins = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses: ([\w-]+/[\w-]+)\S*@(.+)", path.read_text()):
            assert pins.setdefault(action, pin) == pin, action


def test_nothing_is_permitted_that_a_job_does_not_name(workflow):
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert isinstance(job["permissions"], dict)


def test_code_is_run_only_where_nothing_can_be_written(workflow):
    for name, job in workflow["jobs"].items():
        writes = {scope for scope, access in job["permissions"].items() if access == "write"}
        if any("run" in step for step in job["steps"]):
            assert not writes, name
            assert "environment" not in job, name
        else:
            assert writes <= {"pages", "id-token"}, name


def test_publishing_waits_for_the_checks_and_never_follows_a_pull_request(workflow):
    for job in workflow["jobs"].values():
        if "write" in job["permissions"].values():
            assert job["needs"] == "report"
            assert "github.event_name != 'pull_request'" in job["if"]
            assert "github.ref == 'refs/heads/main'" in job["if"]


def test_pull_requests_are_never_privileged(workflow):
    assert set(workflow["on"]) <= {"push", "pull_request", "workflow_dispatch"}
    assert workflow["on"]["push"] == {"branches": ["main"]}


def test_no_secret_is_used_and_no_token_is_kept(workflow):
    for step in steps(workflow):
        assert "secrets." not in str(step)
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_no_artifact_is_fetched(workflow):
    assert not any("download-artifact" in step.get("uses", "") for step in steps(workflow))


def test_scripts_do_not_hold_what_a_pull_request_says(workflow):
    for step in steps(workflow):
        assert "${{" not in step.get("run", ""), step


def test_jobs_end(workflow):
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 120, name


def test_main_keeps_what_pull_requests_restore():
    content = (ROOT / ".github" / "workflows" / "report.yml").read_text()
    report = yaml.safe_load(content)["jobs"]["report"]["steps"]
    caches = [
        (step["uses"].split("@")[0], step["with"]["path"], step["with"]["key"])
        for step in report
        if step.get("uses", "").startswith("actions/cache/")
    ]
    restored = [(path, key) for action, path, key in caches if action.endswith("restore")]
    saved = [(path, key) for action, path, key in caches if action.endswith("save")]
    assert [path for path, _ in restored] == [path for path, _ in saved]
    # The models under the key that was looked for, the numbers under the commit.
    assert saved[0][1] == "${{ steps.trained.outputs.cache-primary-key }}"
    assert restored[1][1] == saved[1][1]


def test_both_models_are_compared_with_main():
    content = (ROOT / ".github" / "workflows" / "report.yml").read_text()
    steps = yaml.safe_load(content)["jobs"]["report"]["steps"]
    (check,) = [step["run"] for step in steps if step.get("name") == "Check"]
    summary = check[: check.index("GITHUB_STEP_SUMMARY")]
    for word in ["--ckpt pt-sae", "--ckpt pt-aae", "--out main", "--markdown", '"${baseline[@]}"']:
        assert word in summary
