"""Runs the agent as the sandboxes do: in a process of its own, with a plan in and events out."""

import os
import select
import selectors
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from grader.model import plan
from grader.model.decoding import parse_event
from grader.model.event import AnyEvent
from grader.model.history import History, Play, read_history

TOP = Path(__file__).parents[2]

LONGEST = 60.0
"""Seconds after which an agent is considered hung. Nothing here takes five."""

HOMEWORK = ("terminal", "client", "together", "newcomer", "departure", "silent-client")

# Without -S, Python finds what measures coverage.
OPTIONS = ("-I",) if "COVERAGE_PROCESS_CONFIG" in os.environ else ("-I", "-S")

MAIN = "from grader.agent.main import main; main()"

DRIVE = """
import base64, json, os, time
from grader.agent.events import Events
from grader.agent.main import adopt_orphans, read_plan
from grader.agent.isolation.choose import choose
from grader.agent.files.workspace import Workspace
from grader.agent.stage import Stage
from grader.agent.supervisor import Over
from grader.agent.traits import ServerTraits
from grader.agent.watching.run_time import RunTime

adopt_orphans()
plan = read_plan(sys.stdin.buffer)
events = Events(sys.stdout.buffer)
workspace = Workspace.create("1", plan["root"], plan["home"], plan["folders"], choose(plan),
                             base64.b64decode(plan["source"]))
run_time = RunTime(plan["limits"]["total"])
events.write("scenario", name="client", ending="", typing=True)
stage = Stage.start(events, workspace, iter(plan["nonces"]), plan["limits"], run_time)
healthy = False
try:
    stage.wait_until_listening()
    {steps}
    healthy = True
except Over:
    pass
finally:
    stage.end(healthy=healthy, go_on=False)
    stage.close()
events.write("finished", complete=True)
events.flush()
"""
"""Plays ``steps`` on one stage, instead of all scenarios."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished run of the agent."""

    lines: tuple[bytes, ...]
    code: int
    errors: str
    folder: Path
    events: tuple[AnyEvent, ...] = field(init=False)
    history: History = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "events", tuple(parse_event(line) for line in self.lines))
        object.__setattr__(self, "history", read_history(self.events))

    def of(self, kind: type) -> list[Any]:
        return [e for e in self.events if isinstance(e, kind)]

    def play(self, scenario: str = "client") -> Play:
        found = self.history.play(scenario)
        assert found, self.explain()
        return found

    @property
    def plays(self) -> list[Play]:
        """The plays that the homework's points depend on."""
        return [play for play in self.history.plays if play.scenario in HOMEWORK]

    @property
    def names(self) -> list[str]:
        return [play.scenario for play in self.plays]

    def logged(self, scenario: str = "client") -> bytes:
        return b"".join(file.data for file in self.play(scenario).files)

    def explain(self) -> str:
        shown = [str(e)[:300] for e in self.events[-30:]]
        return "\n".join([*shown, f"exit {self.code}", self.errors])


def make_plan(source: str, folder: Path, **changes: Any) -> plan.Plan:
    limits = plan.Limits(**{"patience": 1.0, "total": 40.0, **changes.pop("limits", {})})
    settings = {"root": str(folder / "work"), "home": str(folder / "home"), **changes}
    return plan.Plan(
        source=textwrap.dedent(source).encode(), nonces=plan.nonces(1), limits=limits, **settings
    )


def encode(whole: plan.Plan) -> bytes:
    text = msgspec.json.encode(whole)
    return b"%d\n" % len(text) + text


@contextmanager
def agent(
    folder: Path,
    code: str = MAIN,
    python: tuple[str, ...] = (sys.executable,),
    top: Path = TOP,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start an agent that waits for its plan. Its input stays open until it has ended."""
    for name in ("work", "home"):
        (folder / name).mkdir(exist_ok=True)
    whole = f"import sys\nsys.path.append({str(top)!r})\n{code}"
    process = subprocess.Popen(
        [*python, *OPTIONS, "-c", whole],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        end_all_in(folder)
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe
            pipe.close()


def run(source: str, folder: Path, *, code: str = MAIN, **changes: Any) -> Run:
    """Play ``source``. The agent must exit with 0 and leave no process behind."""
    where = {key: changes.pop(key) for key in ("python", "top") if key in changes}
    with agent(folder, code, **where) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan(source, folder, **changes)))
        process.stdin.flush()
        out, errors = collect(process)
        left = working_in(folder)
    done = Run(
        lines=tuple(out.splitlines()),
        code=process.returncode,
        errors=errors.decode(),
        folder=folder,
    )
    assert process.returncode == 0, done.explain()
    assert not left, done.explain()
    return done


def drive(source: str, steps: str, folder: Path, **changes: Any) -> Run:
    """Play ``steps``, Python code that uses ``stage``, with the server ``source``."""
    indented = textwrap.indent(textwrap.dedent(steps).strip(), "    ").strip()
    return run(source, folder, code=DRIVE.replace("{steps}", indented), **changes)


def collect(process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
    """The output and errors of an agent until it ends, while its input stays open."""
    assert process.stdout
    assert process.stderr
    pieces: dict[Any, list[bytes]] = {process.stdout: [], process.stderr: []}
    deadline = time.monotonic() + LONGEST
    with selectors.DefaultSelector() as ready:
        for pipe in pieces:
            ready.register(pipe, selectors.EVENT_READ)
        while process.stdout in ready.get_map():
            left = deadline - time.monotonic()
            assert left > 0, "the agent hangs"
            for key, _ in ready.select(left):
                data = os.read(key.fd, 1 << 16)
                pieces[key.fileobj].append(data)
                if not data:
                    ready.unregister(key.fileobj)
    process.wait(LONGEST)
    os.set_blocking(process.stderr.fileno(), False)
    pieces[process.stderr].append(process.stderr.read() or b"")
    return b"".join(pieces[process.stdout]), b"".join(pieces[process.stderr])


def working_in(folder: Path) -> list[int]:
    """The living processes whose working directory is ``folder`` or below it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(int(entry.name)):
            try:
                where = (entry / "cwd").readlink()
            except OSError:
                continue
            if where == folder or folder in where.parents:
                found.append(int(entry.name))
    return found


def end_all_in(folder: Path) -> None:
    for process in working_in(folder):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_bytes()
    except OSError:
        return False
    return stat.rpartition(b")")[2].split()[0] not in (b"Z", b"X")


def until(fact: Callable[[], object], limit: float = 10.0) -> None:
    """Wait until ``fact()`` holds, ``limit`` seconds at most."""
    deadline = time.monotonic() + limit
    while not fact():
        assert time.monotonic() < deadline, "it never held"
        select.select([], [], [], 0.001)
