"""A filter of system calls (``seccomp(2)``): what no namespace keeps apart.

A program behind the inner wall is, to the kernel, the very user who grades; one in a container
shares the host's kernel. So it is denied what belongs to a user and not to a namespace (keys), or
to all users (``io_setup``: of its events there are 65,536), what reaches past the network's walls
(sockets of other families), and ways into the kernel that no server needs. It is denied them as
what a kernel without them would say, so that a program that tries goes on without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

FAMILIES = (1, 2, 10, 16)
"""Of sockets: UNIX, IPv4, IPv6, netlink."""

DENIED = (
    *("keyctl", "add_key", "request_key"),
    *("userfaultfd", "bpf", "perf_event_open", "io_uring_setup", "io_setup", "ptrace"),
    *("mount", "umount2", "pivot_root", "unshare", "setns", "open_by_handle_at"),
    *("open_tree", "move_mount", "fsopen", "fspick", "mount_setattr", "clone3"),
)
"""``clone3`` too: a filter cannot see its flags, and the C library then takes ``clone``."""


class Processor(NamedTuple):
    """How a kind of processor numbers its system calls."""

    audit: int
    """Its name, from ``include/uapi/linux/audit.h``."""
    socket: int
    clone: int
    numbers: dict[str, int]
    """Of :data:`DENIED`, those that are not the same everywhere."""


PROCESSORS = {
    "x86_64": Processor(
        0xC000003E,
        41,
        56,
        {
            "keyctl": 250,
            "add_key": 248,
            "request_key": 249,
            "userfaultfd": 323,
            "bpf": 321,
            "perf_event_open": 298,
            "io_setup": 206,
            "ptrace": 101,
            "mount": 165,
            "umount2": 166,
            "pivot_root": 155,
            "unshare": 272,
            "setns": 308,
            "open_by_handle_at": 304,
        },
    ),
    "aarch64": Processor(
        0xC00000B7,
        198,
        220,
        {
            "keyctl": 219,
            "add_key": 217,
            "request_key": 218,
            "userfaultfd": 282,
            "bpf": 280,
            "perf_event_open": 241,
            "io_setup": 0,
            "ptrace": 117,
            "mount": 40,
            "umount2": 39,
            "pivot_root": 41,
            "unshare": 97,
            "setns": 268,
            "open_by_handle_at": 265,
        },
    ),
}

EVERYWHERE = {
    "io_uring_setup": 425,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fspick": 433,
    "clone3": 435,
    "mount_setattr": 442,
}
"""Newer system calls have one number for all processors."""

NAMESPACES = 0x7E020000
"""What of ``clone``'s flags makes a namespace."""

FOREIGN = 0x40000000
"""From this number on, calls are another convention's (x32), by which none is told."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _ALLOW, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x7FFF0000, 0x06
_DENY = 0x00050000
_NUMBER, _PROCESSOR, _ARGUMENT = 0, 4, 16

_SET_FILTER, _BY_FILTER = 22, 2


def program(processor: Processor) -> bytes:
    """The filter, as the kernel's ``struct sock_filter`` has it."""
    denied = {**processor.numbers, **EVERYWHERE}
    code: list[tuple[int, int, int, int]] = []

    def deny(test: int, value: int, number: int, *, unless: bool = False) -> None:
        """Deny what was loaded if it passes the test; or if it does not."""
        code.append((test, int(unless), int(not unless), value))
        code.append((_RETURN, 0, 0, _DENY | number))

    code.append((_LOAD, 0, 0, _PROCESSOR))
    deny(_EQUAL, processor.audit, errno.ENOSYS, unless=True)
    code.append((_LOAD, 0, 0, _NUMBER))
    deny(_AT_LEAST, FOREIGN, errno.ENOSYS)
    for name in DENIED:
        deny(_EQUAL, denied[name], errno.ENOSYS if name == "clone3" else errno.EPERM)
    # Of a clone, its flags; of a socket, its family.
    code.append((_EQUAL, 0, 3, processor.clone))
    code.append((_LOAD, 0, 0, _ARGUMENT))
    deny(_ANY_BIT, NAMESPACES, errno.EPERM)
    code.append((_LOAD, 0, 0, _NUMBER))
    code.append((_EQUAL, 0, 2 + len(FAMILIES), processor.socket))
    code.append((_LOAD, 0, 0, _ARGUMENT))
    for index, family in enumerate(FAMILIES):
        code.append((_EQUAL, len(FAMILIES) - index, 0, family))
    code.append((_RETURN, 0, 0, _DENY | errno.EAFNOSUPPORT))
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def install() -> None:
    """Filter what this process and all that come of it ask of the kernel.

    Nothing is done on a processor whose numbers are not known.

    Raises:
        OSError: the kernel takes no filter.
    """
    processor = PROCESSORS.get(os.uname().machine)
    if processor is None:
        return
    code = program(processor)
    kept = ctypes.create_string_buffer(code, len(code))
    asked = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_FILTER, _BY_FILTER, asked, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "seccomp")
