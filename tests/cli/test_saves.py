"""What counts as a save, with the library that watches."""

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
import watchfiles

from grader.cli.saves import Saves
from grader.submissions.candidate import Candidate


@pytest.fixture
def saves(tmp_path):
    path = tmp_path / "zhang.py"
    path.write_text("print(1)")
    candidate = Candidate(name="zhang.py", path=path, root=tmp_path)
    with closing(Saves(lambda: candidate, tmp_path)) as found:
        yield found, path


def written(path: Path) -> None:
    path.write_text("print(2)")


def moved_there(path: Path) -> None:
    path.with_suffix(".new").write_text("print(2)")
    path.with_suffix(".new").replace(path)


@pytest.mark.parametrize("save", [written, moved_there])
@pytest.mark.parametrize("when", ["before it waits", "while it waits"])
def test_a_save_is_noticed(saves, save, when):
    found, path = saves
    last = found.read()
    assert found.unchanged(last)
    saving = threading.Thread(target=save, args=(path,))
    saving.start()
    if when == "before it waits":
        saving.join()
        assert not found.unchanged(last)
    assert found.next(last).submission.source == b"print(2)"
    saving.join()


def test_a_file_that_is_gone(saves):
    found, path = saves
    last = found.read()
    path.unlink()
    gone = found.next(last)
    assert gone.submission is None
    written(path)
    assert found.next(gone).submission.source == b"print(2)"


@pytest.mark.parametrize("error", [OSError, RuntimeError])
def test_where_nothing_can_be_watched_the_file_is_looked_at(tmp_path, monkeypatch, error):
    def watch(*_: object, **__: object):
        raise error("OS file watch limit reached")
        yield

    path = tmp_path / "zhang.py"
    path.write_text("print(1)")
    candidate = Candidate(name="zhang.py", path=path, root=tmp_path)
    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.setattr(time, "sleep", lambda _: written(path))
    monkeypatch.setattr("grader.cli.saves.REGULARLY", 0)
    with closing(Saves(lambda: candidate, tmp_path)) as found:
        assert found.next(found.read()).submission.source == b"print(2)"
