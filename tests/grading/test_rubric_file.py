"""A rubric overrides only the settings it names; an error names its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CHECKS
from grader.grading.rubric_file import RubricError, load_rubric
from grader.model.plan import Limits
from grader.model.rubric import Rubric

NO_PYTHON = "it is neither a Python version from 3.11 on nor the name of an image"


@pytest.fixture
def rubric(tmp_path):
    def read(text: str | bytes) -> Rubric:
        path = tmp_path / "rubric.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_rubric(path)

    return read


@pytest.fixture
def complaint(rubric, tmp_path):
    def said(text: str | bytes) -> str:
        with pytest.raises(RubricError) as caught:
            rubric(text)
        assert str(caught.value) == str(caught.value.what)
        start = f"The rubric {tmp_path / 'rubric.toml'}"
        assert str(caught.value).startswith(start)
        return str(caught.value)[len(start) :]

    return said


def test_an_empty_rubric_is_the_default(rubric):
    assert rubric("") == rubric("# nothing\n\n") == Rubric()


def test_every_key_can_be_set(rubric):
    found = rubric(
        """
        pass_mark = 50
        multiplexers = ["select", "poll", "epoll"]

        [points]
        starts = 0
        one-log = 7.5

        [limits]
        patience = 2
        memory = 100000000
        """
    )
    assert found == Rubric(
        pass_mark=50,
        multiplexers=("select", "poll", "epoll"),
        points={"starts": 0, "one-log": 7.5},
        limits=Limits(patience=2, memory=100_000_000),
    )


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_the_points_of_every_check_can_be_set(rubric, name):
    assert rubric(f"points.{name} = 1").points == {name: 1}


@pytest.mark.parametrize(
    "python",
    [
        *("3.11", "3.14", "3.13.2", "3.20", "python:3.13-slim", "school/python"),
        "registry.school.cn:5000/teaching/python:3.14@sha256:" + 64 * "0",
    ],
)
def test_the_python_is_a_version_or_an_image(rubric, python):
    assert rubric(f"python = '{python}'").python == python


@pytest.mark.parametrize("text", ["\ufeffpass_mark = 1", "pass_mark = 1\r\n", "# 早\npass_mark=1"])
def test_line_ends_and_byte_order_marks_are_accepted(rubric, text):
    assert rubric(text).pass_mark == 1


@pytest.mark.parametrize(
    ("text", "line", "key", "reason"),
    [
        ("pas_mark = 1", 1, "pas_mark", "there is no such key"),
        ("\n\n[point]\nstarts = 1", 3, "point", "there is no such key"),
        ("pass_mark = '60'", 1, "pass_mark", "expected `float`, got `str`"),
        ("pass_mark = true", 1, "pass_mark", "expected `float`, got `bool`"),
        ("pass_mark = -1", 1, "pass_mark", "expected `float` >= 0.0"),
        ("# 早\npass_mark = 100.5", 2, "pass_mark", "expected `float` <= 100.0"),
        ("pass_mark = nan", 1, "pass_mark", "expected `float` >= 0.0"),
        ("pass_mark = 1" + "0" * 400, 1, "pass_mark", "number out of range"),
        ("points = 5", 1, "points", "expected `object`, got `int`"),
        ("[[points]]\nstarts = 1", 1, "points", "expected `object`, got `array`"),
        ("[points]\nstart = 5", 2, "points.start", "there is no such check"),
        ("[points]\nstarts = 5\n'' = 5", 3, "points.", "there is no such check"),
        ("[points]\n'a.b c' = 5", 2, "points.a.b c", "there is no such check"),
        ("points.bogus = 5", 1, "points.bogus", "there is no such check"),
        ("\npoints = {starts = 1, bogus = 5}", 2, "points.bogus", "there is no such check"),
        ("[points]\nstarts = 1\none-log = 'x'", 3, "points.one-log", "expected `float`, got `str`"),
        ('[points]\nstarts = 1\n"one-log" = -1', 3, "points.one-log", "expected `float` >= 0.0"),
        ("[points]\nstarts = 1001", 2, "points.starts", "expected `float` <= 1000.0"),
        ("[points]\nstarts = nan", 2, "points.starts", "expected `float` >= 0.0"),
        ("[points]\nstarts = inf", 2, "points.starts", "expected `float` <= 1000.0"),
        ("[points.starts]\nx = 1", 1, "points.starts", "expected `float`, got `object`"),
        ("multiplexers = 'select'", 1, "multiplexers", "expected `array`, got `str`"),
        ("multiplexers = ['select', 'kqueue']", 1, "multiplexers", "invalid enum value 'kqueue'"),
        ("\nmultiplexers = [\n 'poll',\n 7]", 2, "multiplexers", "expected `str`, got `int`"),
        ("python = 3.13", 1, "python", "expected `str`, got `float`"),
        ("python = '3.10'", 1, "python", NO_PYTHON),
        ("python = '2.7'", 1, "python", NO_PYTHON),
        ("python = 'python 3'", 1, "python", NO_PYTHON),
        ("python = '-v/:/x'", 1, "python", NO_PYTHON),
        ("multiplexers = []", 1, "multiplexers", "it is empty"),
        ("[limits]\npatiense = 5", 2, "limits.patiense", "there is no such key"),
        ("limits.patience = 'x'", 1, "limits.patience", "expected `float`, got `str`"),
        ("[limits]\n\nmemory = 1.5", 3, "limits.memory", "expected `int`, got `float`"),
        ("[limits]\nmemory = 0", 2, "limits.memory", "expected `int` >= 67108864"),
        ("[limits]\nprocesses = -5", 2, "limits.processes", "expected `int` >= 16"),
        ("[limits]\npatience = 0", 2, "limits.patience", "expected `float` >= 0.5"),
        ("[limits]\ntotal = inf", 2, "limits.total", "expected `float` <= 86400.0"),
        ("[limits]\nprocessors = nan", 2, "limits.processors", "expected `float` > 0.0"),
        ("[limits]\nfile_size = 1979-05-27", 2, "limits.file_size", "expected `int`, got `date`"),
    ],
)
def test_an_error_names_the_line_key_and_reason(complaint, text, line, key, reason):
    assert complaint(text) == f", line {line}: {key}: {reason}."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pass_mark 60", "at line 1, column 11"),
        ("\n[points\n", "at line 2, column 8"),
        ("pass_mark = 1\npass_mark = 2", "Cannot overwrite a value"),
        ("x = " + "[" * 50_000, "recursion"),
        ("x = " + "9" * 5000, "digits"),
        ("x = \0", "Invalid value"),
    ],
)
def test_invalid_toml_is_an_error(complaint, text, reason):
    said = complaint(text)
    assert said.startswith(" is not valid TOML: ")
    assert reason in said


def test_another_encoding_is_an_error(complaint):
    assert complaint("# 早".encode("gbk")) == " is not in UTF-8."


def test_an_unreadable_file_is_an_error(tmp_path):
    with pytest.raises(RubricError, match="cannot be read: No such file"):
        load_rubric(tmp_path / "none.toml")
    with pytest.raises(RubricError, match="cannot be read: Is a directory"):
        load_rubric(tmp_path)


toml_text = st.text() | st.lists(
    st.sampled_from(
        ["[points]", "[limits]", "[x]", "starts = 1", "one-log = 'x'", "pass_mark = 1", "a.b = []",
         "memory = 1", "points = {}", "limits = 3", "multiplexers = ['poll']", "'' = 1", "="]
    )
).map("\n".join)  # fmt: skip


@given(toml_text)
def test_any_text_is_accepted_or_rejected(tmp_path_factory, text):
    path: Path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_rubric(path), Rubric)
    except RubricError as error:
        assert str(path) in str(error)  # noqa: PT017
