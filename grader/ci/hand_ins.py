"""Finds the program in what git has of a submission, by the same rules as ``grade``.

These rules look at files. So what git has is written, byte by byte, to an empty folder that nobody
else reads: no filter is applied, no submodule is fetched, and a link becomes one that leads
nowhere.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from grader.ci.changes import LINK, ChangedSubmission, TreeEntry
from grader.model.program import LARGEST_IN_ALL, MOST_FILES
from grader.model.refusal import MAX_ENTRIES
from grader.submissions.candidate import Candidate
from grader.submissions.names import is_package_file, is_program_name, is_submission_path
from grader.submissions.student_folder import find_in_folder, judge_file
from grader.submissions.submission import Submission

MOST_READ = 5 * MOST_FILES
"""How many files of a submission are read, programs first. A program has at most MOST_FILES."""

_NOWHERE = "/nonexistent"
"""What a link leads to."""

_FORBIDDEN = {"", ".", "..", ".git"}
"""Names that a tree of git must not have, and may have all the same."""


def load(
    changed: ChangedSubmission, beginning: Callable[[str, int], bytes]
) -> tuple[Submission, str]:
    """Read a submission.

    Args:
        beginning: returns so many of an object's first bytes.

    Returns:
        The submission, which may be refused, and the path of its program in the repository.

    Raises:
        SubmissionError: its file cannot be written here, because of its name.
    """
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(temporary)
        whole = top / changed.path
        alone = len(changed.entries) == 1 and changed.entries[0].path == changed.path
        entries = changed.entries if alone else _in_order(changed.entries)
        for number, entry in enumerate(entries[: MAX_ENTRIES + 1]):
            most = LARGEST_IN_ALL + 1 if number < MOST_READ else 0
            if not _FORBIDDEN.intersection(entry.path.split("/")):
                _write(top / entry.path, entry, beginning, most)
        if alone:
            found = judge_file(Candidate(name=changed.name, path=whole, root=whole.parent))
        else:
            whole.mkdir(parents=True, exist_ok=True)  # All of it may be ignored.
            found = find_in_folder(whole, whole.parent)
        return found.load(), str(found.path.relative_to(top))


def _in_order(entries: Sequence[TreeEntry]) -> list[TreeEntry]:
    """What may be a student's work, programs first."""
    kept = [each for each in entries if _counts(each.path)]
    return sorted(kept, key=lambda each: not is_program_name(each.path.rpartition("/")[2]))


def _counts(path: str) -> bool:
    *folders, name = path.split("/")
    return is_submission_path(folders) and (is_submission_path([name]) or is_package_file(name))


def _write(
    target: Path, entry: TreeEntry, beginning: Callable[[str, int], bytes], most: int
) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == LINK:
            target.symlink_to(_NOWHERE)
        else:
            with target.open("xb") as file:
                file.write(beginning(entry.blob, most) if most else b"")
    except OSError:  # Its name is too long for a file, or another file has it.
        return
