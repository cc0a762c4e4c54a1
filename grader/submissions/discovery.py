"""Finds the programs that the paths of a command line mean, and names each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from grader.errors import os_reason
from grader.model.refusal import MAX_ENTRIES, Refusal, RefusalReason
from grader.model.text import Text, names, say
from grader.submissions.kinds import looks_like_a_server
from grader.submissions.names import (
    base_name,
    is_program_name,
    is_side_file,
    is_submission_path,
    is_test,
)
from grader.submissions.submission import (
    Submission,
    SubmissionError,
    as_utf8,
    explain_os_error,
    load_submission,
    refuse,
)

MAX_NAMED = 8
"""Most programs that a message lists."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A program that was found but not yet read, or a hand-in that cannot be graded."""

    name: str
    """The submission's name: the file's, or the student's folder's. Not necessarily UTF-8."""
    path: Path
    root: Path
    """A folder above ``path``, below which no link is followed."""
    refused: Refusal | None = None
    """Why it cannot be graded; None: it must be read first."""

    def load(self) -> Submission:
        """Read it.

        Raises:
            SubmissionError: it is not there.
        """
        if self.refused:
            return refuse(self.name, self.path, self.refused)
        try:
            return load_submission(self.path, self.name, root=self.root)
        except SubmissionError as error:
            reason = error.__cause__
            if not isinstance(reason, OSError) or isinstance(
                reason, FileNotFoundError | IsADirectoryError
            ):
                raise
            return _refused(self, "unreadable", problem=os_reason(reason)).load()


def _refused(
    candidate: Candidate,
    reason: RefusalReason,
    *,
    problem: str = "",
    files: Sequence[str] = (),
    more: int = 0,
) -> Candidate:
    path, root = candidate.path, candidate.root
    inner = path.relative_to(root) if path.is_relative_to(root) and path != root else path
    refusal = Refusal(
        reason=reason,
        file=as_utf8(str(inner)),
        problem=problem,
        files=tuple(map(as_utf8, files)),
        more=more,
    )
    return msgspec.structs.replace(candidate, refused=refusal)


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What was found at some paths."""

    candidates: tuple[Candidate, ...] = ()
    notes: tuple[Text, ...] = ()
    """Messages about how an ambiguous path was understood."""


def find_submissions(
    paths: Sequence[Path], *, skip_folder: Callable[[Path], bool] = lambda _: False
) -> Discovery:
    """Find the programs at ``paths``, each once, and what else was handed in there.

    Each path is a program, a student's folder or a class. A folder that directly contains exactly
    one program, and none in its subfolders, is a student's. Any other folder is a class: each file
    directly in it and each of its subfolders is a submission, except those that a rule of
    :mod:`.names` ignores, and files beside a program of the same name. A submission in which no
    program can be found is a candidate that is refused; so are all those with the same name.

    No link is followed: it is a candidate itself, in place of the program or folder that it leads
    to. Only if ``paths`` is a single folder may that be a link. (Of several, a shell may have
    listed them, and students may have made them.)

    Args:
        skip_folder: whether to ignore a folder inside one of ``paths`` (a folder of runs, say).

    Raises:
        SubmissionError: the only folder in ``paths`` cannot be read, or is empty.
    """
    candidates: list[Candidate] = []
    notes: list[Text] = []
    for path in paths:
        if not _is_folder(path) or (len(paths) > 1 and path.is_symlink()):
            candidates.append(Candidate(name=path.name, path=path, root=path.parent))
            continue
        # abspath, not resolve: a link keeps the name that its user gave it. (`/` has no name.)
        own_name = Path(os.path.abspath(path)).name  # noqa: PTH100
        try:
            files, folders = _list_folder(path, skip_folder)
        except OSError as error:
            if len(paths) == 1:
                raise SubmissionError(explain_os_error(path, error)) from error
            whole = Candidate(name=own_name, path=path, root=path.parent)
            candidates.append(_refused(whole, "unreadable", problem=os_reason(error)))
            continue
        inner = [find_in_folder(folder, path) for folder in folders]
        programs = [each for each in files if each.refused is None]
        hold_none = all(each.refused and each.refused.reason in _NO_PROGRAM for each in inner)
        if hold_none and (len(programs) == 1 or (not programs and not inner and len(files) == 1)):
            (only,) = programs or files
            candidates.append(msgspec.structs.replace(only, name=own_name or only.name))
            if programs:
                others = [e.path.name for e in (*files, *inner) if e is not only]
                notes.append(_taken_for_student(only, own_name or only.name, others))
            continue
        if not programs and hold_none and len(paths) > 1:
            whole = Candidate(name=own_name, path=path, root=path.parent)
            candidates.append(_refused(whole, "no-program"))
            continue
        if not files and not inner:
            raise SubmissionError(
                say("There is no Python program in the folder {path}.", path=path),
                say("Name a .py file, or a folder that contains some."),
            )
        programs_of = {base_name(each.name) for each in (*files, *inner) if each.refused is None}
        candidates += [
            each for each in files if not each.refused or base_name(each.name) not in programs_of
        ]
        candidates += inner
        if not files and len(inner) == 1 and inner[0].refused is None:
            notes.append(_taken_for_class(path, inner[0]))
    unique = {os.path.abspath(each.path): each for each in candidates}  # noqa: PTH100
    return Discovery(
        candidates=tuple(_refuse_same_names(unique.values())),
        # With several paths it is obvious what was meant.
        notes=tuple(notes) if len(paths) == 1 else (),
    )


_NO_PROGRAM: tuple[RefusalReason, ...] = (
    *("word-document", "office-document", "notebook", "archive", "pdf", "picture"),
    *("other-file", "no-program", "lfs-pointer"),
)
"""Why a folder holds no program, so that it may be part of the program beside it."""


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
        _judge_file(Candidate(name=entry.name, path=entry, root=folder))
        for entry in entries
        if (entry not in within or entry.is_symlink()) and not is_side_file(entry.name)
    ]
    named = [each for each in files if is_program_name(each.name) and not is_test([each.name])]
    return [each for each in files if not named or not _installs(each.name)], [
        each for each in folders if not (named and each.name.lower() == "tests")
    ]


def _installs(name: str) -> bool:
    return name.lower() in ("setup.py", "conftest.py")


def _judge_file(file: Candidate) -> Candidate:
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
    return _refused(file, "other-file")


def find_in_folder(folder: Path, root: Path) -> Candidate:
    """Look for the one program in a student's folder.

    Tests do not count beside another program. Without a file named like a program, a text that
    reads like a server counts, else a link.

    Args:
        root: the candidate's :attr:`Candidate.root`.
    """
    whole = Candidate(name=folder.name, path=folder, root=root)
    found: list[Path] = []
    others: list[Path] = []
    try:
        for number, entry in enumerate(_walk(folder)):
            if number == MAX_ENTRIES:
                return _refused(whole, "too-many-files")
            if entry.is_dir(follow_symlinks=False):
                continue
            (found if is_program_name(entry.name) else others).append(Path(entry.path))
    except OSError as error:
        return _refused(whole, "unreadable", problem=os_reason(error))
    counting = [each for each in found if not is_test(each.relative_to(folder).parts)] or found
    if not counting:
        return _without_named_program(whole, others)
    if len(counting) > 1:
        files = sorted(str(each.relative_to(folder)) for each in counting)
        more = max(0, len(files) - MAX_NAMED)
        return _refused(whole, "several-programs", files=files[:MAX_NAMED], more=more)
    return msgspec.structs.replace(whole, path=counting[0])


def _without_named_program(whole: Candidate, files: Iterable[Path]) -> Candidate:
    judged = [
        _judge_file(msgspec.structs.replace(whole, name=path.name, path=path))
        for path in sorted(files)
        if not is_side_file(path.name)
    ]
    judged = [msgspec.structs.replace(each, name=whole.name) for each in judged]
    programs = [each for each in judged if each.refused is None]
    if len(programs) > 1:
        files_named = [str(each.path.relative_to(whole.path)) for each in programs]
        more = max(0, len(programs) - MAX_NAMED)
        return _refused(whole, "several-programs", files=files_named[:MAX_NAMED], more=more)
    links = [each for each in judged if each.refused and each.refused.reason == "link"]
    known = [each for each in judged if each.refused and each.refused.reason != "other-file"]
    return next(iter(programs or links or known), _refused(whole, "no-program"))


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
            else _refused(same[0], "same-name", files=paths[:MAX_NAMED], more=more)
        )


def _taken_for_class(folder: Path, candidate: Candidate) -> Text:
    return say(
        "{folder} contains one folder with a program and is taken for a class: {program} is "
        "graded as {name}.",
        folder=folder,
        program=candidate.path,
        name=candidate.name,
    )


def _taken_for_student(candidate: Candidate, name: str, others: Sequence[str]) -> Text:
    note = say(
        "{folder} contains one program and is taken for a student's folder: {program} is graded "
        "as {name}. If that is wrong, name the file itself.",
        folder=candidate.path.parent,
        program=candidate.path.name,
        name=name,
    )
    if not others:
        return note
    return say("{note} Not graded: {files}.", note=note, files=names(others))
