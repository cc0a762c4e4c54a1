"""How long the page of a class takes, and how large it is.

    python benchmarks/site.py RUNS [--count N]

What is stored in the folder RUNS is read; its submissions stand for a class of N (500), under other
names, each with a line of its own, so that no two are the same. The aims: below 5 s, and
below 1 MB.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from grader.classroom import results, similarity
from grader.classroom.page import page
from grader.classroom.page.overview import overview


def measured(what: str, work: Callable[[], Any]) -> Any:
    """What ``work`` returns; how long it took is printed."""
    start = time.perf_counter()
    made = work()
    print(f"{what}: {time.perf_counter() - start:.2f} s")
    return made


def main() -> None:
    """Measure, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("runs", type=Path)
    arguments.add_argument("--count", type=int, default=500)
    asked = arguments.parse_args()
    found = measured("reading", lambda: results.read([asked.runs]))
    known = list(found.graded.values())
    graded = {}
    for number in range(asked.count):
        one = known[number % len(known)]
        name = f"{number:03}_{one.report.submission}"
        report = msgspec.structs.replace(one.report, submission=name)
        source = one.source + b"\nlog.line_%d()\n" % number
        graded[name] = msgspec.structs.replace(one, report=report, source=source)
    many = msgspec.structs.replace(found, graded=graded)
    sources = {name: one.source for name, one in graded.items()}
    same = measured(f"alike among {len(sources)}", lambda: similarity.find(sources))
    shown = measured("counting and grouping", lambda: overview(many, same))
    data = measured("the page", lambda: page.render(shown))
    print(f"{len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
