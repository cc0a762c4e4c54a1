"""The workflows: their permissions, and their commands run for real."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ci.class_repository import RIGHT_SOURCE, ClassRepository, event, link, write_event
from ci.github_runner import executed
from grader.cli.main import cli

ROOT = Path(__file__).parents[2]
GRADE, COMMENT = "grade.yml", "grade-comment.yml"
GITLAB = ROOT / "docs" / "gitlab-ci.example.yml"


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text("utf-8"))


def job(name: str) -> dict:
    (only,) = workflow(name)["jobs"].values()
    return only


def commands() -> list[str]:
    steps = [
        step["run"] for name in (GRADE, COMMENT) for step in job(name)["steps"] if "run" in step
    ]
    return steps + yaml.safe_load(GITLAB.read_text("utf-8"))["grade"]["script"]


def test_the_grading_workflow_may_only_read():
    assert workflow(GRADE)["permissions"] == {"contents": "read"}
    assert "permissions" not in job(GRADE)
    assert "secrets" not in (ROOT / ".github/workflows" / GRADE).read_text("utf-8")


def test_the_commenting_workflow_may_only_comment():
    assert workflow(COMMENT)["permissions"] == {}
    writes = {key for key, value in job(COMMENT)["permissions"].items() if value != "read"}
    assert writes == {"pull-requests"}


def test_the_workflows_have_the_right_triggers():
    # YAML 1.1 reads "on" as true.
    assert workflow(GRADE)[True] == "pull_request"
    assert workflow(COMMENT)[True] == {
        "workflow_run": {"workflows": [workflow(GRADE)["name"]], "types": ["completed"]}
    }


@pytest.mark.parametrize("name", [GRADE, COMMENT])
def test_every_action_is_pinned_to_a_commit(name):
    used = [step["uses"] for step in job(name)["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", each) for each in used)


@pytest.mark.parametrize("name", [GRADE, COMMENT])
def test_only_the_base_is_checked_out(name):
    (checkout,) = (s for s in job(name)["steps"] if "actions/checkout" in s.get("uses", ""))
    assert checkout["with"]["ref"] in (
        "${{ github.event.pull_request.base.sha }}",
        "${{ github.event.repository.default_branch }}",
    )
    assert job(name)["steps"][0] == checkout


@pytest.mark.parametrize("command", commands())
def test_every_step_is_one_command_without_interpolation(command):
    assert "${{" not in command
    assert "\n" not in command.strip()
    assert not re.search(r"[;|&`]|\$\(", command)
    # A quoted variable is one word, whatever it contains.
    assert not re.search(r"\$", re.sub(r'"[^"]*"', "", command))


@pytest.mark.parametrize("command", [each for each in commands() if each.startswith("grade ")])
def test_every_option_exists(command):
    _, name, *options = shlex.split(command)
    known = {word for parameter in cli.commands[name].params for word in parameter.opts}
    assert {word for word in options if word.startswith("--")} <= known


@pytest.mark.parametrize("name", [GRADE, COMMENT])
def test_only_the_step_that_needs_the_token_gets_it(name):
    holding = [step["run"] for step in job(name)["steps"] if "GITHUB_TOKEN" in step.get("env", {})]
    assert holding == (["grade ci-comment --out grade-ci"] if name == COMMENT else [])


# --- the commands, run for real ---


class Workspace:
    """A workspace of GitHub's runner, in which a workflow's commands are run verbatim."""

    def __init__(self, place: Path, repository: ClassRepository, changes: dict) -> None:
        self.place = place
        base = repository.commit({"README.md": b"A class.", "submissions/li.py": b"x = 1\n"})
        head = repository.commit(changes, base, mail="zhang@home.example")
        repository.point("refs/heads/main", base)
        repository.point("refs/pull/7/head", head)
        repository.point("refs/merge-requests/7/head", head)
        self.git("clone", "--quiet", f"file://{repository.folder}", "base", at=place)
        write_event(place / "event.json", event(base, head))

    def git(self, *arguments: str, at: Path) -> None:
        subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True)

    def run(self, command: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=self.place,
            env={
                **os.environ,
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "GITHUB_ACTIONS": "true",
                "GITHUB_EVENT_PATH": str(self.place / "event.json"),
                "GITHUB_STEP_SUMMARY": str(self.place / "summary.md"),
                **env,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def grade(self, *more: str) -> subprocess.CompletedProcess[str]:
        """Run the steps of the grading workflow, except those that need a registry."""
        steps = [step for step in job(GRADE)["steps"] if "run" in step]
        fetch, packages, grader, grade = steps
        assert packages["run"].endswith("--require-hashes --requirement base/requirements/run.txt")
        assert grader["run"].endswith("--no-deps --no-build-isolation ./base")
        done = self.run(fetch["run"], NUMBER="7")
        assert done.returncode == 0, done.stderr
        return self.run(shlex.join([*shlex.split(grade["run"]), *more]))

    @property
    def tree(self) -> dict[str, bytes]:
        """The files of the base, from which the grader is installed."""
        base = self.place / "base"
        files = (path for path in base.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {str(path.relative_to(base)): path.read_bytes() for path in files}


HOSTILE = {
    "submissions/zhang.py": link(b"/etc/passwd"),
    "grader/cli.py": b"raise SystemExit('owned')\n",
    ".gitattributes": b"* filter=evil diff=evil\n",
    ".gitmodules": b'[submodule "x"]\n\tpath = x\n\turl = file:///etc\n',
    "click.py": b"raise SystemExit('owned')\n",
    "submissions/\n::error::owned": b"",
}


def test_the_commands_on_a_hostile_pull_request(repository):
    workspace = Workspace(Path.cwd(), repository, HOSTILE)
    before = workspace.tree
    done = workspace.grade("--sandbox", "none")
    assert done.returncode == 3, done.stderr  # one of its submissions is no program
    assert workspace.tree == before
    assert "owned" not in done.stderr
    assert "zhang.py is a link" in done.stdout
    assert {command[1].get("file") for command in executed(done.stdout)} >= {"submissions/zhang.py"}
    assert all(command[1] for command in executed(done.stdout))
    report = (workspace.place / "grade-ci" / "report.txt").read_text("utf-8")
    assert "It changes files outside any submission" in report


@pytest.mark.sandbox
def test_the_commands_on_a_correct_submission(repository):
    right = (ROOT / "submissions" / "alice.py").read_bytes()
    workspace = Workspace(Path.cwd(), repository, {"submissions/zhang.py": right})
    done = workspace.grade()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100 of 100 points" in done.stdout
    assert "passed" in (workspace.place / "summary.md").read_text("utf-8")
    assert "submissions/zhang.py" not in workspace.tree


@pytest.mark.sandbox
def test_the_commands_on_a_wrong_one(repository):
    wrong = (ROOT / "submissions" / "bob.py").read_bytes()
    done = Workspace(Path.cwd(), repository, {"submissions/zhang.py": wrong}).grade()
    assert done.returncode == 1, done.stdout + done.stderr
    first = executed(done.stdout)[0]
    source = wrong.decode().splitlines()
    assert first[0] == "error"
    assert "recv" in source[int(first[1]["line"]) - 1]


def test_gitlabs_commands(repository):
    workspace = Workspace(Path.cwd(), repository, {"submissions/zhang.py": b"", "x\r\x1b[0K": b""})
    given = {
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_PROJECT_URL": f"file://{repository.folder}",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_USER_LOGIN": "zhang",
        "GITHUB_ACTIONS": "",
        "GITHUB_STEP_SUMMARY": "",
    }
    script = yaml.safe_load(GITLAB.read_text("utf-8"))["grade"]["script"]
    *before, grade = (command for command in script if "pip install" not in command)
    for command in before:
        assert workspace.run(command, **given).returncode == 0
    done = workspace.run(grade, **given)
    assert done.returncode == 1, done.stderr
    assert "zhang.py is empty" in done.stdout
    assert "::" not in done.stdout
    assert not set(done.stdout) & set("\r\x1b")
    assert RIGHT_SOURCE not in done.stdout.encode()
