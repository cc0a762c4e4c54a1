"""A run's folder may come back from anywhere: it is read within bounds, or not at all."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from classroom.samples import store

from grader.classroom import class_page
from grader.classroom.results import load_results
from grader.grading import pipeline
from grader.i18n import translator
from grader.model import decoding
from grader.model.text import UNTRANSLATED
from grader.report import json as report_json
from grader.report import values
from grader.runs import reports
from grader.runs.run import Run, RunError
from runs.strangers import bomb, with_events

FILES = ("events.jsonl", "plan.json", "report.json", "rubric.json", "versions.json")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return store(tmp_path / "runs", "zhang.py")


def use(run: Run) -> None:
    """Read all that is stored."""
    run.history()
    run.report()
    run.rubric()


def complaint(run: Run) -> str:
    with pytest.raises(RunError) as caught:
        use(run)
    return str(caught.value)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_link(path: Path) -> None:
    away = path.parent.parent / f"away-{path.name}"
    path.with_name("kept").rename(away)
    path.symlink_to(away)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_terabyte(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_pipe, "it is not a regular file"),
        (a_link, "it is a link"),
        (a_device, "it is a link"),
        (a_terabyte, "it is larger than"),
    ],
)
def test_only_regular_files_are_read(
    run: Run, name: str, make: Callable[[Path], None], said: str
) -> None:
    use(run)
    path = run.path / name
    path.rename(run.path / "kept")
    make(path)
    assert complaint(run).startswith(f"{path} cannot be read: {said}")


def test_a_link_is_no_runs_folder(run: Run, tmp_path: Path) -> None:
    link = Run(tmp_path / "runs" / "link")
    link.path.symlink_to(run.path)
    assert "is a link, not a run's folder" in complaint(link)
    with pytest.raises(RunError, match="is a link"):
        link.save_report(b"{}")


def test_a_link_in_place_of_a_report_is_replaced(run: Run, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"kept")
    for name in ("report.json", "report.values.json", "report.html"):
        (run.path / name).unlink(missing_ok=True)
        (run.path / name).symlink_to(precious)
    pipeline.judge_run(run)
    run.save_page(b"page")
    assert precious.read_bytes() == b"kept"
    assert not (run.path / "report.json").is_symlink()


# --- events ---


def test_all_that_a_run_unpacks_to_is_limited(run: Run) -> None:
    """Two hundred kilobytes would take a quarter of a gigabyte."""
    size = decoding.MOST_UNPACKED // 8
    assert "unpacks to more than 192 MiB" in complaint(with_events(run, bomb(size, 9)))


def test_what_several_parts_share_is_unpacked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MOST_UNPACKED", 1000)
    monkeypatch.setattr(decoding, "MOST_UNPACKED_AGAIN", 5000)
    unpack = decoding.Unpacker()
    data = json.loads(bomb(1000, 1)[0])["data"]
    for _ in range(5):
        assert len(unpack(data)) == 1000
    with pytest.raises(decoding.EventError, match="read too often"):
        unpack(data)


SENT = {"event": "sent", "message": "m1", "source": "terminal", "text": "jqxz Hello"}
SCENARIO = {"event": "scenario", "name": "burst", "ending": "", "typing": True}


@pytest.mark.parametrize(
    ("more", "count", "said"),
    [
        ({"event": "entered"}, decoding.MOST_EVENTS, "more than 65536 events"),
        (SENT, decoding.MOST_MESSAGES, "more than 4096 messages"),
        (SCENARIO, decoding.MOST_PLAYS, "more than 256 scenarios"),
        ({"event": "broken", "source": "x" * (1 << 20)}, 17, "more than 16777216 bytes"),
    ],
)
def test_events_are_limited(run: Run, more: dict[str, Any], count: int, said: str) -> None:
    line = json.dumps({**more, "at": 1}).encode()
    assert said in complaint(with_events(run, [line] * count))


@pytest.mark.parametrize("number", [10**400, -(10**400), 1 << 63])
@pytest.mark.parametrize("field", ["at", "wall", "ran", "samples"])
def test_numbers_are_those_of_a_machine(run: Run, number: int, field: str) -> None:
    path = run.path / "events.jsonl"
    found = [json.loads(line) for line in path.read_bytes().splitlines()]
    next(e for e in found if e["event"] == "observed")[field] = number
    path.write_text("".join(json.dumps(e) + "\n" for e in found))
    assert f"{path} is damaged or has another version: " in complaint(run)


# --- reports ---


def stored_texts(run: Run, change: Callable[[dict[str, Any]], None]) -> Run:
    """``change`` the first text of the report's values, which then still fit the report."""
    path = run.path / "report.values.json"
    values = json.loads(path.read_bytes())
    change(values["entries"][0]["asks"])
    path.write_text(json.dumps(values))
    return run


def nested(depth: int) -> dict[str, Any]:
    text: dict[str, Any] = {"template": "jq", "values": {}}
    for _ in range(depth):
        text = {"template": "{it}" * 9, "values": {"it": text}}
    return text


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ("{it:700000000}", "x"),
        ("{it:>99999999}", 7),
        ("{it:.999999999f}", 7),
        ("{it:.9}", "x"),
        ("{it:g}", "x"),
        ("{it:g}", 10**400),
        ("{it.__class__}", "x"),
        ("{it[0]}", "x"),
        ("{it!r}", "x"),
        ("{it:{it}}", 7),
        ("{0}", "x"),
        ("{}", "x"),
        ("{other}", "x"),
        ("{", "x"),
        ("{it}", []),
        ("{it}", None),
        ("{it}" * 50_000, "x" * 1000),
        ("{it}", nested(7)),
        ("{it}", nested(100)),
    ],
)
def test_templates_are_those_of_texts(run: Run, template: str, value: object) -> None:
    """Values that are none are ignored: the report stands in ``report.json``, too."""

    def change(text: dict[str, Any]) -> None:
        text |= {"template": template, "values": {"it": value}}

    with pytest.raises(ValueError, match=r"."):
        values.read(stored_texts(run, change).values())
    assert reports.load(run) == report_json.read(run.report())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_template_with_the_values_of_another_is_shown(run: Run, language: str) -> None:
    def change(text: dict[str, Any]) -> None:
        text |= {"template": "{count:g} point", "values": {"count": 1.5}, "plural": "points"}

    found = values.read(stored_texts(run, change).values())
    assert found.entries[0].asks.render(translator(language))


@pytest.mark.parametrize("number", [10**400, -1, 1e308, float("nan"), float("inf"), "5", [5]])
@pytest.mark.parametrize("path", [("pass_mark",), ("checks", 0, "possible"), ("scenarios", "x")])
def test_numbers_of_a_report_are_in_range(
    run: Run, path: tuple[str | int, ...], number: object
) -> None:
    if path[0] == "scenarios" and number == -1:
        return
    report = json.loads(run.report())
    at = report
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = number
    (run.path / "report.json").write_text(json.dumps(report))
    with pytest.raises(RunError, match=r"report\.json is damaged or has another version"):
        reports.load(run)


# --- a class ---


def damage(run: Run, name: str) -> None:
    (run.path / name).write_bytes(b"\xff")


@pytest.mark.parametrize("name", ["versions.json", "plan.json", "report.json", "rubric.json"])
@pytest.mark.parametrize("make", [damage, lambda run, name: a_pipe_instead(run.path / name)])
def test_a_bad_run_stops_no_other(
    run: Run, name: str, make: Callable[[Run, str], None], tmp_path: Path
) -> None:
    make(store(tmp_path / "runs", "bad.py"), name)
    found = load_results([tmp_path / "runs"])
    assert list(found.graded) == ["zhang.py"]
    ((lost, why),) = found.lost.items()
    assert lost.startswith("bad")
    assert name in str(why)


def a_pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def test_a_link_in_a_class_is_not_followed(run: Run, tmp_path: Path) -> None:
    away = store(tmp_path / "elsewhere", "li.py")
    (tmp_path / "runs" / "li").symlink_to(away.path)
    found = load_results([tmp_path / "runs"])
    assert list(found.graded) == ["zhang.py"]
    assert "is a link" in str(found.lost["li"])


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_decisions_are_read_from_a_regular_file(
    run: Run, make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "runs" / "overrides.toml")
    with pytest.raises(RunError, match=r"overrides\.toml cannot be read: it is"):
        load_results([tmp_path / "runs"])


def test_a_page_that_cannot_be_written_stops_no_other(run: Run, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"kept")
    (store(tmp_path / "runs", "li.py").path / "report.html").symlink_to(precious)
    (store(tmp_path / "runs", "wu.py").path / "report.html").mkdir()
    page = class_page.write_page(tmp_path / "runs", UNTRANSLATED).read_text()
    assert all(name in page for name in ("zhang.py", "li.py", "wu.py"))
    assert "cannot be stored" in page
    assert (run.path / "report.html").is_file()
    assert precious.read_bytes() == b"kept"
