"""A root folder made of a Python of this machine, for use where no registry can be reached.

It contains the interpreter below ``/usr/local``, its standard library with existing bytecode, a
shell and a few small programs, the shared libraries that all of these need, and time zones. It
contains no installed packages, and nothing else of this machine.
"""

import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.model.text import Text, say
from grader.sandbox import SandboxError
from grader.sandbox.interpreter import Interpreter, this_python

PREFIX = PurePosixPath("/usr/local")
"""The prefix in official images, too. This Python's own prefix may be in a home folder, where a
folder that the submission names could be mounted over it."""

EXCLUDED_FOLDERS = {
    "__phello__",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
}
"""Half of the standard library's bytes, which no server imports; and installed packages, which an
official image does not have either."""

EXCLUDED_FILES = re.compile(
    r"(site|user)customize\.py"  # this machine's customizations
    r"|.*\.(a|o|exe|pdf|chm)"
    r"|.*\.opt-[12]\.pyc"
    r"|(_tkinter|nis|_?xx[^.]*|[^.]*test[^.]*)\..*\.so"  # they need 10 MB of libraries
)
"""And bytecode of other Pythons."""

DLOPENED = ("libnss_files.so.2", "libgcc_s.so.1")
"""Libraries that the C library loads when needed, so ``ldd`` does not list them: for host names
(before glibc 2.34) and for ending a thread."""

SMALL_FILES = {
    "etc/passwd": b"root:x:0:0:root:/root:\nnobody:x:65534:65534:nobody:/:\n",
    "etc/group": b"root:x:0:\nnobody:x:65534:\n",
    "etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}

FOLDERS = {"root": 0o755, "tmp": 0o1777, "home": 0o755, "work": 0o755, "proc": 0o755}

PROGRAMS = (
    *("[", "awk", "basename", "bash", "cat", "chmod", "clear", "cmp", "cp", "cut", "date", "df"),
    *("diff", "dirname", "du", "echo", "env", "expr", "false", "find", "grep", "groups", "head"),
    *("hostname", "id", "ln", "logname", "ls", "md5sum", "mkdir", "mktemp", "mv", "nice", "nl"),
    *("nohup", "nproc", "printenv", "printf", "pwd", "readlink", "realpath", "reset", "rm"),
    *("rmdir", "sed", "seq", "sh", "sha1sum", "sha256sum", "shuf", "sleep", "sort", "stat", "stty"),
    *("sync", "tac", "tail", "tee", "test", "timeout", "touch", "tput", "tr", "true", "truncate"),
    *("tty", "uname", "uniq", "wc", "whoami", "xargs", "yes"),
)
"""Programs that a beginner's server may call with ``os.system`` or ``subprocess``; official images
have them."""

DATA = (
    *("/usr/share/zoneinfo", "/usr/lib/locale/C.utf8"),
    *("/lib/terminfo/x/xterm", "/usr/share/terminfo/x/xterm"),
)
"""Files and folders that official images have, too. A server may date its log with
``ZoneInfo("Asia/Shanghai")`` or clear the terminal."""

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
"""Processor architectures: the name in ``uname``, and the engine's name."""


def identity(python: Interpreter | None = None) -> str:
    """A text that changes whenever :func:`write_root_folder` would write something else."""
    python = python or this_python()
    recipe = Path(__file__).read_text(encoding="utf-8")
    return "\n".join((python.version, python.binary, python.library, recipe))


def incompatibility(
    system: str, architecture: str, python: Interpreter | None = None
) -> Text | None:
    """Return the reason why a Python of this machine cannot run in a sandbox; None if it can.

    Args:
        system: the sandbox's, as an engine names it, such as ``linux``.
        architecture: its processor's, as an engine names it, such as ``amd64``.
        python: None: the one that runs the grader.
    """
    here = (
        sys.platform,
        ARCHITECTURES.get(platform.machine(), platform.machine().lower()),
    )
    there = (system.lower(), architecture.lower())
    if here != there:
        return say(
            "it runs on {here}, and the sandbox is {there}",
            here="/".join(here),
            there="/".join(there),
        )
    implementation = (python or this_python()).implementation
    if implementation != "cpython":
        return say("it is {name}, not CPython", name=implementation)
    return None


def write_root_folder(target: BinaryIO, python: Interpreter | None = None) -> None:
    """Write the root folder to ``target`` as an uncompressed tar archive.

    Args:
        python: None: the one that runs the grader.

    Raises:
        SandboxError: its shared libraries cannot be found.
    """
    python = python or this_python()
    binary, library = Path(python.binary), Path(python.library)
    stdlib = list(_standard_library(python))
    modules = [path for path, _ in stdlib if path.suffix == ".so"]
    programs = dict(_programs(elf_interpreter(binary.read_bytes())))
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        seen: set[str] = set()
        for name, mode in FOLDERS.items():
            _add_folder(archive, seen, PurePosixPath(name), mode)
        for name, content in SMALL_FILES.items():
            _add(archive, seen, PurePosixPath(name), content)
        bin_folder = PREFIX / "bin"
        _add(archive, seen, bin_folder / "python3", binary.read_bytes(), mode=0o755)
        _add_link(archive, seen, bin_folder / "python", "python3")
        _add_link(archive, seen, bin_folder / f"python{python.short_version}", "python3")
        home = PREFIX / python.platlibdir / library.name
        for path, below in stdlib:
            _add_file(archive, seen, home / below, path)
        for name, path in programs.items():
            _add_file(archive, seen, PurePosixPath("bin", name), path, mode=0o755)
        for destination, path in _shared_libraries(binary, [*modules, *programs.values()]).items():
            _add_file(archive, seen, PurePosixPath(destination), path, mode=0o755)
        for path in _data():
            _add_file(archive, seen, PurePosixPath(path), path)


def _standard_library(python: Interpreter) -> Iterator[tuple[Path, PurePosixPath]]:
    """Yield each file to include, and its path relative to the standard library's folder."""
    library = Path(python.library)
    own_bytecode = f".{python.cache_tag}.pyc"
    for folder, folders, files in os.walk(library):
        here = Path(folder)
        folders[:] = sorted(
            name
            for name in folders
            if name not in EXCLUDED_FOLDERS and not name.startswith("config-")
        )
        for name in sorted(files):
            path = here / name
            # A link may be broken here: one of Debian's leads to /etc.
            others_bytecode = name.endswith(".pyc") and not name.endswith(own_bytecode)
            excluded = others_bytecode or EXCLUDED_FILES.fullmatch(name)
            if not excluded and path.is_file():
                yield path, PurePosixPath(path.relative_to(library).as_posix())
    dynload = Path(python.extensions or library / "lib-dynload")
    if dynload.parent != library and dynload.is_dir():
        for path in sorted(dynload.glob("*.so")):
            if not EXCLUDED_FILES.fullmatch(path.name):
                yield path, PurePosixPath("lib-dynload") / path.name


def _programs(loader: str | None) -> Iterator[tuple[str, Path]]:
    """Yield the name and the path of each of :data:`PROGRAMS` that this machine has, and that
    ``loader`` loads."""
    for name in PROGRAMS:
        found = shutil.which(name, path="/usr/bin:/bin")
        # Only programs that use our C library: a script would need its interpreter.
        if found and elf_interpreter(Path(found).read_bytes()) == loader:
            yield name, Path(found)


def _data() -> Iterator[Path]:
    for top in map(Path, DATA):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            # "posix" and "right" contain the same time zones again.
            if path.relative_to(top).parts[:1] not in (("posix",), ("right",)) and path.is_file():
                yield path


def _shared_libraries(binary: Path, others: Iterable[Path]) -> dict[str, Path]:
    """Return the destination of each library, and its path on this machine.

    All go into the C library's folder, where the loader looks by default; the folders that the
    interpreter itself lists do not exist in the root folder.

    Raises:
        SandboxError: ``ldd`` does not run, or names no C library.
    """
    interpreter = elf_interpreter(binary.read_bytes())
    if interpreter is None:
        return {}
    needed = parse_ldd(_ldd([binary, *others]))
    libc = next((path for name, path in needed.items() if name.startswith("libc.")), None)
    if libc is None:
        raise SandboxError(
            say("The C library of this machine's Python cannot be found."),
            say("Use Docker, with GRADER_BASE set to a base image that has Python."),
        )
    folder = PurePosixPath(libc).parent
    found = {str(folder / name): Path(path) for name, path in needed.items()}
    for name in DLOPENED:
        beside = Path(str(folder / name))
        if beside.is_file():
            found.setdefault(str(beside), beside)
    found[interpreter] = Path(interpreter)
    return found


def _ldd(files: list[Path]) -> str:
    try:
        done = subprocess.run(
            ["ldd", *map(str, files)],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxError(
            say("The libraries that Python needs cannot be found: {error}.", error=error),
            say(
                "Install `ldd`, which is part of the C library, or use Docker with GRADER_BASE set"
                " to a base image."
            ),
        ) from error
    # Its exit status is 1 if a module lacks a library; only that module is unusable.
    return done.stdout.decode("utf-8", "surrogateescape")


def parse_ldd(output: str) -> dict[str, str]:
    """Parse the output of ``ldd`` for several files into each library's name and path.

    Other lines are ignored: headings, the kernel's library, missing libraries, and the loader.
    """
    found: dict[str, str] = {}
    for line in output.splitlines():
        match = re.fullmatch(r"\s+(\S+) => (/.*?)(?: \(0x[0-9a-f]+\))?", line)
        if match and not match[1].startswith("/"):
            found.setdefault(match[1], match[2])
    return found


def elf_interpreter(program: bytes) -> str | None:
    """The loader's path in a program's bytes; None if it needs none, or is not an ELF file."""
    if program[:4] != b"\x7fELF" or len(program) < 64:
        return None
    wide = program[4] == 2
    order = "<" if program[5] == 1 else ">"
    if wide:
        (start,) = struct.unpack_from(order + "Q", program, 32)
        size, count = struct.unpack_from(order + "HH", program, 54)
    else:
        (start,) = struct.unpack_from(order + "I", program, 28)
        size, count = struct.unpack_from(order + "HH", program, 42)
    for index in range(count):
        at = start + index * size
        if struct.unpack_from(order + "I", program, at) != (3,):  # PT_INTERP
            continue
        if wide:
            offset, _, _, length = struct.unpack_from(order + "QQQQ", program, at + 8)
        else:
            offset, _, _, length = struct.unpack_from(order + "IIII", program, at + 4)
        return os.fsdecode(program[offset : offset + length].rstrip(b"\0"))
    return None


def _add(
    archive: tarfile.TarFile,
    seen: set[str],
    path: PurePosixPath,
    content: bytes,
    *,
    mode: int = 0o644,
    modified: float = 0,
) -> None:
    name = _archive_name(archive, seen, path)
    if name in seen:
        return
    seen.add(name)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), mode, int(modified)
    archive.addfile(entry, BytesIO(content))


def _add_file(
    archive: tarfile.TarFile,
    seen: set[str],
    path: PurePosixPath,
    source: Path,
    *,
    mode: int = 0o644,
) -> None:
    # Keeps the modification time: bytecode is valid only for a source of that time and size.
    _add(archive, seen, path, source.read_bytes(), mode=mode, modified=source.stat().st_mtime)


def _add_link(archive: tarfile.TarFile, seen: set[str], path: PurePosixPath, target: str) -> None:
    entry = tarfile.TarInfo(_archive_name(archive, seen, path))
    entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
    archive.addfile(entry)


def _add_folder(
    archive: tarfile.TarFile, seen: set[str], path: PurePosixPath, mode: int = 0o755
) -> None:
    name = _archive_name(archive, seen, path)
    if name in seen:
        return
    seen.add(name)
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    archive.addfile(entry)


def _archive_name(archive: tarfile.TarFile, seen: set[str], path: PurePosixPath) -> str:
    """Return the path's name in the archive, after adding its parent folders."""
    relative = PurePosixPath(*(part for part in path.parts if part not in ("/", "..")))
    if len(relative.parts) > 1:
        _add_folder(archive, seen, relative.parent)
    return relative.as_posix()
