"""Builds a sandbox's outer walls out of namespaces, and starts the agent behind them.

This part runs on the machine's own Python, as an ordinary user. Nothing in here is a right that
such a user has not got: the kernel lets everybody be the root of a new namespace of users. It
imports little, since half of the time until an agent runs would be for that.
"""

from __future__ import annotations

import marshal
import os
import resource
import sys

# The module signal takes half of the time until here, for its enumerations.
from _signal import SIGKILL, SIGTERM, signal  # type: ignore[import-not-found]

from . import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

FAILED = 125
"""Exit status: the walls could not be built, and standard error says why."""

NEW = "/tmp"
"""Where the new root is put together: every machine has this folder."""

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

TERMINALS = 64
"""That may be open at once, of the few thousand that the kernel has for all. A server needs one."""

LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}

ENVIRONMENT = {"HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}

ALL = (
    *(linux.NEW_USERS, linux.NEW_MOUNTS, linux.NEW_PROCESSES, linux.NEW_NETWORK),
    *(linux.NEW_IPC, linux.NEW_NAMES, linux.NEW_CGROUP),
)

_FLAGS = {
    "rw": 0,
    "nosuid": linux.NO_SETUID,
    "nodev": linux.NO_DEVICES,
    "noexec": linux.NO_PROGRAMS,
}


def main() -> NoReturn:
    """Build what the first argument asks for (a dict, marshalled); exit as what runs in it does.

    From 128 on, a signal has ended that. Killed itself, this takes everything with it.
    """
    asked: dict[str, Any] = marshal.loads(bytes.fromhex(sys.argv[1]))
    try:
        _enter(asked)
        inside = _fork()
    except OSError as error:
        _fail(error)
    if inside == 0:
        try:
            _build(asked)
            linux.give_up_rights(linux.MAP_ROOT)
            linux.die_with_parent()
            os.execve(asked["command"][0], asked["command"], ENVIRONMENT)
        except OSError as error:
            _fail(error)
    signal(SIGTERM, lambda *_: os.kill(inside, SIGKILL))
    # All that is left behind the walls ends with their process 1, and before it is gone.
    status = os.waitpid(inside, 0)[1]
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _fail(error: OSError) -> NoReturn:
    about = f" ({error.filename})" if error.filename else ""
    os.write(2, f"{error.strerror}{about}".encode())
    os._exit(FAILED)


def _enter(asked: dict[str, Any]) -> None:
    """Leave this machine's namespaces, its root's rights first."""
    os.umask(0o022)
    if asked["waits"]:
        os.read(0, 1)  # by then it is limited
    # From here on the folder is named by ".": whom we become may not be let through to it.
    os.chdir(asked["root"])
    user = asked["user"]
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        linux.be_traceable(True)
    linux.die_with_parent()
    if os.getppid() != asked["parent"]:
        raise OSError(None, "who started this is gone")
    linux.forget_keys()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, asked["files"])
    outside, group = os.geteuid(), os.getegid()
    linux.unshare(sum(ALL))
    linux.map_user(0, outside, group)


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _fork() -> int:
    """Fork a child that is killed when this process is, however early."""
    alive, kept = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(kept)
        linux.die_with_parent()
        os.set_blocking(alive, False)
        try:
            os.read(alive, 1)
        except BlockingIOError:
            return child
        os._exit(FAILED)  # its end has been reached: nobody holds the other one any more
    os.close(alive)
    return child


def _build(asked: dict[str, Any]) -> None:
    # Nothing that is mounted here is seen outside.
    linux.mount("none", "/", flags=linux.RECURSIVE | linux.PRIVATE)
    linux.mount("tmpfs", NEW, "tmpfs", linux.NO_SETUID | linux.NO_DEVICES, "size=1m,mode=755")
    folders: dict[str, str] = asked["folders"]
    points = {"dev", "proc", *(path.strip("/") for path in folders)}
    _lay("", points, writable=asked["writable"])
    for path in points:
        # What is in the way of a folder that the submission names stays there.
        try:
            os.makedirs(f"{NEW}/{path}", exist_ok=True)
        except OSError:
            continue
    linux.mount("proc", f"{NEW}/proc", "proc", sum(_FLAGS.values()))
    _lay_devices(asked["shared_memory"])
    for path, options in folders.items():
        if os.path.isdir(NEW + path) and not os.path.ismount(NEW + path):
            _mount_empty(NEW + path, options)
    linux.protect(NEW, linux.READ_ONLY)
    linux.change_root(NEW)
    linux.name_host(asked["host"])
    linux.start_loopback()
    linux.open_ports()
    os.chdir(asked["folder"])


def _lay(below: str, points: set[str], *, writable: bool) -> None:
    """Show what is in the base's folder ``below``, leaving out what is to be at ``points``."""
    for entry in list(os.scandir(f"./{below}")):
        path = f"{below}/{entry.name}".lstrip("/")
        there = f"{NEW}/{path}"
        if path in points:
            continue
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), there)
        elif entry.is_dir() and any(point.startswith(path + "/") for point in points):
            os.mkdir(there)
            _lay(path, points, writable=writable)
        else:
            if entry.is_dir():
                os.mkdir(there)
            else:
                os.close(os.open(there, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))
            linux.mount(entry.path, there, flags=linux.BIND)
            kept = linux.NO_SETUID | linux.NO_DEVICES
            linux.protect(there, kept if writable else kept | linux.READ_ONLY)


def _lay_devices(shared_memory: int) -> None:
    top = f"{NEW}/dev"
    _mount_empty(top, "nosuid,noexec,size=64k,mode=755")
    for name in DEVICES:
        os.close(os.open(f"{top}/{name}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))
        linux.mount(f"/dev/{name}", f"{top}/{name}", flags=linux.BIND)
    for name, target in LINKS.items():
        os.symlink(target, f"{top}/{name}")
    for name in ("shm", "pts"):
        os.mkdir(f"{top}/{name}")
    _mount_empty(f"{top}/shm", f"nosuid,nodev,noexec,size={shared_memory},mode=1777")
    flags = linux.NO_SETUID | linux.NO_PROGRAMS
    options = f"newinstance,ptmxmode=0666,mode=620,max={TERMINALS}"
    linux.mount("devpts", f"{top}/pts", "devpts", flags, options)
    os.symlink("pts/ptmx", f"{top}/ptmx")
    linux.protect(top, flags | linux.READ_ONLY)


def _mount_empty(target: str, options: str) -> None:
    words = options.split(",")
    flags = sum(_FLAGS.get(word, 0) for word in words)
    data = ",".join(word for word in words if word not in _FLAGS)
    linux.mount("tmpfs", target, "tmpfs", flags, data)
