"""What a teacher decides counts beside what was recorded, and never outlives the program."""

import io
import json
import subprocess
import sys
import tomllib

import pytest
from classroom.samples import DEAF, SHA256, decide, decision, store
from hypothesis import given
from hypothesis import strategies as st
from report.samples import report as mixture
from report.untrusted import untrusted_report, untrusted_text
from rich.console import Console

from grader.grading import pipeline
from grader.model.outcome import Decision
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import UNTRANSLATED, printable
from grader.report import terminal
from grader.report.formats import FORMATS
from grader.report.json import read, render
from grader.runs import decisions
from grader.runs.decisions import Override, OverridesError, add, load
from grader.runs.run import Run

ADD = """\
import sys
from pathlib import Path
from grader.runs.decisions import Override, add
folder, number, turns = sys.argv[1:]
for turn in range(int(turns)):
    name = f"{number}-{turn}.py"
    add(Path(folder), Override(submission=name, check="starts", points=1, reason="r", by="L"))
"""
"""Decides so many times about submissions of its own."""

PASS, POINTS = 'outcome = "pass"', "points = 2.5"


def judged(folder, *decisions: str, rubric: Rubric | None = None) -> Report:
    """A program that earns nothing, judged where these decisions were made."""
    run = store(folder, "zhang.py", DEAF)
    decide(folder, "".join(decisions))
    return pipeline.judge_run(run, rubric)


def entry(report: Report, check: str):
    return next(each for each in report.entries if each.name == check)


# --- what counts ---


def test_without_a_file_nothing_is_decided(tmp_path):
    assert load(tmp_path) == ()


def test_an_outcome_counts_beside_what_was_recorded(tmp_path):
    report = judged(tmp_path, decision("starts", PASS))
    starts = entry(report, "starts")
    assert (starts.effective_outcome, starts.points, starts.outcome.outcome) == ("pass", 5, "fail")
    assert starts.decision == Decision(outcome="pass", reason="seen in class", by="Li")
    assert report.points == 5
    assert report.unapplied == ()


@pytest.mark.parametrize(
    ("what", "outcome", "points"),
    [("points = 0", "fail", 0), (POINTS, "fail", 2.5), ("points = 5", "pass", 5)],
)
def test_points_count(tmp_path, what, outcome, points):
    starts = entry(judged(tmp_path, decision("starts", what)), "starts")
    assert (starts.effective_outcome, starts.points) == (outcome, points)


def test_what_was_not_judged_is_judged_once_it_is_decided(tmp_path):
    run = store(tmp_path, "zhang.py", (), out_of_time=True)
    unjudged = pipeline.judge_run(run)
    assert not unjudged.judged
    decide(tmp_path, "".join(decision(e.name, PASS) for e in unjudged.entries if e.max_points))
    report = pipeline.judge_run(run)
    assert report.judged
    assert (report.points, report.max_points) == (100, 100)


def test_of_several_the_last_counts(tmp_path):
    report = judged(tmp_path, decision("starts", PASS), decision("starts", POINTS))
    assert report.points == 2.5


def test_a_decision_survives_every_regrade_and_changes_nothing_recorded(tmp_path):
    report = judged(tmp_path, decision("starts", PASS))
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    recorded = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    again = pipeline.judge_run(Run(folder), Rubric(points={"starts": 30}))
    assert entry(again, "starts").points == 30
    assert pipeline.judge_run(Run(folder)) == report
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == recorded


def test_a_decision_is_taken_back_by_taking_it_out(tmp_path):
    judged(tmp_path, decision("starts", PASS))
    assert judged(tmp_path).points == 0


def test_of_another_submission_it_says_nothing(tmp_path):
    report = judged(tmp_path, decision("starts", PASS, submission="wang.py"))
    assert (report.points, report.unapplied) == (0, ())


# --- what does not count is told ---


@pytest.mark.parametrize(
    ("sha256", "what", "why"),
    [
        (
            "0" * 64,
            PASS,
            "(pass: seen in class) was not applied: the program has changed since then",
        ),
        (SHA256[:8], PASS, None),
        (SHA256.upper(), PASS, None),
        ("", PASS, f'if it was this one, add sha256 = "{SHA256[:16]}"'),
        (
            SHA256,
            "points = 5.5",
            "(5.5 points: seen in class) was not applied: the check is worth only 5 points",
        ),
    ],
)
def test_what_is_not_applied(tmp_path, sha256, what, why):
    report = judged(tmp_path, decision("starts", what, sha256))
    if why is None:
        assert (report.points, report.unapplied) == (5, ())
        return
    assert report.points == 0
    assert entry(report, "starts").decision is None
    (told,) = map(str, report.unapplied)
    assert told.startswith("The decision of Li about starts")
    assert why in told
    assert told in (tmp_path / report.run / "report.json").read_text().replace('\\"', '"')


def test_a_new_decision_about_a_new_version_quiets_the_old_one(tmp_path):
    report = judged(tmp_path, decision("starts", POINTS), decision("starts", PASS, "0" * 64))
    assert (report.points, report.unapplied) == (2.5, ())


def test_what_stays_skipped_for_want_of_what_was_decided(tmp_path):
    report = judged(tmp_path, decision("starts", PASS), decision("one-log", PASS))
    left = decisions.still_skipped(report, "starts")
    assert left[:3] == ("client-logged", "terminal-logged", "every-message")
    assert "one-log" not in left
    assert "prompt" not in left
    assert decisions.still_skipped(report, "client-logged") == ()


# --- every report says it ---


def shown(report: Report, form: str) -> str:
    """A report in a format, without Markdown's backslashes."""
    if form != "terminal":
        return FORMATS[form].render([report], UNTRANSLATED).decode().replace("\\", "")
    with io.StringIO() as file:
        terminal.show(report, Console(width=400, file=file))
        return file.getvalue()


def decided(report: Report, check: str, **what) -> Report:
    override = Override(
        submission=report.submission,
        check=check,
        reason="hers alone",
        by="Li",
        sha256="a" * 64,
        **what,
    )
    return decisions.apply(report, "a" * 64, [override])


@pytest.mark.parametrize("check", ["client-logged", "one-log", "waits-in-select", "starts"])
@pytest.mark.parametrize("what", [{"outcome": "pass"}, {"outcome": "fail"}, {"points": 1}])
@pytest.mark.parametrize("form", ["terminal", *FORMATS])
def test_every_report_says_what_was_decided(form, check, what):
    report = decided(mixture(), check, **what)
    told = shown(report, form)
    assert "hers alone" in told
    assert "Li" in told
    recorded = {"client-logged": "exit status 1", "one-log": "which failed"}
    assert recorded.get(check, "") in told


@given(untrusted_text)
def test_a_report_is_read_back_as_it_was_written(word):
    for report in (
        mixture(),
        untrusted_report(word),
        decided(mixture(), "client-logged", points=2.5),
    ):
        assert render(read(render(report))) == render(report)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"\xff", b"[" * 100_000, render(mixture()).replace(b'n": 1,', b'n": 99,')]
)
def test_what_is_no_report_is_not_read(data):
    with pytest.raises(ValueError, match=r"."):
        read(data)


# --- the file ---


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (decision("starts", PASS) + decision("start", PASS), 9, "there is no check 'start'"),
        (decision("starts", ""), 1, "it needs either an outcome"),
        (decision("starts", f"{PASS}\n{POINTS}"), 1, "or points"),
        (decision("starts", 'outcome = "maybe"'), 1, "outcome: invalid enum value 'maybe'"),
        (decision("starts", "points = -1"), 1, "points: expected"),
        (decision("starts", "points = nan"), 1, ">= 0"),
        (decision("starts", PASS, "abc"), 1, "sha256 needs at least 8 digits"),
        (decision("starts", PASS, "hello world"), 1, "sha256"),
        (decision("starts", f"{PASS}\nwhy = 1"), 1, "unknown field `why`"),
        ('\n\n[[override]]\nsubmission = "a"', 3, "missing required field"),
        ("[[overide]]\ncheck = 1", 1, "a decision begins with [[override]]"),
        ("[override]\ncheck = 1", 1, "a decision begins with [[override]]"),
        ("override = [1]", 1, "got `int`"),
    ],
)
def test_what_is_wrong_and_where(tmp_path, text, line, reason):
    decide(tmp_path, text)
    with pytest.raises(OverridesError) as caught:
        load(tmp_path)
    start = f"{tmp_path / 'overrides.toml'}, the decision on line {line}: "
    assert str(caught.value).startswith(start)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("早".encode("gbk"), "is not in UTF-8"),
        (b"x", "is not valid TOML"),
        (b"x=" + b"[" * 9**5, "is not"),
    ],
)
def test_what_is_no_file_of_decisions(tmp_path, data, reason):
    (tmp_path / "overrides.toml").write_bytes(data)
    with pytest.raises(OverridesError, match=reason):
        load(tmp_path)


def test_a_wrong_file_leaves_the_report_as_it_was(tmp_path):
    run = store(tmp_path, "zhang.py")
    before = run.report()
    decide(tmp_path, "x")
    with pytest.raises(OverridesError):
        pipeline.judge_run(run)
    assert run.report() == before


texts = st.text(min_size=1, max_size=200)


@given(texts, texts, texts, st.sampled_from([{"outcome": "fail"}, {"points": 0.1 + 0.2}]))
def test_whatever_is_written_is_read_again(tmp_path_factory, name, reason, by, what):
    folder = tmp_path_factory.mktemp("runs")
    override = Override(
        submission=name, check="starts", reason=reason, by=by, sha256=SHA256, **what
    )
    add(folder, override)
    add(folder, override)
    first, second = load(folder)
    assert first == second
    assert (first.submission, first.reason, first.by) == tuple(map(printable, (name, reason, by)))
    assert (first.outcome, first.points) == (override.outcome, override.points)


def test_what_a_teacher_wrote_stays_as_it_is(tmp_path):
    own = (
        '# mine\r\n[[override]] # his\nsubmission="a"\ncheck="starts"\npoints=1\nreason="r"\nby="L"'
    )
    decide(tmp_path, own)
    before = (tmp_path / "overrides.toml").read_bytes()
    add(tmp_path, Override(submission="b.py", check="starts", points=1, reason="r", by="L"))
    after = (tmp_path / "overrides.toml").read_bytes()
    assert after.startswith(before)
    assert [each["submission"] for each in tomllib.loads(after.decode())["override"]] == [
        "a",
        "b.py",
    ]


def test_decisions_of_many_processes_at_once_are_all_kept(tmp_path):
    processes, each = 8, 5
    started = [
        subprocess.Popen([sys.executable, "-c", ADD, str(tmp_path), str(number), str(each)])
        for number in range(processes)
    ]
    assert [process.wait() for process in started] == [0] * processes
    expected = {f"{number}-{turn}.py" for number in range(processes) for turn in range(each)}
    decided = load(tmp_path)
    assert len(decided) == processes * each
    assert {override.submission for override in decided} == expected


def test_nothing_is_added_to_what_cannot_be_read(tmp_path):
    decide(tmp_path, "x")
    with pytest.raises(OverridesError):
        add(tmp_path, Override(submission="b.py", check="starts", points=1, reason="r", by="L"))
    assert (tmp_path / "overrides.toml").read_text() == "x"


def test_json_holds_both(tmp_path):
    report = judged(tmp_path, decision("starts", POINTS))
    told = json.loads(render(report))["checks"][0]
    assert (told["outcome"], told["points"]) == ("fail", 2.5)
    assert told["decision"] == {
        "recorded": "fail",
        "outcome": None,
        "points": 2.5,
        "reason": "seen in class",
        "by": "Li",
    }
    assert told["findings"]


@pytest.mark.parametrize("form", ["terminal", "html", "markdown", "gradescope", "json"])
def test_what_was_found_is_shown_whatever_was_decided(form):
    report = decided(mixture(), "client-logged", outcome="pass")
    told = shown(report, form)
    assert "one client connected and sent messages, with nobody else there" in told


@pytest.mark.parametrize(
    ("text", "value"),
    [("pass", ("pass", None)), ("fail", ("fail", None)), ("0", (None, 0)), ("2.5", (None, 2.5))],
)
def test_a_value_is_an_outcome_or_points(text, value):
    assert decisions.parse_value(text, 5) == value


@pytest.mark.parametrize(("text", "possible"), [("6", 5), ("-1", 5), ("nan", 5), ("", 5), ("0", 0)])
def test_a_value_outside_the_possible_points_is_refused(text, possible):
    with pytest.raises(OverridesError, match="pass"):
        decisions.parse_value(text, possible)
