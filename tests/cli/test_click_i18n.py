"""The command line in Chinese: reports, errors, help; and in English again afterwards."""

import inspect
import os
import textwrap
from pathlib import Path

import click
import pytest

from cli.samples import DEAF, NO_MACHINE, RIGHT
from grader.cli.click_i18n import localized
from grader.cli.main import cli
from grader.i18n import translator

CHINESE = "zh_CN.UTF-8"


def test_a_report_in_chinese(play):
    status, out, _ = play({"zhang.py": DEAF}, "--lang", "zh")
    assert status == 1
    assert " 0分（满分100分）" in out
    assert "✗ 启动并监听（starts）：失100分" in out
    assert "程序没有监听任何TCP端口" in out
    assert "points" not in out


def test_the_language_of_the_environment(play, monkeypatch):
    monkeypatch.setenv("LC_ALL", CHINESE)
    assert "100分（满分100分）" in play({"zhang.py": RIGHT})[1]
    assert "100 of 100 points" in play({"zhang.py": RIGHT}, "--lang", "en")[1]


def test_json_in_chinese(play):
    assert "程序没有监听任何TCP端口" in play({"zhang.py": DEAF}, "--json", "--lang", "zh")[1]


def test_a_stored_run_is_judged_in_any_language(play, grade):
    play({"zhang.py": DEAF})
    (run,) = Path("runs").glob("*/")
    assert " 0分（满分100分）" in grade("--lang", "zh", "judge", run)[1]
    assert " 0 of 100 points" in grade("judge", run)[1]


def test_a_failure_of_the_machine_in_chinese(play):
    _, _, err = play({"zhang.py": NO_MACHINE}, "--lang=zh")
    assert "grade: zhang.py未能判定。" in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["nosuch.py"], "grade: 没有文件nosuch.py：名字写对了吗？"),
        (["--bogus"], "错误：没有选项'--bogus'。"),
        (["--seed", "-1", "x.py"], "错误：'--seed'的值无效："),
        (["explain", "nonsense"], "grade: 没有检查项'nonsense'。"),
    ],
)
def test_usage_errors_in_chinese(grade, args, said):
    status, _, err = grade("--lang", "zh", *args)
    assert status == 2
    assert said in err
    assert "grade" in grade(*args)[2]
    assert said not in grade(*args)[2], "still in Chinese"


@pytest.mark.parametrize("args", [["--help"], ["judge", "--help"], ["doctor", "--help"]])
def test_help_in_chinese(grade, monkeypatch, args):
    english = grade(*args)[1]
    monkeypatch.setenv("LANG", CHINESE)
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    chinese = grade(*args)[1]
    assert "显示本说明并退出。" in chinese
    assert "Show this message" not in chinese
    monkeypatch.delenv("LANG")
    assert grade(*args)[1] == english


@pytest.mark.parametrize("path", [(), ("judge",), ("decide",), ("book",)])
def test_help_is_translated_whether_or_not_the_compiler_strips_docstrings(path):
    command = cli
    for name in path:
        command = command.commands[name]
    first, _, rest = inspect.cleandoc(command.help).partition("\n")
    stripped = f"{first}\n{rest}"
    indented = f"{first}\n{textwrap.indent(rest, '    ')}\n    "
    translated = [
        localized(click.Command("x", help=text), translator("zh")).help
        for text in (stripped, indented)
    ]
    assert translated[0] == translated[1] != stripped


def test_a_usage_error_of_click_has_chinese_plurals(grade):
    assert "多余的参数（too many）" in grade("--lang", "zh", "doctor", "too", "many")[2]
    assert "选项'--seed'需要1个值。" in grade("--lang", "zh", "--seed")[2]


@pytest.mark.parametrize("before", [None, "fr:de"])
def test_the_language_is_no_longer_in_the_environment_afterwards(grade, monkeypatch, before):
    if before is None:
        monkeypatch.delenv("LANGUAGE", raising=False)
    else:
        monkeypatch.setenv("LANGUAGE", before)
    grade("--lang", "zh", "--help")
    assert os.environ.get("LANGUAGE") == before


def test_a_chosen_language_overrules_gettexts_variable(grade, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "zh")
    assert "No such option" in grade("--lang", "en", "--bogus")[2]


def test_a_check_is_explained(grade):
    assert "要求" in grade("explain", "starts", "--lang", "zh")[1]
    assert "程序启动并监听一个TCP端口" in grade("explain", "--lang", "zh")[1]


def test_an_unknown_language_is_rejected(grade):
    status, _, err = grade("--lang", "klingon", "x.py")
    assert status == 2
    assert "'klingon' is not one of 'en', 'zh'" in err
