"""A student's file is read with care, and looked at without running it."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.named_folders import is_personal, named_folders
from grader.submissions.submission import LARGEST, Submission, SubmissionError, load


@pytest.fixture
def file(tmp_path):
    def write(source: bytes, name="s.py") -> Path:
        (tmp_path / name).write_bytes(source)
        return tmp_path / name

    return write


def complaint(action, *args) -> str:
    with pytest.raises(SubmissionError) as caught:
        action(*args)
    assert str(caught.value) == str(caught.value.what)
    return str(caught.value)


needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")

# --- load ---


def test_a_program(file):
    found = load(file(b"print(1)\n", "早 1.py"))
    assert found == Submission(name="早 1.py", source=b"print(1)\n")


def test_a_program_that_is_called_otherwise(file):
    found = load(file(b"x = 1", "server.py"), "zhang_san")
    assert found == Submission(name="zhang_san", source=b"x = 1", program="server.py")


def test_a_program_byte_for_byte(file):
    source = b"\xef\xbb\xbf# \xe6\x97\xa9\r\nx = 1\r\r\n\f"
    assert load(file(source)).source == source


def test_a_syntax_error_makes_no_difference(file):
    assert load(file(b"def (:\n")).folders == ()


@pytest.mark.parametrize(
    ("source", "waits"),
    [
        ("rs, ws, xs = select.select(rlist, [], [], 1)", True),
        ("select(rs, ws, xs, LIMIT)", True),
        ("select(rs, ws, xs)", False),
        ("select(rs, ws, xs, None)", False),
        ("time.sleep(1)", True),
        ("sleepy = []", False),
        ("connection.settimeout(3)", True),
        ("selector.select(timeout=3)", True),
    ],
)
def test_whether_a_program_seems_to_wait_for_a_time(file, source, waits):
    assert load(file(source.encode())).names_a_time is waits


def test_a_link_is_followed(tmp_path, file):
    file(b"x = 1", "real.py")
    (tmp_path / "link.py").symlink_to("real.py")
    assert load(tmp_path / "link.py") == Submission(name="link.py", source=b"x = 1")


def test_a_name_that_is_no_text(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b.py"))
    path.write_bytes(b"x = 1")
    assert load(path).name == "a\\xff\x1b.py"


@pytest.mark.parametrize(
    "source", [b"", b"\n", b"  \t\r\n\f\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"]
)
def test_an_empty_file(file, source):
    path = file(source)
    assert complaint(load, path) == f"{path} is empty: was it saved?"


def test_a_missing_file(tmp_path):
    path = tmp_path / "none.py"
    assert complaint(load, path) == f"There is no file {path}: is its name spelt right?"


def test_a_file_below_a_file(file):
    assert "cannot be read: Not a directory" in complaint(load, file(b"x") / "y.py")


def test_a_folder(tmp_path):
    assert complaint(load, tmp_path) == f"{tmp_path} is a folder, and no program."


def test_a_link_to_nowhere_or_to_itself(tmp_path):
    (tmp_path / "a.py").symlink_to("b.py")
    assert "There is no file" in complaint(load, tmp_path / "a.py")
    (tmp_path / "b.py").symlink_to("a.py")
    assert "cannot be read" in complaint(load, tmp_path / "a.py")


def test_a_name_that_is_too_long(tmp_path):
    assert "cannot be read: File name too long" in complaint(load, tmp_path / ("a" * 300))


def test_a_pipe_that_nobody_writes_into(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    assert "it is no ordinary file" in complaint(load, tmp_path / "a.py")


def test_a_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # its path may have 108 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("a.py")
        assert "cannot be read" in complaint(load, Path("a.py"))


def test_an_endless_device():
    assert "it is no ordinary file" in complaint(load, Path("/dev/zero"))


@needs_user
def test_a_file_that_may_not_be_read(file):
    path = file(b"x")
    path.chmod(0)
    assert "cannot be read: Permission denied" in complaint(load, path)


def test_the_largest(file):
    assert len(load(file(b"#" * LARGEST)).source) == LARGEST
    assert "is larger than 1 MiB" in complaint(load, file(b"#" * (LARGEST + 1)))


@pytest.mark.parametrize("source", [b"x = 1\0", b"\x7fELF\0\0", "x = 1".encode("utf-16")])
def test_what_is_no_text(file, source):
    assert "is no text file" in complaint(load, file(source))


# --- encodings ---

GBK = "# 早上好\n".encode("gbk")


@pytest.mark.parametrize(
    "source",
    [
        "x = '早'\n".encode(),
        b"# -*- coding: gbk -*-\n" + GBK,
        b"#!/usr/bin/env python3\n# vim: set fileencoding=gb18030 :\n" + GBK,
        b"# coding: utf-8-unix\n# \xe6\x97\xa9\n",
        b"# coding: latin-1\n# \xe9\n",
        b"\xef\xbb\xbf# coding: utf-8\n",
    ],
)
def test_an_encoding_that_python_reads(file, source):
    assert load(file(source)).source == source


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (GBK, 1),
        (b"x = 1\n" + GBK, 2),
        (b"x = 1\ny = 2\n\n" + GBK, 4),
        (b"x = 1\r\ny = 2\r\n" + GBK, 3),
        (b"x = 1\ry = 2\r" + GBK, 3),
        (b"\xef\xbb\xbfx = 1\ny = 2\n\xff", 3),
        (b"\xef\xbb\xbfx = 1\n\n\n\xff", 4),
    ],
)
def test_what_is_not_in_utf_8_and_where(file, source, line):
    said = complaint(load, file(source))
    assert f"is not in UTF-8, see line {line}: save it as UTF-8" in said


def test_what_is_not_in_the_encoding_that_it_names(file):
    source = b"# coding: gbk\nx = 1\n# \xff\xff\n"
    assert "is not in GBK, see line 3" in complaint(load, file(source))


@pytest.mark.parametrize("name", ["bogus", "hex", "zlib", "rot13", "undefined", "unicode_internal"])
def test_an_encoding_that_is_none(file, name):
    said = complaint(load, file(f"# coding: {name}\nx = 1\n".encode()))
    assert "names an encoding that Python does not know" in said


@given(source=st.binary(max_size=60) | st.from_regex(rb"# coding[:=] ?[a-z0-9_-]{1,9}\n.{0,9}"))
def test_any_bytes_are_a_program_or_a_complaint(tmp_path_factory, source):
    path = tmp_path_factory.getbasetemp() / "any.py"
    path.write_bytes(source)
    try:
        assert load(path).source == source
    except SubmissionError as error:
        assert str(path) in str(error)  # noqa: PT017


# --- folders ---


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
def test_named_folders(source, expected):
    assert folders(source) == expected


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/1/mem", "/dev/null", "/usr/lib/x/y", "/bin/sh", "/sys/a/b",
             "/home/../etc/passwd", "/opt/x", "/lib/x", "/lib64/x", "/sbin/x"]
)  # fmt: skip
def test_folders_of_the_system_are_left_alone(path):
    assert folders(f"open({path!r})") == ()


def test_a_folder_whose_name_begins_alike_is_not():
    assert folders("open('/etcetera/x/log')") == ("/etcetera/x",)


def test_texts_that_are_made_of_one_another_take_no_time():
    tower = "x0 = '/home/me/a'\n" + "\n".join(
        f"x{n + 1} = os.path.join({', '.join([f'x{n}'] * 9)})" for n in range(40)
    )
    assert folders(tower)[0] == "/home/me"
    assert folders("x = '%s%s%s%s' % (x, x, x, x)\nopen(x)") == ()
    assert folders("x = y + '/a/b'\ny = x + x\nopen(y)") == ("/a",)


def test_no_more_than_a_person_would_name():
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
def test_what_the_program_makes_itself_is_left_to_it(source, expected):
    """It is not there on its author's computer either, and ``mkdir`` fails where it is."""
    assert folders(source) == expected


@pytest.mark.parametrize(
    "source",
    [b"(" * 100_000, b"-" * 500_000 + b"1", b"1" + b"+1" * 200_000, b"a" + b".a" * 200_000,
     b"[" * 90 + b"]" * 90, b"x = 1\0", b"# coding: bogus\n", b"\xff", b"if 1:\n" * 200],
)  # fmt: skip
def test_what_python_cannot_read_names_none(source):
    assert named_folders(source) == ()


def test_a_wrong_escape_is_no_warning(recwarn):
    assert folders(r"open('C:\day/log.txt')") == ("C:\\day",)
    assert not recwarn.list


@given(st.text())
def test_any_text_in_a_program(text):
    for folder in folders(f"open({text!r})"):
        assert folder
        assert folder == os.path.normpath(folder)
        assert not folder.startswith(("..", "/etc/"))


@pytest.mark.parametrize(
    ("folder", "personal"),
    [("/home/me", True), ("C:/Users", True), ("d:", True), ("logs", False), ("./a/b", False)],
)
def test_is_personal(folder, personal):
    assert is_personal(folder) == personal
