"""Runs ``grade`` as far as it can tell on a system that is not Linux.

Started as ``python other_system.py SYSTEM COMMAND…``, each command a JSON list of arguments. Its
standard output is a JSON list of their exit statuses and outputs. The standard library and other
packages are imported first, so that they stay what they are here; then much of what Windows or
macOS lacks is gone.
"""

import builtins
import importlib
import io
import json
import os
import shutil
import signal
import socket
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout

IMPORTED_BEFORE = (
    *("asyncio", "concurrent.futures", "ctypes", "multiprocessing", "shutil", "ssl", "subprocess"),
    *("tempfile", "click", "click.shell_completion", "docker", "docker.context", "filelock"),
    *("jinja2", "platformdirs", "pygments", "rich.console", "rich.live", "watchfiles"),
)

UNIX_MODULES = ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty")

UNIX_NAMES = (
    *("O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "chown", "fchmod"),
    *("fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups", "getpgid"),
    *("getuid", "killpg", "lchown", "mkfifo", "openpty", "pipe2", "pread", "sched_getaffinity"),
    *("setsid", "sysconf", "uname"),
)

SIGNALS = ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "SIGXCPU")


def become_windows() -> None:
    """Take away what Windows lacks."""
    for name in UNIX_MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for name in UNIX_NAMES:
        if hasattr(os, name):
            delattr(os, name)
    for name in SIGNALS:
        delattr(signal, name)
    del socket.AF_UNIX
    real_open, real_stat = os.open, os.stat

    def open_(path, flags, mode=0o777, *, dir_fd=None):
        if dir_fd is not None:
            raise NotImplementedError("dir_fd unavailable on this platform")
        if os.path.isdir(path):  # noqa: PTH112
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags, mode)

    def stat_(path, *, dir_fd=None, follow_symlinks=True) -> os.stat_result:
        if dir_fd is not None:
            raise NotImplementedError("dir_fd unavailable on this platform")
        return real_stat(path, follow_symlinks=follow_symlinks)

    os.open, os.stat = open_, stat_
    os.supports_dir_fd = set()
    shutil._use_fd_functions = False  # as if it had been imported there


def without_kernel_files() -> None:
    """Take away what only Linux has below ``/proc`` and ``/sys``."""
    real_open = open

    def open_(file, *arguments, **options):
        if str(file).startswith(("/proc/", "/sys/")):
            raise FileNotFoundError(2, "No such file or directory")
        return real_open(file, *arguments, **options)

    builtins.open = open_


def run(command: list[str]) -> tuple[int, str]:
    """The exit status and the output of a command."""
    from grader.cli.main import main as grade

    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with redirect_stdout(output), redirect_stderr(output):
        try:
            grade(command)
        except SystemExit as ended:
            status = int(ended.code or 0)
        except BaseException:
            status = -1
            traceback.print_exc()
    return status, output.buffer.getvalue().decode()  # type: ignore[attr-defined]


def main() -> None:
    """Become the system that the first argument names, and run the commands."""
    system, *commands = sys.argv[1:]
    for name in IMPORTED_BEFORE:
        importlib.import_module(name)
    if system == "win32":
        become_windows()
    without_kernel_files()
    sys.platform = system
    print(json.dumps([run(json.loads(command)) for command in commands]))  # noqa: T201


if __name__ == "__main__":
    main()
