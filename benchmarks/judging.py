"""How much time and memory each check takes for a long log.

    python benchmarks/judging.py [--lines N]

The first kind of log has many other lines between the messages; the second repeats the messages in
every line, which is the worst case. Each size is judged in a separate process, and times are CPU
times. The aim: at 1,000,000 lines, under 3 s for each check and log
(``own-record`` reads six logs), and memory that grows no faster than the log (by a factor of 2
where the log doubles).
"""

import argparse
import multiprocessing
import time
from pathlib import Path

from grader.checks import CHECKS
from grader.grading.judge import judge
from grader.model import event
from grader.model.history import History, LogFile, Message, Play
from grader.model.plan import nonces
from grader.model.rubric import Rubric
from grader.model.vocabulary import ScenarioName

SCENARIOS: tuple[ScenarioName, ...] = (
    "terminal",
    "client",
    "together",
    "silent-client",
    "newcomer",
    "departure",
    "return",
    "burst",
    "large-message",
    "split-character",
    "crowd",
    "hasty-departure",
    "reset",
    "end-of-typing",
    "restart",
)
MESSAGES = 20
SOURCES = ("terminal", "client 1", "client 2", "client 3")
MIB = 1 << 20


def make_history(lines: int, repeated: bool) -> History:
    """Return a history in which every scenario has a log of ``lines`` lines.

    If ``repeated``, each line has a message; otherwise only a few do.
    """
    listed = tuple(
        Message(
            name=f"m{number}",
            source=SOURCES[number % len(SOURCES)],
            text=f"{nonce} hello",
            nonce=nonce,
            sent=2 * number,
            settled=2 * number + 1,
        )
        for number, nonce in enumerate(nonces(0)[:MESSAGES])
    )
    prefix = b"2026-01-01 12:00:00,000 INFO 127.0.0.1:50000 "
    texts = [message.text.encode() for message in listed]
    other = [] if repeated else [b"another line"] * (lines // MESSAGES - 1)
    block = b"".join(prefix + line + b"\n" for text in texts for line in (text, *other))
    data = block * (lines // block.count(b"\n"))
    stopped = event.Stopped(at=0, by="ctrl-c", code=0, signal=None)
    plays = tuple(
        Play(
            file_name="server.py",
            scenario=scenario,
            ending="",
            typing=True,
            taken_ports=(),
            listening=event.Listening(at=0, address="0.0.0.0", port=8888),
            messages=listed,
            observed=(),
            departures=(),
            closed_by_server=(),
            failure=None,
            restarted=None,
            complete=True,
            stopped=stopped,
            files=(LogFile(path="log.txt", data=data, size=len(data)),),
            terminal=b"",
            found={"settled": frozenset(m.name for m in listed)},
        )
        for scenario in SCENARIOS
    )
    return History(source=b"", agent=None, plays=plays, ending="", finished=True, out_of_time=False)


def measure(lines: int, repeated: bool) -> tuple[int, dict[str, float], int]:
    """Return the log's size in bytes, the seconds that each check took, and the peak of memory in
    bytes."""
    history = make_history(lines, repeated)
    # Reset the peak, VmHWM (proc(5)).
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _peak()
    seconds = {}
    for check in CHECKS:
        start = time.process_time()
        judge(history, Rubric(), [check])
        seconds[check.name] = time.process_time() - start
    return len(history.plays[0].files[0].data), seconds, _peak() - before


def _peak() -> int:
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) << 10


def main() -> None:
    """Measure and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=1_000_000)
    most = arguments.parse_args().lines
    for repeated in (False, True):
        print("a message in every line" if repeated else f"{MESSAGES} messages among other lines")
        previous = 0
        for lines in (most // 4, most // 2, most):
            spawn = multiprocessing.get_context("spawn")
            with spawn.Pool(1) as pool:
                size, seconds, used = pool.apply(measure, (lines, repeated))
            slowest = sorted(seconds, key=lambda name: -seconds[name])[:3]
            times = ", ".join(f"{name} {seconds[name]:.2f} s" for name in slowest)
            grown = f", {used / previous:.2f} times that" if previous else ""
            print(f"{lines:10,} lines, {size / MIB:4.0f} MiB: {times}; {used / MIB:.0f} MiB{grown}")
            previous = used


if __name__ == "__main__":
    main()
