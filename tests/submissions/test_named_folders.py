"""The folders that a program names are found in its source."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.named_folders import is_personal, named_folders
from grader.submissions.submission import Submission


def folders(source: str) -> tuple[str, ...]:
    found = named_folders(source.encode())
    assert Submission(name="s.py", source=source.encode()).folders == found
    return found


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("open('log.txt', 'a')", ()),
        ("open('/home/tarena/day08/log.txt', 'a')", ("/home/tarena/day08",)),
        ("open('C:/Users/me/log.txt')", ("C:/Users/me",)),
        (r"open('C:\\Users\\me\\log.txt')", ()),
        (r"open('C:\Users\me\log.txt')", ()),
        ("open('logs/server.log')", ("logs",)),
        ("open('./logs//server.log')", ("logs",)),
        ("open('a/../b/server.log')", ("b",)),
        ("NAME = '/home/me/'\nopen(NAME + 'log')", ("/home/me",)),
        ("os.chdir('/home/me/day08')", ("/home/me/day08",)),
        ("os.path.join('/home/me/day08', 'log')", ("/home/me/day08",)),
        ("os.path.join('logs/today', 'log')", ("logs/today",)),
        ("open(f'/home/me/{name}.log')", ("/home/me",)),
        ("open(f'/home/me/{name}/{date}.log')", ("/home/me",)),
        ("open(f'logs/{now:%Y-%m-%d}.log')", ("logs",)),
        ("D: str = '/home/me/logs'\nopen(os.path.join(D, 'a'))", ("/home/me", "/home/me/logs")),
        ("class C:\n D = '/home/me/'\nopen(C.D + 'a/b.log')", ("/home/me", "/home/me/a")),
        ("open('/home/me/%s/a.log' % name)", ("/home/me",)),
        ("open('%s/%s.log' % ('/home/me', 'a'))", ("/home/me",)),
        ("open('{}/logs/{}.log'.format('/home/me', now))", ("/home/me/logs",)),
        ("P = Path('/home/me')\nP.joinpath('logs', 'a.log')", ("/home", "/home/me/logs")),
        ("open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'log', 'a'))", ("log",)),
        ("open(Path(__file__).resolve().parent / 'log' / 'a.log')", ("log",)),
        ("open(os.path.dirname(__file__) + '/a.log')", ()),
        ("open(os.getcwd() + '/logs/a.log')", ("logs",)),
        ("open(os.environ['HOME'] + '/Desktop/a.log')", ("~/Desktop",)),
        ("open('/a/x')\nopen('/b/x')\nopen('/a/y')", ("/a", "/b")),
        ("open('/home/me/日志/x')", ("/home/me/日志",)),
        ("open('/log.txt')", ()),
        ("open('/')", ()),
        ("print(10 / 2, '/', '//')", ()),
        ("'''See http://example.com/a/b'''", ()),
        ("'''a\n/b/c'''", ()),
        ("re.findall(r'a*/b?/c')", ()),
        ("# /home/me/log.txt", ()),
        ("open(b'/home/me/log.txt')", ()),
        ("def (:\nopen('/home/me/log.txt')", ()),
        ("open('../log.txt')", ()),
        ("open('../log/a.txt')", ("../log",)),
        ("open('../../a/b/log.txt')", ("../../a/b",)),
        ("open('../../../a/b/log.txt')", ()),
        ("open('a/../../b/log.txt')", ("../b",)),
        ("open('//server/share/log.txt')", ()),
        (r"open('/home/a\0b/log.txt')", ()),
        (f"open('/{'a' * 300}/log.txt')", ()),
        (r"open('/data/\ud800/log.txt')", ()),
    ],
)
def test_folders_are_found(source, expected):
    assert folders(source) == expected


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/1/mem", "/dev/null", "/usr/lib/x/y", "/bin/sh", "/sys/a/b",
             "/home/../etc/passwd", "/opt/x", "/lib/x", "/lib64/x", "/sbin/x"]
)  # fmt: skip
def test_system_folders_are_left_out(path):
    assert folders(f"open({path!r})") == ()


def test_a_name_that_begins_like_a_system_folder_is_found():
    assert folders("open('/etcetera/x/log')") == ("/etcetera/x",)


def test_a_text_that_doubles_itself_takes_no_time():
    tower = "x0 = '/home/me/a'\n" + "\n".join(
        f"x{n + 1} = os.path.join({', '.join([f'x{n}'] * 9)})" for n in range(40)
    )
    assert folders(tower)[0] == "/home/me"
    assert folders("x = '%s%s%s%s' % (x, x, x, x)\nopen(x)") == ()
    assert folders("x = y + '/a/b'\ny = x + x\nopen(y)") == ("/a",)


def test_the_number_of_folders_is_limited():
    assert len(folders("\n".join(f"open('/home/{n}/log')" for n in range(100)))) == 16


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("os.mkdir('logs')\nopen('logs/a.log')", ()),
        ("os.mkdir('./logs/')\nopen('logs/a.log')", ()),
        ("os.makedirs('logs/deep')\nopen('logs/deep/a.log')", ("logs",)),
        ("mkdir('/home/me/logs')\nopen('/home/me/logs/a.log')", ("/home/me",)),
        ("os.makedirs('/data', exist_ok=True)\nopen('/data/a.log')", ("/data",)),
        ("os.mkdir('other')\nopen('logs/a.log')", ("logs",)),
        ("open('log', 'a')\nprint('log/quit: ')", ()),
    ],
)
def test_folders_that_the_program_creates_are_left_out(source, expected):
    """It is not there on its author's computer either, and ``mkdir`` fails where it is."""
    assert folders(source) == expected


@pytest.mark.parametrize(
    "source",
    [b"(" * 100_000, b"-" * 500_000 + b"1", b"1" + b"+1" * 200_000, b"a" + b".a" * 200_000,
     b"[" * 90 + b"]" * 90, b"x = 1\0", b"# coding: bogus\n", b"\xff", b"if 1:\n" * 200],
)  # fmt: skip
def test_a_program_that_cannot_be_parsed_names_none(source):
    assert named_folders(source) == ()


def test_an_invalid_escape_does_not_warn(recwarn):
    assert folders(r"open('C:\day/log.txt')") == ("C:\\day",)
    assert not recwarn.list


@given(st.text())
def test_any_text_may_stand_in_a_program(text):
    for folder in folders(f"open({text!r})"):
        assert folder
        assert folder == os.path.normpath(folder)
        assert not folder.startswith(("..", "/etc/"))


@pytest.mark.parametrize(
    ("folder", "personal"),
    [("/home/me", True), ("C:/Users", True), ("d:", True), ("logs", False), ("./a/b", False)],
)
def test_folders_of_one_computer_are_recognized(folder, personal):
    assert is_personal(folder) == personal
