"""Which failure is explained first, and that each cause is explained once."""

import io
import json

import pytest
from msgspec import structs
from rich.console import Console

from grader.i18n import translator
from grader.model.outcome import Cause, Decision, Finding, Outcome, failed, passed, skipped
from grader.model.report import Report
from grader.model.text import UNTRANSLATED, say
from grader.report import terminal
from grader.report.explanations import Explanation, explain
from grader.report.formats import FORMATS
from grader.report.json import read, render
from grader.report.labels import format_also
from report.samples import entry, report

BLOCKS, SPINS, GONE = "blocks", "spins", "gone"


def finding(cause: str, *terminal: str, hint: str = "", **values) -> Finding:
    return Finding(
        done=say("done"),
        expected=say("expected"),
        seen=(say("seen"),),
        terminal=terminal,
        cause=Cause(cause, say(hint or f"hint about {cause}", **values)),
    )


def fails(*causes: str) -> Outcome:
    return failed(*map(finding, causes))


def of(*entries) -> Report:
    """A report of checks, each given as its name, its points and its outcome."""
    return report(entries=tuple(entry(*each) for each in entries))


def order(shown: Report) -> list[str]:
    return [each.entry.name for each in explain(shown)]


def also(shown: Report) -> list[tuple[str, str]]:
    return [(each.entry.name, str(format_also(each))) for each in explain(shown) if each.also]


def test_the_check_that_lost_most_comes_first():
    shown = of(
        ("a", 5, fails("x")), ("b", 10, fails("y")), ("c", 7, fails("z")), ("d", 9, passed())
    )
    assert order(shown) == ["b", "c", "a"]


def test_equal_losses_stay_in_the_order_of_the_report():
    assert order(of(("a", 5, fails("x")), ("b", 5, fails("y")), ("c", 5, fails("z")))) == [*"abc"]


def test_what_was_skipped_counts_for_the_check_that_it_needs():
    shown = of(
        ("a", 10, fails("x")),
        ("b", 6, fails("y")),
        ("c", 3, skipped(say("It needs b."), "b")),
        ("d", 3, skipped(say("It needs b."), "b")),
    )
    assert order(shown) == ["b", "a"]
    assert [each.loss for each in explain(shown)] == [12, 10]


def test_craft_comes_last_and_what_most_programs_fail_behind_it():
    shown = of(
        ("functions", 0, fails("f")),
        ("split-character", 0, fails("s")),
        ("reset", 0, fails("r")),
        ("prompt", 0, fails("p")),
        ("crowd", 0, fails("c")),
        ("departure", 5, fails("d")),
    )
    craft = ["prompt", "crowd", "reset", "split-character", "functions"]
    assert order(shown) == ["departure", *craft]


def test_a_rubric_may_give_craft_points():
    shown = of(("departure", 5, fails("d")), ("reset", 10, fails("r")))
    assert order(shown) == ["reset", "departure"]


def test_checks_of_the_same_cause_stand_together_and_lose_together():
    shown = of(
        ("a", 10, fails("x")),
        ("waits-in-select", 8, fails(SPINS)),
        ("rests-when-idle", 4, fails(SPINS)),
        ("reset", 0, fails(GONE)),
        ("closes-sockets", 0, fails(SPINS)),
    )
    spinning = ["waits-in-select", "rests-when-idle", "closes-sockets"]
    assert order(shown) == [*spinning, "a", "reset"]
    same = "rests-when-idle and closes-sockets failed for the same reason: 12 points in all"
    assert also(shown) == [("waits-in-select", same)]


def test_in_a_group_the_check_that_lost_most_comes_first():
    shown = of(("a", 4, fails(SPINS)), ("b", 8, fails(SPINS)))
    assert order(shown) == ["b", "a"]
    assert [[each.same_as for each in one.findings] for one in explain(shown)] == [[""], ["b"]]


def test_craft_of_the_same_cause_loses_nothing():
    shown = of(("prompt", 0, fails(GONE)), ("crowd", 0, fails(GONE)))
    assert also(shown) == [("prompt", "crowd failed for the same reason")]


def test_one_point_is_singular():
    shown = of(("a", 1, fails(GONE)), ("b", 0, fails(GONE)))
    assert also(shown) == [("a", "b failed for the same reason: 1 point in all")]


def test_a_decision_changes_what_was_lost():
    shown = of(("a", 10, fails("x")), ("b", 5, fails("y")))
    pardoned = structs.replace(
        shown.entries[0], decision=Decision(outcome="pass", reason="r", by="Li")
    )
    assert order(structs.replace(shown, entries=(pardoned, shown.entries[1]))) == ["b", "a"]


def test_a_failure_that_a_teacher_decided_has_no_cause():
    shown = of(("a", 10, passed()), ("b", 5, fails("y")), ("c", 5, passed()))
    decided = Decision(outcome="fail", reason="r", by="Li")
    first, second, third = shown.entries
    shown = structs.replace(
        shown,
        entries=(
            structs.replace(first, decision=decided),
            second,
            structs.replace(third, decision=decided),
        ),
    )
    assert order(shown) == ["a", "b", "c"]
    assert also(shown) == []


def hints(*outcomes: Outcome) -> list[str]:
    """For each finding, the check that gives its hint; empty: it gives the hint itself."""
    shown = of(*((f"c{n}", 5, outcome) for n, outcome in enumerate(outcomes)))
    return [each.same_as for one in explain(shown) for each in one.findings]


def test_causes_that_name_different_things_are_told_apart():
    rlist = "Was {who} ever put in?"
    one, two = (
        failed(finding("rlist", hint=rlist, who=say("client {number}", number=n))) for n in (1, 2)
    )
    typed = failed(finding("rlist", hint=rlist, who=say("the terminal")))
    assert hints(one, two) == ["", "c0"]
    assert hints(one, typed) == ["", ""]


def test_causes_without_names_are_told_apart_by_their_hints():
    assert hints(failed(finding("", hint="x")), failed(finding("", hint="y"))) == ["", ""]
    assert hints(failed(finding("", hint="x")), failed(finding("", hint="x"))) == ["", "c0"]


def test_a_check_with_several_findings_gives_each_hint_once():
    assert hints(fails("x", "y", "x"), fails("y")) == ["", "", "c0", "c0"]


TRACEBACK = ('  File "zhang.py", line 9, in <module>', "    f()", "ValueError: byte 3")


def terminals(*findings: Finding) -> list[tuple[str, ...]]:
    shown = of(*((f"c{n}", 5, failed(each)) for n, each in enumerate(findings)))
    return [each.finding.terminal for one in explain(shown) for each in one.findings]


def test_the_same_error_in_the_same_line_is_shown_once():
    same = (*TRACEBACK[:2], "ValueError: bytes 12-13")
    other_line = (TRACEBACK[0].replace("9", "8"), *TRACEBACK[1:])
    other_error = (*TRACEBACK[:2], "KeyError: 3")
    first = finding("x", *TRACEBACK)
    assert terminals(first, finding("x", *same)) == [TRACEBACK, ()]
    for other in (other_line, other_error, ()):
        assert terminals(first, finding("x", *other)) == [TRACEBACK, other]
    assert terminals(first, finding("y", *TRACEBACK)) == [TRACEBACK, TRACEBACK]


def test_what_was_expected_is_said_once():
    other = structs.replace(finding("x"), expected=say("something else"))
    shown = of(("a", 9, fails("x")), ("b", 5, fails("x")), ("c", 4, failed(other)))
    said = [str(each.expected or "") for one in explain(shown) for each in one.findings]
    assert said == ["expected", "", "something else"]


# --- in the formats ---

TWICE = of(
    ("starts", 5, passed()),
    ("waits-in-select", 8, fails(SPINS)),
    ("rests-when-idle", 4, fails(SPINS)),
    ("every-message", 10, fails("x")),
)
SAME = {"en": "the same as for waits-in-select", "zh": "与“阻塞在select”相同"}


def text(form: str, language: str) -> str:
    translate = translator(language)
    if form == "terminal":
        file = io.StringIO()
        terminal.show(TWICE, Console(file=file, width=200), translate, verbose=True)
        return file.getvalue()
    return FORMATS[form].render([TWICE], translate).decode().replace("\\", "")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["terminal", "html", "markdown"])
def test_a_hint_is_given_once_in_every_language(form, language):
    shown = text(form, language)
    assert shown.count(f"hint about {SPINS}") == 1
    first, then, last = (
        shown.index(each) for each in (f"hint about {SPINS}", SAME[language], "hint about x")
    )
    assert first < then < last
    assert ("12 points in all" in shown) == (language == "en")
    assert ("共失12分" in shown) == (language == "zh")


def test_the_page_links_to_the_check_that_gives_the_hint():
    assert f'<a href="#check-waits-in-select">{SAME["en"]}</a>' in text("html", "en")


def test_json_keeps_the_order_of_checks_and_lists_the_causes():
    parsed = json.loads(render(TWICE))
    names = ["starts", "waits-in-select", "rests-when-idle", "every-message"]
    assert [check["id"] for check in parsed["checks"]] == names
    assert parsed["causes"] == [
        {
            "cause": SPINS,
            "hint": f"hint about {SPINS}",
            "checks": ["waits-in-select", "rests-when-idle"],
            "lost": 12,
        },
        {"cause": "x", "hint": "hint about x", "checks": ["every-message"], "lost": 10},
    ]


def test_a_report_that_was_read_from_json_is_explained_in_the_same_order():
    shown = of(
        ("a", 10, fails("x")),
        ("b", 6, fails("y")),
        ("c", 6, skipped(say("It needs b."), "b")),
    )
    assert order(read(render(shown, translator("zh")))) == order(shown) == ["b", "a"]


def test_an_explanation_of_nothing():
    assert explain(of(("a", 5, passed()))) == list[Explanation]()
    assert json.loads(render(of(("a", 5, passed())), UNTRANSLATED))["causes"] == []
