"""The cause of each error, as this Python words it."""

import subprocess
import sys

import pytest

from grader.checks.error_causes import error_cause


def hint(lines: list[str]) -> str:
    """The hint of the cause that ``lines`` name; empty: they name none."""
    cause = error_cause(lines)
    return str(cause.hint) if cause else ""


def shown(program: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
    )
    return done.stderr.splitlines()


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("def (", "cannot parse the program"),
        ("print 'a'", "Python 2"),
        ("if 1:\nprint(1)", "block"),
        ("if 1:\n        print(1)\n\tprint(2)", "mixing tabs and spaces"),
        ("import msvcrt", "on Windows only"),
        ("open('server.log')", "which mode"),
        ("import socket; s = socket.socket(); s.bind(('', 0)); s.accept()", "another value"),
        ("print（1）", "English keyboard"),
        ("f(1，2)", "English keyboard"),
        ("open('/dev/null', 'x')", "already exists"),
        ("import select; select.select([('a', 1)], [], [])", "sockets and files"),
        ("import select; select.select([])", "three lists"),
        ("import select; select([], [], [])", "is the module"),
        ("import socket; socket.socket().bind('', 80)", "too many or too few"),
        ("import socket; socket.socket().recv()", "too many or too few"),
        ("def f(a): pass\nf()", "too many or too few"),
        ("def f(): pass\nf(1)", "too many or too few"),
        ("a, b = [], [], []", "too many or too few"),
        ("a, b, c = [], []", "too many or too few"),
        ("import Queue", "Python 2"),
        ("import tk_of_old", "Only Python's standard library"),
        ("raise ImportError('libtk8.6.so: cannot open shared object file')", "no screen"),
        ("import socket; socket.socket().recv(1)", "A listening socket only accepts"),
        ("import configparser as c; c.ConfigParser()['server']", "was not submitted"),
        ("import configparser as c; c.ConfigParser().get('server', 'port')", "was not submitted"),
        ("count = 0\ndef f(): count += 1\nf()", "as a parameter"),
        ("'a'.decode()", "returns bytes, and typed text is a string"),
        ("b'a'.encode()", "returns bytes, and typed text is a string"),
        ("(1, 2).recv(1)", "a tuple, not a socket"),
        ("[].send(b'a')", "`for` goes through a list"),
        ("import select; select.select(1, [], [])", "three lists"),
        ("from select import select; select.select([], [], [])", "the function itself"),
        ("import sys; open('/dev/null').recv(1)", "not a socket"),
        ("1 / 0", "names the error"),
        ("import no_such_module", "Only Python's standard library"),
        ("import socket; socket.socket().bind(('192.0.2.1', 1))", "0.0.0.0"),
        ("open('/nowhere/a.log')", "relative path"),
        ("import locale; locale.setlocale(0, 'xx_XX')", "language"),
        ("import select; select.kqueue()", "this system is Linux"),
        ("sokcet", "spelt"),
        ("sys.stdin", "after `import`"),
        ("from socket import *\nf = socket.socket()", "spelt"),
        ("[].add(1)", "spelt"),
        ("b'' + ''", "bytes"),
        ("open('/dev/null', 'wb').write('')", "bytes"),
        ("'a' + b''", "bytes"),
        ("b'\\xff'.decode()", "only in the encoding"),
        ("'早'.encode()[:2].decode()", "half a character"),
        ("'早'.encode('ascii')", "has no such character"),
        ("import select; select.select([-1], [], [])", "which list still holds it"),
        ("f = open('/dev/null', 'w'); f.close(); f.write('')", "A closed file"),
        ("import socket as s; a = s.socket(); a.close(); a.recv(1)", "get from there"),
        ("[].remove(1)", "removed earlier"),
        ("{}[1]", "removed earlier"),
        ("import os; r, w = os.pipe(); os.close(r); os.write(w, b'x')", "The other end has gone"),
        ("import os; r, w = os.pipe(); os.set_blocking(r, 0); os.read(r, 1)", "non-blocking"),
    ],
)
def test_an_error_and_its_hint(program: str, says: str) -> None:
    assert says in hint(shown(program))


@pytest.mark.parametrize(
    "error",
    [
        "OSError: [Errno 30] Read-only file system: '/log.txt'",
        "PermissionError: [Errno 13] Permission denied: '/日志.txt'",
    ],
)
def test_a_file_in_the_root_folder(error: str) -> None:
    assert "root folder" in hint([error])


@pytest.mark.parametrize("program", ["raise SystemExit('bye')", "pass", "print('all is well')"])
def test_no_error_no_hint(program: str) -> None:
    assert error_cause(shown(program)) is None


def test_the_last_error_counts() -> None:
    first, last = shown("{}[1]"), shown("1 / 0")
    assert "names the error" in hint([*first, *last])
    assert "removed earlier" in hint([*last, *first])


def test_a_program_that_expects_arguments() -> None:
    lines = [
        "    port = int(sys.argv[1])",
        "               ~~~~~~~~^^^",
        "IndexError: list index out of range",
    ]
    assert "without arguments" in hint(lines)
    assert "names the error" in hint(lines[-1:])
    pair = "ValueError: not enough values to unpack (expected 2, got 1)"
    assert "without arguments" in hint(["    name, port = sys.argv", pair])
    assert "too many or too few" in hint([pair])


def test_what_ctrl_c_leaves_behind_is_no_error() -> None:
    assert error_cause(["KeyboardInterrupt"]) is None
    assert "removed earlier" in hint([*shown("{}[1]"), "KeyboardInterrupt"])


@pytest.mark.parametrize(
    ("code", "says"),
    [("select(fds, [], [])", "which list still holds"), ("s.send(b'')", "get from")],
)
def test_the_line_of_the_error_tells_who_holds_what_is_closed(code: str, says: str) -> None:
    assert says in hint([f"    {code}", "OSError: [Errno 9] Bad file descriptor"])
