"""Judges within limits, whatever a program wrote.

A stranger's program decides what its log, its terminal and its source hold. Judging takes time that
is linear in these, but for bounds; a mistake in that would stop the grader, and with it everybody
else's grading. So whatever is large is judged in a process of its own, which the system stops.

That process is started only for what is large, because it takes a few tenths of a second. What is
small cannot take long.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

import grader
from grader.checks import CHECKS
from grader.checks.causes.logs import TOO_MUCH_TO_JUDGE
from grader.errors import os_reason
from grader.grading.custom_checks import CheckSet, load
from grader.grading.judge import make_entry
from grader.grading.judgement import Judgement, Remarks, judge_history
from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, not_judged
from grader.model.plan import MIB, Plan
from grader.model.report import Entry
from grader.model.rubric import Rubric
from grader.model.text import Text, say
from grader.runs.run import Run, RunInfo, open_run

SECONDS = 10
"""Processor time for judging one submission. A right one takes 20 ms."""

MEMORY = 400 * MIB
"""Bytes of memory for it."""

PATIENCE = 600
"""Seconds for which a process that judges may get too little processor time."""

SMALL, SMALL_SOURCE, FEW, FEW_MESSAGES = MIB, 16 << 10, 200, 1000
"""Bytes of logs, terminals, replies and messages, bytes of source, files, and messages that need no
process of their own. A stored run may come from anywhere, with any messages."""

_OUT_OF_MEMORY = 77
"""The exit status of a process that may not have more memory."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a process has to judge."""

    run: str
    rubric: Rubric
    checks: str
    """The file of a teacher's own checks; empty: there is none."""
    seconds: int
    memory: int


class _Line(msgspec.Struct, frozen=True):
    """A line of a process's output: each entry as soon as it is judged, and last the rest."""

    entry: Entry | None = None
    remarks: Remarks | None = None


def judge_within_limits(
    run: Run, info: RunInfo, plan: Plan, history: History, rubric: Rubric, checks: CheckSet
) -> Judgement:
    """Judge the stored ``run``, of which ``history`` is known.

    If that exceeds the limits, the checks that could not be judged fail, because the program
    brought it about.
    """
    own = checks.checks is not CHECKS and not checks.file
    if info.refused or own or _is_small(history):
        return judge_history(info, plan, history, rubric, checks)
    request = Request(
        run=str(run.path.resolve()),
        rubric=rubric,
        checks=checks.file,
        seconds=SECONDS,
        memory=MEMORY,
    )
    output: bytes = b""
    ending: int | str | None
    try:
        output, ending = _run_process(request)
    except OSError as error:
        ending = os_reason(error)
    entries, remarks = _read(output)
    missing = checks.checks[len(entries) :]
    if missing or remarks is None:
        outcome = _outcome(ending, history)
        entries += [make_entry(check, outcome, rubric) for check in missing]
    return Judgement(entries=tuple(entries), remarks=remarks or Remarks())


def _is_small(history: History) -> bool:
    # Parts share their play's files and terminal.
    files = {id(file.data): len(file.data) for play in history.plays for file in play.files}
    terminals = {id(play.terminal): len(play.terminal) for play in history.plays}
    replies = {id(reply): len(reply) for play in history.plays for reply in play.replies.values()}
    messages = [len(message.text) for play in history.plays for message in play.messages]
    size = sum((*files.values(), *terminals.values(), *replies.values(), *messages))
    few = len(files) <= FEW and len(messages) <= FEW_MESSAGES
    return size <= SMALL and few and _source_size(history) <= SMALL_SOURCE


def _source_size(history: History) -> int:
    return len(history.source) + sum(len(module.source) for module in history.modules)


def _read(output: bytes) -> tuple[list[Entry], Remarks | None]:
    """The answers in a process's output, whose last line may be incomplete."""
    lines = [msgspec.json.decode(line, type=_Line) for line in output.split(b"\n")[:-1]]
    remarks = next((line.remarks for line in lines if line.remarks), None)
    return [line.entry for line in lines if line.entry], remarks


def _outcome(ending: int | str | None, history: History) -> Outcome:
    """The outcome of each check that a process did not judge before its ``ending``: its exit
    status; None if it had to be killed; or why it could not be started."""
    if isinstance(ending, str):
        return not_judged(
            say(
                "The machine could not start a process that judges it: {reason}. Judge the run "
                "again with `grade judge`.",
                reason=ending,
            )
        )
    if ending is None:
        return not_judged(
            say(
                "The machine gave judging too little processor time for {seconds} s. Judge the run "
                "again with `grade judge`.",
                seconds=PATIENCE,
            )
        )
    if ending == -getattr(signal, "SIGXCPU", 0):
        seen = say("judging this program took more than {seconds} s", seconds=SECONDS)
    elif ending == _OUT_OF_MEMORY:
        seen = say("judging this program took more than {size} MiB", size=MEMORY // MIB)
    else:
        return not_judged(
            say("Judging it ended with status {code}. Please report it.", code=ending)
        )
    return failed(
        Finding(
            done=say("the grader read what the program wrote, and its source"),
            expected=say(
                "that takes less than {seconds} s of processor time and {size} MiB of memory",
                seconds=SECONDS,
                size=MEMORY // MIB,
            ),
            seen=(seen, *_sizes(history)),
            cause=TOO_MUCH_TO_JUDGE,
        )
    )


def _sizes(history: History) -> Iterator[Text]:
    files = {id(file.data): len(file.data) for play in history.plays for file in play.files}
    yield say(
        "its logs have {logs} KiB in all, and its source has {source} KiB",
        logs=sum(files.values()) >> 10,
        source=_source_size(history) >> 10,
    )


# --- the process ---

_PROGRAM = "import sys; sys.path.append({path!r}); from grader.grading.limits import main; main()"


def _run_process(request: Request) -> tuple[bytes, int | None]:
    """Let a process judge: its output, and its exit status; None: it took too long."""
    # -P: the working folder may hold a submission that is called like a module.
    program = _PROGRAM.format(path=str(Path(grader.__file__).parents[1]))
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            return process.communicate(msgspec.json.encode(request), PATIENCE)[0], process.wait()
        except subprocess.TimeoutExpired:
            process.kill()
            return process.communicate()[0], None
        except BaseException:
            process.kill()
            raise


def main() -> None:
    """Judge what standard input requests, and write the answers to standard output."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    output = os.dup(1)
    os.dup2(2, 1)  # a teacher's check may print
    checks = load(Path(request.checks) if request.checks else None)
    _limit(request)

    def answer(line: _Line) -> None:
        data = msgspec.json.encode(line) + b"\n"
        while data:
            data = data[os.write(output, data) :]

    try:
        run = open_run(Path(request.run))
        judged = judge_history(
            run.info(),
            run.plan(),
            run.history(),
            request.rubric,
            checks,
            keep=lambda entry: answer(_Line(entry=entry)),
            fatal=MemoryError,
        )
        answer(_Line(remarks=judged.remarks))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _limit(request: Request) -> None:
    """Limit this process, as far as the system can: Windows cannot."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + request.seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The data of a process is what it allocates. macOS does not limit it.
    resource.setrlimit(resource.RLIMIT_DATA, (request.memory, resource.RLIM_INFINITY))
