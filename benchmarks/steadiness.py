"""Whether servers get the same outcomes every time on an overloaded machine.

    python benchmarks/steadiness.py [--sandbox NAME] [--times N] [--busy N] [--servers N] [SERVER…]

Servers from the whole gallery are graded many times, each time with another seed, while other
processes keep every core busy. The benchmark counts the outcomes that differ from the one that a
server gets most often for a check, not-judged included. The aim is 0.
Exit status: 1 if any differs.
"""

import argparse
import contextlib
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graded import SANDBOXES, Grader
from rich.console import Console
from rich.progress import Progress

from grader.model.report import Report
from grader.submissions.submission import load_submission

GALLERY = Path(__file__).parents[1] / "tests" / "gallery"


def _spin() -> None:
    while True:
        pass


@contextlib.contextmanager
def busy(cores: int) -> Iterator[None]:
    """Keep ``cores`` processes computing."""
    spinners = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(cores)]
    for spinner in spinners:
        spinner.start()
    try:
        yield
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.join()


def mixed(count: int) -> list[Path]:
    """``count`` of the gallery's servers (or all, if there are fewer), spread over its names."""
    servers = sorted(GALLERY.glob("*.py"))
    step = max(1.0, len(servers) / count)
    return [servers[int(place * step)] for place in range(min(count, len(servers)))]


def changed(reports: list[Report]) -> Iterator[tuple[str, Counter[str], list[Report]]]:
    """The checks whose outcome differs between the ``reports`` of one server.

    Yields:
        The check's name, how often it had each outcome, and the reports with a rare one.
    """
    for position, entry in enumerate(reports[0].entries):
        outcomes = [report.entries[position].outcome.outcome for report in reports]
        counts = Counter(outcomes)
        usual = counts.most_common(1)[0][0]
        rare = [r for r, outcome in zip(reports, outcomes, strict=True) if outcome != usual]
        if rare:
            yield entry.name, Counter(map(str, outcomes)), rare


def main() -> int:
    """Grade, and print the outcomes that differ."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sandbox", choices=SANDBOXES, default="docker")
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--servers", type=int, default=32, help="how many of the gallery's")
    arguments.add_argument("--busy", type=int, help="how many processes compute (default: cores)")
    arguments.add_argument("--keep", type=Path, help="a folder to keep the runs in")
    arguments.add_argument("server", nargs="*", type=Path)
    chosen = arguments.parse_args()
    servers = chosen.server or mixed(chosen.servers)
    cores = os.cpu_count() or 1
    computing = cores if chosen.busy is None else chosen.busy
    out = Console(highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory() as folder:
        grade = Grader(chosen.keep or Path(folder), chosen.sandbox)
        reports: dict[Path, list[Report]] = {path: [] for path in servers}
        began = time.monotonic()
        with (
            busy(computing),
            ThreadPoolExecutor(cores) as pool,
            Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress,
        ):
            # Round by round, so that a server's gradings are spread over the whole time.
            todo = servers * chosen.times
            for path, report in progress.track(
                zip(todo, pool.map(grade, map(load_submission, todo)), strict=True), total=len(todo)
            ):
                reports[path].append(report)
    differing = 0
    for path in servers:
        for name, counts, rare in changed(reports[path]):
            differing += len(rare)
            text = ", ".join(f"{outcome} {count} times" for outcome, count in counts.most_common())
            out.print(f"{path.name}: {name}: {text}")
            for report in rare if chosen.keep else ():
                out.print(f"    {report.run}")
    out.print(
        f"{chosen.sandbox}: {len(servers)} servers, each {chosen.times} times, beside {computing} "
        f"busy processes on {cores} cores ({time.monotonic() - began:.0f} s): "
        f"{differing} of {sum(len(r[0].entries) * len(r) for r in reports.values())} outcomes "
        "differ from the usual one"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
