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
        ("import socket; socket.socket().bind('', 80)", "a pair"),
        ("import socket; socket()", "a module cannot be called"),
        ("import time; time()", "a module cannot be called"),
        ("import datetime; datetime.now()", "no such name"),
        ("import socket; socket.bind(('', 1))", "no such name"),
        ("from socket import scket", "no such name"),
        ("import os; os.startfile('a')", "this system is Linux"),
        ("from time import *\ntime.time()", "the class or function itself"),
        ("from datetime import datetime\ndatetime.datetime.now()", "the class or function itself"),
        ("for i in 1, 2: print = print(i)", "The value is None"),
        ("for i in 1, 2: len = len('a')", "a value and no function"),
        ("class A:\n def f(): pass\nA().f()", "begin with `self`"),
        ("class A:\n def f(self): pass\nA.f()", "begin with `self`"),
        ("import socket; socket.socket().accept(1)", "too many or too few"),
        ("(4).recv(9)", "a number, and no socket"),
        ("{}[-1]", "the `fileno` of a socket that is closed"),
        ("[].recv(9)", "in the wrong order"),
        ("import json; json.loads('a')", "any text"),
        ("import struct; struct.unpack('i', b'a')", "any text"),
        ("int('a')", "any text"),
        ("import datetime; datetime.datetime.now() + ' '", "joined only with strings"),
        ("import sys; [1] + sys.stdin", "what that type cannot do"),
        ("().append(1)", "never changes"),
        ("(1, 2).recv(9)", "a tuple, not a socket"),
        ("open('/dev/null').wirte('a')", "spelt"),
        ("import sys; sys.stdin.recv(9)", "a file, not a socket"),
        ("import socket; socket.socket().bind('0.0.0.0:80')", "a pair"),
        ("import socket; socket.socket().bind(('', 80000))", "a pair"),
        ("[1].append(2).append(3)", "The value is None"),
        ("import sys; open('/dev/null', 'w').write(sys.stdin.readline)", "call it?"),
        ("import sys; sys.stdin.readline.strip()", "call it?"),
        ("'a'.strip.upper()", "call it?"),
        ("def f(): pass\nlen(f)", "call it?"),
        ("for r in None: pass", "The value is None"),
        ("a, b = None", "The value is None"),
        ("'a'.write('b')", "what that type cannot do"),
        ("b'a'.recv(1)", "what that type cannot do"),
        ("import socket; socket.socket().readline()", "what that type cannot do"),
        ("for r in 5: pass", "what that type cannot do"),
        ("'a'()", "a value and no function"),
        ("[1]['a']", "what that type cannot do"),
        ("open([])", "what that type cannot do"),
        ("'a' + ('b', 1)", "joined only with strings"),
        ("'a' + 1", "joined only with strings"),
        ("('a', 1) + 'a'", "joined only with strings"),
        ("open('/dev/null').write('a')", "can only be read"),
        ("import queue; queue.Queue().get(False)", "names the error"),
        ("1 + 'a'", "joined only with strings"),
        ("open('/dev/null', 'w').write(('a', 1))", "joined only with strings"),
        ("''.join([1])", "joined only with strings"),
        ("'a' + b'b'", "returns bytes, and typed text is a string"),
        ("''.join([b'a'])", "returns bytes, and typed text is a string"),
        ("'%s: %s' % 'a'", "as many values as it has places"),
        ("'%s' % ('127.0.0.1', 80)", "as many values as it has places"),
        ("'%d' % 'a'", "as many values as it has places"),
        ("[][0]", "fewer elements"),
        ("d = {1: 2}\nfor k in d: del d[k]", "may not change while"),
        ("{}[0]", "the number of a file"),
        ("raise TimeoutError('timed out')", "After `settimeout`"),
        ("input()", "End of its input".lower()),
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
        ("from socket import *\nf = socket.socket()", "the class or function itself"),
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
        ("{}['a']", "removed earlier"),
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
    first, last = shown("{}['a']"), shown("1 / 0")
    assert "names the error" in hint([*first, *last])
    assert "removed earlier" in hint([*last, *first])


@pytest.mark.parametrize("address", ["('', '80')", "(80, '')"])
def test_an_address_of_the_wrong_types(address):
    lines = shown(f"import socket; socket.socket().bind({address})")
    assert "a pair" not in hint(lines)
    assert "a pair" in hint([*lines[:-1], f"    s.bind({address})", lines[-1]])


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("count", "spelt"),
        ("count = 0\ndef f(): count += 1\nf()", "as a parameter"),
        ("'a'.write('b')", "what that type cannot do"),
        ("'a'()", "a value and no function"),
        ("None[0]", "The value is None"),
        ("'a' + 1", "joined only with strings"),
        ("b'a' + 'b'", "returns bytes, and typed text is a string"),
        ("open('/dev/null', 'w').write(b'a')", "returns bytes, and typed text is a string"),
        ("b'\\xff'.decode()", "only in the encoding"),
        ("'天'.encode('ascii')", "has no such character"),
        ("[].remove(1)", "removed earlier"),
        ("f = open('/dev/null'); f.close(); f.read()", "A closed file"),
        ("def f(a): pass\nf()", "too many or too few"),
        ("def f(a): pass\nf(1, 2)", "too many or too few"),
        ("'%s' % (1, 2)", "as many values as it has places"),
        ("[][0]", "fewer elements"),
    ],
)
def test_a_mistake_of_which_only_the_message_is_printed(program, says):
    _, _, message = shown(program)[-1].partition(": ")
    assert says in hint(["ready", f"出错了: {message}", "bye"])


def test_what_a_program_prints_is_no_mistake():
    assert hint(["the name of client 1 is not known", "3 clients", "error: [Errno x]"]) == ""


def test_a_program_that_expects_arguments() -> None:
    lines = [
        "    port = int(sys.argv[1])",
        "               ~~~~~~~~^^^",
        "IndexError: list index out of range",
    ]
    assert "without arguments" in hint(lines)
    assert "fewer elements" in hint(lines[-1:])
    pair = "ValueError: not enough values to unpack (expected 2, got 1)"
    assert "without arguments" in hint(["    name, port = sys.argv", pair])
    assert "too many or too few" in hint([pair])


def test_what_ctrl_c_leaves_behind_is_no_error() -> None:
    assert error_cause(["KeyboardInterrupt"]) is None
    assert "removed earlier" in hint([*shown("{}['a']"), "KeyboardInterrupt"])


@pytest.mark.parametrize(
    ("code", "says"),
    [("select(fds, [], [])", "which list still holds"), ("s.send(b'')", "get from")],
)
def test_the_line_of_the_error_tells_who_holds_what_is_closed(code: str, says: str) -> None:
    assert says in hint([f"    {code}", "OSError: [Errno 9] Bad file descriptor"])


@pytest.mark.parametrize(
    ("code", "error", "says"),
    [
        ("a, b = t.split(':')", "ValueError: not enough values to unpack", "as many parts"),
        ("a, b = t.split(':')", "ValueError: too many values to unpack", "as many parts"),
        ("c, a = s.accept(), 1, 2", "ValueError: too many values to unpack", "too many or too few"),
        ("text = eval(input())", "SyntaxError: invalid syntax", "Python code"),
        ("s.connect(ADDR)", "ConnectionRefusedError: [Errno 111]", "a client's step"),
        ("r = select([], [], [])", "TypeError: 'module' object is not callable", "select.select"),
        ("s = socket()", "TypeError: 'module' object is not callable", "cannot be called"),
    ],
)
def test_the_line_of_the_error_tells_causes_apart(code: str, error: str, says: str) -> None:
    assert says in hint(["Traceback", '  File "a.py", line 1, in <module>', f"    {code}", error])
