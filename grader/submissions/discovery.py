"""Finds the programs that the paths of a command line mean, and names each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.errors import os_reason
from grader.model.text import Text, names, say
from grader.submissions.candidate import MAX_NAMED, Candidate, refused_as
from grader.submissions.names import (
    base_name,
    is_program_name,
    is_side_file,
    is_submission_path,
    is_test,
)
from grader.submissions.sections import NO_PROGRAM, Members, are_sections
from grader.submissions.student_folder import (
    find_in_folder,
    find_own_program,
    imported_beside,
    judge_file,
)
from grader.submissions.submission import SubmissionError, explain_os_error


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at some paths."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Text, ...] = ()
    """Messages about how an ambiguous path was understood."""


def find_submissions(
    paths: Sequence[Path],
    *,
    skip_folder: Callable[[Path], bool] = lambda _: False,
    main: str = "",
    sections: bool | None = None,
) -> Discovery:
    """Find the programs at ``paths``, each once, and what else was handed in there.

    Each path is a program, a student's folder or a class. A folder that directly contains one
    program, and no other (:func:`.student_folder.find_own_program`), is a student's. Any other
    folder is a class: each file directly in it and each of its subfolders is a submission, except
    those that a rule of :mod:`.names` ignores, and files beside a program of the same name. If the
    subfolders are sections (:mod:`.sections`), what is in them is. A submission in which no program
    can be found is a candidate that is refused; so are all those with the same name.

    No link is followed: it is a candidate itself, in place of the program or folder that it leads
    to. Only if ``paths`` is a single folder may that be a link. (Of several, a shell may have
    listed them, and students may have made them.)

    Args:
        skip_folder: whether to ignore a folder inside one of ``paths`` (a folder of runs, say).
        main: the name of the file that is run in each student's folder that has one of this name.
        sections: whether the folders of a class are sections; None: :mod:`.sections` tells.

    Raises:
        SubmissionError: the only folder in ``paths`` cannot be read, or is empty.
    """
    candidates: list[Candidate] = []
    notes: list[Text] = []
    for path in paths:
        if not _is_folder(path) or (len(paths) > 1 and path.is_symlink()):
            # Of several files, one may be another student's.
            beside = imported_beside(path) if len(paths) == 1 else ()
            candidates.append(Candidate(name=path.name, path=path, root=path.parent, beside=beside))
            continue
        # abspath, not resolve: a link keeps the name that its user gave it. (`/` has no name.)
        own_name = Path(os.path.abspath(path)).name  # noqa: PTH100
        try:
            files, folders = _list_folder(path, skip_folder)
        except OSError as error:
            if len(paths) == 1:
                raise SubmissionError(explain_os_error(path, error)) from error
            whole = Candidate(name=own_name, path=path, root=path.parent)
            candidates.append(refused_as(whole, "unreadable", problem=os_reason(error)))
            continue
        programs = [each for each in files if each.refused is None]
        own = find_own_program(path, (each.path.name for each in programs), main, skip_folder)
        inner = [find_in_folder(folder, path, main, skip_folder) for folder in folders]
        hold_none = all(each.refused and each.refused.reason in NO_PROGRAM for each in inner)
        if own is None and hold_none and len(programs or files) == 1 and (programs or not inner):
            (own,) = programs or files
        if own and not sections:
            candidates.append(msgspec.structs.replace(own, name=own_name or own.path.name))
            if programs and not own.refused:
                others = [e.path for e in (*files, *inner) if not _is_part(e.path, own)]
                notes.append(_taken_for_student(own, own_name or own.path.name, others))
            continue
        if not programs and hold_none and len(paths) > 1:
            whole = Candidate(name=own_name, path=path, root=path.parent)
            candidates.append(refused_as(whole, "no-program"))
            continue
        if not files and not inner:
            raise SubmissionError(
                say("There is no Python program in the folder {path}.", path=path),
                say("Name a .py file, or a folder that contains some."),
            )

        def members(section: Path, root: Path = path) -> Members:
            files, folders = _list_folder(section, skip_folder)
            return files, [find_in_folder(each, root, main, skip_folder) for each in folders]

        told = sections is None and not programs
        if sections or (told and are_sections(zip(folders, inner, strict=True), members)):
            if told:
                notes.append(_taken_for_sections(path, folders))
            for files_of, folders_of in ((files, ()), *map(members, folders)):
                candidates += _of_class(files_of, folders_of)
            continue
        candidates += _of_class(files, inner)
        if not files and len(inner) == 1 and inner[0].refused is None:
            notes.append(_taken_for_class(path, inner[0]))
    unique = {os.path.abspath(each.path): each for each in candidates}  # noqa: PTH100
    return Discovery(
        candidates=tuple(_refuse_same_names(unique.values())),
        # With several paths it is obvious what was meant.
        notes=tuple(notes) if len(paths) == 1 else (),
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise SubmissionError(explain_os_error(path, error)) from error


def _list_folder(
    folder: Path, skip_folder: Callable[[Path], bool]
) -> tuple[list[Candidate], list[Path]]:
    """The files and the folders directly in ``folder``. A link to a folder counts as a file, since
    nobody looks for one behind it."""
    entries = sorted(entry for entry in folder.iterdir() if is_submission_path([entry.name]))
    within = [entry for entry in entries if entry.is_dir()]
    folders = [each for each in within if not each.is_symlink() and not skip_folder(each)]
    files = [
        judge_file(Candidate(name=entry.name, path=entry, root=folder))
        for entry in entries
        if (entry not in within or entry.is_symlink()) and not is_side_file(entry.name)
    ]
    named = [each for each in files if is_program_name(each.name) and not is_test([each.name])]
    return [each for each in files if not named or not _installs(each.name)], [
        each for each in folders if not (named and each.name.lower() == "tests")
    ]


def _installs(name: str) -> bool:
    return name.lower() in ("setup.py", "conftest.py")


def _of_class(files: Sequence[Candidate], folders: Sequence[Candidate]) -> Iterator[Candidate]:
    """The submissions of a class, or of a section of one."""
    programs_of = {base_name(each.name) for each in (*files, *folders) if each.refused is None}
    for each in files:
        if not each.refused or base_name(each.name) not in programs_of:
            yield each
    yield from folders


def _refuse_same_names(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The candidates; of those with the same name, one that is refused."""
    by_name: dict[str, list[Candidate]] = {}
    for each in candidates:
        by_name.setdefault(each.name if each.refused else base_name(each.name), []).append(each)
    for same in by_name.values():
        paths = [str(each.path) for each in same]
        more = max(0, len(paths) - MAX_NAMED)
        yield (
            same[0]
            if len(same) == 1
            else refused_as(same[0], "same-name", files=paths[:MAX_NAMED], more=more)
        )


def _taken_for_class(folder: Path, candidate: Candidate) -> Text:
    return say(
        "{folder} contains one folder with a program and is taken for a class: {program} is "
        "graded as {name}.",
        folder=folder,
        program=candidate.path,
        name=candidate.name,
    )


def _taken_for_sections(folder: Path, sections: Sequence[Path]) -> Text:
    return say(
        "The folders of {folder} are taken for sections, and each folder in them for a student's: "
        "{sections}.",
        folder=folder,
        sections=names(path.name for path in sections),
    )


def _is_part(path: Path, program: Candidate) -> bool:
    """Whether ``path`` is a file of ``program``, or a folder that holds one."""
    return any(path in (each, *each.parents) for each in (program.path, *program.beside))


def _taken_for_student(candidate: Candidate, name: str, others: Sequence[Path]) -> Text:
    note = say(
        "{folder} contains one program and is taken for a student's folder: {program} is graded "
        "as {name}. If that is wrong, name the file itself.",
        folder=candidate.path.parent,
        program=candidate.path.name,
        name=name,
    )
    if not others:
        return note
    return say("{note} Not graded: {files}.", note=note, files=names(path.name for path in others))
