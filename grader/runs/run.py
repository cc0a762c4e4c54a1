"""A run's folder: everything that a submission's grading rests on.

It is written in phases: first what is going to be done (``plan.json``, ``submission.py``,
``rubric.json``, ``versions.json``), then what happened (for people ``logs/`` and ``terminal/``, and
all of it, as the last, in ``events.jsonl``), then what follows from it (``report.json``, the same
as ``report.values.json``, and ``report.html``). Each file appears whole or not at all; a folder
without ``events.jsonl`` is a run that was lost.
"""

import platform
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec

import grader
from grader import atomic
from grader.errors import UserError
from grader.model.event import AnyEvent, EventError, parse_event
from grader.model.history import History, Play, read_history
from grader.model.plan import Plan
from grader.model.rubric import Rubric
from grader.model.text import Text, say

_AS_IT_IS = Rubric()

_Stored = TypeVar("_Stored", Plan, Rubric, "Versions")


class RunError(UserError):
    """A run's folder cannot be written, or read."""


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """With what a run was made."""

    grader: str = grader.__version__
    python: str = platform.python_version()
    system: str = platform.platform()
    submission: str
    """What the submission is called: its file's name, or its folder's."""
    program: str = ""
    """Its file's name, where that is another."""
    sandbox: str
    seed: int
    time: str
    """When it began, in local time with its offset (ISO 8601)."""
    checks: str = ""
    """The file with a teacher's own checks by which it was judged first; empty: there was none."""
    checks_hash: str = ""
    """Of that file's bytes (SHA-256)."""
    identity: str = ""
    """Names the agent and its Python (:attr:`grader.sandbox.Sandbox.identity`); empty: unknown."""
    by_chance: bool | None = None
    """Whether the seed was chosen by chance; None: unknown."""
    key: str = ""
    """What it was made of: runs with the same key are of the same submission, played alike. Empty:
    none is."""


class Run:
    """One run's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save_plan(self, plan: Plan) -> None:
        """Store what is going to be done instead of what was planned first.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.path / "plan.json", msgspec.json.encode(plan))

    def save_rubric(self, rubric: Rubric) -> None:
        """Store by what it is judged from now on.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.path / "rubric.json", msgspec.json.format(msgspec.json.encode(rubric)))

    @property
    def finished(self) -> bool:
        """Whether all that happened in it is stored."""
        return (self.path / "events.jsonl").is_file()

    def save_events(self, lines: list[bytes], history: History) -> None:
        """Store what happened, and for people the logs and terminals.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            for name, play in _wrote(history.plays):
                _write(self.path / "terminal" / f"{name}.txt", play.terminal)
                for index, file in enumerate(play.files[:64], 1):
                    safe = _safe(re.sub(r"^\.+", "_", file.path.rpartition("/")[2])[-80:])
                    _write(self.path / "logs" / name / f"{index}-{safe}", file.data)
            # Last: with these it is finished.
            _write(self.path / "events.jsonl", b"".join(line + b"\n" for line in lines))

    def save_lost(self, lines: list[bytes]) -> None:
        """Store what is known of a run that was lost midway: for inspection, never judged.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.path / "lost.jsonl", b"".join(line + b"\n" for line in lines))

    def save_report(self, report: bytes) -> None:
        """Store the report, in place of an earlier one.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.path / "report.json", report)

    def report(self) -> bytes:
        """The report that is stored.

        Raises:
            RunError: there is none.
        """
        return self._read("report.json")

    def save_values(self, values: bytes) -> None:
        """Store the report as values, in place of an earlier one.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.path / "report.values.json", values)

    def values(self) -> bytes:
        """The report as values.

        Raises:
            RunError: they are not there.
        """
        return self._read("report.values.json")

    @property
    def page(self) -> Path:
        """Where the report's page is, if there is one."""
        return self.path / "report.html"

    def save_page(self, page: bytes) -> Path:
        """Store the report as a page, in place of an earlier one; where it is.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            _write(self.page, page)
        return self.page

    def events(self) -> list[AnyEvent]:
        """What happened.

        Raises:
            RunError: it is not there, or damaged.
        """
        data = self._read("events.jsonl")
        try:
            return [parse_event(line) for line in data.splitlines()]
        except EventError as error:
            raise RunError(self._damaged("events.jsonl", error)) from error

    def history(self) -> History:
        """What happened, put together.

        Raises:
            RunError: it is not there, or damaged.
        """
        try:
            versions = self.versions()
            program = versions.program or versions.submission
            history = read_history(self.events(), program, self.plan().source)
        except EventError as error:
            raise RunError(self._damaged("events.jsonl", error)) from error
        if not (history.finished or history.out_of_time):
            raise RunError(self._damaged("events.jsonl", "its end is missing"))
        return history

    def versions(self) -> Versions:
        """With what it was made.

        Raises:
            RunError: it is not there, or damaged.
        """
        return self._decode("versions.json", Versions)

    def rubric(self) -> Rubric:
        """By what it was judged when it was made.

        Raises:
            RunError: it is not there, or damaged.
        """
        return self._decode("rubric.json", Rubric)

    def plan(self) -> Plan:
        """What was planned.

        Raises:
            RunError: it is not there, or damaged.
        """
        return self._decode("plan.json", Plan)

    def _decode(self, name: str, kind: type[_Stored]) -> _Stored:
        try:
            return msgspec.json.decode(self._read(name), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RunError(self._damaged(name, error)) from error

    def _read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError as error:
            if not self.path.is_dir():
                raise RunError(say("There is no run {path}.", path=self.path)) from error
            raise RunError(
                say(
                    "{path} is no finished run: there is no {name} in it. Grade the submission "
                    "again.",
                    path=self.path,
                    name=name,
                )
            ) from error
        except OSError as error:
            raise RunError(
                say(
                    "{path} cannot be read: {reason}.", path=self.path / name, reason=error.strerror
                )
            ) from error

    def _damaged(self, name: str, error: Exception | str) -> Text:
        return say(
            "{path} is damaged, or of another version: {reason}.",
            path=self.path / name,
            reason=error,
        )


def create_run(folder: Path, plan: Plan, versions: Versions, rubric: Rubric = _AS_IT_IS) -> Run:
    """Make a new run's folder below ``folder``, named by submission and time.

    Raises:
        RunError: it cannot be written.
    """
    stem = _safe(versions.submission.removesuffix(".py")[:60]).lstrip(".-")
    when = datetime.fromisoformat(versions.time).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{stem or 'submission'}-{when}-{secrets.token_hex(3)}"
    with _writing(path):
        path.mkdir(parents=True)
        _write(path / "submission.py", plan.source)
        _write(path / "plan.json", msgspec.json.encode(plan))
        _write(path / "rubric.json", msgspec.json.format(msgspec.json.encode(rubric)))
        _write(path / "versions.json", msgspec.json.format(msgspec.json.encode(versions)))
    return Run(path)


def find_finished(folder: Path) -> dict[str, Run]:
    """The finished runs below ``folder``, by their keys: the latest of each. What is no run, or
    cannot be read, is none of them."""
    found: dict[str, tuple[str, Run]] = {}
    try:
        paths = list(folder.iterdir())
    except OSError:
        return {}
    for path in paths:
        run = Run(path)
        try:
            versions = run.versions()
        except RunError:
            continue
        if versions.key and run.finished:
            found[versions.key] = max(
                found.get(versions.key, ("", run)), (versions.time, run), key=lambda entry: entry[0]
            )
    return {key: run for key, (_, run) in found.items()}


def is_runs_folder(path: Path, folder: Path) -> bool:
    """Whether ``path`` is ``folder``, in which runs are kept, or another such, or a run."""
    if path.exists() and folder.exists() and path.samefile(folder):
        return True
    return any(
        all((each / name).is_file() for name in ("plan.json", "versions.json"))
        for each in (path, *path.iterdir())
    )


def timestamp() -> str:
    """The time, as :attr:`Versions.time` has it."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _safe(name: str) -> str:
    """A file name made of ``name``; a name has 255 bytes at most, whatever letters those are."""
    safe = re.sub(r"[^\w.-]", "_", name)
    return safe if len(safe.encode()) <= 200 else re.sub(r"[^A-Za-z0-9_.-]", "_", safe)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(
            say(
                "The run cannot be stored in {path}: {reason}. Name another folder with --runs.",
                path=path,
                reason=error.strerror or error,
            )
        ) from error


def _wrote(plays: Iterable[Play]) -> Iterator[tuple[str, Play]]:
    """Each that has files and a terminal of its own, named; of those that share them, the first."""

    def left_behind(entry: tuple[int, Play]) -> object:
        return entry[1].stopped, entry[1].files, entry[1].terminal

    for _, same in groupby(enumerate(plays, 1), left_behind):
        together = list(same)
        ends = dict.fromkeys((together[0], together[-1]))
        names = [f"{number}-{re.sub(r'[^a-z-]', '_', play.scenario)}" for number, play in ends]
        yield "_to_".join(names), together[0][1]


def _write(path: Path, data: bytes) -> None:
    try:
        atomic.write(path, data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, data)
