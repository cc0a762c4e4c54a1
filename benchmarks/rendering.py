"""Measures how long the page of a run with fifty clients takes to render, and how large it is.

    python benchmarks/rendering.py [SUBMISSION]

Grades the submission once, in a container, and renders its report as a page ten times. The aim:
under 0.3 s and under 1 MB.
"""

import sys
import tempfile
import time
from pathlib import Path

from graded import Grader

from grader.report import html
from grader.submissions.submission import load_submission

TIMES = 10
REFERENCE = Path(__file__).parents[1] / "reference" / "select_server.py"


def main() -> None:
    """Measure, and print."""
    path = Path(sys.argv[1]) if sys.argv[1:] else REFERENCE
    with tempfile.TemporaryDirectory() as folder:
        grader = Grader(Path(folder))
        report = grader(load_submission(path))
    seconds = []
    for _ in range(TIMES):
        start = time.perf_counter()
        page = html.render(report)
        seconds.append(time.perf_counter() - start)
    clients = max(len(line.sources) for line in report.timelines)
    print(f"{path.name}: {clients} sources, {len(page) / 1e6:.2f} MB")
    print(f"first {seconds[0]:.3f} s, then {sorted(seconds)[TIMES // 2]:.3f} s")


if __name__ == "__main__":
    main()
