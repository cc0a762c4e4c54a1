"""``grade init``, and the settings that commands find in a class's folder."""

from pathlib import Path

import pytest

from cli.samples import RIGHT, FakeSandbox
from grader.runs.run import Run

SERVER = "s.listen()\n"


@pytest.fixture
def course(grade, monkeypatch):
    """Grade a class with these files: the exit status, and what was printed to standard error."""

    def run(files: dict[str, str], *arguments: str, streams: int = 1) -> tuple[int, str]:
        sandbox = FakeSandbox(*[RIGHT] * streams)
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        for name, text in files.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text)
        status, _, err = grade("--sandbox", "none", *arguments)
        return status, err

    return run


def stored() -> dict[str, Run]:
    runs = [Run(path.parent) for path in Path("runs").glob("*/versions.json")]
    return {run.info().submission: run for run in runs}


FILES = {
    "class/zhang/a.py": SERVER,
    "class/zhang/b.py": SERVER,
    "class/class.toml": 'rubric = "strict.toml"\nmain = "b.py"\nroster = "names.txt"\n',
    "class/strict.toml": "pass_mark = 99\n",
    "class/other.toml": "pass_mark = 1\n",
    "class/names.txt": "zhang\nli\n",
}


def test_a_class_needs_no_options(course):
    _, err = course(FILES, "class")
    assert "Settings: class/class.toml" in err
    run = stored()["zhang"]
    assert (run.info().program, run.rubric().pass_mark) == ("b.py", 99)
    assert Path("runs/roster.csv").read_text() == "zhang\nli\n"


def test_options_win(course):
    course(FILES, "class", "--rubric", "class/other.toml", "--main", "a.py")
    run = stored()["zhang"]
    assert (run.info().program, run.rubric().pass_mark) == ("a.py", 1)


def test_a_single_student_is_graded_by_the_classs_settings(course):
    course({**FILES, "class/zhang/class.toml": 'main = "a.py"\n'}, "class/zhang")
    run = stored()["zhang"]
    assert (run.info().program, run.rubric().pass_mark) == ("b.py", 99)


def test_invalid_settings_grade_nothing(course):
    status, err = course({**FILES, "class/class.toml": 'rubrc = "x"\n'}, "class")
    assert status == 2
    assert "class/class.toml, line 1: rubrc: there is no such key." in err
    assert "Did you mean rubric?" in err
    assert not Path("runs").exists()


def test_sections_may_be_named(course):
    names = ("one/zhang.py", "one/li.py", "two/wang.py")
    files = {f"class/{name}": SERVER for name in names}
    course({**files, "class/class.toml": "sections = true\n"}, "class", streams=3)
    assert sorted(stored()) == ["li.py", "wang.py", "zhang.py"]


def test_a_commented_file_is_written_once(course, grade):
    Path("class").mkdir()
    status, out, _ = grade("init", "class")
    assert (status, out) == (0, "Settings: class/class.toml\n")
    Path("class/class.toml").write_text("mine = 1")
    assert grade("init", "class")[0] == 2
    assert Path("class/class.toml").read_text() == "mine = 1"
    status, _, err = grade("init", "nowhere")
    assert (status, "There is no folder nowhere." in err) == (2, True)
