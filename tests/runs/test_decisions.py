"""Decisions count beside what was recorded, and for one version of a program only."""

import json
import subprocess
import sys
import tomllib
from datetime import datetime

import msgspec
import pytest
from classroom.samples import DEAF, SHA256, decide, decision, store
from hypothesis import given
from hypothesis import strategies as st

from grader.grading import pipeline
from grader.model.outcome import Decision
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import printable
from grader.report.json import render
from grader.runs import decisions
from grader.runs.decisions import add, load
from grader.runs.overrides import Override, OverridesError, Remark, Withdrawal, identify
from grader.runs.run import Run

ADD = """\
import sys
from pathlib import Path
from grader.runs.decisions import add
from grader.runs.overrides import Override
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


def test_without_a_file_there_are_no_decisions(tmp_path):
    assert load(tmp_path) == ()


def test_a_decided_outcome_counts_and_the_recorded_one_stays(tmp_path):
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
def test_decided_points_count(tmp_path, what, outcome, points):
    starts = entry(judged(tmp_path, decision("starts", what)), "starts")
    assert (starts.effective_outcome, starts.points) == (outcome, points)


def test_a_check_that_was_not_judged_can_be_decided(tmp_path):
    run = store(tmp_path, "zhang.py", (), out_of_time=True)
    unjudged = pipeline.judge_run(run)
    assert not unjudged.judged
    decide(tmp_path, "".join(decision(e.name, PASS) for e in unjudged.entries if e.max_points))
    report = pipeline.judge_run(run)
    assert report.judged
    assert (report.points, report.max_points) == (100, 100)


def test_the_last_decision_counts(tmp_path):
    report = judged(tmp_path, decision("starts", PASS), decision("starts", POINTS))
    assert report.points == 2.5


def test_a_decision_survives_regrading(tmp_path):
    report = judged(tmp_path, decision("starts", PASS))
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    recorded = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    again = pipeline.judge_run(Run(folder), Rubric(points={"starts": 30}))
    assert entry(again, "starts").points == 30
    assert pipeline.judge_run(Run(folder)) == again  # by the rubric that was given last
    pipeline.judge_run(Run(folder), Rubric())
    assert pipeline.judge_run(Run(folder)) == report
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == recorded


def test_a_deleted_decision_no_longer_counts(tmp_path):
    judged(tmp_path, decision("starts", PASS))
    assert judged(tmp_path).points == 0


def test_a_decision_does_not_apply_to_other_submissions(tmp_path):
    report = judged(tmp_path, decision("starts", PASS, submission="wang.py"))
    assert (report.points, report.unapplied) == (0, ())


# --- what does not count ---


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
def test_decisions_that_do_not_apply_say_why(tmp_path, sha256, what, why):
    report = judged(tmp_path, decision("starts", what, sha256))
    if why is None:
        assert (report.points, report.unapplied) == (5, ())
        return
    assert report.points == 0
    assert entry(report, "starts").decision is None
    (reason,) = map(str, report.unapplied)
    assert reason.startswith("The decision of Li about starts")
    assert why in reason
    assert reason in (tmp_path / report.run / "report.json").read_text().replace('\\"', '"')


def test_a_decision_about_a_check_that_the_report_does_not_have_is_reported(tmp_path):
    report = judged(tmp_path, decision("start", POINTS), decision("start", PASS))
    (reason,) = map(str, report.unapplied)
    assert reason == (
        "The decision of Li about start (pass: seen in class) was not applied: "
        "the report has no check with this name."
    )


def test_an_invalid_decision_is_not_added(tmp_path):
    decide(tmp_path, decision("starts", PASS))
    before = (tmp_path / "overrides.toml").read_bytes()
    with pytest.raises(OverridesError, match="The decision is invalid: reason: expected"):
        add(
            tmp_path,
            Override(submission="a", check="starts", points=1, reason="r" * 2001, by="Li"),
        )
    assert (tmp_path / "overrides.toml").read_bytes() == before


def test_a_decision_for_the_new_version_replaces_the_old_one(tmp_path):
    report = judged(tmp_path, decision("starts", POINTS), decision("starts", PASS, "0" * 64))
    assert (report.points, report.unapplied) == (2.5, ())


def test_checks_that_stay_skipped_are_listed(tmp_path):
    report = judged(tmp_path, decision("starts", PASS), decision("one-log", PASS))
    left = decisions.still_skipped(report, "starts")
    assert left[:3] == ("client-logged", "terminal-logged", "every-message")
    assert "one-log" not in left
    assert "prompt" not in left
    assert decisions.still_skipped(report, "client-logged") == ()


# --- about the whole, and taken back ---


def remark(points: float = 0, sha256: str = SHA256) -> Remark:
    return Remark(submission="zhang.py", points=points, reason="late", by="Li", sha256=sha256)


def test_points_for_the_whole_are_added_up_and_never_fall_below_0(tmp_path):
    run = store(tmp_path, "zhang.py")
    for change, left in ((-10, 90), (2.5, 92.5), (0, 92.5), (-100, 0)):
        add(tmp_path, remark(change))
        assert pipeline.judge_run(run).points == left


def test_what_is_said_of_the_whole_belongs_to_one_version(tmp_path):
    run = store(tmp_path, "zhang.py")
    add(tmp_path, remark(-10, "0" * 64))
    report = pipeline.judge_run(run)
    assert report.points == 100
    assert [str(text) for text in report.unapplied] == [
        "What Li says of the whole (late) was not applied: the program has changed since then; "
        "decide again."
    ]


def test_what_is_withdrawn_no_longer_counts_and_stays_in_the_file(tmp_path):
    run = store(tmp_path, "zhang.py", DEAF)
    first = Override(
        submission="zhang.py", check="starts", points=1, reason="r", by="Li", sha256=SHA256
    )
    added = [add(tmp_path, first), add(tmp_path, msgspec.structs.replace(first, points=2))]
    assert pipeline.judge_run(run).points == 2
    for taken_back, left in zip(reversed(added), (1, 0), strict=True):
        add(tmp_path, Withdrawal(withdraws=taken_back.id, by="Li"))
        assert pipeline.judge_run(run).points == left
    assert load(tmp_path) == ()
    assert (tmp_path / "overrides.toml").read_text().count("[[override]]") == 2


def test_what_was_written_by_hand_can_be_withdrawn(tmp_path):
    decide(tmp_path, decision("starts", PASS) + decision("one-log", PASS))
    first, second = load(tmp_path)
    add(tmp_path, Withdrawal(withdraws=identify(first), by="Li"))
    assert load(tmp_path) == (second,)


def test_a_time_of_toml_is_a_time(tmp_path):
    decide(tmp_path, decision("starts", f"{PASS}\ntime = 2024-05-01T12:30:59+08:00"))
    assert load(tmp_path)[0].time == "2024-05-01T12:30:59+08:00"


# --- the file ---


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (decision("starts", PASS) + decision("Start!", PASS), 9, "'Start!' cannot be the name"),
        (decision("starts", ""), 1, "it needs either an outcome"),
        (decision("starts", f"{PASS}\n{POINTS}"), 1, "or points"),
        (decision("starts", 'outcome = "maybe"'), 1, "outcome: invalid enum value 'maybe'"),
        (decision("starts", "points = -1"), 1, "points: expected"),
        (decision("starts", "points = nan"), 1, ">= 0"),
        (decision("starts", f'{PASS}\ntime = "noon"'), 1, "time: 'noon' is not a time"),
        (decision("starts", f"{PASS}\ntime = 2024-05-01"), 1, "time"),
        ('[[rule]]\ncheck = "starts"\nmistake = "x"', 1, "mistake"),
        (decision("starts", PASS, "abc"), 1, "sha256 needs at least 8 digits"),
        (decision("starts", PASS, "hello world"), 1, "sha256"),
        (decision("starts", f"{PASS}\nwhy = 1"), 1, "unknown field `why`"),
        ('\n\n[[override]]\nsubmission = "a"', 3, "missing required field"),
        ("[[overide]]\ncheck = 1", 1, "a decision begins with [[override]]"),
        ("[override]\ncheck = 1", 1, "a decision begins with [[override]]"),
        ("override = [1]", 1, "got `int`"),
    ],
)
def test_an_error_names_the_line_and_the_reason(tmp_path, text, line, reason):
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
def test_an_unreadable_file_is_an_error(tmp_path, data, reason):
    (tmp_path / "overrides.toml").write_bytes(data)
    with pytest.raises(OverridesError, match=reason):
        load(tmp_path)


def test_an_invalid_file_leaves_the_report_unchanged(tmp_path):
    run = store(tmp_path, "zhang.py")
    before = run.report()
    decide(tmp_path, "x")
    with pytest.raises(OverridesError):
        pipeline.judge_run(run)
    assert run.report() == before


texts = st.text(min_size=1, max_size=200)


@given(texts, texts, texts, st.sampled_from([{"outcome": "fail"}, {"points": 0.1 + 0.2}]))
def test_any_decision_is_read_back_as_written(tmp_path_factory, name, reason, by, what):
    folder = tmp_path_factory.mktemp("runs")
    override = Override(
        submission=name, check="starts", reason=reason, by=by, sha256=SHA256, **what
    )
    add(folder, override)
    add(folder, override)
    first, second = load(folder)
    assert first.id != second.id
    assert datetime.fromisoformat(first.time).tzinfo
    assert (first.submission, first.reason, first.by) == tuple(map(printable, (name, reason, by)))
    assert (first.outcome, first.points) == (override.outcome, override.points)


def test_the_teachers_own_text_stays_unchanged(tmp_path):
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
    processes, each = 4, 10
    started = [
        subprocess.Popen([sys.executable, "-c", ADD, str(tmp_path), str(number), str(each)])
        for number in range(processes)
    ]
    assert [process.wait() for process in started] == [0] * processes
    expected = {f"{number}-{turn}.py" for number in range(processes) for turn in range(each)}
    decided = load(tmp_path)
    assert len(decided) == processes * each
    assert {override.submission for override in decided} == expected


def test_nothing_is_appended_to_an_invalid_file(tmp_path):
    decide(tmp_path, "x")
    with pytest.raises(OverridesError):
        add(tmp_path, Override(submission="b.py", check="starts", points=1, reason="r", by="L"))
    assert (tmp_path / "overrides.toml").read_text() == "x"


def test_json_has_the_recorded_outcome_and_the_decision(tmp_path):
    report = judged(tmp_path, decision("starts", POINTS))
    check = json.loads(render(report))["checks"][0]
    assert (check["outcome"], check["points"]) == ("fail", 2.5)
    assert check["decision"] == {
        "recorded": "fail",
        "outcome": None,
        "points": 2.5,
        "reason": "seen in class",
        "by": "Li",
        "time": "",
    }
    assert check["findings"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("pass", ("pass", None)), ("fail", ("fail", None)), ("0", (None, 0)), ("2.5", (None, 2.5))],
)
def test_a_value_is_an_outcome_or_points(text, value):
    assert decisions.parse_value(text, 5) == value


@pytest.mark.parametrize(("text", "possible"), [("6", 5), ("-1", 5), ("nan", 5), ("", 5), ("0", 0)])
def test_points_out_of_range_are_refused(text, possible):
    with pytest.raises(OverridesError, match="pass"):
        decisions.parse_value(text, possible)
