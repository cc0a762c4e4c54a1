"""The system call filter, interpreted as the kernel does."""

import errno
import struct

import pytest

from grader.agent.isolation.seccomp import ARCHITECTURES, COMMON_NUMBERS, DENIED, FAMILIES, assemble

ALLOWED = 0


def verdict(code: bytes, audit: int, number: int, argument: int = 0) -> int:
    """The errno with which a call fails; 0: it is allowed."""
    lines = list(struct.iter_unpack("=HBBI", code))
    data = struct.pack("=IIQQ", number, audit, 0, argument)
    at, loaded = 0, 0
    while True:
        what, yes, no, value = lines[at]
        if what == 0x20:
            (loaded,) = struct.unpack_from("=I", data, value)
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
    numbers = architecture.numbers | COMMON_NUMBERS
    assert set(numbers) == set(DENIED)
    code = assemble(architecture)
    denied = {n for n in range(600) if verdict(code, architecture.audit, n, FAMILIES[0]) != ALLOWED}
    assert denied == set(numbers.values())
    assert verdict(code, architecture.audit, numbers["keyctl"]) == errno.EPERM
    io_setup = {"x86_64": 206, "aarch64": 0}[machine]
    assert verdict(code, architecture.audit, io_setup) == errno.EPERM
    assert verdict(code, architecture.audit, numbers["clone3"]) == errno.ENOSYS


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (0x11, ALLOWED),  # fork
        (0x3D0F00, ALLOWED),  # a thread
        *((kind | 0x11, errno.EPERM) for kind in (0x20000, 0x10000000, 0x20000000, 0x40000000)),
    ],
)
def test_clone_may_create_processes_but_no_namespaces(machine: str, flags: int, error: int) -> None:
    architecture = ARCHITECTURES[machine]
    assert verdict(assemble(architecture), architecture.audit, architecture.clone, flags) == error


def test_only_some_socket_families_are_allowed(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    code = assemble(architecture)
    allowed = {
        family
        for family in range(64)
        if verdict(code, architecture.audit, architecture.socket, family) == ALLOWED
    }
    assert allowed == set(FAMILIES)
    assert verdict(code, architecture.audit, architecture.socket, 40) == errno.EAFNOSUPPORT


def test_other_abis_do_not_bypass_the_filter(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    code = assemble(architecture)
    assert verdict(code, 0x40000003, 20) == errno.ENOSYS  # 32 bits
    assert verdict(code, architecture.audit, 0x40000000 | 250) == errno.ENOSYS  # x32
