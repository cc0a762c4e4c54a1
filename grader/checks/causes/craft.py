"""Causes of failed craft checks."""

from grader.model.outcome import Cause
from grader.model.text import say

LATE_IN_THE_FILE = Cause(
    "late-in-the-file",
    say(
        "Written text goes into the file's buffer first. When does it reach the file itself? "
        "(网络缓冲区; the buffer of a file)"
    ),
)
KEEPS_SOCKETS_OPEN = Cause(
    "keeps-sockets-open",
    say(
        "Removing a socket from a list does not close it. Each socket is an open file, and a "
        "process may have only so many. (close)"
    ),
)
END_OF_INPUT = Cause(
    "end-of-input",
    say(
        "At the end of its input, `readline` returns an empty string at once, again and again, as "
        "`recv` does; `input` raises EOFError. (empty reads)"
    ),
)
RESET = Cause(
    "reset",
    say(
        "After a reset, `recv` raises an exception instead of returning empty. Where does the "
        "program catch that, and what happens to the other clients? (exceptions)"
    ),
)
SENDS_TO_WHO_HAS_LEFT = Cause(
    "sends-to-who-has-left",
    say(
        "Sending to a client that has left raises an exception, and its last message is still "
        "there to be read. (send不能再发送)"
    ),
)
KEEPS_WHO_HAS_LEFT = Cause(
    "keeps-who-has-left",
    say(
        "What does the program keep of a client that has left, and does that get in the way of "
        "the next one?"
    ),
)
LIMITS_CLIENTS = Cause(
    "limits-clients",
    say("Does anything in the program grow with the number of clients, or limit it?"),
)
STOP_IS_NOT_CLEAN = Cause(
    "stop-is-not-clean",
    say(
        "Ctrl-C raises KeyboardInterrupt wherever the program is. What does it catch there, and "
        "what does it still have to write? (files, buffers)"
    ),
)
PORT_STILL_RESERVED = Cause(
    "port-still-reserved",
    say(
        "After a server has closed a connection, the system reserves its port for a minute, "
        "unless the server allows reusing it. (setsockopt)"
    ),
)
MESSAGE_BOUNDARIES = Cause(
    "message-boundaries",
    say(
        "TCP has no message boundaries: one `recv` may return several messages, or part of one. "
        "(粘包)"
    ),
)
LOSES_PIECES = Cause(
    "loses-pieces",
    say(
        "The server read everything, but a message may arrive in several pieces, and each `recv` "
        "returns one of them. What becomes of each piece, the first and the others? (粘包; recv "
        "in a loop)"
    ),
)
ONE_BUFFER_FOR_ALL = Cause(
    "one-buffer-for-all",
    say(
        "Half a line of one client was joined with what another client sent. Where does the "
        "program keep a line that has not ended yet: in one place for all clients, or in one for "
        "each? (粘包; a dictionary of clients)"
    ),
)
RECV_SIZE = Cause(
    "recv-size",
    say(
        "`recv` returns what has arrived, up to the requested size; the next one returns the "
        "rest. (recv's buffer size)"
    ),
)
HALF_A_CHARACTER = Cause(
    "half-a-character",
    say(
        "`decode` needs whole characters, but TCP delivers bytes as they arrive. What can a "
        "program do with half a character? (bytes and str)"
    ),
)
FUNCTIONS = Cause("functions", say("The homework's second part: 复习函数的使用（函数设计，传参）"))
