"""``grade`` without a command: usage errors, misspelled commands, help, and completion."""

from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from grader.checks import CHECKS
from grader.cli.main import cli


@pytest.mark.parametrize("args", [["--json"], ["--jobs", "x", "a.py"], ["a.py", "--formt", "x"]])
def test_usage_errors_name_the_command_that_was_typed(grade, args):
    status, _, err = grade(*args)
    assert status == 2
    assert err.startswith("Usage: grade [OPTIONS] PATH…\nTry 'grade --help' for help.\n")
    assert "submission" not in err


@pytest.mark.parametrize(
    ("args", "suggested"),
    [
        (["explian"], "Did you mean `grade explain`?"),
        (["explian", "starts"], "Did you mean `grade explain`?"),
        (["--lang", "en", "jugde", "runs/a"], "Did you mean `grade judge`?"),
        (["ci-coment"], "Did you mean `grade ci-comment`?"),
        (["hlep"], "Did you mean `grade help`?"),
        (["help", "dcotor"], "Did you mean `grade doctor`?"),
        (["zhang"], "`grade --help` lists the commands."),
        (["explain", "own-recrod"], "Did you mean `grade explain own-record`?"),
    ],
)
def test_a_misspelled_word(grade, args, suggested):
    status, out, err = grade(*args)
    assert (status, out) == (2, "")
    assert err.splitlines()[-1] == f"       → {suggested}"


def test_no_hidden_command_is_suggested(grade):
    assert "submission" not in grade("submissoin")[2].splitlines()[-1]


@pytest.mark.parametrize("word", ["explian", "help"])
def test_a_file_that_is_named_like_a_command_is_graded(grade, word):
    Path(word).mkdir()
    assert f"There is no Python program in the folder {word}." in grade(word)[2]


def test_help_is_a_word_too(grade):
    assert grade("help") == grade("--help")
    assert grade("help", "judge") == grade("judge", "--help")
    assert grade("--lang", "zh", "help", "judge") == grade("--lang", "zh", "judge", "--help")


def test_help_lists_commands_in_the_order_of_their_use_and_none_in_part(grade):
    listed = grade("help")[1].partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == [
        *(
            "explain",
            "replay",
            "doctor",
            "init",
            "import",
            "judge",
            "verify",
            "site",
            "decide",
            "diff",
            "book",
            "return",
            "clean",
            "forget",
            "ci",
            "ci-comment",
        )
    ]
    assert [line for line in listed if "..." in line] == []


def completions(*args: str) -> list[str]:
    """What is offered for the last word."""
    found = BashComplete(cli, {}, "grade", "_GRADE_COMPLETE").get_completions(
        list(args[:-1]), args[-1]
    )
    return [f"<{item.type}>" if item.type != "plain" else item.value for item in found]


def test_completion_offers_files_commands_and_options(grade):
    Path("ex").mkdir()
    for name in ("exam.py", "exam.txt", "li.py"):
        Path(name).touch()
    assert completions("ex") == ["explain", "ex/", "exam.py"]
    assert completions("l") == ["<file>"]
    assert completions("li.py", "e") == ["<file>"]
    assert completions("--ver") == ["--version", "--verbose"]
    assert completions("li.py", "--ver") == ["--verbose"]
    assert completions("--sandbox", "na") == ["namespaces"]
    assert set(completions("")) >= {"judge", "ex/", "li.py"}


def test_completion_offers_checks():
    assert completions("explain", "") == [check.name for check in CHECKS]
    assert completions("decide", "runs/a", "own") == ["own-record"]
