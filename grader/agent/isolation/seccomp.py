"""A system call filter (``seccomp(2)``) for what namespaces do not separate.

To the kernel, a program in a box is the user who grades, and a program in a container shares the
host's kernel. The filter denies

- resources that belong to a user rather than to a namespace (keys), or to all users together
  (``io_setup``: there are 65,536 events in all);
- socket families that reach outside the network namespace;
- kernel interfaces that no server needs.

A denied call fails as it does on a kernel or for a user without that feature, so a program that
tries it can continue without.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

FAMILIES = (1, 2, 10, 16)
"""Allowed socket families: UNIX, IPv4, IPv6, netlink."""

DENIED = (
    *("keyctl", "add_key", "request_key"),
    *("userfaultfd", "bpf", "perf_event_open", "io_uring_setup", "io_setup", "ptrace"),
    *("mount", "umount2", "pivot_root", "unshare", "setns", "open_by_handle_at"),
    *("open_tree", "move_mount", "fsopen", "fspick", "mount_setattr", "clone3"),
)
"""``clone3`` is here because a filter cannot see its flags; the C library falls back to
``clone``."""


class Architecture(NamedTuple):
    """The system call numbers of a processor architecture."""

    audit: int
    """Its id in ``include/uapi/linux/audit.h``."""
    socket: int
    clone: int
    numbers: dict[str, int]
    """Those calls in :data:`DENIED` whose numbers differ between architectures."""


ARCHITECTURES = {
    "x86_64": Architecture(
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
    "aarch64": Architecture(
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

COMMON_NUMBERS = {
    "io_uring_setup": 425,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fspick": 433,
    "clone3": 435,
    "mount_setattr": 442,
}
"""Newer system calls have the same number on all architectures."""

NAMESPACE_FLAGS = 0x7E020000
"""The flags of ``clone`` that create namespaces."""

X32 = 0x40000000
"""System calls from this number on belong to the x32 ABI, which would bypass the filter."""

# BPF opcodes, SECCOMP_RET_ALLOW and SECCOMP_RET_ERRNO, and offsets in ``struct seccomp_data``.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


def assemble(architecture: Architecture) -> bytes:
    """Assemble the filter: an array of the kernel's ``struct sock_filter``."""
    denied = {**architecture.numbers, **COMMON_NUMBERS}
    code: list[tuple[int, int, int, int]] = []

    def deny(test: int, value: int, number: int, *, unless: bool = False) -> None:
        """Fail with ``number`` if the loaded value passes the test (``unless``: if not)."""
        code.append((test, int(unless), int(not unless), value))
        code.append((_RETURN, 0, 0, _DENY | number))

    code.append((_LOAD, 0, 0, _ARCHITECTURE))
    deny(_EQUAL, architecture.audit, errno.ENOSYS, unless=True)
    code.append((_LOAD, 0, 0, _NUMBER))
    deny(_AT_LEAST, X32, errno.ENOSYS)
    for name in DENIED:
        deny(_EQUAL, denied[name], errno.ENOSYS if name == "clone3" else errno.EPERM)
    # For clone, load the flags; for socket, the family.
    code.append((_EQUAL, 0, 3, architecture.clone))
    code.append((_LOAD, 0, 0, _ARGUMENT))
    deny(_ANY_BIT, NAMESPACE_FLAGS, errno.EPERM)
    code.append((_LOAD, 0, 0, _NUMBER))
    code.append((_EQUAL, 0, 2 + len(FAMILIES), architecture.socket))
    code.append((_LOAD, 0, 0, _ARGUMENT))
    for index, family in enumerate(FAMILIES):
        code.append((_EQUAL, len(FAMILIES) - index, 0, family))
    code.append((_RETURN, 0, 0, _DENY | errno.EAFNOSUPPORT))
    code.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in code)


def install() -> None:
    """Filter the system calls of this process and of all its descendants.

    Does nothing on an unknown architecture.

    Raises:
        OSError: the kernel does not accept the filter.
    """
    architecture = ARCHITECTURES.get(os.uname().machine)
    if architecture is None:
        return
    code = assemble(architecture)
    buffer = ctypes.create_string_buffer(code, len(code))
    sock_fprog = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, sock_fprog, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "seccomp")
