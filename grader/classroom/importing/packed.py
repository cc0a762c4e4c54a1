"""What needs libraries of the extra ``import``: 7z, rar, notebooks, and Gradescope's list.

A 7z archive states in its header how much memory its reader needs. So it is read in a process of
its own, which the system limits.
"""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

import grader
from grader.classroom.importing.bounds import MIB, too_dense
from grader.errors import UserError
from grader.model.text import say

SECONDS, MEMORY = 60, 768 * MIB
"""Processor time and memory for one 7z archive."""

PATIENCE = 600
"""Seconds for which it may get too little processor time."""

TOO_DENSE = too_dense()


class MissingLibraryError(UserError):
    """A library of the extra is not installed."""


def load(module: str) -> Any:
    """Import a library of the extra.

    Raises:
        MissingLibraryError: it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingLibraryError(
            say(
                "this needs the library {module}: `pip install 'select-grader[import]'`",
                module=module,
            )
        ) from error


class Packed(msgspec.Struct, frozen=True):
    """An entry of a 7z archive."""

    number: int
    """The name of its file."""
    name: str
    regular: bool


class Unpacked(msgspec.Struct, kw_only=True):
    """What was in a 7z archive."""

    entries: list[Packed] = []
    locked: bool = False
    too_much: bool = False
    failed: str = ""


class _Request(msgspec.Struct):
    path: str
    folder: str
    entries: int
    most: int


def unpack_7z(path: Path, folder: Path, *, entries: int, most: int) -> Unpacked:
    """Unpack a 7z archive into the empty ``folder``, at most so many entries and bytes."""
    request = _Request(str(path.resolve()), str(folder.resolve()), entries, most)
    program = _PROGRAM.format(path=str(Path(grader.__file__).parents[1]))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", program],
            input=msgspec.json.encode(request),
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        return msgspec.json.decode(done.stdout, type=Unpacked)
    except subprocess.TimeoutExpired:
        return Unpacked(failed="it takes too long")
    except msgspec.DecodeError:
        # It was killed, or could not even say that it had no memory.
        return Unpacked(failed=f"it takes more than {SECONDS} s or {MEMORY // MIB} MiB")


# --- the process ---

_PROGRAM = (
    "import sys; sys.path.append({path!r}); "
    "from grader.classroom.importing.packed import main; main()"
)


class _TooMuch(Exception):  # noqa: N818 (it never leaves the process)
    pass


def main() -> None:
    """Unpack what standard input requests, and print what it was."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=_Request)
    import py7zr
    from py7zr.io import Py7zIO, WriterFactory

    _limit(request)
    left = request.most

    class Writer(Py7zIO):
        def __init__(self, path: Path) -> None:
            self._file = path.open("w+b")

        def write(self, s: bytes | bytearray) -> int:
            nonlocal left
            left -= len(s)
            if left < 0:
                raise _TooMuch
            return self._file.write(s)

        def read(self, size: int | None = None) -> bytes:
            return self._file.read(-1 if size is None else size)

        def seek(self, offset: int, whence: int = 0) -> int:
            return self._file.seek(offset, whence)

        def flush(self) -> None:
            self._file.flush()

        def size(self) -> int:
            return self._file.seek(0, 2)

        def close(self) -> None:
            self._file.close()

    class Factory(WriterFactory):
        def create(self, filename: str) -> Py7zIO:
            return Writer(Path(request.folder) / Path(filename).name)

    result = Unpacked()
    try:
        with py7zr.SevenZipFile(request.path) as archive:
            if archive.needs_password():
                result.locked = True
            elif len(archive.files) > request.entries:
                result.too_much = True
            else:
                for number, each in enumerate(archive.files):
                    if not each.is_directory:
                        name = str(each.filename)
                        result.entries.append(Packed(number, name, each.is_file))
                    # py7zr refuses a whole archive for one unsafe name, and takes a name that is
                    # there twice for another.
                    each._file_info["filename"] = str(number)
                archive.extractall(factory=Factory())
    except py7zr.exceptions.PasswordRequired:
        result.locked = True
    except _TooMuch:
        result.too_much = True
    except Exception as error:
        result.failed = f"{type(error).__name__}: {error}"[:500]
    sys.stdout.buffer.write(msgspec.json.encode(result))


def _limit(request: _Request) -> None:
    """Limit this process, as far as the system can: Windows cannot."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (request.most + 1, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.RLIM_INFINITY))
