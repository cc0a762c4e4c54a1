"""A grader, as the benchmarks use it."""

import random
from pathlib import Path

from grader.grading import pipeline
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import Sandbox, choice
from grader.submissions.submission import Submission

SANDBOXES = ("docker", "namespaces")


def sandbox(name: str) -> Sandbox:
    """One of :data:`SANDBOXES`, ready for use."""
    return choice.open_sandbox(name, progress=print)


class Grader:
    """Grades a submission each time it is called, by another seed; keeps the runs in a folder."""

    def __init__(self, folder: Path, name: str = "docker") -> None:
        self._folder = folder
        self._sandbox = sandbox(name)

    def __call__(self, submission: Submission) -> Report:
        """The report of ``submission``.

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
