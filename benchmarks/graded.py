"""A grader for the benchmarks."""

import random
from pathlib import Path

from grader.grading import pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox, SandboxName, choice
from grader.submissions.submission import Submission

SANDBOXES: tuple[SandboxName, ...] = ("docker", "namespaces")


def sandbox(name: SandboxName) -> Sandbox:
    """One of :data:`SANDBOXES`, ready for use."""
    return choice.open_sandbox(name, progress=print)


class Grader:
    """Grades a submission with a new seed at each call, and keeps the runs in a folder."""

    def __init__(self, folder: Path, name: SandboxName = "docker") -> None:
        self._folder = folder
        self._sandbox = sandbox(name)

    def __call__(self, submission: Submission) -> Report:
        """Grade ``submission`` and return its report.

        Raises:
            SandboxError, RunError: it could not be graded.
        """
        return pipeline.grade(
            submission,
            rubric=Rubric(),
            seed=random.randrange(1 << 32),
            sandbox=self._sandbox,
            folder=self._folder,
            progress=lambda _: None,
        )
