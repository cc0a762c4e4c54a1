"""Linux system calls for building sandboxes that Python's standard library does not offer.

Constants have the kernel's names.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# include/uapi/linux/sched.h
CLONE_NEWNS = 0x20000
CLONE_NEWCGROUP = 0x2000000
CLONE_NEWUTS = 0x4000000
CLONE_NEWIPC = 0x8000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

# include/uapi/linux/mount.h
MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_REMOUNT = 0x20
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000

_LOCKED = {0x2: 0x2, 0x4: 0x4, 0x8: 0x8, 0x400: 0x400, 0x800: 0x800, 0x1000: 0x200000}
"""Flags as ``statvfs`` returns them, and as ``mount`` takes them, that an inherited mount must keep
when it is remounted in a user namespace."""

CAP_NET_ADMIN = 12
"""The capability to configure this network namespace: interfaces, addresses, routes."""

CAP_SETFCAP = 31
"""Without this capability, a process may not map its namespace's root into a nested one."""

_MNT_DETACH = 2

_AF_INET, _SOCK_DGRAM, _SIOCSIFFLAGS, _IFF_UP = 2, 2, 0x8914, 0x1

_CAPABILITY_VERSION_3 = 0x20080522

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_SIGKILL = 9

_KEYCTL = {"x86_64": 250, "aarch64": 219}
_KEYCTL_JOIN_SESSION_KEYRING = 1

_libc = ctypes.CDLL(None, use_errno=True)


def _call(name: str, *arguments: Any) -> int:
    result = int(getattr(_libc, name)(*arguments))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return result


def unshare(kinds: int) -> None:
    """Move this process into new namespaces; for a PID namespace, only its children."""
    _call("unshare", kinds)


def map_user(inside: int, outside: int, group: int) -> None:
    """In a new user namespace, map the user ``outside`` and the group ``group`` to ``inside``.

    These must be the process's own ids before :func:`unshare`. All other ids map to nobody.
    """
    for file, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {outside} 1"),
        ("gid_map", f"{inside} {group} 1"),
    ):
        write_setting(f"/proc/self/{file}", line)


def write_setting(file: str, line: str) -> None:
    """Write ``line`` to a file in ``/proc`` with a single write."""
    # Text mode might import a codec, from a folder that is no longer readable.
    with open(file, "wb", buffering=0) as target:
        target.write(line.encode())


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """``mount(2)``."""
    _call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode(),
        ctypes.c_ulong(flags),
        data.encode(),
    )


def add_mount_flags(target: str, flags: int) -> None:
    """Add ``flags`` to those of the mount at ``target``."""
    current = os.statvfs(target).f_flag
    locked = sum(flag for bit, flag in _LOCKED.items() if current & bit)
    mount("none", target, flags=MS_REMOUNT | MS_BIND | locked | flags)


def unmount(target: str) -> None:
    """Detach the mount at ``target``; files that are open in it stay usable."""
    _call("umount2", os.fsencode(target), _MNT_DETACH)


def pivot_root(folder: str) -> None:
    """Make the mount point ``folder`` the root, and unmount the old root."""
    os.chdir(folder)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def set_hostname(name: str) -> None:
    """Set this UTS namespace's host name."""
    _call("sethostname", name.encode(), len(name.encode()))


def start_loopback() -> None:
    """Bring up the loopback interface, which is down in a new network namespace."""
    # Without the socket module, which takes longer to import than everything else here.
    any_socket = _call("socket", _AF_INET, _SOCK_DGRAM, 0)
    try:
        fcntl.ioctl(
            any_socket,
            _SIOCSIFFLAGS,
            b"lo".ljust(16, b"\0") + _IFF_UP.to_bytes(2, sys.byteorder).ljust(16, b"\0"),
        )
    finally:
        os.close(any_socket)


def allow_low_ports() -> None:
    """Let everyone bind ports below 1024, as Docker does: port 80 works on a student's Windows."""
    try:
        write_setting("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0")
    except OSError:
        return  # Linux before 4.11 does not have this setting.


def limit_socket_buffers() -> None:
    """Limit what TCP connections of this network namespace buffer: on some machines 36 MiB each."""
    for name in ("tcp_rmem", "tcp_wmem"):
        path = f"/proc/sys/net/ipv4/{name}"
        try:
            with open(path, "rb", buffering=0) as file:
                least, usual, _ = map(int, file.read().split())
            write_setting(path, f"{least} {usual} {max(SOCKET_BUFFER, usual)}")
        except (OSError, ValueError):
            continue  # Before Linux 4.15 all namespaces share them.


SOCKET_BUFFER = 256 << 10
"""Bytes that are received, and that are sent, in each TCP connection."""


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    _call("prctl", _PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def set_dumpable(value: bool) -> None:
    """Set whether processes of the same user may trace this one and read its ``/proc`` files."""
    _call("prctl", _PR_SET_DUMPABLE, int(value), 0, 0, 0)


def drop_capabilities(*kept: int) -> None:
    """Ensure that no program started from here on has a capability other than ``kept``."""
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(64):
        try:
            if capability not in kept:
                _call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
        except OSError:
            return  # The last capability has been dropped.


def give_up_capability(number: int) -> None:
    """Give up a capability: neither this process nor any of its children can use it again.

    Unlike :func:`drop_capabilities`, this needs no capability itself.
    """
    # The flag keeps a program that is executed as root from getting the capability back.
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: the low halves, the high
    _call("capget", header, sets)
    word, bit = divmod(number, 32)
    for index in range(3 * word, 3 * word + 3):
        sets[index] &= ~(1 << bit)
    _call("capset", header, sets)


def leave_session_keyring() -> None:
    """Join a new session keyring, without the keys of the user's session; see ``keyrings(7)``."""
    number = _KEYCTL.get(os.uname().machine)
    try:
        if number is not None:
            _call("syscall", number, _KEYCTL_JOIN_SESSION_KEYRING, None)
    except OSError:
        pass  # This kernel has no keyrings.
