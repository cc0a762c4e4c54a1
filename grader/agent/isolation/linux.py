"""Linux's system calls that make walls, for which Python has no functions."""

from __future__ import annotations

import ctypes
import fcntl
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NEW_MOUNTS, NEW_CGROUP, NEW_NAMES, NEW_IPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEW_USERS, NEW_PROCESSES, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
"""Kinds of namespaces, from ``include/uapi/linux/sched.h``."""

READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS, REMOUNT, BIND, RECURSIVE, PRIVATE = (
    *(0x1, 0x2, 0x4, 0x8, 0x20, 0x1000),
    *(0x4000, 0x40000),
)
"""Flags of a mount, from ``include/uapi/linux/mount.h``."""

_KEPT = {0x2: 0x2, 0x4: 0x4, 0x8: 0x8, 0x400: 0x400, 0x800: 0x800, 0x1000: 0x200000}
"""What ``statvfs`` says of a mount, and the flag that it is: whoever has not made a mount may
not take these from it."""

MAP_ROOT = 31
"""The capability (``CAP_SETFCAP``) without which a namespace's root may not be somebody else in
a namespace below it."""

_DETACH = 2

_INET, _DATAGRAM, _SET_FLAGS, _UP = 2, 2, 0x8914, 0x1

_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _DROP_FROM_BOUND, _SET_NO_NEW_RIGHTS = 1, 4, 24, 38
_SIGKILL = 9

_KEYCTL = {"x86_64": 250, "aarch64": 219}
_JOIN_SESSION = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> int:
    result = int(getattr(_libc, name)(*arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def unshare(kinds: int) -> None:
    """Enter new namespaces; that of processes is for children only."""
    _call("unshare", kinds)


def map_user(inside: int, outside: int, group: int) -> None:
    """In a new namespace of users, be the user and the group ``inside``.

    ``outside`` and ``group`` are who one was before. All others are nobody there.
    """
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {outside} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        tell(f"/proc/self/{file}", line)


def tell(file: str, line: str) -> None:
    """Write ``line`` to one of the kernel's files, in one go."""
    # Not as text: a codec may still have to be imported, from where one may not read any more.
    with open(file, "wb", buffering=0) as target:
        target.write(line.encode())


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """As ``mount(2)``."""
    _call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode(),
        ctypes.c_ulong(flags),
        data.encode(),
    )


def protect(target: str, flags: int) -> None:
    """Add ``flags`` to what is mounted at ``target``."""
    told = os.statvfs(target).f_flag
    kept = sum(flag for bit, flag in _KEPT.items() if told & bit)
    mount("none", target, flags=REMOUNT | BIND | kept | flags)


def unmount(target: str) -> None:
    """Take away what is mounted at ``target``; who has it open keeps it."""
    _call("umount2", os.fsencode(target), _DETACH)


def change_root(folder: str) -> None:
    """Make ``folder``, at which something is mounted, the root, and let go of the old one."""
    os.chdir(folder)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def name_host(name: str) -> None:
    """Call this machine ``name``."""
    _call("sethostname", name.encode(), len(name.encode()))


def start_loopback() -> None:
    """Let the network reach this machine itself; in a new namespace not even that is so."""
    # Not with the module socket, which takes longer to import than all the rest.
    any_socket = _call("socket", _INET, _DATAGRAM, 0)
    try:
        fcntl.ioctl(
            any_socket,
            _SET_FLAGS,
            b"lo".ljust(16, b"\0") + _UP.to_bytes(2, sys.byteorder).ljust(16, b"\0"),
        )
    finally:
        os.close(any_socket)


def open_ports() -> None:
    """Let everybody listen on each port (``ip(7)``), as Docker does in its containers: a student's
    program may well be right with port 80, at home on Windows."""
    try:
        tell("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0")
    except OSError:
        return  # before Linux 4.11 there is no such setting


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends."""
    _call("prctl", _SET_PARENT_DEATH_SIGNAL, _SIGKILL, 0, 0, 0)


def be_traceable(yes: bool) -> None:
    """Whether others of this user may look into this process, and ``/proc/self`` is its own."""
    _call("prctl", _SET_DUMPABLE, int(yes), 0, 0, 0)


def give_up_rights(*kept: int) -> None:
    """No program that is started from here on has, or gets, any capability but ``kept``."""
    _call("prctl", _SET_NO_NEW_RIGHTS, 1, 0, 0, 0)
    for right in range(64):
        try:
            if right not in kept:
                _call("prctl", _DROP_FROM_BOUND, right, 0, 0, 0)
        except OSError:
            return  # there are no more


def forget_keys() -> None:
    """Hold no key of the user's session any more (``keyrings(7)``)."""
    number = _KEYCTL.get(os.uname().machine)
    try:
        if number is not None:
            _call("syscall", number, _JOIN_SESSION, None)
    except OSError:
        pass  # a kernel without keys
