"""How long one submission takes, against a bare container, and where the time goes.

    python benchmarks/one_submission.py [--times N] [SUBMISSION]

Both are run in turns, through the same client of the same engine, so that a busy machine is
busy for both. What counts is the ratio.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader import grading, judge, runs, submission
from grader.model.event import Agent, parse_event
from grader.model.plan import Plan
from grader.model.rubric import Rubric
from grader.sandbox import Ending, docker, image

TOP = Path(__file__).parents[1]


class Watched:
    """A sandbox that notes when its agent's first and last words came."""

    name = "docker"

    def __init__(self, inner: docker.DockerSandbox) -> None:
        self._inner = inner
        self.times: dict[str, float] = {}

    def run(self, plan: Plan, receive: Callable[[bytes], None]) -> Ending:
        start = time.perf_counter()
        heard: list[float] = []

        def note(line: bytes) -> None:
            heard.append(time.perf_counter())
            if len(heard) == 1:
                assert isinstance(parse_event(line), Agent)
            receive(line)

        ending = self._inner.run(plan, note)
        self.times = {
            "until the agent speaks": heard[0] - start,
            "scenarios": heard[-1] - heard[0],
            "until the container is gone": time.perf_counter() - heard[-1],
        }
        return ending


def bare(client: Any, name: str) -> float:
    """Seconds for a container that runs ``python3 -c pass``: made, started, awaited, removed."""
    start = time.perf_counter()
    api = client.api
    container = api.create_container(
        name,
        entrypoint=["python3", "-c", "pass"],
        host_config=api.create_host_config(network_mode="none"),
    )["Id"]
    try:
        api.start(container)
        api.wait(container)
    finally:
        api.remove_container(container, force=True, v=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=10)
    arguments.add_argument(
        "submission", nargs="?", type=Path, default=TOP / "reference" / "select_server.py"
    )
    chosen = arguments.parse_args()
    program = submission.load(chosen.submission)
    client = docker.connect()
    name = image.ensure(client, print)
    sandbox = Watched(docker.DockerSandbox(client, name))
    bares: list[float] = []
    wholes: list[float] = []
    parts: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(chosen.times + 1):
            bare_seconds = bare(client, name)
            start = time.perf_counter()
            report = grading.grade(
                program,
                rubric=Rubric(),
                seed=random.randrange(1 << 32),
                sandbox=sandbox,
                folder=Path(folder),
                progress=lambda _: None,
            )
            whole = time.perf_counter() - start
            if turn == 0:
                continue  # the first of each warms the caches
            bares.append(bare_seconds)
            wholes.append(whole)
            history = runs.Run(Path(report.run)).history()
            start = time.perf_counter()
            judge.judge(history, Rubric())
            judging = time.perf_counter() - start
            found = {f"scenario {p.scenario}": (p.over - p.started) / 1e9 for p in history.plays}
            found = sandbox.times | found | {"judging": judging}
            found["storing and the rest"] = whole - sum(sandbox.times.values()) - judging
            for part, seconds in found.items():
                parts.setdefault(part, []).append(seconds)
    client.close()
    median = statistics.median
    print(f"{program.name}: {report.points:g} of {report.possible:g} points, {chosen.times} times")
    print(f"{'bare container':32} {median(bares) * 1000:7.0f} ms")
    print(f"{'graded':32} {median(wholes) * 1000:7.0f} ms")
    print(f"{'ratio':32} {median(wholes) / median(bares):7.2f}")
    for part, values in parts.items():
        indent = "    " if part.startswith("scenario ") else "  "
        print(f"{indent + part:32} {median(values) * 1000:7.0f} ms")


if __name__ == "__main__":
    main()
