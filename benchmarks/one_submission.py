"""How long one submission takes in each sandbox, and where the time goes.

    python benchmarks/one_submission.py [--times N] [SUBMISSION]

The sandboxes and a bare container take turns, so that other work on the machine slows them all
alike. Only the ratios are comparable between machines.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.grading import judge, pipeline
from grader.model.decoding import parse_event
from grader.model.event import Agent
from grader.model.plan import Plan
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.runs.run import Run
from grader.sandbox import AgentExit, Sandbox, choice
from grader.sandbox.docker import engine, image
from grader.sandbox.docker import sandbox as docker
from grader.submissions.submission import Submission, load_submission

TOP = Path(__file__).parents[1]


class Watched:
    """A sandbox that records when its agent wrote its first and its last line."""

    def __init__(self, inner: Sandbox) -> None:
        self._inner = inner
        self.name, self.identity = inner.name, inner.identity
        self.shares_ports = inner.shares_ports
        self.stop, self.recover, self.wait = inner.stop, inner.recover, inner.wait
        self.wholes: list[float] = []
        self.parts: dict[str, list[float]] = {}
        """By part, the seconds that it took in each grading; ``wholes`` has the totals."""
        self.times: dict[str, float] = {}

    def run(self, plan: Plan, receive: Callable[[bytes], bool]) -> AgentExit:
        start = time.perf_counter()
        received: list[float] = []

        def note(line: bytes) -> bool:
            received.append(time.perf_counter())
            if len(received) == 1:
                assert isinstance(parse_event(line), Agent)
            return receive(line)

        ending = self._inner.run(plan, note)
        self.times = {
            "until the agent's first line": received[0] - start,
            "scenarios": received[-1] - received[0],
            "until the agent is gone": time.perf_counter() - received[-1],
        }
        return ending


def bare(client: Any, name: str) -> float:
    """Seconds to create, start, await and remove a container that runs ``python3 -c pass``."""
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


def grade(program: Submission, sandbox: Watched, folder: Path) -> Report:
    """Grade once and record how long it took."""
    start = time.perf_counter()
    report = pipeline.grade(
        program,
        rubric=Rubric(),
        seed=random.randrange(1 << 32),
        sandbox=sandbox,
        folder=folder,
        progress=lambda _: None,
    )
    sandbox.wait()
    whole = time.perf_counter() - start
    history = Run(Path(report.run)).history()
    start = time.perf_counter()
    judge.judge(history, Rubric())
    judging = time.perf_counter() - start
    found = {f"scenario {p.scenario}": (p.over - p.started) / 1e9 for p in history.plays}
    found = sandbox.times | found | {"judging": judging}
    found["storing and the rest"] = whole - sum(sandbox.times.values()) - judging
    sandbox.wholes.append(whole)
    for part, seconds in found.items():
        sandbox.parts.setdefault(part, []).append(seconds)
    return report


def main() -> None:
    """Measure and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=10)
    arguments.add_argument(
        "submission", nargs="?", type=Path, default=TOP / "reference" / "select_server.py"
    )
    chosen = arguments.parse_args()
    program = load_submission(chosen.submission)
    client = engine.connect()
    name = image.ensure(client, print)
    inner = (docker.DockerSandbox(client, name), choice.open_namespaces(print))
    containers, namespaces = map(Watched, inner)
    bares: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for sandbox in inner:
            grade(program, Watched(sandbox), Path(folder))  # the first of each warms the caches
        for _ in range(chosen.times):
            bares.append(bare(client, name))
            for watched in (containers, namespaces):
                report = grade(program, watched, Path(folder))
    client.close()
    median = statistics.median
    print(
        f"{program.name}: {report.points:g} of {report.max_points:g} points, {chosen.times} times"
    )
    print(f"{'bare container':32} {median(bares) * 1000:7.0f} ms")
    for watched in (containers, namespaces):
        print(f"{'graded in ' + watched.name:32} {median(watched.wholes) * 1000:7.0f} ms")
        for part, values in watched.parts.items():
            indent = "    " if part.startswith("scenario ") else "  "
            print(f"{indent + part:32} {median(values) * 1000:7.0f} ms")
    docker_time, bare_time = median(containers.wholes), median(bares)
    print(f"{'docker / bare container':32} {docker_time / bare_time:7.2f}")
    print(f"{'namespaces / docker':32} {median(namespaces.wholes) / docker_time:7.2f}")


if __name__ == "__main__":
    main()
