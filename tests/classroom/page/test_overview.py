"""The class's page counts, sorts and links its submissions."""

from report.samples import entry

from classroom.page.classes import a_class, ended, mixture, report_of
from grader.classroom.page.overview import build_overview
from grader.classroom.similarity import SimilarGroup
from grader.model.outcome import failed, passed

SHOWN = build_overview(mixture(), [SimilarGroup(names=("an.py", "dan.py"), least=0.9, most=0.95)])
ROWS = {row.name: row for row in SHOWN.rows}


def scored(name: str, points: float, possible: float = 100):
    entries = [entry("starts", points, passed())] if points else []
    return report_of(name, *entries, entry("one-log", possible - points, failed(ended(1))))


def test_rows_without_a_grade_come_first_and_each_kind_is_sorted_by_name():
    assert [row.name for row in SHOWN.rows] == [
        "gu.py", "hao.py", "an.py", "bo.py", "chi.py", "dan.py", "eva.py", "fan.py"
    ]  # fmt: skip


def test_every_submission_has_a_status():
    assert {name: row.status for name, row in ROWS.items()} == {
        "an.py": "passed", "bo.py": "below", "chi.py": "below", "dan.py": "below",
        "eva.py": "passed", "fan.py": "below", "gu.py": "not-judged", "hao.py": "lost",
    }  # fmt: skip
    assert SHOWN.counts == {"passed": 2, "below": 4, "not-judged": 1, "lost": 1, "missing": 0}


def test_decisions_are_listed_whether_applied_or_not():
    (decided,) = ROWS["eva.py"].decided
    assert "Li decided pass instead of FAIL: seen in class" in str(decided)
    assert ROWS["eva.py"].failed == ()
    assert ROWS["fan.py"].unapplied
    assert "was lost" in str(ROWS["hao.py"].why)


def test_groups_have_several_members_and_others_are_counted():
    assert [group.names for group in SHOWN.groups] == [("bo.py", "chi.py")]
    assert SHOWN.alone == 2
    assert [row.group for row in SHOWN.rows] == [0, 0, 0, 1, 1, 0, 0, 0]
    assert [row.similar for row in SHOWN.rows] == [0, 0, 1, 0, 0, 1, 0, 0]


def test_failures_of_each_check_are_counted():
    counted = {each.name: each for each in SHOWN.checks}
    assert list(counted) == ["starts", "client-logged", "reset"]
    client = counted["client-logged"]
    assert (client.failed, client.skipped, client.unjudged, client.count) == (3, 1, 1, 7)
    assert counted["reset"].max_points == 0


def test_the_histogram_counts_judged_submissions():
    shown = build_overview(
        a_class(
            *(
                scored(f"{n}.py", points)
                for n, points in enumerate([0, 9.5, 10, 50, 99.5, 100, 100])
            )
        ),
        [],
    )
    assert [bar.count for bar in shown.histogram] == [2, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2]
    assert [(bar.first, bar.last) for bar in shown.histogram[:2]] == [(0, 9), (10, 19)]
    assert [(bar.first, bar.last) for bar in shown.histogram[-2:]] == [(90, 99), (100, 100)]
    assert shown.median == 50
    assert sum(bar.count for bar in SHOWN.histogram) == 6  # neither what was lost nor not judged


def test_without_judged_submissions_there_is_no_average():
    shown = build_overview(a_class(lost=mixture().lost.items()), [])
    assert shown.mean is shown.median is None


def test_a_link_cannot_leave_the_folder():
    for run in ("runs/../../etc", "runs/javascript:alert(1)", "runs/a b?c#d", "runs/\udcff"):
        (row,) = build_overview(a_class(report_of("a.py", run=run)), []).rows
        folder, _, page = row.link.partition("/")
        assert page == "report.html"
        assert not set(folder) & set(':/?# "<>')
