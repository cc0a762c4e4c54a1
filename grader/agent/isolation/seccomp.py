"""A system call filter (``seccomp(2)``) for what users and namespaces do not separate.

To the kernel, a program in a box is the user who grades, and a program in a container shares the
host's kernel. The filter denies

- resources that belong to a user rather than to a namespace (keys), or to all users together
  (``io_setup``: there are 65,536 events in all);
- memory that belongs to no process and to no file system, so that no measure of either counts it
  and it may outlive its scenario (System V shared memory, message queues, ``memfd_create``);
- larger buffers of pipes and sockets, which hold memory that no measure counts either;
- what delays others: a lease on a file makes whoever opens it wait, and ``sync`` writes what the
  whole machine has not written yet;
- other line disciplines of a terminal, and input that is pushed into it;
- socket families that reach outside the network namespace;
- kernel interfaces that no server needs.

A denied call fails as it does on a kernel or for a user without that feature, so a program that
tries it can continue without. Some calls seem to succeed, but do nothing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import NamedTuple

FAMILIES = (1, 2, 10, 16)
"""Allowed socket families: UNIX, IPv4, IPv6, netlink."""

NO_EFFECT = 0
"""Instead of an error: the call seems to succeed."""

DENIED = {
    errno.EPERM: (
        *("keyctl", "add_key", "request_key"),
        *("userfaultfd", "bpf", "perf_event_open", "io_uring_setup", "io_setup", "ptrace"),
        *("mount", "umount2", "pivot_root", "unshare", "setns", "open_by_handle_at"),
        *("open_tree", "move_mount", "fsopen", "fspick", "mount_setattr"),
    ),
    # A filter cannot see the flags of clone3. The C library falls back to clone.
    errno.ENOSYS: (
        *("memfd_create", "memfd_secret", "shmget", "shmat", "semget", "msgget", "mq_open"),
        "clone3",
    ),
    NO_EFFECT: ("sync", "syncfs"),
}
"""System calls that are denied whatever their arguments are, by the error with which they fail."""

NUMBERS = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fcntl": (72, 25),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "io_setup": (206, 0),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mmap": (9, 222),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "prctl": (157, 167),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "setsockopt": (54, 208),
    "shmat": (30, 196),
    "shmget": (29, 194),
    "socket": (41, 198),
    "sync": (162, 81),
    "syncfs": (306, 267),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
"""The numbers of system calls on x86-64 and on arm64."""

NAMESPACE_FLAGS = 0x7E020000
"""The flags of ``clone`` that create namespaces."""

CLONE_FILES, CLONE_THREAD = 0x400, 0x10000
"""The flags of ``clone`` for a task that has the same open files, and for a thread."""

# include/uapi/linux/fcntl.h, include/uapi/asm-generic/ioctls.h, include/uapi/linux/prctl.h,
# include/uapi/asm-generic/socket.h and include/uapi/asm-generic/mman-common.h
F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ = 1024, 1026, 1031
TIOCSTI, TIOCLINUX, TIOCSETD = 0x5412, 0x541C, 0x5423
PR_SET_DUMPABLE = 4
SOL_SOCKET, SO_SNDBUF, SO_RCVBUF = 1, 7, 8
MAP_SHARED, MAP_SHARED_VALIDATE, MAP_ANONYMOUS = 1, 3, 0x20

X32 = 0x40000000
"""System calls from this number on belong to the x32 ABI, which would bypass the filter."""

# BPF opcodes, and offsets in ``struct seccomp_data``.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_AND, _SKIP = 0x54, 0x05
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16

_RETURN_ALLOW, _RETURN_ERRNO = 0x7FFF0000, 0x00050000

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2


class Argument(NamedTuple):
    """An argument of a system call that decides whether the call is denied."""

    call: str
    position: int
    """Which argument, from 0 on. Its lower 32 bits count: for these, the kernel reads no more."""
    test: int
    """The BPF comparison with each of ``values``."""
    values: tuple[int, ...]
    error: int
    """The error with which the call fails."""
    denied_if_met: bool = True
    """Whether it fails if a comparison is met; False: if none is."""
    mask: int = 0xFFFFFFFF
    """The bits of the argument that count."""
    only_if: tuple[int, int] | None = None
    """Another argument, by position, and the value that it must have for this rule to apply."""


DENIED_BY_ARGUMENT = (
    Argument("clone", 0, _ANY_BIT, (NAMESPACE_FLAGS,), errno.EPERM),
    # A process that shares another one's open files could close them for it.
    Argument("clone", 0, _EQUAL, (CLONE_FILES,), errno.EPERM, mask=CLONE_FILES | CLONE_THREAD),
    Argument("socket", 0, _EQUAL, FAMILIES, errno.EAFNOSUPPORT, denied_if_met=False),
    Argument("fcntl", 1, _EQUAL, (F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ), errno.EPERM),
    Argument(
        *("mmap", 3, _EQUAL),
        (MAP_SHARED | MAP_ANONYMOUS, MAP_SHARED_VALIDATE | MAP_ANONYMOUS),
        errno.EPERM,
        mask=MAP_SHARED_VALIDATE | MAP_ANONYMOUS,
    ),
    Argument(
        *("setsockopt", 2, _EQUAL, (SO_SNDBUF, SO_RCVBUF), NO_EFFECT), only_if=(1, SOL_SOCKET)
    ),
    Argument("ioctl", 1, _EQUAL, (TIOCSTI, TIOCLINUX, TIOCSETD), errno.EPERM),
    # The kernel would hide the program's open files, and so its sockets, from the agent.
    Argument("prctl", 0, _EQUAL, (PR_SET_DUMPABLE,), NO_EFFECT),
)
"""System calls that are denied only with some arguments."""


class Architecture(NamedTuple):
    """A processor architecture."""

    audit: int
    """Its id in ``include/uapi/linux/audit.h``."""
    column: int
    """Its column in :data:`NUMBERS`."""

    def number(self, call: str) -> int:
        """The number of a system call."""
        return NUMBERS[call][self.column]


ARCHITECTURES = {"x86_64": Architecture(0xC000003E, 0), "aarch64": Architecture(0xC00000B7, 1)}


def assemble(architecture: Architecture) -> bytes:
    """Assemble the filter: an array of the kernel's ``struct sock_filter``."""
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture.audit),
        _fail(errno.ENOSYS),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, X32),
        _fail(errno.ENOSYS),
    ]
    for error, calls in DENIED.items():
        for call in calls:
            code += [(_EQUAL, 0, 1, architecture.number(call)), _fail(error)]
    for rule in DENIED_BY_ARGUMENT:
        block = _by_argument(rule)
        number = architecture.number(rule.call)
        code += [(_LOAD, 0, 0, _NUMBER), (_EQUAL, 0, len(block), number), *block]
    code.append((_RETURN, 0, 0, _RETURN_ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in code)


_Line = tuple[int, int, int, int]
"""An instruction: its opcode, the lines to skip if a comparison is met and if it is not, and its
operand."""


def _fail(error: int) -> _Line:
    return _RETURN, 0, 0, _RETURN_ERRNO | error


def _by_argument(rule: Argument) -> list[_Line]:
    """Decide about a call, whose number has been compared: it fails, or the rest decides."""
    count = len(rule.values)
    # The lines to skip to the last one, or behind it.
    met = count if rule.denied_if_met else count + 1
    block = [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * rule.position),
        (_AND, 0, 0, rule.mask),
        *((rule.test, met - number, 0, value) for number, value in enumerate(rule.values)),
        (_SKIP, 0, 0, int(rule.denied_if_met)),
        _fail(rule.error),
    ]
    if rule.only_if is None:
        return block
    position, value = rule.only_if
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * position),
        (_EQUAL, 0, len(block), value),
        *block,
    ]


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
