"""The job's summary, in GitHub's Markdown. Pure."""

from collections.abc import Callable, Iterator

from grader.ci.result import Graded, Outcome
from grader.model.text import Text, Translate, say
from grader.report.markdown import plain
from grader.report.markdown import render as markdown

LARGEST = 900_000
"""Bytes; GitHub drops a summary of more than 1 MiB, all of it."""

LONGEST = 600
"""Characters of one text in a table."""

Told = Callable[[Text], str]


def render(outcome: Outcome, translate: Translate) -> str:
    """The summary of a pull request, with a newline at its end."""

    def told(text: Text) -> str:
        return plain(text.render(translate)[:LONGEST])

    lines = ["## " + told(say("Grading")), ""]
    if outcome.foreign:
        lines += _alert(outcome, told)
    if not outcome.graded:
        lines += [told(say("No submission is changed here that could be graded.")), ""]
    else:
        lines += _row(told(say("submission")), told(say("points")), told(say("result")))
        lines += ["| --- | ---: | --- |"]
        for graded in outcome.graded:
            lines += _row(plain(_text(graded.path)), _points(graded), told(result(graded)))
        lines.append("")
    for name in outcome.gone:
        lines += [told(say("{name} is taken away.", name=name)), ""]
    size = sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)
    for graded in outcome.graded:
        part = markdown([graded.report], translate).decode() if graded.report else ""
        size += len(part.encode())
        if size > LARGEST:
            lines += [told(say("The rest is in the artifacts.")), ""]
            break
        lines.append(part)
    lines.append(
        told(
            say(
                "Graded by the grader and the rubric of {base}, as {head} has it.",
                base=outcome.base[:12],
                head=outcome.head[:12],
            )
        )
    )
    return "\n".join(lines) + "\n"


def result(graded: Graded) -> Text:
    """What came of one submission, in a few words."""
    if graded.why is not None:
        return say("not judged. {why}", why=graded.why)
    if graded.undecided:
        return say("not all could be judged, which is no fault of the program's")
    return say("below the pass mark") if graded.failed else say("passed")


def _alert(outcome: Outcome, told: Told) -> Iterator[str]:
    yield "> [!CAUTION]" if outcome.refused else "> [!WARNING]"
    for foreign in outcome.foreign:
        yield f"> {told(foreign.what)}"
        yield ">"
    if outcome.hands_in:
        yield "> " + told(
            say("A pull request hands in one submission, its author's own, and changes no more.")
        )
    else:
        yield "> " + told(say("It hands in no submission, so this is for the reviewers to judge."))
    yield ""


def _points(graded: Graded) -> str:
    return f"{graded.report.points:g} / {graded.report.max_points:g}" if graded.report else "–"


def _text(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")[:LONGEST]


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cells) + " |"
