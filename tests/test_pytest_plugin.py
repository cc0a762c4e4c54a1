"""The pytest plugin, in a pytest of its own: what it collects, and each check's outcome."""

import tomllib
from pathlib import Path

import pytest
from cli.samples import CROWDED, DEAF, NO_MACHINE, RIGHT, FakeSandbox

import grader.sandbox.local
import select_grader_pytest
from grader.runs.run import Run

pytest_plugins = ["pytester"]

CONFIG = "[pytest]\ngrade = submissions\naddopts = -p no:cacheprovider\n"
EVIL = "raise SystemExit('the program was run on this machine')\n"


@pytest.fixture
def course(pytester, monkeypatch):
    """Run pytest on submissions with these names; the fake sandbox replays these streams."""
    pytester.makeini(CONFIG)

    def run(streams: dict, *arguments: str):
        sandbox = FakeSandbox(*streams.values())
        monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: sandbox)
        Path("submissions").mkdir(exist_ok=True)
        for name in streams:
            Path("submissions", name).parent.mkdir(exist_ok=True)
            Path("submissions", name).write_text(EVIL)
        result = pytester.runpytest_inprocess("--grade-sandbox", "none", *arguments)
        run.sandbox = sandbox
        return result

    return run


def test_each_check_is_a_test(course):
    result = course({"zhang.py": RIGHT}, "submissions/zhang.py", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*submissions/zhang.py::client-order PASSED*"])
    result.stdout.fnmatch_lines(["submissions/zhang.py  100 of 100 points"])


def test_a_failed_check_is_explained(course):
    result = course({"zhang.py": DEAF}, "submissions", "-k", "starts or order")
    assert result.ret == 1
    result.assert_outcomes(failed=1, skipped=3)
    result.stdout.fnmatch_lines(
        ["observed: it does not listen on any TCP port*", "submissions/zhang.py  0 of 20 points"]
    )
    assert "Traceback" not in result.stdout.str()


def test_a_check_that_was_not_judged_is_an_error(course):
    result = course({"zhang.py": CROWDED}, "submissions", "-k", "newcomer")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["The time limit for this submission ran out*"])


def test_a_failing_sandbox_is_used_once(course):
    result = course({"zhang.py": NO_MACHINE}, "submissions", "-k", "starts or newcomer")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["The run was lost*Put it out."])


def test_only_the_given_submissions_are_graded_and_each_once(course):
    streams = {"li.py": DEAF, "zhang.py": RIGHT}
    course({**streams, "wu.py": RIGHT}, "submissions/li.py", "submissions/zhang.py")
    assert len(list(Path("runs").glob("*/"))) == 2


@pytest.mark.parametrize("arguments", [("submissions",), ("--grade", "submissions/")])
def test_a_students_folder_gives_the_submission_its_name(course, arguments):
    names = ["li.py", "zhang/server.py"]
    course(dict.fromkeys(names, RIGHT), *arguments, "-k", "starts").assert_outcomes(passed=2)
    called = sorted(Run(path).info().submission for path in Path("runs").glob("*/"))
    assert called == ["li.py", "zhang"]


def test_a_program_has_its_modules(course):
    Path("submissions/zhang").mkdir(parents=True)
    Path("submissions/zhang/helper.py").write_text("x = 1\n")
    Path("submissions/li.py").write_text("x = 1\n")
    Path("submissions/zhang/server.py").write_text("import helper, socket\nsocket.listen()\n")
    result = course({}, "submissions", "-k", "starts", "--collect-only", "-q")
    collected = [line for line in result.outlines if "::starts" in line]
    assert collected == ["submissions/li.py::starts", "submissions/zhang/server.py::starts"]


def test_what_is_not_gradable_is_an_error_with_a_reason(course):
    Path("submissions/wu").mkdir(parents=True)
    for name in ("wu/a.py", "wu/b.py"):
        Path("submissions", name).write_text("import socket\nsocket.socket().listen()\n")
    Path("submissions/wang.docx").write_bytes(b"PK\x03\x04word/")
    Path("submissions/zhao.ipynb").write_text('{"cells": [], "nbformat": 4}')
    Path("submissions/qian").mkdir()
    Path("submissions/README.md").touch()
    result = course({"li.py": RIGHT}, "submissions")
    assert result.ret == 1
    assert result.parseoutcomes()["errors"] == 4
    result.stdout.fnmatch_lines_random(
        [
            "*wang.docx is a Word document.*",
            "*zhao.ipynb is a notebook.*",
            "*wu contains several programs: a.py and b.py.*",
            "*There is no Python program in qian.*",
        ]
    )


def test_collecting_grades_nothing(course):
    course({"zhang.py": RIGHT}, "submissions", "--collect-only")
    assert not Path("runs").exists()


@pytest.mark.parametrize("name", ["zhang.py", "test_zhang.py", "zhang_test.py"])
@pytest.mark.parametrize("option", ["-v", "--doctest-modules"])
def test_no_program_is_imported(course, name, option):
    result = course({name: RIGHT}, f"submissions/{name}", option)
    assert result.ret == 0
    assert "was run" not in result.stdout.str() + result.stderr.str()


def test_a_package_is_collected_as_a_plain_folder(course):
    Path("submissions").mkdir()
    Path("submissions/__init__.py").write_text(EVIL)
    result = course({"zhang.py": RIGHT}, "submissions")
    assert result.ret == 0


def test_the_folder_of_programs_may_be_missing(pytester):
    pytester.makeini(CONFIG)
    pytester.makeconftest("")
    pytester.makepyfile(test_own="def test_own(): pass")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


# --- what pytest would execute or obey ---

CANARY = "open(r'{}', 'w')\n"
"""Harmless, and seen where a defence fails."""


@pytest.fixture
def hostile(pytester, monkeypatch):
    """Run pytest where students handed in these files; return the result, and whether any of their
    code was executed."""
    Path("course.ini").write_text(CONFIG)
    pytester.makeini(CONFIG)
    canary = pytester.path / "canary"
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", lambda: FakeSandbox(*[RIGHT] * 9))

    def run(files: dict[str, str], *arguments: str):
        for name, content in files.items():
            path = Path("submissions", name)
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(content.replace("CANARY", CANARY.format(canary)))
        result = pytester.runpytest_inprocess("--grade-sandbox", "none", "-k", "starts", *arguments)
        return result, canary.exists()

    return run


SETTINGS = {
    "pytest.ini": "[pytest]\n",
    ".pytest.ini": "[pytest]\n",
    "pytest.toml": "[pytest]\n",
    "tox.ini": "[pytest]\n",
    "setup.cfg": "[tool:pytest]\n",
    "pyproject.toml": "[tool.pytest]\npythonpath = ['.']\n",
}
TEST = {"zhang/test_a.py": "CANARY"}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_replace_the_teachers_are_refused(hostile, name):
    """They know nothing of `grade`, so pytest would import the programs."""
    result, executed = hostile({**TEST, f"zhang/{name}": SETTINGS[name]}, "submissions/zhang")
    assert (result.ret, executed) == (pytest.ExitCode.USAGE_ERROR, False)
    result.stderr.fnmatch_lines(["*which replaces the settings in *tox.ini*remove it*"])


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_refused_before_they_are_obeyed(hostile, name):
    files = {**TEST, f"zhang/{name}": SETTINGS[name]}
    result, executed = hostile(files, "--grade", "submissions")
    assert (result.ret, executed) == (pytest.ExitCode.USAGE_ERROR, False)
    result.stderr.fnmatch_lines([f"*settings from here: *zhang/{name}.*`pytest -c*"])


@pytest.mark.parametrize(
    "settings",
    ["grade = zhang", "addopts = -c submissions/pytest.ini", "addopts = --grade", "grade ="],
)
def test_settings_cannot_vouch_for_themselves(hostile, settings):
    files = {**TEST, "pytest.ini": f"[pytest]\n{settings}\n"}
    result, executed = hostile(files, "submissions")
    assert (result.ret, executed) == (pytest.ExitCode.USAGE_ERROR, False)


@pytest.mark.parametrize(
    "settings",
    [
        "addopts = -p no:select_grader_pytest",
        "addopts = -p evil\npythonpath = .",
        "addopts = -p evil -c submissions/pytest.ini\npythonpath = .",
    ],
)
@pytest.mark.parametrize("naming", [("-c", "course.ini"), ("--config-file=course.ini",)])
def test_a_teacher_who_names_the_settings_is_safe(hostile, settings, naming):
    """Without `-c`, no plugin could prevent these: pytest obeys them before it loads any."""
    files = {**TEST, "evil.py": "CANARY", "pytest.ini": f"[pytest]\n{settings}\n"}
    result, executed = hostile(files, *naming, "submissions")
    assert not executed
    # Beside a program, test_a.py is its test.
    result.assert_outcomes(passed=1, deselected=28)


def test_the_environment_may_name_the_settings(hostile, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-c course.ini")
    result, executed = hostile({**TEST, "zhang/pytest.ini": "[pytest]"}, "submissions/zhang")
    assert not executed
    result.assert_outcomes(passed=1, deselected=28)


@pytest.mark.parametrize("graded", ["../{}/submissions", "link"])
def test_the_folder_is_known_by_any_name(hostile, pytester, graded):
    pytester.makeini(CONFIG.replace("submissions", graded.format(pytester.path.name)))
    Path("link").symlink_to("submissions")
    result, executed = hostile(TEST, "submissions")
    assert not executed
    result.assert_outcomes(passed=1, deselected=28)


@pytest.mark.parametrize("name", ["conftest.py", "zhang/conftest.py", "zhang/.a/b/conftest.py"])
@pytest.mark.parametrize("naming", [(), ("-c", "course.ini")])
def test_a_students_conftest_is_refused(hostile, name, naming):
    result, executed = hostile({name: "CANARY"}, *naming, "submissions")
    assert (result.ret, executed) == (pytest.ExitCode.USAGE_ERROR, False)
    result.stderr.fnmatch_lines([f"*pytest would execute*submissions/{name}.*"])


def test_no_other_collector_gets_a_students_file(hostile):
    files = {"zhang/test_a.txt": ">>> CANARY", "zhang/__init__.py": "CANARY", "zhang/a.py": "x = 1"}
    files |= {"zhang/sitecustomize/__init__.py": "CANARY"}
    result, executed = hostile(files, "submissions", "--doctest-modules")
    assert not executed
    result.assert_outcomes(passed=1, deselected=28)


def test_what_is_no_program_fails_the_first_check(course):
    Path("submissions/zhang").mkdir(parents=True)
    Path("submissions/wang.py").touch()
    Path("submissions/zhao.py").symlink_to("/etc/passwd")
    Path("submissions/zhou").symlink_to("zhang")
    Path("submissions/zhang/server.py").symlink_to("/etc/passwd")
    result = course({"li.py": RIGHT}, "submissions", "-k", "starts or client-order")
    result.assert_outcomes(passed=2, failed=4, skipped=4)
    for said in ("wang.py is empty", *(f"{x} is a link" for x in ("zhao.py", "zhou", "server.py"))):
        result.stdout.fnmatch_lines([f"*observed: *{said}"])
    result.stdout.fnmatch_lines(["submissions/zhou  0 of 10 points"])


def test_a_link_to_a_folder_is_not_followed(hostile):
    for name in ("conftest.py", "test_a.py"):
        Path("elsewhere").mkdir(exist_ok=True)
        Path("elsewhere", name).write_text(CANARY.format(Path("canary").absolute()))
    Path("submissions").mkdir()
    Path("submissions/zhang").symlink_to("../elsewhere")
    result, executed = hostile({}, "submissions")
    assert not executed
    result.assert_outcomes(failed=1, deselected=28)
    for named in ("submissions/zhang", "submissions/zhang/test_a.py"):
        result, executed = hostile({}, named)
        assert (result.ret, executed) == (pytest.ExitCode.USAGE_ERROR, False)
        result.stderr.fnmatch_lines(["*submissions/zhang is a link*"])


def test_other_tests_are_not_affected(pytester):
    pytester.makepyfile(test_mine="def test_one(): pass", helper=EVIL)
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert "points" not in result.stdout.str()


def test_a_project_imports_its_own_grader(pytester):
    pytester.makepyfile(
        grader="MARK = 42",
        test_mine="""
            import sys
            import grader

            def test_it_is_its_own():
                assert grader.MARK == 42
                assert not [name for name in sys.modules if name.startswith("grader.")]
        """,
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_another_plugin_has_an_option_checks(pytester):
    pytester.makepyfile(
        other_plugin="""
            def pytest_addoption(parser):
                parser.addoption("--checks")
                parser.addoption("--rubric")
                parser.addini("checks", "")
        """,
        test_mine="""
            def test_its_value(pytestconfig):
                assert pytestconfig.getoption("checks") == "all"
        """,
    )
    result = pytester.runpytest_subprocess("-p", "other_plugin", "--checks", "all")
    result.assert_outcomes(passed=1)


def test_all_options_and_settings_begin_with_grade():
    class Names(list):
        def getgroup(self, *_):
            return self

        def addoption(self, name, **_):
            self.append(name.removeprefix("--"))

        def addini(self, name, *_, **__):
            self.append(name)

    select_grader_pytest.pytest_addoption(names := Names())
    assert len(names) == 6
    assert all(name.startswith("grade") for name in names)


def test_the_wheel_contains_the_entry_point():
    project = tomllib.loads(Path(grader.__file__).parents[1].joinpath("pyproject.toml").read_text())
    module = project["project"]["entry-points"]["pytest11"]["select_grader_pytest"]
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"][f"{module}.py"] == f"{module}.py"


def test_a_teachers_own_checks(course):
    Path("mine.py").write_text('def says_hello(history):\n    """It does."""\n    return True\n')
    result = course({"zhang.py": RIGHT}, "submissions", "--grade-checks", "mine.py", "-k", "hello")
    result.assert_outcomes(passed=1)


def test_an_invalid_rubric(course):
    Path("rubric.toml").write_text("pass_mark = 'high'")
    result = course({"zhang.py": RIGHT}, "submissions", "--grade-rubric", "rubric.toml")
    result.stdout.fnmatch_lines(["*rubric.toml, line 1*"])


def test_workers_grade_a_submission_once(pytester):
    """With a real sandbox, since the workers are other processes."""
    pytester.makeini(CONFIG)
    Path("submissions").mkdir()
    for name in ("li.py", "zhang.py"):
        Path("submissions", name).write_text("raise SystemExit(1)\n")
    result = pytester.runpytest_subprocess(
        "submissions", "-n", "2", "--grade-sandbox", "none", "-k", "starts or order"
    )
    result.assert_outcomes(failed=2, skipped=6)
    assert len(list(Path("runs").glob("*/"))) == 2
