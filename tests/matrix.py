"""The gallery's matrix in docs/gallery.md: the outcome of each check for each server.

python tests/matrix.py [SERVER…] plays these servers, or all, and replaces their rows.
"""

import os
import random
import sys
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import expectations

from grader.checks import CHECKS
from grader.grading import pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox
from grader.sandbox.choice import open_sandbox
from grader.submissions.submission import load_submission

TOP = Path(__file__).parents[1]
FOLDERS = {"Gallery": TOP / "tests" / "gallery", "Samples": TOP / "submissions"}
"""The matrix's sections, and where their servers are."""
MATRIX = TOP / "docs" / "gallery.md"

SIGNS = {"pass": "·", "fail": "✗", "skipped": "–", "not-judged": "?"}

_HEAD = """\
# The gallery's matrix

The outcome of each check for each server in `tests/gallery/` and `submissions/`, and what the
server's header expects. `make gallery` writes it; a test holds that it is up to date.

`·` pass, `✗` fail, `–` skipped (a check that it needs has failed). The checks, from left to right:

"""


def servers() -> list[Path]:
    """The servers of the gallery, sorted by name, then the samples."""
    return [path for folder in FOLDERS.values() for path in sorted(folder.glob("*.py"))]


def name(server: Path) -> str:
    """A server's name."""
    return server.stem


def row(report: Report) -> str:
    """A sign for each check."""
    return "".join(SIGNS[entry.outcome.outcome] for entry in report.entries)


def render(rows: Mapping[str, str]) -> str:
    """The matrix as Markdown. ``rows`` has the signs of each server, by its name."""
    checks = [check.name for check in CHECKS]
    legend = "\n".join(f"{number}. `{check}`" for number, check in enumerate(checks, 1))
    tens = "".join(str(number // 10 or " ") for number in range(1, len(checks) + 1))
    ones = "".join(str(number % 10) for number in range(1, len(checks) + 1))
    width = max(map(len, rows))
    parts = []
    for section, folder in FOLDERS.items():
        lines = [
            f"{rows[name(server)]}  {name(server):{width}}  {expectations.read(server)}"
            for server in servers()
            if server.parent == folder and name(server) in rows
        ]
        parts.append("\n".join([f"\n## {section}\n", "```", tens, ones, *lines, "```\n"]))
    return _HEAD + legend + "\n" + "".join(parts)


def read(text: str) -> dict[str, str]:
    """The rows of a matrix that :func:`render` made."""
    _, _, sections = text.partition("\n## ")
    lines = [line for line in sections.splitlines() if line[:1] in SIGNS.values()]
    return {server: signs for signs, server, *_ in map(str.split, lines)}


def chosen(server: Path, sandboxes: Sequence[Sandbox]) -> Sandbox:
    """The sandbox that plays ``server``: its name decides, so other servers do not change it."""
    return sandboxes[zlib.crc32(name(server).encode()) % len(sandboxes)]


def each_alone(server: Path, seed: int) -> bool:
    """Whether each scenario of ``server`` is played on a server of its own. In each sandbox, one
    half of the servers are played so, and the other half if the seed is odd instead of even."""
    return (zlib.crc32(name(server).encode()) // 2 + seed) % 2 == 1


def grade(server: Path, sandbox: Sandbox, folder: Path, *, alone: bool = False) -> Report:
    """Grade a server with random texts. ``alone``: each scenario on a server of its own."""
    return pipeline.grade(
        load_submission(server),
        rubric=Rubric(),
        seed=random.randrange(1 << 32),
        sandbox=sandbox,
        folder=folder,
        progress=lambda _: None,
        alone=alone,
    )


def main(names: Sequence[str] = ()) -> None:
    """Grade the servers with these names, or all; say what differs from a header, and write the
    matrix."""
    played = [server for server in servers() if not names or name(server) in names]
    sandbox = open_sandbox("auto", progress=print)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = list(pool.map(lambda server: grade(server, sandbox, Path(folder)), played))
    known = read(MATRIX.read_text("utf-8"))
    rows = {name(server): known[name(server)] for server in servers() if name(server) in known}
    for server, report in zip(played, reports, strict=True):
        rows[name(server)] = row(report)
        outcomes = {entry.name: entry.outcome.outcome for entry in report.entries}
        for difference in expectations.read(server).differences(outcomes, report.points):
            print(f"{server.relative_to(TOP)}: {difference}")  # noqa: T201
    MATRIX.write_text(render(rows), "utf-8")
    print(f"{len(played)} servers: {MATRIX.relative_to(TOP)}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
