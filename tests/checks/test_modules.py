"""What checks say of programs of several files: they read what it imports, and name the file."""

import pytest
from runs.stored import info

from checks.histories import ask, facts, history, is_stuck, right_scenes, scene, sends
from grader.checks.select_calls import select_calls
from grader.checks.source_code import CodeLine, never_selects, place, read_source
from grader.checks.terminal_output import interrupted_line, raised_at
from grader.grading.advice import advice
from grader.grading.custom_checks import CheckSet
from grader.grading.handlers import find_handlers
from grader.model.plan import Plan
from grader.model.program import Module

MAIN = b"import tools.net\n\ntools.net.serve()\n"
NET = b"""\
import select


def serve():
    while True:
        ready = select.select([listener], [], [])[0]
        ready[0].recv(10)
"""
FILES = {"tools/net.py": NET, "tools/__init__.py": b"", "unused.py": b"def (", "users.csv": b"a"}

SHOWN = b"""\
Traceback (most recent call last):\r
  File "/work/123/course/homework/submission.py", line 3, in <module>\r
    tools.net.serve()\r
  File "/work/123/course/homework/tools/net.py", line 7, in serve\r
    ready[0].recv(10)\r
  File "/usr/lib/python3.12/socket.py", line 300, in recv\r
    wait()\r
KeyboardInterrupt\r
"""


def stuck(**program):
    return history(scene("client", sends("a"), is_stuck(), terminal=SHOWN), **program)


def test_ctrl_c_is_reported_with_the_modules_name():
    found = facts(ask("client-logged", stuck(source=MAIN, files=FILES)))
    assert "Ctrl-C interrupted it there, at line 7 of tools/net.py: ready[0].recv(10)" in found


def test_a_line_of_a_library_is_not_the_programs():
    (play,) = stuck(source=MAIN, files=FILES).plays
    assert interrupted_line(play) == CodeLine(7, "ready[0].recv(10)", "tools/net.py")
    assert raised_at(play) == 3
    # Of a file that the program does not import, nothing is known.
    (play,) = stuck(source=MAIN).plays
    assert interrupted_line(play) == CodeLine(3, "tools.net.serve()")


def test_a_program_does_what_its_modules_do():
    modules = (Module("tools/net.py", NET),)
    assert never_selects(MAIN)
    assert not never_selects(MAIN, modules)
    assert read_source(MAIN, modules).receiving == {"serve"}
    (call,) = select_calls(MAIN, modules)
    assert (call.file, call.line) == ("tools/net.py", 6)
    broken = (*modules, Module("broken.py", b"def ("))
    assert not read_source(MAIN, broken).parsed


def test_a_line_is_named_with_its_module():
    assert str(place("", 7)) == "7"
    assert str(place("tools/net.py", 7)) == "7 of tools/net.py"
    hides = b"try:\n    run()\nexcept Exception:\n    pass\n"
    found = read_source(MAIN, (Module("net.py", hides),)).silent_handler
    assert found == CodeLine(3, "except Exception:", "net.py")
    assert str(found.shown) == "3 of net.py"


def test_a_single_call_in_a_module_has_no_line_in_the_file_that_is_run():
    assert find_handlers(NET).line("recv") == 7
    assert find_handlers(MAIN, (Module("net.py", NET),)).line("recv") == 0
    assert find_handlers(NET, (Module("net.py", NET),)).line("recv") == 0


def ask_functions(source: bytes, files: dict[str, bytes]):
    return ask("functions", history(*right_scenes(), source=source, files=files))


def test_functions_are_looked_for_in_all_files():
    """So neither a file of settings needs any, nor one that only starts the server."""
    files = {"tools/net.py": NET, "settings.py": b"PORT = 1\n"}
    main = b"import settings, tools.net\ntools.net.serve()\n"
    assert ask_functions(main, files).outcome == "pass"
    files["tools/net.py"] += b"x = serve()\n" * 20
    assert "line 8 of tools/net.py: 20 statements are outside all functions" in facts(
        ask_functions(main, files)
    )


@pytest.mark.parametrize("settings", [b"PORT = 1\n", b"x = list()\n" * 20])
def test_a_program_without_any_function_is_told_so(settings):
    outcome = ask_functions(b"import settings\nstart()\n", {"settings.py": settings})
    assert "no function" in facts(outcome)


def test_a_module_in_place_of_pythons_is_noticed():
    files = {"select.py": b"", "helper.py": b"", "tools/socket.py": b"", "selectors.py": b""}
    plan = Plan(source=b"import select, helper, socket", nonces=(), files=files)
    given = history(scene("client", sends("a")), source=plan.source, files=files)
    notes = [str(note) for note in advice(info("zhang"), plan, given, CheckSet())]
    assert [note.partition(" ")[0] for note in notes] == ["select.py,", "selectors.py,"]
    assert "takes the place of Python's module `select`" in notes[0]
