"""``pytest submissions/``: each submission is a file, and each check is a test of it.

Only programs below the folders in the setting ``grade`` are collected or, with ``--grade``, those
below the paths that pytest is given. The options, and the decision to load this module at all, are
in ``select_grader_pytest``.
"""

from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

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
from grader.sandbox import Sandbox
from grader.sandbox.choice import open_sandbox
from grader.submissions.student_folder import find_in_folder
from grader.submissions.submission import load_submission

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

    def grade(self, path: Path) -> Report:
        """Grade the program in ``path``.

        Raises:
            UserError: it cannot be graded.
        """
        name, root = self._place(path)
        try:
            return pipeline.grade(
                load_submission(path, name, root=root),
                rubric=self.rubric,
                checks=self.checks,
                seed=None,
                sandbox=self._sandbox,
                folder=self._config.getoption("grade_runs"),
                progress=lambda _: None,
            )
        except pipeline.RunLostError as error:
            return error.report

    @cached_property
    def _roots(self) -> list[Path]:
        option = self._config.option
        return graded_roots(self._config, option.grade, option.file_or_dir)

    def _place(self, path: Path) -> tuple[str | None, Path]:
        """The name of the submission in a student's folder, as ``grade`` gives it (None: its
        file's), and the folder below which no link is followed.

        If a folder holds several programs, each gets a name of its own.
        """
        for root in self._roots:
            parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
            if len(parts) > 1:
                one = find_in_folder(root / parts[0], root).path == path
                return parts[0] if one else "/".join(parts), root
        return None, path.parent

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
        if file_path.suffix != ".py" or file_path.name.startswith((".", "__")):
            return []
        return [SubmissionFile.from_parent(parent, path=file_path, grading=self)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect a folder of programs as a plain folder: pytest would import the ``__init__.py``
        of a package. A link below it is a submission, which cannot be graded: pytest would follow
        it to wherever it leads."""
        if not self._is_graded(path):
            return None
        if path.is_symlink() and any(root in path.parents for root in self._roots):
            return SubmissionFile.from_parent(parent, path=path, grading=self)
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

    def __init__(self, *, grading: GradingPlugin, **fields: Any) -> None:
        super().__init__(**fields)
        self.grading = grading
        self._report: Report | None = None
        self._problem = ""

    def collect(self) -> Iterator["CheckItem"]:
        """Its checks."""
        for check in self.grading.checks.checks:
            yield CheckItem.from_parent(self, name=check.name)

    def entry(self, name: str) -> Entry:
        """The entry of a check in the report. The calling test fails if there is no report,
        because the submission is not valid or could not be run."""
        if self._report is None and not self._problem:
            try:
                self._report = self.grading.grade(self.path)
            except UserError as error:
                self._problem = printable(str(error.what))
                if error.remedy is not None:
                    self._problem += f"\n→ {printable(str(error.remedy))}"
        if self._report is None:
            # Without a traceback, which would only show the grader's own code.
            pytest.fail(self._problem, pytrace=False)
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
