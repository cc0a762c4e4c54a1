"""An image's root folder made of this machine's own Python, for where no registry is reached.

It holds the interpreter at ``/usr/local``, its standard library with the bytecode that is
there, a shell with a few small programs, and the shared libraries they need: no packages,
nothing else of this machine.
"""

import os
import platform
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.model.text import say
from grader.sandbox import SandboxError

PREFIX = PurePosixPath("/usr/local")
"""Where official images have theirs, too. Not this Python's own prefix: that may be in a home
folder, over which a folder that a submission names is mounted."""

LEFT_OUT = {
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
"""Folders of the standard library that no server imports, half of its bytes; and what is
installed beside it, which an official image has not either."""

LEFT_OUT_FILES = re.compile(
    r"(site|user)customize\.py"  # this machine's own
    r"|.*\.(a|o|exe|pdf|chm)"
    r"|.*\.opt-[12]\.pyc"
    r"|(_tkinter|nis|_?xx.*|_?.*test.*)\..*\.so"  # what they need is 10 MB of libraries
    r"|.*\.pyc(?<!\.{tag}\.pyc)".replace("{tag}", re.escape(sys.implementation.cache_tag or ""))
)

OPENED_LATER = ("libnss_files.so.2", "libgcc_s.so.1")
"""Libraries that the C library opens by itself, so that no list of needs names them: host
names before glibc 2.34, ending a thread."""

SMALL_FILES = {
    "etc/passwd": b"root:x:0:0:root:/root:\nnobody:x:65534:65534:nobody:/:\n",
    "etc/group": b"root:x:0:\nnobody:x:65534:\n",
    "etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
}

FOLDERS = {"root": 0o755, "tmp": 0o1777, "home": 0o755, "work": 0o755, "proc": 0o755}

PROGRAMS = (
    *("sh", "cat", "clear", "date", "echo", "env", "grep", "head", "hostname", "id", "ls", "mkdir"),
    *("pwd", "rm", "sleep", "stty", "tail", "touch", "tty", "uname", "wc", "whoami"),
    *("cp", "cut", "expr", "ln", "mv", "sed", "seq", "sort", "stat", "tee", "tr"),
)
"""What a beginner's server may call by ``os.system`` and ``os.popen``, and official images have."""

DATA = (
    *("/usr/share/zoneinfo", "/usr/lib/locale/C.utf8"),
    *("/lib/terminfo/x/xterm", "/usr/share/terminfo/x/xterm"),
)
"""Files and folders that official images have, too: a log may be dated with
``ZoneInfo("Asia/Shanghai")``, a terminal cleared."""

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}
"""What ``uname`` calls a processor, and what an engine calls it."""


def identity() -> str:
    """Names what :func:`write_root_folder` would write: the same text, the same base."""
    recipe = Path(__file__).read_text(encoding="utf-8")
    return "\n".join((sys.version, str(_binary()), str(_library()), recipe))


def incompatibility(engine_system: str, engine_processor: str) -> str | None:
    """Why this machine's Python cannot run in the engine; None: it can.

    The arguments are in an engine's words, as ``linux`` and ``amd64``.
    """
    here = (
        sys.platform,
        ARCHITECTURES.get(platform.machine(), platform.machine().lower()),
    )
    there = (engine_system.lower(), engine_processor.lower())
    if here != there:
        return f"it is for {'/'.join(here)}, and the engine runs {'/'.join(there)}"
    if sys.implementation.name != "cpython":
        return f"it is {sys.implementation.name}, and no CPython"
    return None


def write_root_folder(target: BinaryIO) -> None:
    """Write the root folder to ``target`` as an uncompressed tar archive.

    Raises:
        SandboxError: the shared libraries cannot be found out.
    """
    binary, library = _binary(), _library()
    stdlib = list(_standard_library(library))
    modules = [path for path, _ in stdlib if path.suffix == ".so"]
    programs = dict(_programs())
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as archive:
        seen: set[str] = set()
        for name, mode in FOLDERS.items():
            _add_folder(archive, seen, PurePosixPath(name), mode)
        for name, content in SMALL_FILES.items():
            _add(archive, seen, PurePosixPath(name), content)
        bin_folder = PREFIX / "bin"
        _add(archive, seen, bin_folder / "python3", binary.read_bytes(), mode=0o755)
        _add_link(archive, seen, bin_folder / "python", "python3")
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        _add_link(archive, seen, bin_folder / version, "python3")
        home = PREFIX / sys.platlibdir / library.name
        for path, below in stdlib:
            _add_file(archive, seen, home / below, path)
        for name, path in programs.items():
            _add_file(archive, seen, PurePosixPath("bin", name), path, mode=0o755)
        for destination, path in _shared_libraries(binary, [*modules, *programs.values()]).items():
            _add_file(archive, seen, PurePosixPath(destination), path, mode=0o755)
        for path in _data():
            _add_file(archive, seen, PurePosixPath(path), path)


def _binary() -> Path:
    """The interpreter itself: in a virtual environment, what its link leads to."""
    return Path(sys.executable).resolve()


def _library() -> Path:
    return Path(sysconfig.get_path("stdlib"))


def _standard_library(library: Path) -> Iterator[tuple[Path, PurePosixPath]]:
    """Each file to take, and where it belongs below the standard library's folder."""
    for folder, folders, files in os.walk(library):
        here = Path(folder)
        folders[:] = sorted(
            name for name in folders if name not in LEFT_OUT and not name.startswith("config-")
        )
        for name in sorted(files):
            path = here / name
            # A link may lead to nowhere: Debian's leads to /etc.
            if not LEFT_OUT_FILES.fullmatch(name) and path.is_file():
                yield path, PurePosixPath(path.relative_to(library).as_posix())
    dynload = Path(sysconfig.get_config_var("DESTSHARED") or library / "lib-dynload")
    if dynload.parent != library and dynload.is_dir():
        for path in sorted(dynload.glob("*.so")):
            if not LEFT_OUT_FILES.fullmatch(path.name):
                yield path, PurePosixPath("lib-dynload") / path.name


def _programs() -> Iterator[tuple[str, Path]]:
    """Those of :data:`PROGRAMS` that this machine has, and where."""
    for name in PROGRAMS:
        found = shutil.which(name, path="/usr/bin:/bin")
        # Of BusyBox's kind, one file is all of them; a script would need what it is written in.
        if found and elf_interpreter(Path(found).read_bytes()) == elf_interpreter(
            _binary().read_bytes()
        ):
            yield name, Path(found)


def _data() -> Iterator[Path]:
    for top in map(Path, DATA):
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            # "posix" and "right" hold the same time zones again.
            if path.relative_to(top).parts[:1] not in (("posix",), ("right",)) and path.is_file():
                yield path


def _shared_libraries(binary: Path, others: Iterable[Path]) -> dict[str, Path]:
    """Where each library goes, and where it is now.

    All go into the folder of the C library, flat: the loader looks there without being told,
    and the folders that the interpreter itself names are not in the image.
    """
    interpreter = elf_interpreter(binary.read_bytes())
    if interpreter is None:
        return {}
    needed = parse_ldd(_ldd([binary, *others]))
    libc = next((path for name, path in needed.items() if name.startswith("libc.")), None)
    if libc is None:
        raise SandboxError(
            say("This machine's Python tells of no C library that it needs."),
            say("Name a base image in GRADER_BASE, or bring one with `docker load`."),
        )
    folder = PurePosixPath(libc).parent
    found = {str(folder / name): Path(path) for name, path in needed.items()}
    for name in OPENED_LATER:
        beside = Path(str(folder / name))
        if beside.is_file():
            found.setdefault(str(beside), beside)
    found[interpreter] = Path(interpreter)
    return found


def _ldd(files: list[Path]) -> str:
    try:
        told = subprocess.run(
            ["ldd", *map(str, files)],
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxError(
            say("The libraries that Python needs cannot be found out: {error}.", error=error),
            say(
                "Install `ldd` (it comes with the C library), or name a base image in GRADER_BASE."
            ),
        ) from error
    # One module with a library missing makes its exit status 1: that module alone is lost.
    return told.stdout.decode("utf-8", "surrogateescape")


def parse_ldd(told: str) -> dict[str, str]:
    """Take each library's name and path from what ``ldd`` tells of several files.

    LineDecoder of another kind are passed over: headings, the kernel's own library, libraries that
    are missing, the loader where it has no name of its own.
    """
    found: dict[str, str] = {}
    for line in told.splitlines():
        match = re.fullmatch(r"\s+(\S+) => (/.*?)(?: \(0x[0-9a-f]+\))?", line)
        if match and not match[1].startswith("/"):
            found.setdefault(match[1], match[2])
    return found


def elf_interpreter(program: bytes) -> str | None:
    """Take the loader's path from a program's bytes; None: it needs none, or is no ELF file."""
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
    name = _place(archive, seen, path)
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
    # The time is kept: bytecode is valid for a source of just that time and size.
    _add(archive, seen, path, source.read_bytes(), mode=mode, modified=source.stat().st_mtime)


def _add_link(archive: tarfile.TarFile, seen: set[str], path: PurePosixPath, target: str) -> None:
    entry = tarfile.TarInfo(_place(archive, seen, path))
    entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
    archive.addfile(entry)


def _add_folder(
    archive: tarfile.TarFile, seen: set[str], path: PurePosixPath, mode: int = 0o755
) -> None:
    name = _place(archive, seen, path)
    if name in seen:
        return
    seen.add(name)
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, mode
    archive.addfile(entry)


def _place(archive: tarfile.TarFile, seen: set[str], path: PurePosixPath) -> str:
    """The path's name in the archive, once the folders above it are there."""
    relative = PurePosixPath(*(part for part in path.parts if part not in ("/", "..")))
    if len(relative.parts) > 1:
        _add_folder(archive, seen, relative.parent)
    return relative.as_posix()
