"""The filter of system calls, run as the kernel runs it."""

import errno
import struct

import pytest

from grader.agent.isolation.seccomp import DENIED, EVERYWHERE, FAMILIES, PROCESSORS, program

ALLOWED = 0


def verdict(code: bytes, audit: int, number: int, argument: int = 0) -> int:
    """The error with which a call is denied; 0: it is allowed."""
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


@pytest.fixture(params=sorted(PROCESSORS))
def machine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_each_call_that_is_denied_is_and_its_neighbours_are_not(machine: str) -> None:
    processor = PROCESSORS[machine]
    numbers = processor.numbers | EVERYWHERE
    assert set(numbers) == set(DENIED)
    code = program(processor)
    denied = {n for n in range(600) if verdict(code, processor.audit, n, FAMILIES[0]) != ALLOWED}
    assert denied == set(numbers.values())
    assert verdict(code, processor.audit, numbers["keyctl"]) == errno.EPERM
    io_setup = {"x86_64": 206, "aarch64": 0}[machine]
    assert verdict(code, processor.audit, io_setup) == errno.EPERM
    assert verdict(code, processor.audit, numbers["clone3"]) == errno.ENOSYS


@pytest.mark.parametrize(
    ("flags", "error"),
    [
        (0x11, ALLOWED),  # fork
        (0x3D0F00, ALLOWED),  # a thread
        *((kind | 0x11, errno.EPERM) for kind in (0x20000, 0x10000000, 0x20000000, 0x40000000)),
    ],
)
def test_a_process_may_be_made_and_a_namespace_may_not(
    machine: str, flags: int, error: int
) -> None:
    processor = PROCESSORS[machine]
    assert verdict(program(processor), processor.audit, processor.clone, flags) == error


def test_sockets_are_of_few_families(machine: str) -> None:
    processor = PROCESSORS[machine]
    code = program(processor)
    allowed = {
        family
        for family in range(64)
        if verdict(code, processor.audit, processor.socket, family) == ALLOWED
    }
    assert allowed == set(FAMILIES)
    assert verdict(code, processor.audit, processor.socket, 40) == errno.EAFNOSUPPORT


def test_no_other_convention_is_a_way_around(machine: str) -> None:
    processor = PROCESSORS[machine]
    code = program(processor)
    assert verdict(code, 0x40000003, 20) == errno.ENOSYS  # 32 bits
    assert verdict(code, processor.audit, 0x40000000 | 250) == errno.ENOSYS  # x32
