"""The examples in CONTRIBUTING.md work: applied to a copy of the repository, their tests pass."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
TEXT = (TOP / "CONTRIBUTING.md").read_text("utf-8")

pytestmark = pytest.mark.slow


def blocks(kind: str) -> list[tuple[str, str]]:
    """The path that heads each block of ``kind``, and the block below it."""
    return re.findall(rf"^```{kind}\n# (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def apply(diff: str, text: str) -> str:
    """Apply a hunk without line numbers. The text that it replaces occurs exactly once."""
    lines = [line or " " for line in diff.splitlines()]
    before = "\n".join(line[1:] for line in lines if line[0] in " -")
    after = "\n".join(line[1:] for line in lines if line[0] in " +")
    assert text.count(before) == 1, before
    return text.replace(before, after)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository to which all examples were applied."""
    top = tmp_path_factory.mktemp("copy")
    left_out = shutil.ignore_patterns("__pycache__", "gallery", "hostile")
    for name in ("grader", "tests", "benchmarks"):
        shutil.copytree(TOP / name, top / name, ignore=left_out)
    for name in ("pyproject.toml", "Dockerfile", "select_grader_pytest.py"):
        shutil.copy(TOP / name, top)
    if (TOP / ".mypy_cache").exists():
        # Files that are unchanged need not be checked again.
        shutil.copytree(TOP / ".mypy_cache", top / ".mypy_cache")
    for path, content in blocks("python"):
        assert not (top / path).exists()
        (top / path).write_text(content, "utf-8")
    for path, diff in blocks("diff"):
        file = top / path
        file.write_text(apply(diff, file.read_text("utf-8")), "utf-8")
    return top


def run(copy: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_examples_pass_their_tests(copy: Path) -> None:
    tests = [path for path, _ in blocks("python") if path.startswith("tests/")]
    assert len(tests) == 4
    run(copy, "pytest", "-p", "no:cacheprovider", *tests)
    run(copy, "pytest", "-p", "no:cacheprovider", "-m", "not slow", "tests/test_generated.py")


def test_the_examples_are_typed_and_in_style(copy: Path) -> None:
    added = [path for path, _ in blocks("python")]
    run(copy, "ruff", "check", *added)
    run(copy, "ruff", "format", "--check", *added)
    run(copy, "mypy")


def test_every_make_target_is_described() -> None:
    makefile = (TOP / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^\t@echo \"make (\w+)", makefile, re.MULTILINE))
    assert set(re.findall(r"^\| `make (\w+)`", TEXT, re.MULTILINE)) == targets - {"grade"}
