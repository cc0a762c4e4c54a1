"""A grader in containers, as the benchmarks use it."""

import random
from pathlib import Path
from types import TracebackType

from grader import grading
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.sandbox import docker, image
from grader.submission import Submission


class Grader:
    """Grades a submission each time it is called, by another seed; keeps the runs in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> "Grader":
        self._client = docker.connect()
        self._sandbox = docker.DockerSandbox(self._client, image.ensure(self._client, print))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def __call__(self, submission: Submission) -> Report:
        """The report of ``submission``.

        Raises:
            SandboxError, RunError: it could not be graded.
        """
        return grading.grade(
            submission,
            rubric=Rubric(),
            seed=random.randrange(1 << 32),
            sandbox=self._sandbox,
            folder=self._folder,
            progress=lambda _: None,
        )
