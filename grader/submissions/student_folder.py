"""Finds the program in a student's folder."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec

from grader.bounded import read_below
from grader.errors import os_reason
from grader.model.program import MOST_FILES, imported_names, reachable
from grader.model.refusal import LARGEST, MAX_ENTRIES
from grader.submissions.candidate import MAX_NAMED, Candidate, refused_as
from grader.submissions.entry import find_program
from grader.submissions.kinds import looks_like_a_server
from grader.submissions.names import (
    is_client,
    is_package_file,
    is_program_name,
    is_side_file,
    is_submission_path,
    is_test,
)
from grader.submissions.submission import SubmissionError

SkipFolder = Callable[[Path], bool]


def find_in_folder(
    folder: Path, root: Path, main: str = "", skip_folder: SkipFolder = lambda _: False
) -> Candidate:
    """Look for the program in a student's folder: the file that is run, with all that lies beside
    and below it.

    Without a file named like a program, a text that reads like a server counts, else a link.

    Args:
        root: the candidate's :attr:`Candidate.root`.
        main: the name of the file that is run, where there is one of this name.
        skip_folder: whether to ignore a folder inside it (a folder of runs, say).
    """
    whole = Candidate(name=folder.name, path=folder, root=root)
    found: dict[str, Path] = {}
    links: set[str] = set()
    try:
        for number, entry in enumerate(_walk(folder, skip_folder)):
            if number == MAX_ENTRIES:
                return refused_as(whole, "too-many-files")
            if entry.is_dir(follow_symlinks=False):
                continue
            path = Path(entry.path)
            inner = str(path.relative_to(folder))
            found[inner] = path
            if not entry.is_file(follow_symlinks=False):
                links.add(inner)
    except OSError as error:
        return refused_as(whole, "unreadable", problem=os_reason(error))
    program = find_program(found, partial(_read, folder), main)
    if isinstance(program, tuple):
        if program:
            return _several(whole, program)
        return _without_named_program(whole, found.values())
    beside = tuple(
        found[path] for path in program.beside if path not in links or path in program.modules
    )
    if len(beside) >= MOST_FILES:
        return refused_as(whole, "large-program")
    return msgspec.structs.replace(whole, path=found[program.entry], beside=beside)


def find_own_program(
    folder: Path,
    names: Iterable[str],
    main: str = "",
    skip_folder: SkipFolder = lambda _: False,
) -> Candidate | None:
    """The program of the student whose folder it is; None: ``folder`` seems to hold several
    students' work.

    It is a student's if it directly contains the program, and either that imports other files of
    the folder, or all others are tests and clients.

    Args:
        names: of the files directly in it.
        main, skip_folder: see :func:`find_in_folder`.
    """
    direct = [name for name in names if is_program_name(name) and not is_test([name])]
    if main in direct:
        return find_in_folder(folder, folder, main, skip_folder)
    if len(direct) > MOST_FILES or not (_is_alone(direct) or _any_imports(folder, direct)):
        return None
    found = find_in_folder(folder, folder, main, skip_folder)
    if found.refused and found.refused.reason == "large-program":
        return found
    if found.refused or found.path.parent != folder:
        return None
    files = [str(path.relative_to(folder)) for path in (found.path, *found.beside)]
    sources = {name: _read(folder, name) for name in files if is_program_name(name)}
    others = {*sources} - {found.path.name}
    imports = others.intersection(reachable(found.path.name, sources))
    return found if imports or all(is_client(Path(name).name) for name in others) else None


def _is_alone(names: Iterable[str]) -> bool:
    return len([name for name in names if not is_client(name)]) == 1


def _any_imports(folder: Path, names: Iterable[str]) -> bool:
    """Whether one of the files imports what is in the folder."""
    modules = {
        module.partition(".")[0]
        for name in names
        for module in imported_names(_read(folder, name), "")
    }
    return any(
        (folder / module).is_dir() or (folder / f"{module}.py").is_file() for module in modules
    )


class _Files(Mapping[str, bytes]):
    """The files in and below a folder, each read when it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __contains__(self, path: object) -> bool:
        return (self._folder / str(path)).is_file()

    def __getitem__(self, path: str) -> bytes:
        return _read(self._folder, path)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def imported_beside(program: Path) -> tuple[Path, ...]:
    """The files in the folder of ``program``, and below, that it imports. Nothing else there is
    looked at: it may be anybody's."""
    folder = program.parent
    return tuple(folder / name for name in reachable(program.name, _Files(folder)))


def _read(folder: Path, path: str) -> bytes:
    """The beginning of a file; nothing if it is a link, or cannot be read."""
    try:
        return read_below(folder, folder / path, LARGEST)
    except OSError:
        return b""


def _several(whole: Candidate, files: Iterable[str]) -> Candidate:
    found = sorted(files)
    more = max(0, len(found) - MAX_NAMED)
    return refused_as(whole, "several-programs", files=found[:MAX_NAMED], more=more)


def judge_file(file: Candidate) -> Candidate:
    """The candidate ``file``: refused if it is neither named like a program nor reads like one."""
    if is_program_name(file.name):
        return file
    try:
        read = file.load()
    except SubmissionError:
        return file  # It says why when it is loaded.
    if read.refused is None and looks_like_a_server(read.source):
        return file
    if read.refused and (read.refused.ungradable or read.refused.reason == "link"):
        return msgspec.structs.replace(file, refused=read.refused)
    return refused_as(file, "other-file")


def _without_named_program(whole: Candidate, files: Iterable[Path]) -> Candidate:
    judged = [
        judge_file(msgspec.structs.replace(whole, name=path.name, path=path))
        for path in sorted(files)
        if not is_side_file(path.name) and not is_package_file(path.name)
    ]
    judged = [msgspec.structs.replace(each, name=whole.name) for each in judged]
    programs = [each for each in judged if each.refused is None]
    if len(programs) > 1:
        return _several(whole, (str(each.path.relative_to(whole.path)) for each in programs))
    links = [each for each in judged if each.refused and each.refused.reason == "link"]
    known = [each for each in judged if each.refused and each.refused.reason != "other-file"]
    return next(iter(programs or links or known), refused_as(whole, "no-program"))


def _walk(folder: Path, skip_folder: SkipFolder) -> "Iterator[os.DirEntry[str]]":
    """All entries below ``folder`` that may be a student's work. Iterative, because folders may be
    nested deeper than Python's recursion limit."""
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if not (is_submission_path([entry.name]) or is_package_file(entry.name)):
                    continue
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and skip_folder(Path(entry.path)):
                    continue
                yield entry
                if is_folder:
                    pending.append(entry.path)
