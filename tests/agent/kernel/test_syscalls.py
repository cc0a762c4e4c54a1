"""Which system calls block, and which have a timeout."""

import os
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.agent.kernel.syscalls import FILE_CALLS, TABLES, is_file_call, parse_call
from grader.agent.vocabulary import CallName

REST = " 0x7ffd00000000 0x7f0000000000"
"""Stack pointer and program counter."""


def line(number: int, *arguments: int) -> str:
    padded = [*arguments, *[0] * (6 - len(arguments))]
    return " ".join([str(number), *(f"0x{value:x}" for value in padded)]) + REST + "\n"


MINUS_ONE = 0xFFFFFFFFFFFFFFFF
MINUS_ONE_32 = 0xFFFFFFFF

CASES = [
    # machine, number, arguments, name, timed, file
    ("x86_64", 0, (5, 0x1000, 99), "read", False, 5),
    ("x86_64", 1, (1, 0x1000, 99), "write", False, 1),
    ("x86_64", 288, (3, 0, 0), "accept", False, 3),
    ("x86_64", 45, (4, 0x1000), "recv", False, 4),
    ("x86_64", 44, (4, 0x1000), "send", False, 4),
    ("x86_64", 23, (6, 0x1000, 0, 0, 0), "select", False, None),
    ("x86_64", 23, (6, 0x1000, 0, 0, 0x2000), "select", True, None),
    ("x86_64", 270, (6, 0x1000, 0, 0, 0, 0x3000), "select", False, None),
    ("x86_64", 270, (6, 0x1000, 0, 0, 0x2000), "select", True, None),
    ("x86_64", 270, (0, 0, 0, 0, 0x2000), "select", True, None),
    ("x86_64", 7, (0x1000, 2, MINUS_ONE), "poll", False, None),
    ("x86_64", 7, (0x1000, 2, MINUS_ONE_32), "poll", False, None),
    ("x86_64", 7, (0x1000, 2, 0), "poll", True, None),
    ("x86_64", 7, (0x1000, 2, 5000), "poll", True, None),
    ("x86_64", 271, (0x1000, 2, 0), "poll", False, None),
    ("x86_64", 271, (0x1000, 2, 0x2000), "poll", True, None),
    ("x86_64", 232, (5, 0x1000, 9, MINUS_ONE_32), "epoll", False, None),
    ("x86_64", 232, (5, 0x1000, 9, 1000), "epoll", True, None),
    ("x86_64", 281, (5, 0x1000, 9, MINUS_ONE), "epoll", False, None),
    ("x86_64", 441, (5, 0x1000, 9, 0), "epoll", False, None),
    ("x86_64", 441, (5, 0x1000, 9, 0x2000), "epoll", True, None),
    ("x86_64", 202, (0x1000, 0x189, 0, 0), "futex", False, None),
    ("x86_64", 202, (0x1000, 0x189, 0, 0x2000), "futex", True, None),
    ("x86_64", 230, (1, 1, 0x1000), "sleep", True, None),
    ("x86_64", 219, (), "sleep", True, None),
    ("x86_64", 34, (), "pause", False, None),
    ("x86_64", 61, (MINUS_ONE,), "wait", False, None),
    ("aarch64", 63, (5, 0x1000, 99), "read", False, 5),
    ("aarch64", 202, (3,), "accept", False, 3),
    ("aarch64", 242, (3,), "accept", False, 3),
    ("aarch64", 207, (4,), "recv", False, 4),
    ("aarch64", 72, (6, 0x1000, 0, 0, 0), "select", False, None),
    ("aarch64", 72, (6, 0x1000, 0, 0, 0x2000), "select", True, None),
    ("aarch64", 72, (0, 0, 0, 0, 0x2000), "select", True, None),
    ("aarch64", 73, (0x1000, 2, 0), "poll", False, None),
    ("aarch64", 22, (5, 0x1000, 9, MINUS_ONE_32), "epoll", False, None),
    ("aarch64", 22, (5, 0x1000, 9, 7), "epoll", True, None),
    ("aarch64", 98, (0x1000, 0x189, 0, 0), "futex", False, None),
    ("aarch64", 115, (), "sleep", True, None),
]


@pytest.mark.parametrize(("machine", "number", "arguments", "name", "timed", "file"), CASES)
def test_a_call_and_its_timeout(machine, number, arguments, name, timed, file):
    call = parse_call(line(number, *arguments), machine)
    assert call
    assert call[:4] == (name, timed, (*arguments, *[0] * (6 - len(arguments))), file)


@pytest.mark.parametrize(
    "text", ["running\n", "", "\n", "-1 0x7ffd00000000 0x7f0000000000\n", "-1" + " 0x0" * 8]
)
def test_a_thread_that_is_in_no_call(text):
    assert parse_call(text, "x86_64") is None


def test_an_unknown_call_proves_nothing():
    assert parse_call(line(999), "x86_64") is None
    assert parse_call(line(0), "riscv64") is None


@pytest.mark.parametrize(
    ("machine", "numbers"),
    # connect, open, openat, stat, execve, mkdir, chdir, unlink, connect, openat, execve
    [("x86_64", (42, 2, 257, 4, 59, 83, 80, 87)), ("aarch64", (203, 56, 221))],
)
def test_a_call_with_a_path_proves_nothing(machine, numbers):
    """Where the file system is a program, a thread may sleep until that has found the path."""
    for number in numbers:
        assert parse_call(line(number, 3), machine) is None


def test_a_negative_file():
    call = parse_call(line(0, MINUS_ONE), "x86_64")
    assert call
    assert call.file == -1


def test_truncated():
    whole = line(270, 6, 0x1000, 0, 0, 0x2000).rstrip()
    last = whole.rindex(" ")
    for end in range(last + 2):
        assert parse_call(whole[:end], "x86_64") is None


@pytest.mark.parametrize("text", ["x" + " 0x0" * 8, "0 0x0 0x0 zz" + " 0x0" * 6, "0" + " é" * 8])
def test_junk(text):
    assert parse_call(text, "x86_64") is None


@given(st.text(), st.sampled_from([*TABLES, "unknown"]))
def test_no_text_raises(text, machine):
    parse_call(text, machine)


@given(st.integers(), st.lists(st.integers(), min_size=8), st.sampled_from([*TABLES]))
def test_no_numbers_raise(number, rest, machine):
    call = parse_call(" ".join([str(number), *(hex(value) for value in rest)]), machine)
    assert (call is None) == (number not in TABLES[machine])


def test_every_call_of_the_vocabulary_is_known():
    named = {kind.name for table in TABLES.values() for kind in table.values()}
    assert named == set(get_args(CallName))


def test_both_machines_name_the_same_calls():
    named = [{kind.name for kind in table.values()} for table in TABLES.values()]
    assert named[0] - named[1] == {"pause"}  # arm64's pause() is a ppoll
    assert named[1] <= named[0]


def test_this_machine_is_the_default():
    assert parse_call(line(0), None) == parse_call(line(0), os.uname().machine)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (line(82), True),  # rename
        (line(74, 5), True),  # fsync
        (line(257), False),  # openat
        (line(0, 5), False),  # read, of whatever file
        (line(270), False),
        ("running\n", False),
        ("-1 0x0 0x0\n", False),
        ("", False),
    ],
)
def test_calls_that_end_when_a_file_system_has_done_its_work(text, expected):
    assert is_file_call(text, "x86_64") is expected
    assert not is_file_call(text, "unknown")


@pytest.mark.parametrize("machine", TABLES)
def test_no_call_that_blocks_is_one_of_a_file_system(machine):
    assert FILE_CALLS[machine].isdisjoint(TABLES[machine])
