"""``grade FILE --watch``: when it grades, and what it says has changed."""

import os
import signal
from pathlib import Path

import pytest
import watchfiles

from cli.samples import DEAF, RIGHT, FakeSandbox
from grader.model.text import say
from grader.sandbox import SandboxError

FILE = Path("zhang.py")
BEFORE = "print(1)"


def save(text: str):
    return lambda: FILE.write_text(text, encoding="utf-8")


def delete():
    FILE.unlink()


def swap():
    """As vim saves."""
    Path("new").write_text("print(3)")
    Path("new").replace(FILE)


@pytest.fixture
def watch(grade, monkeypatch):
    """Watch zhang.py while these saves happen, each once the one before was handled, and Ctrl-C in
    the end. The fake sandbox replays these streams: standard output and standard error."""

    def run(streams: list, *saves, options=(), path=FILE, sandbox=FakeSandbox) -> tuple[str, str]:
        def changes(folder: Path, **_: object):
            assert folder == FILE.parent
            yield set()
            for each in saves:
                each()
                yield {(watchfiles.Change.modified, str(FILE.absolute()))}
            raise KeyboardInterrupt

        run.sandbox = sandbox(*streams)
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: run.sandbox)
        monkeypatch.setattr(watchfiles, "watch", changes)
        FILE.write_text(BEFORE)
        status, out, err = grade("--sandbox", "none", "--watch", *options, path)
        assert status == 130
        assert run.sandbox.streams == []
        *messages, interrupted = err.splitlines(keepends=True)
        assert interrupted in ("grade: interrupted.\n", "grade: 已中断。\n")
        return out, "".join(messages).rstrip("\n")

    monkeypatch.setattr("grader.cli.saves.MOMENT", 0)
    return run


def test_it_grades_again_at_each_save(watch):
    out, err = watch([RIGHT, RIGHT, RIGHT], save("print(2)"), swap)
    assert err == ""
    assert [plan.source for plan in watch.sandbox.plans] == [b"print(1)", b"print(2)", b"print(3)"]
    assert out.count("100 of 100 points, passed") == 6
    assert out.count("Waiting until zhang.py is saved again; Ctrl-C ends this.") == 3
    assert out.count("Since the last time, no outcome has changed.") == 2


def test_what_is_worse_and_what_is_better(watch):
    out, _ = watch([RIGHT, DEAF, RIGHT], save("print(2)"), save("print(3)"))
    _, worse, better = out.split("Waiting until")[:-1]
    assert "Since the last time: 100 of 100 points → 0 of 100 points" in worse
    assert "▼ worse: starts, client-logged," in worse
    assert "better" not in worse
    assert "Since the last time: 0 of 100 points → 100 of 100 points" in better
    assert "▲ better: starts, client-logged," in better


def test_with_only_the_points_are_not_compared(watch):
    out, _ = watch([RIGHT, DEAF], save("print(2)"), options=("--only", "newcomer"))
    assert "Since the last time:\n▼ worse: newcomer\n" in out
    assert "points" not in out
    assert watch.sandbox.plans[0].only == watch.sandbox.plans[1].only != None  # noqa: E711


def test_a_save_without_changes_is_one(watch):
    watch([RIGHT, RIGHT], lambda: os.utime(FILE, ns=(1, 1)))
    assert len(watch.sandbox.plans) == 2


def test_what_happens_to_other_files_does_not_matter(watch):
    watch([RIGHT], lambda: Path("other.py").write_text("x"))


def test_a_moment_without_content_is_not_graded(watch, monkeypatch):
    monkeypatch.setattr("grader.cli.saves.MOMENT", 60)
    out, err = watch([RIGHT, RIGHT, RIGHT], save(""), save("print(2)"), delete, save("print(3)"))
    assert [plan.source for plan in watch.sandbox.plans] == [b"print(1)", b"print(2)", b"print(3)"]
    assert err == ""
    assert out.count("no outcome has changed") == 2


def test_what_is_saved_while_it_is_graded_is_graded_instead(watch):
    class Saving(FakeSandbox):
        def run(self, plan, receive):
            if plan.source == b"half":
                save("print('whole')")()
            return super().run(plan, receive)

    out, _ = watch([RIGHT, DEAF, RIGHT], save("half"), sandbox=Saving)
    assert watch.sandbox.plans[-1].source == b"print('whole')"
    assert "worse" not in out
    assert out.count("Waiting until") == 2


def test_a_file_that_is_empty_for_longer_gets_no_points(watch):
    out, _ = watch([RIGHT], save(""))
    assert "▼ worse: starts" in out


def test_a_file_that_is_gone_is_waited_for(watch):
    out, err = watch([RIGHT, RIGHT], delete, save("print(2)"))
    assert err == "grade: zhang.py is gone. Waiting until it is saved again."
    assert out.count("no outcome has changed") == 1


def test_the_program_of_a_folder(watch):
    _, err = watch([RIGHT, RIGHT], save("print(2)"), path=".")
    assert "zhang.py" in err
    assert len(watch.sandbox.plans) == 2


def test_a_module_of_the_program_may_be_saved_and_may_be_new(watch):
    def module(text: str):
        return lambda: Path("log.py").write_text(text)

    watch(
        [RIGHT, RIGHT, RIGHT, RIGHT],
        save("import log"), module("x = 1"), module("x = 2"),
        path=".", options=("--main", "zhang.py"),
    )  # fmt: skip
    found = [dict(plan.files) for plan in watch.sandbox.plans]
    assert found == [{}, {}, {"log.py": b"x = 1"}, {"log.py": b"x = 2"}]


@pytest.mark.parametrize("options", [(), ("--only", "starts")])
def test_a_run_that_was_lost_is_compared_with_nothing(watch, options):
    lost = SandboxError(say("It is on fire."), say("Save again."))
    out, err = watch([RIGHT, lost, RIGHT], save("print(2)"), save("print(3)"), options=options)
    assert "→ Save again." in err
    assert out.count("Since the last time, no outcome has changed.") == 1
    assert "better" not in out


def test_for_editors_each_grading_has_a_beginning_and_an_end(watch):
    options = ("--format", "editor", "--only", "starts")
    out, _ = watch([RIGHT, DEAF], save("\tprint(2)"), options=options)
    begin, end, again, finding, over = out.splitlines()
    assert begin == again == "grade: begins zhang.py"
    assert end == over == "grade: ends zhang.py"
    assert finding.startswith("zhang.py:1:2: error: starts: it does not listen on any TCP port. ")


def test_json_has_a_line_for_each_grading(watch):
    out, _ = watch([RIGHT, RIGHT], save("print(2)"), options=("--json",))
    first, second = out.splitlines()
    assert first.startswith('{"version": 1')
    assert second.startswith('{"version": 1')


def test_one_program_only(grade):
    for name in ("a.py", "b.py"):
        Path(name).write_text("print()")
    status, out, err = grade("--watch", "a.py", "b.py")
    assert (status, out) == (2, "")
    assert "--watch takes one program, but there are 2." in err


def test_a_name_that_is_misspelled_is_not_waited_for(grade):
    status, _, err = grade("--watch", "zhagn.py")
    assert status == 2
    assert "is the name spelled right?" in err


def test_it_speaks_chinese(watch):
    out, _ = watch([RIGHT, DEAF], save("print(2)"), options=("--lang", "zh"))
    assert "变差" in out
    assert "Since" not in out
    assert "Waiting" not in out


class Prepared(FakeSandbox):
    """Notes what it is prepared for. At the last time, Ctrl-C is pressed."""

    def __init__(self, *streams):
        super().__init__(*streams)
        self.log: list[object] = []

    def prepare(self, plan):
        self.log.append(plan.folders)
        if not self.streams:
            signal.raise_signal(signal.SIGINT)
            self.log.append("prepared")

    def release(self):
        self.log.append("released")

    def run(self, plan, receive):
        self.log.append("run")
        return super().run(plan, receive)


def test_the_sandbox_is_prepared_for_the_next_run_and_released_in_the_end(watch):
    before = signal.getsignal(signal.SIGINT)
    watch([RIGHT, RIGHT], save("open('/srv/x/log')"), sandbox=Prepared)
    expected = ["run", (), "run", ("/srv/x",), "prepared", "released"]
    assert watch.sandbox.log == expected
    assert signal.getsignal(signal.SIGINT) is before
