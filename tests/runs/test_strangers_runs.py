"""A run's folder may come back from anywhere: it is read within bounds, or not at all."""

import base64
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from checks.histories import lines, right_scenes
from classroom.samples import store

from grader.grading import pipeline
from grader.model import decoding
from grader.runs.run import Run, RunError

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


def bomb(size: int, count: int) -> list[bytes]:
    """Files that unpack to ``size`` bytes each, all different."""
    return [
        json.dumps(
            {
                "event": "log",
                "at": 1,
                "path": f"{n}.log",
                "size": size,
                "data": base64.b64encode(
                    zlib.compress(bytes([n]) + bytes(size - 1), level=9)
                ).decode(),
            }
        ).encode()
        for n in range(count)
    ]


def with_events(run: Run, more: list[bytes]) -> Run:
    *first, last = lines(*right_scenes())
    (run.path / "events.jsonl").write_bytes(b"".join(e + b"\n" for e in (*first, *more, last)))
    return run


def test_all_that_a_run_unpacks_to_is_limited(run: Run) -> None:
    """Two hundred kilobytes would take a quarter of a gigabyte."""
    size = decoding.MOST_UNPACKED // 8
    assert "unpacks to more than 192 MiB" in complaint(with_events(run, bomb(size, 9)))


def test_what_several_parts_share_is_unpacked_once() -> None:
    unpack = decoding.Unpacker()
    data = json.loads(bomb(decoding.MOST_UNPACKED // 3, 1)[0])["data"]
    assert unpack(data) is unpack(data)
    for _ in range(decoding.MOST_UNPACKED_AGAIN // (decoding.MOST_UNPACKED // 3) - 2):
        unpack(data)
    with pytest.raises(decoding.EventError, match="read too often"):
        unpack(data)


@pytest.mark.parametrize(
    ("more", "count", "said"),
    [
        ({"event": "entered"}, decoding.MOST_EVENTS, "more than 65536 events"),
        ({"event": "part", "name": "burst"}, decoding.MOST_PLAYS, "more than 256 scenarios"),
        ({"event": "broken", "source": "x" * (1 << 20)}, 17, "more than 16777216 bytes"),
    ],
)
def test_events_are_limited(run: Run, more: dict[str, str], count: int, said: str) -> None:
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
