"""``pytest submissions/``: each submission is a file, and each check is a test of it.

Only programs below the folders that the setting ``grade`` names are collected, or with ``--grade``
those below the paths that pytest is given: any other run of pytest is as it would be without this.
"""

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.grading.custom_checks import Checks
    from grader.model.report import Entry, Report

GRACE = 60.0
"""Seconds beyond a submission's own limit before pytest-timeout ends it: the image may have to be
built first, and what the agent ended by itself is told better."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the setting."""
    group = parser.getgroup("grade", "grading select servers")
    group.addoption(
        "--grade", action="store_true", help="grade the programs below the paths that are given"
    )
    group.addoption("--grade-rubric", metavar="FILE", type=Path, help="a rubric (TOML)")
    group.addoption("--checks", metavar="FILE", type=Path, help="checks of a teacher's own")
    group.addoption(
        "--grade-sandbox",
        choices=["auto", "docker", "namespaces", "none"],
        default="auto",
        help="'none' runs the programs unprotected: for your own only",
    )
    group.addoption(
        "--grade-runs", metavar="DIR", type=Path, default=Path("runs"), help="where runs are kept"
    )
    parser.addini("grade", "folders whose programs are graded", type="paths", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep a submission's checks on one of pytest-xdist's workers, where it is graded once."""
    if getattr(config.option, "dist", "no") != "load":
        return
    paths = [config.invocation_params.dir / arg.partition("::")[0] for arg in config.args]
    if any(_is_graded(path, config) for path in paths):
        config.option.dist = "loadfile"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Take a program that is to be graded, for this alone.

    Whoever else collects it, pytest's own Python files or doctests, would import a stranger's
    program into this process.
    """
    found = yield
    if file_path.suffix != ".py" or not _is_graded(file_path, parent.config):
        return found
    if file_path.name.startswith((".", "__")):
        return []
    return [SubmissionFile.from_parent(parent, path=file_path)]


@pytest.hookimpl(tryfirst=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a folder of programs for a mere folder: a package's ``__init__.py`` would be run."""
    return pytest.Dir.from_parent(parent, path=path) if _is_graded(path, parent.config) else None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Refuse a ``conftest.py`` among strangers' programs, which pytest would run.

    Raises:
        pytest.UsageError: there is one.
    """
    asked = early_config.known_args_namespace
    for root in _roots(early_config, asked.grade, asked.file_or_dir):
        folder = root if root.is_dir() else root.parent
        found = next(folder.rglob("conftest.py"), None) if folder.is_dir() else None
        if found:
            raise pytest.UsageError(
                f"{found} would be run by pytest, outside of any sandbox. If a student has handed "
                "it in, remove it; if it is yours, put it elsewhere."
            )


def _roots(config: pytest.Config, graded: bool, paths: list[str]) -> list[Path]:
    """The folders and files whose programs are graded."""
    roots: list[Path] = list(config.getini("grade"))
    if graded:
        here = config.invocation_params.dir
        roots += [here / each.partition("::")[0] for each in paths] or [here]
    return roots


def _called(path: Path, config: pytest.Config) -> str | None:
    """What the submission in a student's folder is called, as by ``grade``; None: by its file.

    Of several programs there each has a name of its own, so that none takes another's place.
    """
    from grader.submissions.discovery import of_a_student

    option = config.option
    for root in _roots(config, option.grade, option.file_or_dir):
        parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
        if len(parts) > 1:
            problem, _ = of_a_student(root / parts[0])
            return parts[0] if problem is None else "/".join(parts)
    return None


def _is_graded(path: Path, config: pytest.Config) -> bool:
    if config.getoption("grade"):
        return True
    return any(path.is_relative_to(folder) for folder in config.getini("grade"))


class SubmissionFile(pytest.File):
    """One submission, graded when its first check runs."""

    _report: "Report | None" = None
    _problem: str = ""

    def collect(self) -> Iterator["CheckItem"]:
        """Its checks."""
        settings = _settings(self.config)
        for check in settings.checks.checks:
            yield CheckItem.from_parent(self, name=check.name)

    def entry(self, name: str) -> "Entry":
        """What came of a check; it fails here if the submission could not be run, or is none."""
        if self._report is None and not self._problem:
            self._grade()
        if self._report is None:
            # In words: a traceback through the grader would tell nobody anything.
            pytest.fail(self._problem, pytrace=False)
        return next(entry for entry in self._report.entries if entry.name == name)

    def _grade(self) -> None:
        from grader.grading.pipeline import grade
        from grader.model.text import printable
        from grader.runs.run import RunError
        from grader.sandbox import SandboxError
        from grader.submissions import submission

        settings = _settings(self.config)
        try:
            self._report = grade(
                submission.load(self.path, _called(self.path, self.config)),
                rubric=settings.rubric,
                checks=settings.checks,
                seed=None,
                sandbox=settings.sandbox(),
                folder=self.config.getoption("grade_runs"),
                progress=lambda _: None,
            )
        except SandboxError as error:
            self._problem = f"{printable(str(error.what))}\n→ {printable(str(error.remedy))}"
        except (RunError, submission.SubmissionError) as error:
            self._problem = printable(str(error.what))


class CheckItem(pytest.Item):
    """One check of one submission."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        plugins = self.config.pluginmanager
        if plugins.hasplugin("timeout"):
            total = _settings(self.config).rubric.limits.total
            # A program that is played again has the time again.
            from grader.grading.pipeline import PLAYS

            self.add_marker(pytest.mark.timeout(PLAYS * total + GRACE))
        if plugins.hasplugin("xdist"):
            assert self.parent is not None
            self.add_marker(pytest.mark.xdist_group(self.parent.nodeid))

    def setup(self) -> None:
        """Grade the submission, if this is its first check. What fails here is an error, and no
        fault of the submission's."""
        entry = self._entry()
        if entry.stands == "not-judged" and entry.possible:
            pytest.fail(_explained(entry), pytrace=False)
        self.user_properties += [("points", entry.points), ("possible", entry.possible)]

    def runtest(self) -> None:
        """Tell what came of it."""
        entry = self._entry()
        outcome = entry.stands
        if outcome == "pass":
            return
        if outcome != "fail":
            pytest.skip(_explained(entry))
        if not entry.possible:
            pytest.xfail(f"worth no points: {_explained(entry)}")
        pytest.fail(_explained(entry), pytrace=False)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands, and its name."""
        return self.path, None, f"{self.path.name}: {self.name}"

    def _entry(self) -> "Entry":
        assert isinstance(self.parent, SubmissionFile)
        return self.parent.entry(self.name)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell each submission's points, of the checks that were run and judged."""
    points: dict[str, list[float]] = {}
    for kind in ("passed", "failed", "skipped", "xfailed"):
        for report in terminalreporter.stats.get(kind, ()):
            told = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", "") == "call" and {"points", "possible"} <= told.keys():
                earned = points.setdefault(report.nodeid.partition("::")[0], [0.0, 0.0])
                earned[0] += told["points"]
                earned[1] += told["possible"]
    if points:
        terminalreporter.section("points")
    for name, (earned_points, possible) in sorted(points.items()):
        terminalreporter.line(f"{name}  {earned_points:g} of {possible:g} points")


class _Settings:
    """What all submissions of a session are graded by."""

    def __init__(self, config: pytest.Config) -> None:
        from grader.grading import custom_checks, rubric_file
        from grader.model.rubric import Rubric
        from grader.sandbox.choice import open_sandbox

        path: Path | None = config.getoption("grade_rubric")
        try:
            self.checks: Checks = custom_checks.load(config.getoption("checks"))
            self.rubric: Rubric = (
                Rubric() if path is None else rubric_file.load(path, self.checks.checks)
            )
        except (rubric_file.RubricError, custom_checks.ChecksError) as error:
            raise pytest.UsageError(str(error.what)) from error
        self.sandbox = cache(lambda: open_sandbox(config.getoption("grade_sandbox")))


_kept = pytest.StashKey[_Settings]()


def _settings(config: pytest.Config) -> _Settings:
    if _kept not in config.stash:
        config.stash[_kept] = _Settings(config)
    return config.stash[_kept]


def _explained(entry: "Entry") -> str:
    from grader.model.text import UNTRANSLATED, printable
    from grader.report.words import remark, told

    if entry.outcome.findings:
        return "\n\n".join(told(finding, UNTRANSLATED) for finding in entry.outcome.findings)
    brief = remark(entry)
    return printable(str(brief)) if brief else ""
