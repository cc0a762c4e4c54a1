"""``--format NAME=FILE``: which report goes to which file, and invalid combinations."""

import json
import os
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from junitparser import JUnitXml

from cli.samples import DEAF, RIGHT
from grader.cli.main import cli


def test_any_number_of_formats(play):
    options = ("--format", "junit=out.xml", "--format", "markdown=out.md", "--format=json=out.json")
    status, out, _ = play({"zhang.py": DEAF}, *options)
    assert status == 1
    assert "0 of 100 points" in out
    assert JUnitXml.fromfile("out.xml").failures == 2
    assert Path("out.md").read_text("utf-8").startswith("## zhang")
    assert json.loads(Path("out.json").read_text("utf-8"))["points"] == 0
    assert not list(Path().glob(".*part"))


def test_a_format_can_have_standard_output_to_itself(play):
    status, out, err = play({"zhang.py": RIGHT}, "--format", "gradescope=-")
    assert (status, err) == (0, "")
    assert json.loads(out)["score"] == 100


def test_a_class_in_one_file(play):
    play({"b.py": RIGHT, "a.py": DEAF}, "--format", "junit=out.xml")
    assert [suite.name for suite in JUnitXml.fromfile("out.xml")] == ["a.py", "b.py"]


def test_a_stored_run(play, grade):
    play({"zhang.py": RIGHT})
    (run,) = Path("runs").glob("*/")
    assert grade("judge", run, "--format", "markdown=x.md")[0] == 0
    assert "100 of 100" in Path("x.md").read_text("utf-8").replace("\\", "")


def test_in_chinese(play):
    play({"zhang.py": DEAF}, "--format", "junit=out.xml", "--lang", "zh")
    assert "程序没有监听任何TCP端口" in Path("out.xml").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "junit"], "give one of html, json, junit, markdown and gradescope"),
        (["--format", "=x"], "--format =x: give one of"),
        (["--format", "excel=x"], "--format excel=x: give one of"),
        (["--format", "junit="], "give one of"),
        (["--format", "junit=x", "--format", "json=x"], "two formats cannot be written to x"),
    ],
)
def test_wrong_usage(play, options, said):
    status, out, err = play({"zhang.py": RIGHT}, *options)
    assert (status, out) == (2, "")
    assert said in err
    assert play.sandbox.plans == []


def test_a_format_for_one_submission_refuses_several(play):
    status, out, err = play({"a.py": RIGHT, "b.py": RIGHT}, "--format", "gradescope=x")
    assert (status, out) == (2, "")
    assert "gradescope takes one submission, but there are 2" in err
    assert play.sandbox.plans == []


def test_a_file_that_cannot_be_written(play):
    Path("folder").mkdir()
    status, out, err = play({"zhang.py": RIGHT}, "--format", "junit=folder")
    assert status == 3
    assert "folder cannot be written: Is a directory" in err
    assert "100 of 100" in out, "what was graded is shown all the same"
    assert play({"zhang.py": RIGHT}, "--format", "junit=no/where.xml")[0] == 3


def test_a_pipe_is_written_to_and_stays_a_pipe(play):
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert play({"zhang.py": RIGHT}, "--format", "json=pipe")[0] == 0
        assert json.loads(os.read(reader, 1 << 16))["points"] == 100
    finally:
        os.close(reader)
    assert Path("pipe").is_fifo()


def test_a_link_to_a_device_stays_a_link(play):
    Path("out.json").symlink_to("/dev/null")
    assert play({"zhang.py": RIGHT}, "--format", "json=out.json")[0] == 0
    assert Path("out.json").is_symlink()


def test_a_link_to_a_file_is_followed(play):
    Path("kept").mkdir()
    Path("kept/out.json").write_text("old")
    Path("out.json").symlink_to("kept/out.json")
    assert play({"zhang.py": RIGHT}, "--format", "json=out.json")[0] == 0
    assert json.loads(Path("kept/out.json").read_text())["points"] == 100
    assert Path("out.json").is_symlink()


def test_lines_for_an_editor_are_printed_in_place_of_the_report(play):
    status, out, err = play({"zhang.py": DEAF, "li.py": RIGHT}, "--format", "editor")
    assert (status, err) == (1, "")
    (line,) = [line for line in out.splitlines() if ": error: " in line]
    assert line.startswith("zhang.py:1:1: error: starts: it does not listen on any TCP port. ")
    play({"zhang.py": DEAF}, "--format", "editor=lines.txt")
    assert line in Path("lines.txt").read_text(encoding="utf-8")


def test_the_path_in_them_is_that_of_the_command_line(play):
    Path("class").mkdir()
    _, out, _ = play({"class/zhang.py": DEAF}, "--format", "editor")
    assert out.startswith("class/zhang.py:1:1: error: ")
    _, out, _ = play({"class/zhang.py": DEAF}, "--format", "editor", "--only", "starts")
    assert out.startswith("class/zhang.py:1:1: error: starts: ")


def test_completion_offers_formats():
    complete = BashComplete(cli, {}, "grade", "_GRADE_COMPLETE")
    found = complete.get_completions(["--format"], "")
    assert {"html=", "junit=", "editor"} <= {item.value for item in found}
    found = complete.get_completions(["judge", "--format"], "ed")
    assert [item.value for item in found] == ["editor"]
