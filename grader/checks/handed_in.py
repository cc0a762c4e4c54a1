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
from grader.model.refusal import LARGEST, Refusal, RefusalReason
from grader.model.text import Text, say

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
