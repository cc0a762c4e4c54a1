"""Remarks on how a program is divided into functions."""

import dataclasses

import pytest

from checks.histories import ask, right
from grader.checks.functions import LONGEST, Remark, remarks
from grader.model.history import History


def found(source: str) -> list[tuple[int, str, str]]:
    return [(r.line, r.kind, r.name) for r in remarks(source.encode())]


GOOD = '''\
"""A server."""
import select
from socket import socket

PORT = 8888
buffer_size = 1024


def accept(listener, clients):
    connection, _ = listener.accept()
    clients.append(connection)


def main():
    clients = []
    with socket() as listener:
        for ready in select.select([listener], [], [])[0]:
            accept(ready, clients)


if __name__ == "__main__":
    main()
'''


def test_a_program_of_functions():
    assert found(GOOD) == []


def test_a_script_without_functions():
    script = "import socket\ns = socket.socket()\ns.listen()\nwhile True:\n    s.accept()\n"
    assert remarks(script.encode()) == (Remark(1, "no-function", "", 4),)


def test_a_script_beside_a_function():
    script = "def f(x):\n    return x\n" + "f(1)\n" * 13
    assert found(script) == [(3, "script", "")]
    assert found("def f(x):\n    return x\n" + "f(1)\n" * 12) == []


def test_code_below_the_main_guard_counts():
    script = "def f(x):\n    return x\nif __name__ == '__main__':\n" + "    f(1)\n" * 13
    assert found(script) == [(4, "script", "")]


def test_statements_within_others_count():
    def count(script):
        (remark,) = remarks(script.encode())
        assert remark.kind == "no-function"
        return remark.size

    assert count("if f():\n    f()\nelse:\n    f()\n    f()\n") == 4
    assert count("while f():\n    f()\nelse:\n    f()\n") == 3
    handled = "try:\n    f()\nexcept OSError:\n    f()\n    f()\nfinally:\n    f()\n"
    assert count(handled) == 5


@pytest.mark.parametrize(
    "setting",
    [
        "sock = socket()",
        "sock: object = socket()",
        "sock, other = make()",
        "for sock in make(): pass",
        "with make() as sock: pass",
        "while (sock := make()): pass",
        "if True:\n    sock = make()",
        "try:\n    sock = make()\nexcept OSError:\n    pass",
        "if __name__ == '__main__':\n    sock = make()",
    ],
)
def test_a_variable_from_outside(setting):
    program = f"def f():\n    sock.listen()\n    sock.accept()\n{setting}\n"
    assert (2, "hidden-input", "sock") in found(program)
    assert "hidden-input" not in str(found(program.replace("def f():", "def f(sock):")))


def test_a_variable_from_outside_is_named_once_for_each_function():
    program = "def f():\n    s.listen()\n    s.accept()\ndef g():\n    s.close()\ns = make()\n"
    assert found(program) == [(2, "hidden-input", "s"), (5, "hidden-input", "s")]


@pytest.mark.parametrize("setting", ["sock = 8888", "SOCK = make()", "sock = logging.getLogger()"])
def test_a_constant_is_not_a_hidden_input(setting):
    name = setting.split()[0]
    assert found(f"def f():\n    return {name}\n{setting}\n") == []


def test_global():
    program = "def f():\n    global count, last\n    count = last = 1\n"
    assert found(program) == [(2, "global", "count"), (2, "global", "last")]


def test_a_long_function():
    body = "    x = 1\n"
    assert found("def f():\n" + body * LONGEST) == [(1, "long", "f")]
    assert found("def f():\n" + body * (LONGEST - 1)) == []


def test_an_unused_parameter():
    assert found("def f(a, b):\n    return a\n") == [(1, "unused", "b")]
    assert found("def f(a, b):\n    b = 1\n    return a\n") == [(1, "unused", "b")]
    assert found("def f(_a, self):\n    pass\n") == []


@pytest.mark.parametrize(
    "program",
    [
        "def f(a, b):\n    return a\nhandlers = {'x': f}\n",
        "def f(signum, frame):\n    pass\nsignal.signal(2, f)\n",
        "def f(a, b):\n    return a\nrun(key=f)\n",
        "def f(a, b):\n    return a\nclass C:\n    handler = f\n",
        "def outer():\n    def f(a, b):\n        return a\n    return f\n",
        "@on('data')\ndef f(a, b):\n    return a\n",
        "def f(a, b):\n    return a\nglobals()['f'](1, 2)\n",
        "class C(Thread):\n    def run(self, a):\n        pass\n",
        "class C:\n    def __exit__(self, kind, error, where):\n        pass\n",
        "class C:\n    def f(self, a):\n        pass\n    def g(self):\n        on(self.f)\n",
        "class C:\n    def f(self, a):\n        pass\n    def g(self, n):\n"
        "        getattr(self, n)(1)\n",
        "class C:\n    def f(self, a):\n        pass\nclass D:\n    def f(self, a):\n"
        "        return a\n",
        "f = lambda a, b: a\n",
        "class C:\n    def f(self, a):\n        pass\n    handlers = {'x': f}\n",
    ],
)
def test_who_is_passed_as_a_value_may_leave_a_parameter_unused(program):
    assert [kind for _, kind, _ in found(program)].count("unused") == 0


@pytest.mark.parametrize(
    "program",
    [
        "def f(a):\n    pass\nf(1)\n",
        "class C:\n    def __init__(self, a):\n        pass\n",
        "class C(object):\n    def f(self, a):\n        pass\n    def g(self):\n"
        "        self.f(1)\n",
        "class C:\n    @staticmethod\n    def f(a):\n        pass\nC.f(1)\n",
        "class C:\n    def f(self, a):\n        pass\nx = getattr(C, 'g')\n",
        "def f(a):\n    pass\nx = box.f\n",
        "def f(a):\n    pass\nf(1)\nf = 2\n",
    ],
)
def test_who_is_only_called_may_not(program):
    assert [kind for _, kind, _ in found(program)].count("unused") == 1


def test_a_nested_function_is_reported_once():
    program = "def f():\n    def g():\n        global x\n        x = s\n    g()\ns = make()\n"
    assert sorted(found(program)) == sorted({*found(program)})
    assert (4, "hidden-input", "s") in found(program)


def asked(source: bytes) -> str:
    given = right()
    return ask(
        "functions",
        History(
            source=source,
            agent=given.agent,
            plays=given.plays,
            ending="",
            finished=True,
            out_of_time=False,
        ),
    ).outcome


def test_the_check():
    assert asked(GOOD.encode()) == "pass"
    assert asked(b"x = f()\n") == "fail"
    assert asked(b"") == "not-judged"
    assert asked(b"def f(:\n") == "skipped"
    assert asked(b"\0") == "skipped"


def test_a_program_that_only_a_newer_python_can_parse():
    """The grader's own Python may be older than the sandbox's."""
    newer = dataclasses.replace(right(), source=b"lazy import os\n")
    assert ask("functions", newer).outcome == "not-judged"
    wrong = dataclasses.replace(newer, source=b"lazy import os\nprint 'x'\n")
    assert ask("functions", wrong).outcome == "skipped"
