"""The system call filter, interpreted as the kernel does."""

import errno
import fcntl
import mmap
import socket
import struct
import termios

import pytest

from grader.agent.isolation.seccomp import (
    ARCHITECTURES,
    DENIED,
    FAMILIES,
    NO_EFFECT,
    NUMBERS,
    assemble,
)

ALLOWED = None


def verdict(
    code: bytes,
    audit: int,
    number: int,
    first: int = 0,
    second: int = 0,
    third: int = 0,
    fourth: int = 0,
) -> int | None:
    """The errno with which a call fails that has these arguments."""
    lines = list(struct.iter_unpack("=HBBI", code))
    data = struct.pack("=IIQQQQQ", number, audit, 0, first, second, third, fourth)
    at, loaded = 0, 0
    while True:
        what, yes, no, value = lines[at]
        if what == 0x20:
            (loaded,) = struct.unpack_from("=I", data, value)
        elif what == 0x54:
            loaded &= value
        elif what == 0x05:
            at += value
        elif what == 0x06:
            return ALLOWED if value == 0x7FFF0000 else value & 0xFFFF
        else:
            met = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}[what]
            at += yes if met else no
        at += 1


@pytest.fixture(params=sorted(ARCHITECTURES))
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_exactly_the_listed_calls_are_denied(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    code = assemble(architecture)
    denied = {}
    for number in range(600):
        error = verdict(code, architecture.audit, number, FAMILIES[0])
        if error is not ALLOWED:
            denied.setdefault(error, set()).add(number)
    assert denied == {
        error: {architecture.number(call) for call in calls} for error, calls in DENIED.items()
    }


@pytest.mark.parametrize(
    ("call", "x86_64", "aarch64", "error"),
    [
        ("keyctl", 250, 219, errno.EPERM),
        ("io_setup", 206, 0, errno.EPERM),
        ("clone3", 435, 435, errno.ENOSYS),
        ("memfd_create", 319, 279, errno.ENOSYS),
        ("shmget", 29, 194, errno.ENOSYS),
        ("msgget", 68, 186, errno.ENOSYS),
        ("semget", 64, 190, errno.ENOSYS),
        ("mq_open", 240, 180, errno.ENOSYS),
        ("sync", 162, 81, NO_EFFECT),
        ("syncfs", 306, 267, NO_EFFECT),
    ],
)
def test_calls_have_the_kernels_numbers(call: str, x86_64: int, aarch64: int, error: int) -> None:
    assert NUMBERS[call] == (x86_64, aarch64)
    for machine, number in {"x86_64": x86_64, "aarch64": aarch64}.items():
        architecture = ARCHITECTURES[machine]
        assert verdict(assemble(architecture), architecture.audit, number) == error


@pytest.mark.parametrize(
    ("call", "arguments", "error"),
    [
        ("fcntl", (3, fcntl.F_SETLEASE), errno.EPERM),
        ("fcntl", (3, fcntl.F_NOTIFY), errno.EPERM),
        ("fcntl", (3, 1031), errno.EPERM),  # F_SETPIPE_SZ
        ("fcntl", (3, fcntl.F_SETFL), ALLOWED),
        ("fcntl", (fcntl.F_SETLEASE, fcntl.F_GETFD), ALLOWED),
        ("ioctl", (0, termios.TIOCSTI), errno.EPERM),
        ("ioctl", (0, termios.TIOCSETD), errno.EPERM),
        ("ioctl", (0, termios.TIOCSWINSZ), ALLOWED),
        ("prctl", (4, 0), NO_EFFECT),  # PR_SET_DUMPABLE
        ("prctl", (15, 4), ALLOWED),  # PR_SET_NAME
        ("mmap", (0, 4096, 3, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS), errno.EPERM),
        ("mmap", (0, 4096, 3, 3 | mmap.MAP_ANONYMOUS), errno.EPERM),  # MAP_SHARED_VALIDATE
        ("mmap", (0, 4096, 3, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x20000), ALLOWED),
        ("mmap", (0, 4096, 3, mmap.MAP_SHARED), ALLOWED),
        ("setsockopt", (3, socket.SOL_SOCKET, socket.SO_SNDBUF), NO_EFFECT),
        ("setsockopt", (3, socket.SOL_SOCKET, socket.SO_RCVBUF), NO_EFFECT),
        ("setsockopt", (3, socket.SOL_SOCKET, socket.SO_REUSEADDR), ALLOWED),
        ("setsockopt", (3, socket.IPPROTO_TCP, 7), ALLOWED),  # TCP_SYNCNT
        ("setsockopt", (socket.SO_SNDBUF, 0, socket.SO_SNDBUF), ALLOWED),
    ],
)
def test_some_calls_are_denied_by_an_argument(
    machine: str, call: str, arguments: tuple[int, ...], error: int | None
) -> None:
    architecture = ARCHITECTURES[machine]
    number = architecture.number(call)
    assert verdict(assemble(architecture), architecture.audit, number, *arguments) == error


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (0x11, ALLOWED),  # fork
        (0x3D0F00, ALLOWED),  # a thread
        (0x4111, ALLOWED),  # vfork
        (0x411, errno.EPERM),  # a process that shares its files
        (0x511, errno.EPERM),  # and its memory
        *((kind | 0x11, errno.EPERM) for kind in (0x20000, 0x10000000, 0x20000000, 0x40000000)),
    ],
)
def test_clone_may_create_processes_but_no_namespaces(
    machine: str, flags: int, error: int | None
) -> None:
    architecture = ARCHITECTURES[machine]
    assert (
        verdict(assemble(architecture), architecture.audit, architecture.number("clone"), flags)
        == error
    )


def test_only_some_socket_families_are_allowed(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    code = assemble(architecture)
    allowed = {
        family
        for family in range(64)
        if verdict(code, architecture.audit, architecture.number("socket"), family) is ALLOWED
    }
    assert allowed == set(FAMILIES)
    assert (
        verdict(code, architecture.audit, architecture.number("socket"), 40) == errno.EAFNOSUPPORT
    )


def test_other_abis_do_not_bypass_the_filter(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    code = assemble(architecture)
    assert verdict(code, 0x40000003, 20) == errno.ENOSYS  # 32 bits
    assert verdict(code, architecture.audit, 0x40000000 | 250) == errno.ENOSYS  # x32
