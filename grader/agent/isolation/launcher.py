"""Builds a sandbox out of namespaces and starts the agent in it.

This runs on the machine's own Python as an ordinary user, and needs no privilege: the kernel lets
every user be root in a new user namespace. It imports little, because imports take half of the time
until the agent runs.
"""

from __future__ import annotations

import marshal
import os
import resource
import sys

# The module signal takes half of the time until here, because of its enums.
from _signal import SIGKILL, SIGTERM, signal  # type: ignore[import-not-found]

from . import linux

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TypedDict

    class Spec(TypedDict):
        """The sandbox to build, and the program to run in it.

        Made by :func:`grader.sandbox.namespaces.launch.command`.
        """

        parent: int
        """The process id of the grader."""
        wait_for_limits: bool
        """Whether to create no process before a byte arrives on standard input."""
        user: int | None
        """The user id to take on first; None: keep this process's."""
        open_files: int
        """File descriptors in each process."""
        root: str
        """The folder that becomes the root."""
        root_writable: bool
        """Whether the bind mounts of its entries are writable."""
        tmpfs: dict[str, str]
        """Each mount point of a tmpfs, and its options."""
        shared_memory: int
        """The size of ``/dev/shm`` in bytes."""
        hostname: str
        addresses: list[str]
        """What the loopback interface has besides its usual addresses."""
        working_folder: str
        command: list[str]
        """The program to execute, by its absolute path, and its arguments."""


FAILED = 125
"""Exit status if the sandbox could not be built; the cause is on standard error."""

NEW_ROOT = "/tmp"
"""The mount point on which the new root is assembled: every machine has this folder."""

DEVICES = ("null", "full", "random", "urandom", "tty")
"""Devices in ``/dev``. Without ``zero``: mapped by a program, it is memory that stays when nobody
maps it any longer, so that no measure counts it."""

MAX_TERMINALS = 8
"""Open terminals in the sandbox. The agent opens one for each scenario, and the program none."""

LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
"""Symbolic links in ``/dev``."""

ENVIRONMENT = {"HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin"}

NAMESPACES = (
    *(linux.CLONE_NEWUSER, linux.CLONE_NEWNS, linux.CLONE_NEWPID, linux.CLONE_NEWNET),
    *(linux.CLONE_NEWIPC, linux.CLONE_NEWUTS, linux.CLONE_NEWCGROUP),
)

_FLAGS = {
    "rw": 0,
    "nosuid": linux.MS_NOSUID,
    "nodev": linux.MS_NODEV,
    "noexec": linux.MS_NOEXEC,
}


def main() -> NoReturn:
    """Build the sandbox that the first argument describes: a ``Spec``, marshalled, in hexadecimal.

    Exits with the status of the program that runs in it; with 128 plus the signal's number if a
    signal ended that. If this process is killed, everything in the sandbox is killed too.
    """
    spec: Spec = marshal.loads(bytes.fromhex(sys.argv[1]))
    if spec["addresses"]:
        # Few programs name an address, and it takes long to import. Later, this process may have no
        # access to its own files.
        from . import addresses  # noqa: F401
    try:
        _enter_namespaces(spec)
        inside = _fork()
    except OSError as error:
        _fail(error)
    if inside == 0:
        try:
            _build(spec)
            linux.drop_capabilities(linux.CAP_SETFCAP)
            linux.die_with_parent()
            os.execve(spec["command"][0], spec["command"], ENVIRONMENT)
        except OSError as error:
            _fail(error)
    signal(SIGTERM, lambda *_: os.kill(inside, SIGKILL))
    # The kernel ends everything in the sandbox before it reports the end of its process 1.
    status = os.waitpid(inside, 0)[1]
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _fail(error: OSError) -> NoReturn:
    where = f" ({error.filename})" if error.filename else ""
    os.write(2, f"{error.strerror}{where}".encode())
    os._exit(FAILED)


def _enter_namespaces(spec: Spec) -> None:
    """Give up root, if this is root, and unshare the machine's namespaces."""
    os.umask(0o022)
    if spec["wait_for_limits"]:
        os.read(0, 1)  # The caller sends a byte once the resource limits are set.
    # The root folder is "." from here on: its path may not be accessible to the new user.
    os.chdir(spec["root"])
    user = spec["user"]
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        linux.set_dumpable(True)
    linux.die_with_parent()
    if os.getppid() != spec["parent"]:
        raise OSError(None, "the process that started this has ended")
    linux.leave_session_keyring()
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_NOFILE, spec["open_files"])
    outside, group = os.geteuid(), os.getegid()
    linux.unshare(sum(NAMESPACES))
    linux.map_user(0, outside, group)


def _set_limit(resource_kind: int, value: int) -> None:
    # As in base.py, which takes long to import.
    hard = resource.getrlimit(resource_kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(resource_kind, (value, value))


def _fork() -> int:
    """Fork a child that the kernel kills when this process ends, no matter how early that is."""
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
        os._exit(FAILED)  # End of file: the parent ended before die_with_parent took effect.
    os.close(alive)
    return child


def _build(spec: Spec) -> None:
    """Assemble the new root and make it the root; configure host name and network."""
    # No mount from here on propagates to the outside.
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    flags = linux.MS_NOSUID | linux.MS_NODEV
    linux.mount("tmpfs", NEW_ROOT, "tmpfs", flags, "size=1m,mode=755")
    mount_points = {"dev", "proc", *(path.strip("/") for path in spec["tmpfs"])}
    _bind("", mount_points, writable=spec["root_writable"])
    for path in mount_points:
        # A folder that the submission names may be blocked by a file. Then there is none.
        try:
            os.makedirs(f"{NEW_ROOT}/{path}", exist_ok=True)
        except OSError:
            continue
    linux.mount("proc", f"{NEW_ROOT}/proc", "proc", sum(_FLAGS.values()))
    _make_devices(spec["shared_memory"])
    for path, options in spec["tmpfs"].items():
        if os.path.isdir(NEW_ROOT + path) and not os.path.ismount(NEW_ROOT + path):
            _mount_tmpfs(NEW_ROOT + path, options)
    linux.add_mount_flags(NEW_ROOT, linux.MS_RDONLY)
    linux.pivot_root(NEW_ROOT)
    linux.set_hostname(spec["hostname"])
    linux.start_loopback()
    if spec["addresses"]:
        from . import addresses

        addresses.add_to_loopback(spec["addresses"])
    linux.allow_low_ports()
    linux.limit_socket_buffers()
    os.chdir(spec["working_folder"])


def _bind(below: str, mount_points: set[str], *, writable: bool) -> None:
    """Bind-mount the entries of the root folder's ``below``, except those in ``mount_points``."""
    for entry in list(os.scandir(f"./{below}")):
        path = f"{below}/{entry.name}".lstrip("/")
        target = f"{NEW_ROOT}/{path}"
        if path in mount_points:
            continue
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif entry.is_dir() and any(point.startswith(path + "/") for point in mount_points):
            os.mkdir(target)
            _bind(path, mount_points, writable=writable)
        else:
            if entry.is_dir():
                os.mkdir(target)
            else:
                os.close(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))
            linux.mount(entry.path, target, flags=linux.MS_BIND)
            flags = linux.MS_NOSUID | linux.MS_NODEV
            linux.add_mount_flags(target, flags if writable else flags | linux.MS_RDONLY)


def _make_devices(shared_memory: int) -> None:
    """Fill ``/dev``; ``shared_memory`` is the size of ``/dev/shm`` in bytes."""
    top = f"{NEW_ROOT}/dev"
    _mount_tmpfs(top, "nosuid,noexec,size=64k,mode=755")
    for name in DEVICES:
        os.close(os.open(f"{top}/{name}", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))
        linux.mount(f"/dev/{name}", f"{top}/{name}", flags=linux.MS_BIND)
    for name, target in LINKS.items():
        os.symlink(target, f"{top}/{name}")
    for name in ("shm", "pts"):
        os.mkdir(f"{top}/{name}")
    _mount_tmpfs(f"{top}/shm", f"nosuid,nodev,noexec,size={shared_memory},mode=1777")
    flags = linux.MS_NOSUID | linux.MS_NOEXEC
    options = f"newinstance,ptmxmode=0666,mode=620,max={MAX_TERMINALS}"
    linux.mount("devpts", f"{top}/pts", "devpts", flags, options)
    os.symlink("pts/ptmx", f"{top}/ptmx")
    linux.add_mount_flags(top, flags | linux.MS_RDONLY)


def _mount_tmpfs(target: str, options: str) -> None:
    words = options.split(",")
    flags = sum(_FLAGS.get(word, 0) for word in words)
    data = ",".join(word for word in words if word not in _FLAGS)
    linux.mount("tmpfs", target, "tmpfs", flags, data)
