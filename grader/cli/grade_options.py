"""What the ways to grade share: the options, the submissions that paths mean, and the sandbox."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from grader.classroom import kept_roster, settings
from grader.classroom.roster import Roster, RosterError
from grader.cli import outputs
from grader.cli.console import warn
from grader.cli.outputs import Output
from grader.cli.progress import StatusLine
from grader.errors import MachineError
from grader.grading.custom_checks import CheckSet
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.runs.folder import is_runs_folder
from grader.sandbox import Sandbox, SandboxError, SandboxName
from grader.sandbox.choice import open_sandbox
from grader.submissions import discovery
from grader.submissions.candidate import Candidate
from grader.submissions.discovery import Discovery
from grader.submissions.submission import Submission


class GradeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of ``grade PATH…``."""

    rubric: Rubric
    seed: int | None
    """None: a random one for each submission."""
    runs_folder: Path
    sandbox: SandboxName
    as_json: bool
    verbose: bool = False
    """Whether the full report is printed."""
    jobs: int | None
    """How many submissions run at once; None: as many as the machine can handle."""
    fresh: bool
    """Whether to run again even if an earlier run could be used."""
    outputs: tuple[Output, ...] = ()
    checks: CheckSet = CheckSet()
    main: str = ""
    """The name of the file that is run in each student's folder that has one of this name."""
    sections: bool | None = None
    """Whether the folders of a class are sections; None: that is told by what they hold."""
    roster: Roster | None = None
    """The class; None: it is not known."""
    watched: bool = False
    """Whether the program is graded again whenever it is saved."""

    @property
    def silent(self) -> bool:
        """Whether standard output belongs to reports alone, which a program reads."""
        return self.as_json or outputs.uses_stdout(self.outputs)

    def status_line(self) -> StatusLine:
        """Shows what is being done, unless a program reads the terminal."""
        return StatusLine(hidden=outputs.uses_stdout(self.outputs))


class FoundSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a class's settings say, with paths that can be opened."""

    title: str | None = None
    """What the assignment is called; empty: it has no title; None: there are no settings."""
    rubric: Path | None = None
    roster: Path | None = None
    main: str = ""
    sections: bool | None = None
    """Whether the folders of what is graded are sections."""


def class_settings(paths: Sequence[Path]) -> FoundSettings:
    """The settings of the class that ``paths`` belong to; empty if it has none.

    Raises:
        SettingsError: they are invalid.
    """
    path = settings.find(paths)
    if path is None:
        return FoundSettings()
    found = settings.load(path)
    warn(say("Settings: {path}", path=path))
    return FoundSettings(
        title=found.title,
        rubric=path.parent / found.rubric if found.rubric else None,
        roster=path.parent / found.roster if found.roster else None,
        main=found.main,
        # What is below the class's own folder is a section, or in one.
        sections=found.sections and any(each.resolve() == path.parent.resolve() for each in paths),
    )


def read_roster(path: Path | None, paths: Sequence[Path], runs_folder: Path) -> Roster | None:
    """The roster at ``path``; if that is None, the one in the only folder of ``paths``, as an
    import writes it. The class's page finds a copy of it.

    Raises:
        RosterError: the roster at ``path`` is invalid. (One that nobody named is only reported.)
    """
    if path is not None:
        return kept_roster.keep(path, runs_folder)
    if len(paths) != 1 or not (paths[0] / kept_roster.NAME).is_file():
        return None
    try:
        return kept_roster.keep(paths[0] / kept_roster.NAME, runs_folder)
    except RosterError as error:
        warn(error.what)
        return None


def find_candidates(paths: Sequence[Path], options: GradeOptions) -> tuple[Candidate, ...]:
    """The programs that ``paths`` stand for. One that cannot be found is refused.

    Raises:
        SubmissionError: the only path is an empty folder.
    """
    found = discover(paths, options)
    for note in found.notes:
        warn(note)
    return found.candidates


def discover(paths: Sequence[Path], options: GradeOptions) -> Discovery:
    """The same, and messages about it.

    Raises:
        SubmissionError: as above.
    """
    return discovery.find_submissions(
        paths,
        skip_folder=lambda path: is_runs_folder(path, options.runs_folder),
        main=options.main,
        sections=options.sections,
    )


def find_submissions(paths: Sequence[Path], options: GradeOptions) -> list[Submission]:
    """The same programs, read.

    Raises:
        SubmissionError: a path leads nowhere, or the only one is an empty folder.
    """
    return [candidate.load() for candidate in find_candidates(paths, options)]


def open_for(options: GradeOptions, status: StatusLine) -> Sandbox:
    """The sandbox that ``options`` name.

    Raises:
        MachineError: it does not work.
    """
    try:
        return open_sandbox(
            options.sandbox,
            python=options.rubric.python,
            progress=status.show,
            notify=status.notify,
        )
    except SandboxError as error:
        raise MachineError(
            say("Nothing was judged. {why}", why=error.what), error.remedy
        ) from error


def located(report: Report, submission: Submission) -> Report:
    """``report`` with the path of its ``submission``, for those who look for its lines."""
    return msgspec.structs.replace(report, path=str(submission.path or ""))
