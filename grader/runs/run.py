"""A run's folder: the plan, what happened, and the reports. See :mod:`grader.runs`."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from grader import bounded
from grader.errors import UserError, os_reason, unreadable
from grader.model.decoding import EventError, EventStream
from grader.model.event import AnyEvent
from grader.model.history import NOTHING_RAN, History, read_history
from grader.model.plan import Plan
from grader.model.rubric import Rubric
from grader.model.text import Text, rendered_size, say
from grader.runs.files import make_runs_folder, safe_name, write, write_evidence
from grader.runs.info import RunInfo as RunInfo
from grader.sandbox.framing import MAX_TOTAL, FramingError, LineDecoder

_DEFAULT_RUBRIC = Rubric()

LARGEST = 4 << 20
"""Bytes of a file of a run, except for its events. A program has 1 MiB at most (in runs of earlier
versions), a report much less."""

_Stored = TypeVar("_Stored", Plan, Rubric, RunInfo)


class RunError(UserError):
    """A run's folder cannot be read or written."""


class Run:
    """One run's folder. Creating the object reads nothing; the folder need not exist."""

    info_name = "versions.json"
    """The file that says how the run was made."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save_plan(self, plan: Plan) -> None:
        """Replace the plan.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.path / "plan.json", msgspec.json.encode(plan))

    def save_rubric(self, rubric: Rubric) -> None:
        """Replace the rubric by which the run is judged.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.path / "rubric.json", msgspec.json.format(msgspec.json.encode(rubric)))

    @property
    def finished(self) -> bool:
        """Whether everything that happened is stored."""
        return (self.path / "events.jsonl").is_file()

    @property
    def lost(self) -> Text | None:
        """Why the run ended early; None: it did not, or nobody knows.

        Raises:
            RunError: the reason is damaged.
        """
        name = "lost.json"
        if self.finished or not (self.path / name).is_file():
            return None
        try:
            why = msgspec.convert(json.loads(self._read(name)), Text)
            if rendered_size(why) > LARGEST:
                raise ValueError("it is long")
        except (ValueError, msgspec.MsgspecError, RecursionError) as error:
            raise RunError(self._damaged(name, error)) from error
        return why

    def save_events(self, lines: list[bytes], history: History) -> None:
        """Store what happened, and for people the logs and terminals; the run is then finished.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write_evidence(self.path, history)
            # Last, because this file marks the run as finished.
            write(self.path / "events.jsonl", b"".join(line + b"\n" for line in lines))

    def save_lost(self, lines: list[bytes], why: Text, history: History) -> None:
        """Store what is known of a run that ended early, and why it did; the run is then lost.

        Raises:
            RunError: it cannot be written.
        """
        self.save_unreadable(lines)
        with _writing(self.path):
            write_evidence(self.path, history)
            # Last, because this file marks the run as lost.
            write(self.path / "lost.json", json.dumps(msgspec.to_builtins(why)).encode("ascii"))

    def save_unreadable(self, lines: list[bytes]) -> None:
        """Store what is known of a run whose events are no history, for inspection only.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.path / "lost.jsonl", b"".join(line + b"\n" for line in lines))

    def save_report(self, report: bytes) -> None:
        """Store the report as JSON.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.path / "report.json", report)

    def report(self) -> bytes:
        """The stored report as JSON.

        Raises:
            RunError: it is missing.
        """
        return self._read("report.json")

    def save_values(self, values: bytes) -> None:
        """Store the report as values.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.path / "report.values.json", values)

    def values(self) -> bytes:
        """The stored report as values.

        Raises:
            RunError: they are missing.
        """
        return self._read("report.values.json")

    @property
    def page(self) -> Path:
        """The path of the report's page, which need not exist."""
        return self.path / "report.html"

    def save_page(self, page: bytes) -> Path:
        """Store the report's page, and return its path.

        Raises:
            RunError: it cannot be written.
        """
        with _writing(self.path):
            write(self.page, page)
        return self.page

    def events(self) -> list[AnyEvent]:
        """What happened, as far as it is known.

        Raises:
            RunError: it is missing or damaged.
        """
        name = self._events_name
        lines, stream = LineDecoder(), EventStream()
        try:
            with (
                self._reading(name),
                bounded.open_regular(self.path / name, MAX_TOTAL) as file,
            ):
                for data in iter(partial(file.read, 1 << 20), b""):
                    for line in lines.feed(data):
                        stream.feed(line)
        except (EventError, FramingError) as error:
            raise RunError(self._damaged(name, error)) from error
        return stream.events

    def history(self) -> History:
        """What happened, as plays.

        Raises:
            RunError: it is missing or damaged.
        """
        try:
            info = self.info()
            if info.refused:
                return NOTHING_RAN
            program, plan = info.program or info.submission, self.plan()
            history = read_history(self.events(), program, plan.source, self.lost, plan.files)
        except EventError as error:
            raise RunError(self._damaged(self._events_name, error)) from error
        if not (history.over or history.lost):
            raise RunError(self._damaged(self._events_name, "its end is missing"))
        return history

    @property
    def _events_name(self) -> str:
        return "events.jsonl" if self.lost is None else "lost.jsonl"

    def info(self) -> RunInfo:
        """How the run was made.

        Raises:
            RunError: it is missing or damaged.
        """
        return self._decode(self.info_name, RunInfo)

    @property
    def name(self) -> str:
        """The submission's name; the folder's, if the run does not say it."""
        try:
            return self.info().submission
        except RunError:
            return self.path.name

    def rubric(self) -> Rubric:
        """The rubric by which the run was last graded.

        Raises:
            RunError: it is missing or damaged.
        """
        return self._decode("rubric.json", Rubric)

    def plan(self) -> Plan:
        """The plan.

        Raises:
            RunError: it is missing or damaged.
        """
        return self._decode("plan.json", Plan)

    def _decode(self, name: str, kind: type[_Stored]) -> _Stored:
        try:
            return msgspec.json.decode(self._read(name), type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RunError(self._damaged(name, error)) from error

    def _read(self, name: str, most: int = LARGEST) -> bytes:
        with self._reading(name):
            return bounded.read(self.path / name, most)

    @contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        """Turn the errors of reading the file ``name`` into those for people."""
        if self.path.is_symlink():
            raise RunError(_no_folder(self.path))
        try:
            yield
        except FileNotFoundError as error:
            if not self.path.is_dir():
                raise RunError(say("There is no run {path}.", path=self.path)) from error
            if name != PartialRun.info_name and (self.path / PartialRun.info_name).is_file():
                raise RunError(
                    say("{path} is a run for some checks only (--only): no grade.", path=self.path)
                ) from error
            raise RunError(
                say(
                    "{path} is not a finished run: it has no {name}. Grade the submission again.",
                    path=self.path,
                    name=name,
                )
            ) from error
        except OSError as error:
            raise RunError(unreadable(self.path / name, error)) from error

    def _damaged(self, name: str, error: Exception | str) -> Text:
        return say(
            "{path} is damaged or has another version: {reason}.",
            path=self.path / name,
            reason=error,
        )


class PartialRun(Run):
    """The folder of a run for some checks only. It says in another file how it was made, so that
    nothing takes it for a run that has a grade."""

    info_name = "partial.json"


def open_run(path: Path) -> Run:
    """The run at ``path``, for some checks or for all."""
    partial = path / PartialRun.info_name
    return PartialRun(path) if partial.is_file() else Run(path)


def create_run(folder: Path, plan: Plan, info: RunInfo, rubric: Rubric = _DEFAULT_RUBRIC) -> Run:
    """Create a folder for a new run below ``folder``, named by submission and time.

    Raises:
        RunError: it cannot be written.
    """
    stem = safe_name(info.submission.removesuffix(".py")[:60]).lstrip(".-")
    when = datetime.fromisoformat(info.time).strftime("%Y%m%d-%H%M%S")
    path = folder / f"{stem or 'submission'}-{when}-{secrets.token_hex(3)}"
    run = PartialRun(path) if info.only else Run(path)
    with _writing(path):
        make_runs_folder(folder)
        path.mkdir()
        write(path / "submission.py", plan.source)
        for name, data in plan.files.items():
            write(path / "submission" / name, data)
        write(path / "plan.json", msgspec.json.encode(plan))
        write(path / "rubric.json", msgspec.json.format(msgspec.json.encode(rubric)))
        write(path / run.info_name, msgspec.json.format(msgspec.json.encode(info)))
    return run


def timestamp() -> str:
    """The current time in the format of :attr:`RunInfo.time`."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def _no_folder(path: Path) -> Text:
    return say("{path} is a link, not a run's folder: name the folder itself.", path=path)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    if path.is_symlink():
        raise RunError(_no_folder(path))
    try:
        yield
    except OSError as error:
        raise RunError(
            say(
                "The run cannot be stored in {path}: {reason}. Name another folder with --runs.",
                path=path,
                reason=os_reason(error),
            )
        ) from error
