"""Causes of a server that exceeds a limit. A right one needs a hundredth of each."""

from grader.model.outcome import Cause
from grader.model.text import say

WRITES_TOO_MUCH = Cause(
    "writes-too-much",
    say(
        "A log grows by one record for each message. What else does the program write, and what "
        "makes it write that again? (loops)"
    ),
)
TAKES_TOO_MUCH_MEMORY = Cause(
    "takes-too-much-memory",
    say(
        "A server needs memory for the messages that it is dealing with. What does the program "
        "keep that grows, and does it ever let go of it? (lists, loops)"
    ),
)
TAKES_TOO_LONG = Cause(
    "takes-too-long",
    say(
        "A server sleeps in `select` only, and deals with its input as soon as that is there. What "
        "else does the program wait for, and who has to wait meanwhile? (blocking IO)"
    ),
)
COMPUTES_TOO_MUCH = Cause(
    "computes-too-much",
    say(
        "A server sleeps in `select` until there is something to do. Which loop goes on without "
        "waiting for anything? (blocking IO)"
    ),
)
