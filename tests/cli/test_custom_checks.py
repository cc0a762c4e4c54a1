"""A teacher's own checks are loaded, refused if invalid, and shown everywhere."""

import json
import re
from pathlib import Path

import pytest

from cli.samples import DEAF, RIGHT
from grader.checks import CHECKS
from grader.grading.custom_checks import CustomChecksError, load

GUIDE = Path(__file__).parents[2] / "docs" / "writing-checks.md"

HELLO = 'def says_hello(history):\n    """It says hello."""\n    return {}\n'


def write(text: str) -> Path:
    path = Path("my_checks.py")
    path.write_text(text, encoding="utf-8")
    return path


def entry_of(out: str, name: str) -> dict:
    return next(check for check in json.loads(out)["checks"] if check["id"] == name)


@pytest.mark.parametrize(
    ("returned", "outcome"),
    [
        ("True", "pass"),
        ("False", "fail"),
        ("'it said {nothing}'", "fail"),
        ("None", "not-judged"),
        ("1 / 0", "not-judged"),
    ],
)
def test_return_values_become_outcomes(play, returned, outcome):
    write(HELLO.format(returned))
    status, out, _ = play({"zhang.py": RIGHT}, "--json", "--checks", "my_checks.py")
    check = entry_of(out, "says-hello")
    assert (status, check["outcome"], check["asks"]) == (0, outcome, "It says hello.")
    if "nothing" in returned:
        assert check["findings"][0]["seen"] == ["it said {nothing}"]
    if "/" in returned:
        assert "my_checks.py on line 3: ZeroDivisionError" in check["because"]


def test_the_rubric_gives_points(play):
    write(HELLO.format("False"))
    Path("rubric.toml").write_text("[points]\nsays-hello = 25")
    options = ("--checks", "my_checks.py", "--rubric", "rubric.toml", "--json")
    _, out, _ = play({"zhang.py": RIGHT}, *options)
    assert (json.loads(out)["points"], json.loads(out)["possible"]) == (100, 125)


def test_a_check_is_skipped_when_what_it_needs_fails(play):
    write(HELLO.format("True") + "says_hello.needs = ('starts',)\n")
    _, out, _ = play({"zhang.py": DEAF}, "--json", "--checks", "my_checks.py")
    assert entry_of(out, "says-hello")["outcome"] == "skipped"


@pytest.mark.parametrize("name", ["junit", "gradescope", "markdown", "json"])
def test_a_custom_check_appears_in_every_format(play, name):
    write(HELLO.format("False"))
    _, out, _ = play({"zhang.py": RIGHT}, "--checks", "my_checks.py", "--format", f"{name}=-")
    assert "says-hello" in out.replace("\\-", "-")


def test_explain_shows_custom_checks(grade):
    write(HELLO.format("True"))
    assert "It says hello." in grade("explain", "--checks", "my_checks.py", "says-hello")[1]


def test_a_run_remembers_its_custom_checks(play, grade):
    write(HELLO.format("False"))
    play({"zhang.py": RIGHT}, "--checks", "my_checks.py")
    (run,) = Path("runs").glob("*/")
    versions = json.loads((run / "versions.json").read_text())
    assert versions["checks"] == "my_checks.py"
    assert len(versions["checks_hash"]) == 64
    again = grade("judge", "--json", "--checks", "my_checks.py", run)[1]
    assert entry_of(again, "says-hello")["outcome"] == "fail"
    assert "are not those" not in again
    write(HELLO.format("True"))
    assert "are not those" in grade("judge", "--json", "--checks", "my_checks.py", run)[1]
    assert "left out here" in grade("judge", "--json", run)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ndef broken(:\n", "line 2: SyntaxError"),
        ("\nimport no_such_module\n", "line 2: ModuleNotFoundError"),
        ("raise SystemExit\n", "line 1: SystemExit"),
        ("def _helper(history): pass\n", "There is no check in"),
        ("from json import dumps\n", "There is no check in"),
        ("def quiet(history): return True\n", "line 1: quiet: it needs a docstring"),
        ("def two(a, b):\n    'x'\n", "line 1: two: it must take one argument"),
        ("def starts(history):\n    'x'\n", "there is already a check starts"),
        ("def a(history):\n    'x'\na.needs = ('b',)\n", "it needs b, but there is no such"),
        (
            "def a(history):\n    'x'\na.needs = 'starts'\n",
            "`needs` must be a tuple of check names",
        ),
        ("def a(history):\n    'x'\n\x00", "line "),
    ],
)
def test_invalid_checks_are_refused(grade, text, said):
    write(text)
    Path("zhang.py").write_text("print()")
    status, out, err = grade("--checks", "my_checks.py", "zhang.py")
    assert (status, out) == (2, "")
    assert said in err


def test_a_missing_file_is_an_error():
    with pytest.raises(CustomChecksError, match="cannot be read"):
        load(Path("no.py"))


def test_without_a_file_the_built_in_checks_are_used():
    assert load(None).checks == CHECKS


def test_the_guides_example_works(play):
    example, points = re.findall(r"```(?:python|toml)\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    write(example)
    Path("rubric.toml").write_text(points)
    options = ("--checks", "my_checks.py", "--rubric", "rubric.toml", "--json")
    check = entry_of(play({"zhang.py": RIGHT}, *options)[1], "log-has-usual-name")
    assert (check["outcome"], check["points"]) == ("pass", 5)
