"""How long the page of a class takes to make, and how large it is.

    python benchmarks/site.py RUNS [--count N]

A class of N (500) is made of copies of the submissions in the folder RUNS. Each copy gets its own
name and an additional line, so no two are equal. The aims: under 5 s and under 1 MB.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from grader.classroom import results, similarity
from grader.classroom.page.overview import build_overview
from grader.classroom.page.render import render_page


def measured(what: str, work: Callable[[], Any]) -> Any:
    """Call ``work``, print how long it took, and return its result."""
    start = time.perf_counter()
    result = work()
    print(f"{what}: {time.perf_counter() - start:.2f} s")
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--count", type=int, default=500)
    arguments = parser.parse_args()
    found = measured("reading", lambda: results.load_results([arguments.runs]))
    known = list(found.graded.values())
    graded = {}
    for number in range(arguments.count):
        one = known[number % len(known)]
        name = f"{number:03}_{one.report.submission}"
        report = msgspec.structs.replace(one.report, submission=name)
        source = one.source + b"\nlog.line_%d()\n" % number
        graded[name] = msgspec.structs.replace(one, report=report, source=source)
    many = msgspec.structs.replace(found, graded=graded)
    sources = {name: one.source for name, one in graded.items()}
    similar = measured(
        f"comparing {len(sources)} programs", lambda: similarity.find_similar(sources)
    )
    shown = measured("counting and grouping", lambda: build_overview(many, similar))
    data = measured("the page", lambda: render_page(shown))
    print(f"{len(data) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
