"""``grade FILE --watch``: grades a program again whenever it is saved."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from grader.cli import outputs
from grader.cli.console import echo, plain_console, translation, warn
from grader.cli.grade_one import make_report, show_report
from grader.cli.grade_only import asked_checks, play_checks, show_checks
from grader.cli.grade_options import GradeOptions, discover, find_candidates, open_for
from grader.cli.saves import Saved, Saves
from grader.errors import UserError
from grader.model.plan import Plan
from grader.model.report import Report
from grader.model.text import printable, say
from grader.report.changes import compare
from grader.report.editor import BEGIN, END
from grader.report.terminal.changes import render
from grader.sandbox import Preparable, Sandbox, SandboxError
from grader.submissions.candidate import Candidate
from grader.submissions.submission import Submission, SubmissionError

Show = Callable[[], None]
"""Prints a result."""

Grade = Callable[[Submission], tuple[Report, Show]]
"""Grades a submission. Returns what two gradings are compared by."""


def watch(paths: Sequence[Path], names: Sequence[str], options: GradeOptions) -> NoReturn:
    """Grade the program at ``paths`` whenever it is saved, until Ctrl-C raises KeyboardInterrupt.

    Args:
        names: the only checks to play; empty: all.

    Raises:
        UserError: ``paths`` are not one program, or it cannot be graded as asked.
    """
    if names:
        names = asked_checks(names, options)
    outputs.check(options.outputs, 1)
    candidate = _only_one(find_candidates(paths, options))
    candidate.load()  # A name that is misspelled is no file to wait for.
    with options.status_line() as status:
        sandbox = open_for(options, status)
    grade = _only(names, options, sandbox) if names else _whole(options, sandbox)
    (path,) = paths
    is_folder = path.is_dir()

    def find() -> Candidate:
        return _only_one(discover(paths, options).candidates)

    prepare, release = _preparing(sandbox, options)
    with closing(Saves(find, path if is_folder else path.parent, recursive=is_folder)) as saves:
        try:
            _Watch(saves, path, grade, options, prepare, graded=not names).run()
        finally:
            release()


def _preparing(
    sandbox: Sandbox, options: GradeOptions
) -> tuple[Callable[[Submission], None], Callable[[], None]]:
    """What prepares the sandbox for the next run of a program, and what undoes that."""
    if not isinstance(sandbox, Preparable):
        return lambda _: None, lambda: None

    def prepare(submission: Submission) -> None:
        # The next run says why it does not work.
        with suppress(SandboxError), _interrupted_later():
            sandbox.prepare(
                Plan(
                    source=b"",
                    nonces=(),
                    folders=submission.folders,
                    addresses=submission.addresses,
                    limits=options.rubric.limits,
                )
            )

    return prepare, sandbox.release


def _only_one(found: Sequence[Candidate]) -> Candidate:
    if len(found) != 1:
        raise SubmissionError(
            say("--watch takes one program, but there are {count}.", count=len(found)),
            say("Name one file."),
        )
    return found[0]


def _whole(options: GradeOptions, sandbox: Sandbox) -> Grade:
    def grade(submission: Submission) -> tuple[Report, Show]:
        report = make_report(submission, options, sandbox)

        def show() -> None:
            outputs.write(options.outputs, [report], translation())
            show_report(report, options)

        return report, show

    return grade


def _only(names: Sequence[str], options: GradeOptions, sandbox: Sandbox) -> Grade:
    def grade(submission: Submission) -> tuple[Report, Show]:
        result = play_checks(submission, names, options, sandbox)
        return result.report, lambda: show_checks(result, options)

    return grade


@contextmanager
def _interrupted_later() -> Iterator[None]:
    """Within this, the first Ctrl-C takes effect at the end: nobody sees that there is something to
    interrupt, and a library that is interrupted between two steps may never let go of a lock."""
    interrupted = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            signal.default_int_handler(number, frame)
        interrupted = True

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted:
        raise KeyboardInterrupt


class _Watch:
    """Grades whenever there is a save.

    Args:
        prepare: prepares the sandbox for the next run of a program.
        graded: whether the results are grades, so that their points are compared, too.
    """

    def __init__(
        self,
        saves: Saves,
        path: Path,
        grade: Grade,
        options: GradeOptions,
        prepare: Callable[[Submission], None],
        *,
        graded: bool,
    ) -> None:
        self._saves = saves
        self._path = path
        self._grade = grade
        self._options = options
        self._prepare = prepare
        self._graded = graded
        self._last: Report | None = None
        """What was shown last."""
        self._for_editor = outputs.uses_stdout(options.outputs)

    def run(self) -> NoReturn:
        """Never returns; Ctrl-C raises KeyboardInterrupt."""
        saved = self._saves.read()
        while True:
            self._handle(saved)
            saved = self._saves.next(saved)

    def _handle(self, saved: Saved) -> None:
        if self._for_editor:
            click.echo(f"{BEGIN} {printable(str(self._path))}")
        if saved.submission is None:
            gone = say("{path} is gone. Waiting until it is saved again.", path=self._path)
            warn(gone)
        else:
            self._handle_program(saved, saved.submission)
        if self._for_editor:
            click.echo(f"{END} {printable(str(self._path))}")

    def _handle_program(self, saved: Saved, submission: Submission) -> None:
        try:
            report, show = self._grade(submission)
        except UserError as error:
            warn(error.what, error.remedy)
            return
        if not self._saves.unchanged(saved):
            return  # It was saved meanwhile, and may have been half written.
        if not self._options.silent and self._last:
            self._print_time()
        show()
        if not self._options.silent:
            self._print_changes(report)
        if not report.unjudged:
            self._last = report
        if not submission.refused:
            self._prepare(submission)

    def _print_time(self) -> None:
        from rich.rule import Rule

        click.echo()
        plain_console().print(Rule(time.strftime("%H:%M:%S"), style="dim"))

    def _print_changes(self, report: Report) -> None:
        last = self._last
        if last and not report.unjudged:
            grades = (last, report) if self._graded else None
            console = plain_console()
            console.print()
            console.print(render(compare(last, report), grades, translation()))
        echo(say("Waiting until {path} is saved again; Ctrl-C ends this.", path=self._path))
