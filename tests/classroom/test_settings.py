"""The settings of a class: which apply, and what is wrong with them."""

from pathlib import Path

import pytest

from grader.classroom.settings import TEMPLATE, ClassSettings, SettingsError, find, load


@pytest.fixture
def written(tmp_path):
    def write(text: str, folder: str = ".") -> Path:
        path = tmp_path / folder / "class.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


def test_settings_are_read(written):
    text = 'rubric = "r.toml"\nroster = "学生.csv"\nmain = "server.py"\nsections = true\n'
    text += 'title = "作业三"\n'
    assert load(written(text)) == ClassSettings(
        title="作业三", rubric="r.toml", roster="学生.csv", main="server.py", sections=True
    )


def test_the_template_explains_each_key_and_sets_none(written):
    assert load(written(TEMPLATE)) == ClassSettings()
    keys = [line[2:].partition(" = ")[0] for line in TEMPLATE.splitlines() if " = " in line]
    assert sorted(keys) == sorted(ClassSettings.__struct_fields__)
    uncommented = "\n".join(line[2:] if " = " in line else line for line in TEMPLATE.splitlines())
    assert load(written(uncommented)).main == "server.py"


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ('\nrubrik = "x"', "line 2: rubrik: there is no such key.", "Did you mean rubric?"),
        (
            'deadline = "x"',
            "line 1: deadline: there is no such key.",
            "The keys are: title, rubric, roster, main, sections.",
        ),
        ("main = 1", "line 1: main: expected `str`, got `int`.", None),
        ('sections = "yes"', "line 1: sections: expected `bool | null`, got `str`.", None),
        ("main", "class.toml is not valid TOML: ", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(written, text, what, remedy):
    with pytest.raises(SettingsError) as caught:
        load(written(text))
    assert what in str(caught.value.what)
    assert (caught.value.remedy and str(caught.value.remedy)) == remedy


def test_a_link_is_not_read(written, tmp_path):
    path = written("", "elsewhere")
    (tmp_path / "class.toml").symlink_to(path)
    with pytest.raises(SettingsError):
        load(tmp_path / "class.toml")


def test_the_outermost_settings_count_since_a_student_may_hand_some_in(written, tmp_path):
    (tmp_path / "class/one/zhang").mkdir(parents=True)
    assert find([tmp_path / "class"]) is None
    own = written("", "class/one/zhang")
    assert find([tmp_path / "class/one/zhang"]) == own
    whole = written("", "class")
    for path in ("class", "class/one", "class/one/zhang", "class/zhang.py"):
        assert find([tmp_path / path]) == whole
    assert find([tmp_path / "class/one", tmp_path / "class/two"]) == whole
    assert find([tmp_path / "class/one", tmp_path / "other"]) is None
