"""What was handed in: which programs the paths on a command line stand for, and how each is called.

A student hands in a file, or a folder with one program in it. A file is called by its own name, a
folder's program by the folder's: ``zhang_san/server.py`` is ``zhang_san``, since ``server.py`` may
be everybody's. Which of several programs counts is not guessed.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.model.text import Text, names, say, say_count
from grader.submissions.submission import SubmissionError, unreadable

SUFFIX = ".py"

MOST_FILES = 10_000
"""Files and folders that are looked at in a student's folder. A program of one file needs one."""

TOLD = 8
"""Programs that are named where there are too many."""


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """One program that was handed in."""

    name: str
    """What the submission is called: its file's name, or its folder's. It may be no UTF-8."""
    path: Path


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What paths stand for."""

    programs: tuple[Handed, ...] = ()
    problems: tuple[Text, ...] = ()
    """Of what was handed in and cannot be graded as it is."""
    notes: tuple[Text, ...] = ()
    """How something was understood that may have been meant otherwise."""


def counts(parts: Iterable[str]) -> bool:
    """Whether a path of these parts may be somebody's work: hidden files and those of Python's own
    (``__pycache__``, ``__init__.py``) or macOS's (``__MACOSX``) are not."""
    return not any(part.startswith((".", "__")) for part in parts)


def stem(name: str) -> str:
    """What tells a submission from all others: ``zhang`` of ``zhang.py``, and of a folder."""
    return name.removesuffix(SUFFIX)


def find(paths: Sequence[Path], *, left_out: Callable[[Path], bool] = lambda _: False) -> Found:
    """The programs that ``paths`` stand for: files, folders of programs and of students' folders,
    and students' folders themselves, each once.

    A folder is a student's if one program lies in it and none in the folders below. What is called
    alike is a problem, and none of it is among the programs: one would take the other's place.

    Args:
        left_out: whether a folder in one of these is none of a student's: one of runs, say.

    Raises:
        SubmissionError: a folder that was named cannot be read, or nothing is in it.
    """
    programs: list[Handed] = []
    problems: list[Text] = []
    alone: list[Text] = []
    for path in paths:
        if not _is_folder(path):
            programs.append(Handed(name=path.name, path=path))
            continue
        files, folders = _entries(path, left_out)
        inner = [of_a_student(folder) for folder in folders]
        if len(files) == 1 and not any(inner_programs for _, inner_programs in inner):
            # Not where links lead: it is named by who named it. (`/` has no name.)
            name = Path(os.path.abspath(path)).name or files[0].name  # noqa: PTH100
            one = Handed(name=name, path=files[0])
            programs.append(one)
            alone.append(_taken_for_one(one))
            continue
        if not files and not inner:
            raise SubmissionError(
                say(
                    "There is no Python program in the folder {path}: name a .py file, or a folder "
                    "with some in it.",
                    path=path,
                )
            )
        programs += [Handed(name=file.name, path=file) for file in files]
        for problem, found in inner:
            if problem:
                problems.append(problem)
            else:
                programs.append(found[0])
        if not files and len(inner) == 1 and inner[0][0] is None:
            alone.append(_taken_for_many(path, inner[0][1][0]))
    once = {os.path.abspath(each.path): each for each in programs}  # noqa: PTH100
    clashes = tuple(_clashes(once.values()))
    problems += [_called_alike(clash) for clash in clashes]
    clashing = {stem(each.name) for clash in clashes for each in clash}
    return Found(
        programs=tuple(each for each in once.values() if stem(each.name) not in clashing),
        problems=tuple(problems),
        # Of several it is plain what was meant.
        notes=tuple(alone) if len(alone) == 1 else (),
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise SubmissionError(unreadable(path, error)) from error


def _entries(folder: Path, left_out: Callable[[Path], bool]) -> tuple[list[Path], list[Path]]:
    """The programs and the folders in a folder that was named."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if counts([entry.name]))
        files = [entry for entry in entries if entry.suffix == SUFFIX and entry.is_file()]
        folders = [
            entry
            for entry in entries
            # A link is followed to a file, as everywhere, and to no folder: it may lead anywhere.
            if entry.is_dir() and not entry.is_symlink() and not left_out(entry)
        ]
    except OSError as error:
        raise SubmissionError(unreadable(folder, error)) from error
    return files, folders


def of_a_student(folder: Path) -> tuple[Text | None, list[Handed]]:
    """The programs in a student's folder, and what is wrong; None: they are one, and it is fit."""
    programs: list[Handed] = []
    link = False
    try:
        for number, entry in enumerate(_below(folder)):
            if number == MOST_FILES:
                problem = say(
                    "There are more than {most} files in {path}: that is no program that a person "
                    "wrote.",
                    most=MOST_FILES,
                    path=folder,
                )
                return problem, programs
            if entry.name.endswith(SUFFIX) and not entry.is_dir(follow_symlinks=False):
                programs.append(Handed(name=folder.name, path=Path(entry.path)))
                link = entry.is_symlink()
    except OSError as error:
        return unreadable(folder, error), programs
    if not programs:
        return say("There is no Python program in {path}.", path=folder), programs
    if len(programs) > 1:
        told = sorted(str(each.path.relative_to(folder)) for each in programs)
        more = len(told) - TOLD
        others = (say_count("{count} other", "{count} others", count=more),) if more > 0 else ()
        problem = say(
            "There are several programs in {path}: {programs}. Which one counts is not guessed: "
            "leave that one there.",
            path=folder,
            programs=(*names(told[:TOLD]), *others),
        )
        return problem, programs
    if link:
        # Its author has made it, and it could lead to anybody's file.
        return say("{path} is a link, and no program.", path=programs[0].path), programs
    return None, programs


def _below(folder: Path) -> "Iterator[os.DirEntry[str]]":
    left = [str(folder)]
    while left:
        with os.scandir(left.pop()) as entries:
            for entry in entries:
                if counts([entry.name]):
                    yield entry
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)


def _clashes(programs: Iterable[Handed]) -> Iterator[list[Handed]]:
    called: dict[str, list[Handed]] = {}
    for each in programs:
        called.setdefault(stem(each.name), []).append(each)
    return (alike for alike in called.values() if len(alike) > 1)


def _called_alike(clash: Sequence[Handed]) -> Text:
    return say(
        "{paths} are called alike, {name}: one would take the other's place, so none of them is "
        "graded. Rename one, or grade each into a folder of its own (--runs).",
        paths=names(str(each.path) for each in clash),
        name=stem(clash[0].name),
    )


def _taken_for_many(folder: Path, one: Handed) -> Text:
    return say(
        "{folder} has one folder with a program in it, and is taken for a class: {program} is "
        "called {name}.",
        folder=folder,
        program=one.path,
        name=one.name,
    )


def _taken_for_one(one: Handed) -> Text:
    return say(
        "{folder} has one program in it, and is taken for a student's: {program} is called {name}. "
        "Name the file itself if it is not.",
        folder=one.path.parent,
        program=one.path.name,
        name=one.name,
    )
