"""What is said of a file that is not run at all."""

from grader.checks.causes.handed_in import (
    EMPTY_FILE,
    LINK,
    NOT_A_FILE,
    NOT_TEXT,
    TOO_LARGE,
    UNDECLARED_ENCODING,
    UNKNOWN_ENCODING,
)
from grader.model.outcome import Cause, Finding
from grader.model.program import LARGEST_IN_ALL, MOST_FILES
from grader.model.refusal import LARGEST, MAX_ENTRIES, Refusal, RefusalReason
from grader.model.text import Text, names, say, say_count

_SAID: dict[RefusalReason, tuple[Text, Cause]] = {
    "link": (say("{file} is a link"), LINK),
    "not-a-file": (say("{file} is not a regular file"), NOT_A_FILE),
    "too-large": (say("{file} is larger than {most} KiB"), TOO_LARGE),
    "empty": (say("{file} is empty"), EMPTY_FILE),
    "not-text": (say("{file} is not a text file"), NOT_TEXT),
    "wrong-encoding": (say("{file} is not in {encoding} (line {line})"), UNDECLARED_ENCODING),
    "unknown-encoding": (
        say("{file} declares an encoding that Python does not know ({problem})"),
        UNKNOWN_ENCODING,
    ),
}


def explain_refusal(refusal: Refusal) -> Finding:
    """Why a file is not run, as the finding of the first check."""
    seen, cause = _SAID[refusal.reason]
    values = {
        "file": refusal.file,
        "most": LARGEST >> 10,
        "encoding": refusal.encoding,
        "line": refusal.line,
        "problem": refusal.problem,
    }
    fields = {name: value for name, value in values.items() if f"{{{name}}}" in seen.template}
    return Finding(
        done=say("the file that was handed in was read"),
        expected=say("a Python program: a text file of at most {most} KiB", most=LARGEST >> 10),
        seen=(say(seen.template, **fields),),
        cause=cause,
    )


_HAND_IN = say("Hand in the program's .py file.")

_UNGRADABLE: dict[RefusalReason, tuple[Text, Text]] = {
    "word-document": (say("{file} is a Word document."), _HAND_IN),
    "office-document": (say("{file} is an Office document."), _HAND_IN),
    "notebook": (
        say("{file} is a notebook."),
        say("Export it as a Python script, and hand in that .py file."),
    ),
    "archive": (
        say("{file} is an archive."),
        say("Unpack it, and hand in the program's .py file."),
    ),
    "pdf": (say("{file} is a PDF document."), _HAND_IN),
    "picture": (say("{file} is a picture."), _HAND_IN),
    "lfs-pointer": (
        say("{file} is a Git LFS pointer, not the file itself."),
        say("Fetch the file with `git lfs pull`, or hand it in without Git LFS."),
    ),
    "other-file": (say("{file} is not a Python program."), _HAND_IN),
    "no-program": (say("There is no Python program in {file}."), _HAND_IN),
    "several-programs": (
        say("{file} contains several programs: {programs}."),
        say("The grader does not guess which one counts: keep only that one."),
    ),
    "too-many-files": (
        say("{file} holds more than {most} files: that is not a homework program."),
        _HAND_IN,
    ),
    "large-program": (
        say("{file} and what lies beside it are more than {files} files or {size} KiB."),
        say("Keep only what it needs."),
    ),
    "reserved-name": (
        say("{file} has the name under which the grader runs the program itself."),
        say("Rename it, and what imports it."),
    ),
    "same-name": (
        say("{programs} have the same name, and one would replace the other."),
        say("Rename one, or grade each into its own folder (--runs)."),
    ),
    "unreadable": (
        say("{file} cannot be read: {problem}."),
        say("Give yourself the right to read it."),
    ),
}


def explain_ungradable(refusal: Refusal) -> Text:
    """Why a hand-in that is :attr:`Refusal.ungradable` has no grade, and what to do about it."""
    what, remedy = _UNGRADABLE[refusal.reason]
    others = (say_count("{count} other", "{count} others", count=refusal.more),)
    values = {
        "file": refusal.file,
        "problem": refusal.problem,
        "programs": (*names(refusal.files), *(others if refusal.more else ())),
        "most": MAX_ENTRIES,
        "files": MOST_FILES,
        "size": LARGEST_IN_ALL >> 10,
    }
    fields = {name: value for name, value in values.items() if f"{{{name}}}" in what.template}
    return say("Not gradable: {what} {remedy}", what=say(what.template, **fields), remedy=remedy)
