"""Causes of a file that is not run at all."""

from grader.model.outcome import Cause
from grader.model.text import say

LINK = Cause(
    "link", say("A link leads to a file on one computer only. Hand in the program's file itself.")
)
NOT_A_FILE = Cause("not-a-file", say("Hand in the program as an ordinary text file."))
TOO_LARGE = Cause(
    "too-large",
    say("Is it the program? This homework takes a few KiB. Hand in only what you wrote yourself."),
)
EMPTY_FILE = Cause("empty-file", say("Was the program saved before it was handed in?"))
NOT_TEXT = Cause(
    "not-a-text-file",
    say("Is it the program? Open it in an editor and save it as text, in UTF-8."),
)
UNDECLARED_ENCODING = Cause(
    "undeclared-encoding",
    say("Save it as UTF-8, or name its encoding in the first line (# -*- coding: gbk -*-)."),
)
UNKNOWN_ENCODING = Cause("unknown-encoding", say("Save it as UTF-8, and remove that line."))
