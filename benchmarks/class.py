"""How many submissions of a class are graded a minute, compared with bare containers.

    python benchmarks/class.py [--sandbox NAME] [--count N] [--jobs N] [--right]

A class is drawn from the gallery and the samples (``--right``: from those that fail no check worth
points and are not expected to fail a craft check), each server as often as needed, and graded by
the command that a teacher uses: a quarter of it first, then all. Bare containers are started before
and after each grading, as many at once, since the machine may have other work; the rate is compared
with the mean of both. The grader's own memory and processor time are measured as well: neither
should grow with the class. The aims: a third of the bare rate for correct servers, and 60 a minute
for the mixture on two processors.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from graded import SANDBOXES

from grader.grading import scheduler
from grader.model.plan import Limits
from grader.sandbox.docker import engine, image

TOP = Path(__file__).parents[1]
sys.path.append(str(TOP / "tests"))

import expectations  # noqa: E402
import matrix  # noqa: E402

MEASURED = TOP / "tests" / "measured.py"

BARE = 60
"""Bare containers each time, enough for a rate."""


def draw(count: int, right: bool, folder: Path) -> None:
    """Write a class of ``count`` programs to ``folder``, only correct ones if ``right``."""
    servers = matrix.servers()
    if right:
        headers = {path: expectations.read(path) for path in servers}
        servers = [path for path in servers if not (headers[path].fails or headers[path].craft)]
    for number in range(count):
        server = servers[number * len(servers) // count % len(servers)]
        (folder / f"{number:03}_{server.stem}.py").write_bytes(server.read_bytes())


def grade(sandbox: str, count: int, right: bool, jobs: int | None) -> tuple[float, int, float]:
    """Grade a class.

    Returns:
        Submissions a minute, and the grader's own peak memory (bytes) and processor time (seconds
        for each submission).
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "class").mkdir()
        draw(count, right, folder / "class")
        command = [
            sys.executable, str(MEASURED), str(folder / "figures"), "--sandbox", sandbox,
            "--runs", str(folder / "runs"), str(folder / "class"),
        ]  # fmt: skip
        command += ["--jobs", str(jobs)] if jobs else []
        start = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        seconds = time.monotonic() - start
        graded = sum(b" points" in line for line in done.stdout.splitlines()[:-2])
        if graded != count:
            sys.exit(f"{count - graded} of {count} submissions were not graded")
        peak, used = (folder / "figures").read_text("ascii").split()
    return 60 * count / seconds, int(peak), float(used) / count


def bare(count: int, jobs: int) -> float:
    """How many bare containers a minute run ``python3 -c pass``."""
    client = engine.connect()
    name = image.ensure(client, print)

    def one(_: int) -> None:
        container = client.containers.create(
            name, entrypoint=["python3", "-c", "pass"], network_mode="none", read_only=True
        )
        container.start()
        container.wait()
        container.remove(force=True)

    start = time.monotonic()
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, range(count)))
    seconds = time.monotonic() - start
    client.close()
    return 60 * count / seconds


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sandbox", choices=SANDBOXES, default="docker")
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--jobs", type=int, help="default: as many as the machine supports")
    arguments.add_argument("--right", action="store_true")
    chosen = arguments.parse_args()
    kind = "correct servers" if chosen.right else "the mixture"
    jobs = chosen.jobs or scheduler.max_parallel(Limits())
    before = bare(min(chosen.count, BARE), jobs)
    print(f"{chosen.jobs or f'up to {jobs}'} at once; bare containers: {before:.0f} a minute")
    for count in sorted({max(1, chosen.count // 4), chosen.count}):
        rate, peak, used = grade(chosen.sandbox, count, chosen.right, chosen.jobs)
        after = bare(min(chosen.count, BARE), jobs)
        ratio = rate / ((before + after) / 2)
        print(
            f"{count} of {kind} in {chosen.sandbox}: {rate:.0f} a minute, {ratio:.2f} of the bare "
            f"rate; the grader's own process took {peak >> 20} MiB, and "
            f"{used:.2f} s of a processor for each"
        )
        print(f"bare containers: {after:.0f} a minute", flush=True)
        before = after


if __name__ == "__main__":
    main()
