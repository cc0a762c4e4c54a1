"""Finds the programs that the paths of a command line mean, and names each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.model.text import Text, names, say, say_count
from grader.submissions.submission import SubmissionError, explain_os_error

SUFFIX = ".py"

MAX_ENTRIES = 10_000
"""Most files and folders in a student's folder; one with more is not graded."""

MAX_NAMED = 8
"""Most programs that a message lists."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A program that was found but not yet read."""

    name: str
    """The submission's name: the file's, or the student's folder's. Not necessarily UTF-8."""
    path: Path
    root: Path
    """A folder above ``path``, below which no link is followed."""


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at some paths."""

    candidates: tuple[Candidate, ...] = ()
    problems: tuple[Text, ...] = ()
    """Messages about submissions that cannot be graded as they are."""
    notes: tuple[Text, ...] = ()
    """Messages about how an ambiguous path was understood."""


def is_submission_path(parts: Iterable[str]) -> bool:
    """Whether a path of these parts may be a student's work.

    Hidden files and those of Python (``__pycache__``, ``__init__.py``) or macOS (``__MACOSX``) are
    not.
    """
    return not any(part.startswith((".", "__")) for part in parts)


def base_name(name: str) -> str:
    """The part of a submission's name that must be unique: ``zhang`` for ``zhang.py`` as well as
    for a folder ``zhang``."""
    return name.removesuffix(SUFFIX)


def find_submissions(
    paths: Sequence[Path], *, skip_folder: Callable[[Path], bool] = lambda _: False
) -> Discovery:
    """Find the programs at ``paths``, each once.

    Each path is a program, a student's folder or a class. A folder that directly contains exactly
    one program, and none in its subfolders, is a student's. Any other folder is a class: each
    program directly in it and each of its subfolders is a submission. Submissions with the same
    name are reported as a problem, and none of them is a candidate.

    No link is followed: it is a candidate itself, in place of the program or folder that it leads
    to. Only if ``paths`` is a single folder may that be a link. (Of several, a shell may have
    listed them, and students may have made them.)

    Args:
        skip_folder: whether to ignore a folder inside one of ``paths`` (a folder of runs, say).

    Raises:
        SubmissionError: a folder in ``paths`` cannot be read, or is empty.
    """
    candidates: list[Candidate] = []
    problems: list[Text] = []
    notes: list[Text] = []
    for path in paths:
        if not _is_folder(path) or (len(paths) > 1 and path.is_symlink()):
            candidates.append(Candidate(name=path.name, path=path, root=path.parent))
            continue
        files, folders = _list_folder(path, skip_folder)
        inner = [find_in_folder(folder, path) for folder in folders]
        if len(files) == 1 and not any(programs for _, programs in inner):
            # abspath, not resolve: a link keeps the name that its user gave it. (`/` has no name.)
            name = Path(os.path.abspath(path)).name or files[0].name  # noqa: PTH100
            candidate = Candidate(name=name, path=files[0], root=path)
            candidates.append(candidate)
            notes.append(_taken_for_student(candidate))
            continue
        if not files and not inner:
            raise SubmissionError(
                say("There is no Python program in the folder {path}.", path=path),
                say("Name a .py file, or a folder that contains some."),
            )
        candidates += [Candidate(name=file.name, path=file, root=path) for file in files]
        for problem, programs in inner:
            if problem:
                problems.append(problem)
            else:
                candidates.append(programs[0])
        if not files and len(inner) == 1 and inner[0][0] is None:
            notes.append(_taken_for_class(path, inner[0][1][0]))
    unique = {os.path.abspath(each.path): each for each in candidates}  # noqa: PTH100
    clashes = tuple(_find_clashes(unique.values()))
    problems += [_same_name(clash) for clash in clashes]
    clashing = {base_name(each.name) for clash in clashes for each in clash}
    return Discovery(
        candidates=tuple(e for e in unique.values() if base_name(e.name) not in clashing),
        problems=tuple(problems),
        # With several paths it is obvious what was meant.
        notes=tuple(notes) if len(notes) == 1 else (),
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise SubmissionError(explain_os_error(path, error)) from error


def _list_folder(
    folder: Path, skip_folder: Callable[[Path], bool]
) -> tuple[list[Path], list[Path]]:
    """The programs and the folders directly in ``folder``. A link to a folder counts as a program,
    since nobody looks for one behind it."""
    try:
        entries = sorted(entry for entry in folder.iterdir() if is_submission_path([entry.name]))
        within = [entry for entry in entries if entry.is_dir() and not skip_folder(entry)]
        folders = [entry for entry in within if not entry.is_symlink()]
        files = [entry for entry in entries if entry.suffix == SUFFIX and not entry.is_dir()]
        files += [entry for entry in within if entry.is_symlink()]
    except OSError as error:
        raise SubmissionError(explain_os_error(folder, error)) from error
    return files, folders


def find_in_folder(folder: Path, root: Path) -> tuple[Text | None, list[Candidate]]:
    """Look for the one program in a student's folder.

    Args:
        root: the candidates' :attr:`Candidate.root`.

    Returns:
        Why the folder cannot be graded (None: it can), and the programs in it: exactly one if it
        can.
    """
    programs: list[Candidate] = []
    links: list[Candidate] = []
    try:
        for number, entry in enumerate(_walk(folder)):
            if number == MAX_ENTRIES:
                problem = say(
                    "{path} holds more than {most} files: that is not a homework program.",
                    most=MAX_ENTRIES,
                    path=folder,
                )
                return problem, programs
            candidate = Candidate(name=folder.name, path=Path(entry.path), root=root)
            if entry.name.endswith(SUFFIX) and not entry.is_dir(follow_symlinks=False):
                programs.append(candidate)
            elif entry.is_symlink():
                links.append(candidate)
    except OSError as error:
        return explain_os_error(folder, error), programs
    if not programs and links:
        return None, [min(links, key=lambda each: each.path)]
    if not programs:
        return say("There is no Python program in {path}.", path=folder), programs
    if len(programs) > 1:
        files = sorted(str(each.path.relative_to(folder)) for each in programs)
        more = len(files) - MAX_NAMED
        others = (say_count("{count} other", "{count} others", count=more),) if more > 0 else ()
        problem = say(
            "{path} contains several programs: {programs}. The grader does not guess which one "
            "counts: keep only that one.",
            path=folder,
            programs=(*names(files[:MAX_NAMED]), *others),
        )
        return problem, programs
    return None, programs


def _walk(folder: Path) -> "Iterator[os.DirEntry[str]]":
    """All entries below ``folder`` that may be a student's work. Iterative, because folders may be
    nested deeper than Python's recursion limit."""
    pending = [str(folder)]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if is_submission_path([entry.name]):
                    yield entry
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)


def _find_clashes(candidates: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    by_name: dict[str, list[Candidate]] = {}
    for each in candidates:
        by_name.setdefault(base_name(each.name), []).append(each)
    return (same for same in by_name.values() if len(same) > 1)


def _same_name(clash: Sequence[Candidate]) -> Text:
    return say(
        "{paths} have the same name, {name}, so none of them is graded: one would replace the "
        "other. Rename one, or grade each into its own folder (--runs).",
        paths=names(str(each.path) for each in clash),
        name=base_name(clash[0].name),
    )


def _taken_for_class(folder: Path, candidate: Candidate) -> Text:
    return say(
        "{folder} contains one folder with a program and is taken for a class: {program} is "
        "graded as {name}.",
        folder=folder,
        program=candidate.path,
        name=candidate.name,
    )


def _taken_for_student(candidate: Candidate) -> Text:
    return say(
        "{folder} contains one program and is taken for a student's folder: {program} is graded "
        "as {name}. If that is wrong, name the file itself.",
        folder=candidate.path.parent,
        program=candidate.path.name,
        name=candidate.name,
    )
