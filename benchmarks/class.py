"""How many submissions a minute, for a class, against bare containers at the same number at once.

    python benchmarks/class.py [--count N] [--jobs N] [--right]

A class is drawn from the gallery (``--right``: from its right servers alone), each server as often
as needed, and graded by the command that a teacher uses. The grader's own memory is measured, too:
it should not grow with the class. The aims: a third of the bare rate for right servers, 60 a minute
for the mixture on two processors.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader import batch
from grader.model.plan import Limits
from grader.sandbox import docker, image

TOP = Path(__file__).parents[1]
MEASURED = TOP / "tests" / "measured.py"


def draw(count: int, right: bool, folder: Path) -> None:
    """Write a class of ``count`` programs to ``folder``."""
    pattern = "c*/*.py" if right else "*/*.py"
    servers = sorted((TOP / "tests" / "gallery").glob(pattern))
    if right:
        servers = [path for path in servers if path.parent.name in ("correct", "careful")]
    for number in range(count):
        server = servers[number * len(servers) // count % len(servers)]
        (folder / f"{number:03}_{server.stem}.py").write_bytes(server.read_bytes())


def grade(count: int, right: bool, jobs: int) -> tuple[float, int]:
    """Grade a class; submissions a minute, and the grader's peak of memory in bytes."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "class").mkdir()
        draw(count, right, folder / "class")
        command = [
            sys.executable, str(MEASURED), str(folder / "figures"), "--sandbox", "docker",
            "--jobs", str(jobs), "--runs", str(folder / "runs"), str(folder / "class"),
        ]  # fmt: skip
        start = time.monotonic()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        seconds = time.monotonic() - start
        peak = int((folder / "figures").read_text("ascii").split()[0])
    return 60 * count / seconds, peak


def bare(count: int, jobs: int) -> float:
    """Bare containers a minute that run ``python3 -c pass``."""
    client = docker.connect()
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
    """Measure, and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--jobs", type=int, default=batch.at_once(Limits()))
    arguments.add_argument("--right", action="store_true")
    asked = arguments.parse_args()
    at_most = bare(min(asked.count, 60), asked.jobs)
    print(f"bare containers, {asked.jobs} at once: {at_most:.0f} a minute")
    for count in sorted({max(1, asked.count // 4), asked.count}):
        rate, peak = grade(count, asked.right, asked.jobs)
        kind = "right servers" if asked.right else "the mixture"
        print(
            f"{count} of {kind}: {rate:.0f} a minute, {rate / at_most:.2f} of the bare rate;"
            f" the grader took {peak >> 20} MiB"
        )


if __name__ == "__main__":
    main()
