"""A submission is read, with limits, and not run."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks.handed_in import explain_refusal
from grader.model.refusal import LARGEST
from grader.submissions.submission import Submission, SubmissionError, load_submission


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


def refusal(path: Path, **options) -> str:
    """What is said of a submission that is refused; nothing of it is kept."""
    found = load_submission(path, **options)
    assert found.refused is not None
    assert found.source == b""
    return str(explain_refusal(found.refused).seen[0])


needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")


def test_a_program_is_read_with_its_name(file):
    found = load_submission(file(b"print(1)\n", "早 1.py"))
    assert found == Submission(name="早 1.py", source=b"print(1)\n")


def test_a_name_can_be_given(file):
    found = load_submission(file(b"x = 1", "server.py"), "zhang_san")
    assert found == Submission(name="zhang_san", source=b"x = 1", file_name="server.py")


def test_the_source_is_kept_byte_for_byte(file):
    source = b"\xef\xbb\xbf# \xe6\x97\xa9\r\nx = 1\r\r\n\f"
    assert load_submission(file(source)).source == source


def test_a_syntax_error_is_accepted(file):
    assert load_submission(file(b"def (:\n")).folders == ()


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
def test_sleeps_and_timeouts_are_recognized(file, source, waits):
    assert load_submission(file(source.encode())).names_a_time is waits


@pytest.mark.parametrize("target", ["real.py", "none.py", "link.py", "/etc/passwd", "/dev/zero"])
def test_no_link_is_followed(tmp_path, file, target):
    file(b"x = 1", "real.py")
    (tmp_path / "link.py").symlink_to(target)
    assert refusal(tmp_path / "link.py") == "link.py is a link"


def test_no_link_below_the_root_is_followed(tmp_path, file):
    (tmp_path / "class/zhang/deep").mkdir(parents=True)
    file(b"x = 1", "class/zhang/deep/a.py")
    (tmp_path / "class/li").symlink_to("zhang")
    (tmp_path / "class/wang").symlink_to("zhang/deep/a.py")
    root = tmp_path / "class"
    assert load_submission(root / "zhang/deep/a.py", root=root).source == b"x = 1"
    assert refusal(root / "li/deep/a.py", root=root) == "li/deep/a.py is a link"
    assert refusal(root / "wang", root=root) == "wang is a link"


def test_the_root_and_the_way_to_it_may_be_links(tmp_path, file):
    (tmp_path / "class").mkdir()
    file(b"x = 1", "class/a.py")
    (tmp_path / "link").symlink_to("class")
    assert load_submission(tmp_path / "link/a.py").source == b"x = 1"
    assert load_submission(tmp_path / "link/a.py", root=tmp_path / "link").source == b"x = 1"


def test_what_is_put_in_the_place_of_a_file_is_not_read(tmp_path, file, monkeypatch):
    """A file becomes a pipe after the program was found: what counts is what was opened."""
    path = file(b"x = 1")
    really_open = os.open

    def open_late(name, *args, **options):
        if name == path.name:
            path.unlink()
            os.mkfifo(path)
        return really_open(name, *args, **options)

    monkeypatch.setattr("os.open", open_late)
    assert refusal(path) == "s.py is not a regular file"


def test_a_name_that_is_not_utf8_is_escaped(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff\x1b.py"))
    path.write_bytes(b"x = 1")
    assert load_submission(path).name == "a\\xff\x1b.py"


@pytest.mark.parametrize(
    "source", [b"", b"\n", b"  \t\r\n\f\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"]
)
def test_an_empty_file_is_rejected(file, source):
    assert refusal(file(source)) == "s.py is empty"


def test_a_missing_file_is_an_error(tmp_path):
    path = tmp_path / "none.py"
    assert (
        complaint(load_submission, path) == f"There is no file {path}: is the name spelled right?"
    )


def test_a_path_below_a_file_is_an_error(file):
    assert "cannot be read: Not a directory" in complaint(load_submission, file(b"x") / "y.py")


def test_a_folder_is_rejected(tmp_path):
    assert complaint(load_submission, tmp_path) == f"{tmp_path} is a folder, not a program."


def test_a_name_that_is_too_long_is_an_error(tmp_path):
    assert "cannot be read: File name too long" in complaint(
        load_submission, tmp_path / ("a" * 300)
    )


def test_a_pipe_without_a_writer_is_rejected(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    assert refusal(tmp_path / "a.py") == "a.py is not a regular file"


def test_a_socket_is_rejected(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # its path may have 108 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("a.py")
        assert refusal(Path("a.py")) == "a.py is not a regular file"


def test_an_endless_device_is_rejected():
    assert refusal(Path("/dev/zero")) == "zero is not a regular file"


@needs_user
def test_an_unreadable_file_is_an_error(file):
    path = file(b"x")
    path.chmod(0)
    assert "cannot be read: Permission denied" in complaint(load_submission, path)


def test_the_size_is_limited(file):
    assert len(load_submission(file(b"#" * LARGEST)).source) == LARGEST
    assert refusal(file(b"#" * (LARGEST + 1))) == "s.py is larger than 100 KiB"


@pytest.mark.parametrize("source", [b"x = 1\0", b"\x7fELF\0\0", "x = 1".encode("utf-16")])
def test_a_binary_file_is_rejected(file, source):
    assert refusal(file(source)) == "s.py is not a text file"


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
def test_encodings_that_python_reads_are_accepted(file, source):
    assert load_submission(file(source)).source == source


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
def test_the_first_line_that_is_not_utf8_is_named(file, source, line):
    assert refusal(file(source)) == f"s.py is not in UTF-8 (line {line})"


def test_the_declared_encoding_is_checked(file):
    source = b"# coding: gbk\nx = 1\n# \xff\xff\n"
    assert refusal(file(source)) == "s.py is not in GBK (line 3)"


@pytest.mark.parametrize("name", ["bogus", "hex", "zlib", "rot13", "undefined", "unicode_internal"])
def test_an_unknown_encoding_is_rejected(file, name):
    said = refusal(file(f"# coding: {name}\nx = 1\n".encode()))
    assert "declares an encoding that Python does not know" in said


@given(source=st.binary(max_size=60) | st.from_regex(rb"# coding[:=] ?[a-z0-9_-]{1,9}\n.{0,9}"))
def test_any_bytes_are_accepted_or_rejected(tmp_path_factory, source):
    path = tmp_path_factory.getbasetemp() / "any.py"
    path.write_bytes(source)
    found = load_submission(path)
    assert found.source == (b"" if found.refused else source)
    assert found.refused is None or "any.py" in str(explain_refusal(found.refused).seen[0])
