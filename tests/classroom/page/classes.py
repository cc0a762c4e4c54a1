"""A class with every kind of result, and its page."""

from report.samples import entry, report

from grader.classroom.page.overview import build_overview
from grader.classroom.page.render import render_page
from grader.classroom.results import ClassResults, StoredResult
from grader.classroom.similarity import SimilarGroup
from grader.i18n import translator
from grader.model.outcome import Cause, Decision, Finding, failed, not_judged, passed, skipped
from grader.model.report import Entry, Report
from grader.model.rubric import Rubric
from grader.model.text import say
from grader.runs.run import RunInfo

SOURCE = b"print('a server')\n"


def finding(seen, hint="`recv` has its text.", cause=""):
    return Finding(
        done=say("one client spoke"),
        expected=say("it is logged"),
        seen=(seen,),
        cause=Cause(cause, say(hint)),
    )


def lost_messages(count: int) -> Finding:
    return finding(say("not in the log: {count} messages", count=count))


def ended(code: int) -> Finding:
    return finding(say("the server exited on its own ({how})", how=say("status {code}", code=code)))


def report_of(name: str, *entries: Entry, **changed) -> Report:
    changed = {"advice": (), "run": f"runs/{name}-1", **changed}
    return report(submission=name, entries=entries, **changed)


def graded(report: Report, source: bytes | None = None) -> StoredResult:
    info = RunInfo(submission=report.submission, sandbox="none", seed=1, time="")
    source = report.submission.encode("utf-8", "replace") if source is None else source
    return StoredResult(report=report, info=info, rubric=Rubric(), source=source)


def a_class(*reports: Report, lost=(), notes=()) -> ClassResults:
    return ClassResults(
        graded={each.submission: graded(each) for each in reports}, lost=dict(lost), notes=notes
    )


def mixture() -> ClassResults:
    """Right, wrong in the same way, wrong alone, decided, not applied, not judged, lost."""
    good = entry("starts", 5, passed()), entry("client-logged", 10, passed())
    bad = entry("starts", 5, passed())
    decision = Decision(outcome="pass", reason="seen in class", by="Li")
    decided = Entry(
        name="client-logged", asks=say("It is logged."), lesson=say("recv"), max_points=10,
        outcome=failed(lost_messages(3)), decision=decision,
    )  # fmt: skip
    craft = entry("reset", 0, failed(ended(9)))
    stale = say("What {who} has decided of starts is not applied.", who="Li")
    return a_class(
        report_of("an.py", *good, craft),
        report_of("bo.py", bad, entry("client-logged", 10, failed(lost_messages(2))), craft),
        report_of("chi.py", bad, entry("client-logged", 10, failed(lost_messages(1))), craft),
        report_of("dan.py", bad, entry("client-logged", 10, failed(ended(1))), craft),
        report_of("eva.py", bad, decided),
        report_of(
            "fan.py",
            entry("starts", 5, failed(ended(1))), entry("client-logged", 10, skipped(stale)),
            unapplied=(stale,),
        ),
        report_of("gu.py", bad, entry("client-logged", 10, not_judged(say("The run was lost.")))),
        lost=[("hao.py", say("The run {path} was lost: grade it again.", path="runs/hao"))],
        notes=(say("fan.py: {note}", note=stale),),
    )  # fmt: skip


SIMILAR = [
    SimilarGroup(names=("an.py", "dan.py"), least=0.9, most=0.95),
    SimilarGroup(names=("bo.py", "gu.py"), least=1, most=1, copies=(("bo.py", "gu.py"),)),
]


def text(found: ClassResults = mixture(), similar=SIMILAR, language: str = "en") -> str:  # noqa: B008
    return render_page(build_overview(found, similar), translator(language)).decode()
