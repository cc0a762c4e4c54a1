"""Annotations: what GitHub shows beside the lines of a pull request."""

from collections.abc import Iterator

import msgspec

from grader.ci.result import PullRequestResult, SubmissionResult
from grader.ci.runner_log import command
from grader.model.report import Entry
from grader.model.text import Text, Translate, cut, say
from grader.report.labels import format_points
from grader.report.lines import named_line
from grader.report.titles import title

MAX_ANNOTATIONS = 10
"""GitHub shows this many annotations of each level per step, and drops the rest."""

MAX_TEXT = 2000
"""Characters of one annotation. The summary has the whole text."""


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A message beside a line of a file."""

    level: str
    """``error``, ``warning`` or ``notice``."""
    path: str
    line: int
    title: Text
    text: Text

    def command(self, translate: Translate) -> str:
        """The workflow command that makes GitHub's runner show it."""
        properties: dict[str, str | int] = {
            "file": self.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
            "line": self.line,
            "title": self.title.render(translate),
        }
        return command(self.level, cut(self.text.render(translate), MAX_TEXT), properties)


def annotations(result: PullRequestResult) -> tuple[Annotation, ...]:
    """At most :data:`MAX_ANNOTATIONS` annotations, the most important first: foreign changes,
    submissions that were not judged, then failed checks, those worth most points first."""
    level = "error" if result.rejected else "warning"
    title = say("Changes beyond the author's submission")
    found = [
        Annotation(level=level, path=foreign.path, line=1, title=title, text=foreign.message)
        for foreign in result.foreign
    ]
    checks: list[tuple[float, Annotation]] = []
    for submission in result.submissions:
        if submission.reason is not None:
            found.append(
                Annotation(
                    level="error" if submission.at_fault else "warning",
                    path=submission.path,
                    line=1,
                    title=say("Not judged"),
                    text=submission.reason,
                )
            )
        checks += _of_checks(submission)
    checks.sort(key=lambda each: -each[0])  # stable: equal points keep their order
    return tuple([*found, *(annotation for _, annotation in checks)][:MAX_ANNOTATIONS])


def _of_checks(submission: SubmissionResult) -> Iterator[tuple[float, Annotation]]:
    """The annotations of failed and unjudged checks, each with the points of its check."""
    report = submission.report
    if report is None:
        return
    for entry in report.entries:
        outcome = entry.outcome
        if outcome.outcome == "fail":
            finding = outcome.findings[0]
            yield (
                entry.max_points,
                Annotation(
                    level="error" if entry.max_points else "notice",
                    path=submission.path,
                    line=named_line(entry, report.file_name, submission.line_count),
                    title=_title(entry),
                    text=say(
                        "{asks}\n{seen}\n{hint}",
                        asks=entry.asks,
                        seen=finding.seen[0],
                        hint=finding.cause.hint,
                    ),
                ),
            )
        elif outcome.outcome == "not-judged" and entry.max_points and outcome.because:
            yield (
                entry.max_points,
                Annotation(
                    level="warning",
                    path=submission.path,
                    line=1,
                    title=say("{check}: not judged", check=title(entry.name)),
                    text=outcome.because,
                ),
            )


def _title(entry: Entry) -> Text:
    if not entry.max_points:
        return say("{check}: worth no points", check=title(entry.name))
    return say(
        "{check}: {points}", check=title(entry.name), points=format_points(0, entry.max_points)
    )
