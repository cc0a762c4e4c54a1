"""``pytest submissions/``: each submission is a file, and each check is a test of it.

Only programs below the folders in the setting ``grade`` are collected or, with ``--grade``, those
below the paths that pytest is given. The options, and the decision to load this module at all, are
in ``select_grader_pytest``.
"""

from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.errors import UserError
from grader.grading import custom_checks, pipeline, playing
from grader.grading.custom_checks import CheckSet
from grader.grading.rubric_file import load_rubric
from grader.model.report import Entry, Report
from grader.model.rubric import Rubric
from grader.model.text import UNTRANSLATED, printable
from grader.pytest_guard import argument_paths, graded_roots, is_below
from grader.report.labels import format_finding, format_points, format_remark
from grader.runs.folder import is_runs_folder
from grader.sandbox import Sandbox
from grader.sandbox.choice import open_sandbox
from grader.submissions.candidate import Candidate
from grader.submissions.discovery import find_submissions
from grader.submissions.submission import Submission, SubmissionError

GRACE = 60.0
"""Seconds beyond the submission's own limit until pytest-timeout intervenes: the image may have to
be built first, and a time limit that the agent enforces is explained better."""


class GradingPlugin:
    """The hooks, and what all submissions of a session share."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @cached_property
    def checks(self) -> CheckSet:
        """The checks that submissions are judged by.

        Raises:
            pytest.UsageError: the file of ``--grade-checks`` cannot be used.
        """
        try:
            return custom_checks.load(self._config.getoption("grade_checks"))
        except UserError as error:
            raise pytest.UsageError(str(error.what)) from error

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric.

        Raises:
            pytest.UsageError: the file of ``--grade-rubric`` cannot be used.
        """
        path: Path | None = self._config.getoption("grade_rubric")
        if path is None:
            return Rubric()
        try:
            return load_rubric(path, self.checks.checks)
        except UserError as error:
            raise pytest.UsageError(str(error.what)) from error

    @cached_property
    def _sandbox(self) -> Sandbox:
        return open_sandbox(self._config.getoption("grade_sandbox"), python=self.rubric.python)

    def grade(self, submission: Submission) -> Report:
        """Grade a submission.

        Raises:
            UserError: it cannot be graded.
        """
        folder = self._config.getoption("grade_runs")
        if submission.refused:
            return pipeline.refuse(
                submission, rubric=self.rubric, checks=self.checks, folder=folder
            )
        try:
            return pipeline.grade(
                submission,
                rubric=self.rubric,
                checks=self.checks,
                seed=None,
                sandbox=self._sandbox,
                folder=folder,
                progress=lambda _: None,
            )
        except pipeline.RunLostError as error:
            return error.report

    @cached_property
    def _roots(self) -> list[Path]:
        option = self._config.option
        return graded_roots(self._config, option.grade, option.file_or_dir)

    @cached_property
    def _candidates(self) -> dict[Path, Candidate]:
        """What ``grade`` finds: by the path of the program, or of what is in place of one."""
        runs = self._config.getoption("grade_runs")
        found: dict[Path, Candidate] = {}
        for root in self._roots:
            try:
                there = find_submissions(
                    [root], skip_folder=lambda folder: is_runs_folder(folder, runs)
                )
            except SubmissionError:  # There is nothing.
                continue
            for each in there.candidates:
                # Here a folder that is named is a class, even if it holds one program.
                own = each.path.name if each.path.parent == root else each.name
                found.setdefault(each.path, msgspec.structs.replace(each, name=own))
        return found

    @cached_property
    def _resolved(self) -> dict[Path, Candidate]:
        own = ((path, each) for path, each in self._candidates.items() if not path.is_symlink())
        return {path.resolve(): each for path, each in own}

    def _candidate(self, path: Path) -> Candidate | None:
        """The submission whose program is ``path``; None: nobody's is."""
        if found := self._candidates.get(path):
            return found
        # The folder may be known by another name, too.
        return None if path.is_symlink() else self._resolved.get(path.resolve())

    def _collect(self, path: Path, parent: pytest.Collector) -> "SubmissionFile | None":
        found = self._candidate(path)
        if found is None:
            return None
        made = SubmissionFile.from_parent(parent, path=path, grading=self, candidate=found)
        assert isinstance(made, SubmissionFile)
        return made

    def _is_graded(self, path: Path) -> bool:
        if self._config.getoption("grade"):
            return True
        return any(is_below(path, root) for root in graded_roots(self._config, False, []))

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep a submission's checks on one of pytest-xdist's workers, so that it is graded
        once."""
        if getattr(config.option, "dist", "no") != "load":
            return
        if any(map(self._is_graded, argument_paths(config, config.args))):
            config.option.dist = "loadfile"

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect a program that is to be graded, and keep all other collectors from whatever
        stands there: pytest's own would import a stranger's program into this process, or execute
        the doctests of a ``test_notes.txt``."""
        found = yield
        if not self._is_graded(file_path):
            return found
        collected = self._collect(file_path, parent)
        return [] if collected is None else [collected]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect a folder of programs as a plain folder: pytest would import the ``__init__.py``
        of a package. A folder that cannot be graded, or a link, is a submission itself: pytest
        would follow the link to wherever it leads."""
        if not self._is_graded(path):
            return None
        if (collected := self._collect(path, parent)) is not None:
            return collected
        return pytest.Dir.from_parent(parent, path=path)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print each submission's points, out of those of the checks that were run and judged."""
        points: dict[str, list[float]] = {}
        for kind in ("passed", "failed", "skipped", "xfailed"):
            for report in terminalreporter.stats.get(kind, ()):
                properties = dict(getattr(report, "user_properties", ()))
                if getattr(report, "when", "") == "call" and {"points", "possible"} <= {
                    *properties
                }:
                    earned = points.setdefault(report.nodeid.partition("::")[0], [0.0, 0.0])
                    earned[0] += properties["points"]
                    earned[1] += properties["possible"]
        if points:
            terminalreporter.section("points")
        for name, (earned_points, max_points) in sorted(points.items()):
            terminalreporter.line(f"{name}  {format_points(earned_points, max_points)}")


class SubmissionFile(pytest.File):
    """One submission; it is graded when its first check runs."""

    def __init__(self, *, grading: GradingPlugin, candidate: Candidate, **fields: Any) -> None:
        super().__init__(**fields)
        self.grading = grading
        self._candidate = candidate
        self._report: Report | None = None
        self._problem = ""

    @cached_property
    def _submission(self) -> Submission:
        return self._candidate.load()

    def collect(self) -> Iterator["CheckItem"]:
        """Its checks; if it is not gradable, the first one, which says why."""
        checks = self.grading.checks.checks
        try:
            refused = self._submission.refused
        except UserError:  # Each check says why.
            refused = None
        for check in checks[:1] if refused and refused.ungradable else checks:
            yield CheckItem.from_parent(self, name=check.name)

    def entry(self, name: str) -> Entry:
        """The entry of a check in the report. The calling test fails if there is no report,
        because the submission is not valid or could not be run."""
        if self._report is None and not self._problem:
            try:
                self._report = self.grading.grade(self._submission)
            except UserError as error:
                self._problem = printable(str(error.what))
                if error.remedy is not None:
                    self._problem += f"\n→ {printable(str(error.remedy))}"
        if self._report is None:
            # Without a traceback, which would only show the grader's own code.
            pytest.fail(self._problem, pytrace=False)
        if self._report.unjudged and self._submission.refused:
            pytest.fail(printable(str(self._report.unjudged)), pytrace=False)
        return next(entry for entry in self._report.entries if entry.name == name)


class CheckItem(pytest.Item):
    """One check of one submission."""

    parent: SubmissionFile

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        plugins = self.config.pluginmanager
        if plugins.hasplugin("timeout"):
            total = self.parent.grading.rubric.limits.total
            # A program that is played again has the time again.
            self.add_marker(pytest.mark.timeout(playing.MAX_ROUNDS * total + GRACE))
        if plugins.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(self.parent.nodeid))

    def setup(self) -> None:
        """Grade the submission if this is its first check. A failure here is an error of the test
        run, not a failed check."""
        entry = self.parent.entry(self.name)
        if entry.effective_outcome == "not-judged" and entry.max_points:
            pytest.fail(_explanation(entry), pytrace=False)
        self.user_properties += [("points", entry.points), ("possible", entry.max_points)]

    def runtest(self) -> None:
        """Report the outcome of the check."""
        entry = self.parent.entry(self.name)
        outcome = entry.effective_outcome
        if outcome == "pass":
            return
        if outcome != "fail":
            pytest.skip(_explanation(entry))
        if not entry.max_points:
            pytest.xfail(f"worth no points: {_explanation(entry)}")
        pytest.fail(_explanation(entry), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Its file, no line, and its name."""
        return self.path, None, f"{self.path.name}: {self.name}"


def _explanation(entry: Entry) -> str:
    if entry.outcome.findings:
        return "\n\n".join(
            format_finding(finding, UNTRANSLATED) for finding in entry.outcome.findings
        )
    brief = format_remark(entry)
    return printable(str(brief)) if brief else ""
