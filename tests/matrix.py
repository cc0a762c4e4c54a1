"""The gallery's matrix, check by server, in docs/gallery.md: rendered, read, and made anew.

python tests/matrix.py
"""

import os
import random
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from grader.checks import CHECKS
from grader.grading import pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox
from grader.sandbox.docker import image
from grader.sandbox.docker import sandbox as docker
from grader.submissions import submission

TOP = Path(__file__).parents[1]
GALLERY = TOP / "tests" / "gallery"
MATRIX = TOP / "docs" / "gallery.md"

SIGNS = {"pass": "·", "fail": "✗", "skipped": "–", "not-judged": "?"}

_HEAD = """\
# The gallery's matrix

What each check says of each server in `tests/gallery/`. Made by `make gallery`; a test demands
that it is so.

`·` pass, `✗` fail, `–` skipped (something that it needs has failed). The checks, from left to
right:

"""


def servers() -> list[Path]:
    """The gallery's servers."""
    return sorted(GALLERY.glob("*/*.py"))


def name(server: Path) -> str:
    """A server's name, with its folder."""
    return f"{server.parent.name}/{server.stem}"


def row(report: Report) -> str:
    """A sign for each check."""
    return "".join(SIGNS[entry.outcome.outcome] for entry in report.entries)


def render(rows: Mapping[str, str]) -> str:
    """The matrix as Markdown: for each server its signs."""
    checks = [check.name for check in CHECKS]
    legend = "\n".join(f"{number}. `{check}`" for number, check in enumerate(checks, 1))
    tens = "".join(str(number // 10 or " ") for number in range(1, len(checks) + 1))
    ones = "".join(str(number % 10) for number in range(1, len(checks) + 1))
    parts = []
    for folder, names in groupby(rows, key=lambda name: name.split("/")[0]):
        lines = [f"{rows[name]}  {name.split('/')[1]}" for name in names]
        parts.append("\n".join([f"\n## {folder}\n", "```", tens, ones, *lines, "```\n"]))
    return _HEAD + legend + "\n" + "".join(parts)


def read(text: str) -> dict[str, str]:
    """What :func:`render` has rendered."""
    rows = {}
    folder = ""
    for line in text.splitlines():
        if line.startswith("## "):
            folder = line.removeprefix("## ")
        elif folder and line[:1] in SIGNS.values():
            signs, _, server = line.partition("  ")
            rows[f"{folder}/{server}"] = signs
    return rows


def grade(server: Path, sandbox: Sandbox, folder: Path) -> Report:
    """Grade a server, by any seed."""
    return pipeline.grade(
        submission.load(server),
        rubric=Rubric(),
        seed=random.randrange(1 << 32),
        sandbox=sandbox,
        folder=folder,
        progress=lambda _: None,
    )


def main() -> None:
    """Grade the whole gallery, and write its matrix."""
    client = docker.connect()
    sandbox = docker.DockerSandbox(client, image.ensure(client, print))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = pool.map(lambda server: grade(server, sandbox, Path(folder)), servers())
        rows = {name(s): row(report) for s, report in zip(servers(), reports, strict=True)}
    client.close()
    MATRIX.write_text(render(rows), "utf-8")
    print(f"{len(rows)} servers: {MATRIX.relative_to(TOP)}")  # noqa: T201


if __name__ == "__main__":
    main()
