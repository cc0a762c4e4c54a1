"""How long the page of a run with fifty clients takes to render, and how large it is.

    python benchmarks/rendering.py [SUBMISSION]

The submission is graded once in a container, and its page is rendered ten times. The aim: under
0.3 s and under 1 MB.
"""

import argparse
import tempfile
import time
from pathlib import Path

from graded import Grader

from grader.report import html
from grader.submissions.submission import load_submission

TIMES = 10
REFERENCE = Path(__file__).parents[1] / "reference" / "select_server.py"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("submission", nargs="?", type=Path, default=REFERENCE)
    path = arguments.parse_args().submission
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
