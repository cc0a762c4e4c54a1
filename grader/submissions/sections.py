"""Tells the sections of a class from students' folders."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from grader.model.refusal import RefusalReason
from grader.submissions.candidate import Candidate

NO_PROGRAM: tuple[RefusalReason, ...] = (
    *("word-document", "office-document", "notebook", "archive", "pdf", "picture"),
    *("other-file", "no-program", "lfs-pointer"),
)
"""Why a folder holds no program, so that it may be part of the program beside it."""

Members = tuple[Sequence[Candidate], Sequence[Candidate]]
"""What the files and the folders in a folder are."""


def are_sections(
    folders: Iterable[tuple[Path, Candidate]], members: Callable[[Path], Members]
) -> bool:
    """Whether the folders of a class are its sections, and those in them are students'.

    A student may have several programs in several folders, too. So they are sections only if no
    folder of the class directly holds a program, and one holds several in folders of their own.

    Args:
        folders: each with what it is as a student's folder.
        members: returns what is in one of them.
    """
    holding = [(path, each) for path, each in folders if not _holds_none(each)]
    direct = any(each.refused is None and each.path.parent == path for path, each in holding)
    several = [path for path, each in holding if _is_several(each)]
    if direct or not several or len(several) < sum(each.refused is not None for _, each in holding):
        return False
    return all(_is_section(*members(path)) for path in several)


def _holds_none(each: Candidate) -> bool:
    return each.refused is not None and each.refused.reason in NO_PROGRAM


def _is_several(each: Candidate) -> bool:
    return each.refused is not None and each.refused.reason == "several-programs"


def _is_section(files: Sequence[Candidate], folders: Sequence[Candidate]) -> bool:
    students = [each for each in folders if not _holds_none(each)]
    return len(students) > 1 and not any(each.refused is None for each in files)
