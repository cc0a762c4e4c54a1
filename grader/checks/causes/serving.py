"""Causes of messages that are not read or not logged."""

from grader.model.outcome import Cause
from grader.model.text import say

DROPS_CLIENT = Cause(
    "drops-client",
    say(
        "A connection closes on `close`, at the end of a `with` block, or when no variable refers "
        "to its socket any more. Where does the program keep each client's socket, and can another "
        "one take its place there? (lists, dictionaries)"
    ),
)
LOSES_MESSAGES = Cause(
    "loses-messages",
    say(
        "The server read everything, and nothing blocked it. Does every path through the program "
        "write to the log, whoever else is connected and whatever came just before? (branches, "
        "loops)"
    ),
)
NOT_IN_RLIST = Cause(
    "not-in-rlist",
    say(
        "`select` reports only on what is in the lists it is given. Was {who} ever put in, and "
        "what took it out? (rlist)",
    ),
)
BLOCKS = Cause(
    "blocks",
    say(
        "`accept`, `recv` and `input` block the whole program until their own IO is ready, "
        "whatever else is waiting. Does the program call each one only for what `select` has just "
        "returned, and only once? (blocking IO)"
    ),
)
CLIENT_TEXT_UNUSED = Cause(
    "client-text-unused",
    say(
        "`select` returns the client's socket as ready, and `recv` returns its text. What does the "
        "program do with that text? (IO multiplexing; network IO: recv)"
    ),
)
SECOND_RECV = Cause(
    "second-recv",
    say(
        "The program has read the client's text and now blocks in another `recv` from the same "
        "client, waiting for more. That call returns only when the client sends again or leaves. "
        "Each time `select` returns a socket, only one `recv` is sure not to block. (blocking IO)"
    ),
)
TERMINAL_NOT_WATCHED = Cause(
    "terminal-not-watched",
    say(
        "The terminal is an IO like any other. What does `select` watch, and does the program "
        "reach the terminal at all before a client connects? (rlist: the IO events to wait for)"
    ),
)
LINE_UNUSED = Cause(
    "line-unused",
    say(
        "The line was read. What does the program do with it, and does every path through the "
        "program write it? (terminal IO; branches)"
    ),
)
READS_TO_THE_END = Cause(
    "reads-to-the-end",
    say(
        "The program blocks in a read of the terminal that wants more than one line: `read`, "
        "`readlines` and `for line in sys.stdin` continue to the end of all input, `readline` to "
        "the end of one line."
    ),
)
NOT_EACH_READY = Cause(
    "not-each-ready",
    say(
        "`select` returns every IO that is ready, perhaps several at once. Does the program handle "
        "each of them, and read from *that* one? (multiplexing: iterate over the returned list)"
    ),
)
LOOP_ENDS = Cause(
    "loop-ends",
    say(
        "The program exited without an error, as if it had finished. A server runs until it is "
        "stopped. What ends its loop (`break`, `return`, a counter)?"
    ),
)
BLOCKS_FOR_A_SILENT_CLIENT = Cause(
    "blocks-for-a-silent-client",
    say(
        "`recv`, `accept` and `input` block the whole program until their own IO is ready, and a "
        "silent client's may never be. (blocking IO)"
    ),
)
NEWCOMER_NOT_WATCHED = Cause(
    "newcomer-not-watched",
    say(
        "The listening socket is IO to watch, too, and not only at the start. (accept in the loop)"
    ),
)
