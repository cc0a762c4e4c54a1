"""The job's summary, in GitHub's Markdown."""

from collections.abc import Callable, Iterator

from grader.ci.result import PullRequestResult, SubmissionResult
from grader.model.text import Text, Translate, cut, say
from grader.report.markdown import plain, render_all

MAX_SIZE = 900_000
"""Bytes. GitHub drops a summary of more than 1 MiB altogether."""

MAX_TEXT = 600
"""Characters of one text in a table."""

ToMarkdown = Callable[[Text], str]


def render(result: PullRequestResult, translate: Translate) -> str:
    """The summary of a pull request, with a newline at its end."""

    def text(content: Text) -> str:
        return plain(cut(content.render(translate), MAX_TEXT))

    lines = ["## " + text(say("Grading")), ""]
    if result.foreign:
        lines += _alert(result, text)
    if result.submissions:
        lines += _row(text(say("submission")), text(say("points")), text(say("result")))
        lines += ["| --- | ---: | --- |"]
        for each in result.submissions:
            lines += _row(plain(_readable(each.path)), _points(each), text(format_verdict(each)))
        lines.append("")
    else:
        message = say("This pull request changes no submission that could be graded.")
        lines += [text(message), ""]
    for name in result.deleted:
        lines += [text(say("{name} is deleted.", name=name)), ""]
    size = sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)
    for each in result.submissions:
        part = render_all([each.report], translate).decode() if each.report else ""
        size += len(part.encode())
        if size > MAX_SIZE:
            lines += [text(say("The rest is in the artifacts.")), ""]
            break
        lines.append(part)
    origin = say(
        "Graded {head} with the grader and the rubric of {base}.",
        base=result.base[:12],
        head=result.head[:12],
    )
    lines.append(text(origin))
    return "\n".join(lines) + "\n"


def format_verdict(result: SubmissionResult) -> Text:
    """The result of one submission, in a few words."""
    if result.reason is not None:
        return say("not judged. {reason}", reason=result.reason)
    if result.report is not None and result.report.unjudged and result.undecided:
        return result.report.unjudged
    if result.undecided:
        return say("some checks could not be judged, through no fault of the program")
    return say("below the pass mark") if result.failed else say("passed")


def _alert(result: PullRequestResult, text: ToMarkdown) -> Iterator[str]:
    yield "> [!CAUTION]" if result.rejected else "> [!WARNING]"
    for foreign in result.foreign:
        yield f"> {text(foreign.message)}"
        yield ">"
    if result.has_submissions:
        yield "> " + text(
            say("A pull request must change its author's own submission and nothing else.")
        )
    else:
        yield "> " + text(say("It changes no submission, so its reviewers decide."))
    yield ""


def _points(result: SubmissionResult) -> str:
    report = result.report
    return f"{report.points:g} / {report.max_points:g}" if report and report.judged else "–"


def _readable(path: str) -> str:
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return cut(text, MAX_TEXT)


def _row(*cells: str) -> Iterator[str]:
    yield "| " + " | ".join(cells) + " |"
