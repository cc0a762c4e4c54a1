"""Causes of a server that does not start."""

from grader.model.outcome import Cause
from grader.model.text import say

ASKS_BEFORE_LISTENING = Cause(
    "asks-before-listening",
    say(
        "It asks for input before it listens, and nobody is there to answer. Can it do without, "
        "for example with the port written in the program?"
    ),
)
DOES_NOTHING = Cause(
    "does-nothing",
    say(
        "The program finished without an error and without any output. Is the function that does "
        "the work called anywhere? (functions)"
    ),
)
EXITS_AT_START = Cause(
    "exits-at-start",
    say(
        "Start it in a terminal yourself, without arguments, and read the last line that it prints."
    ),
)
UDP = Cause(
    "udp",
    say(
        "`SOCK_DGRAM` makes a UDP socket, which knows no connections. The clients of this server "
        "connect: which kind of socket accepts them? (TCP and UDP)"
    ),
)
UNIX_SOCKET = Cause(
    "unix-socket",
    say(
        "`AF_UNIX` makes a socket that has a path, and no address or port. The clients of this "
        "server connect over TCP: which family of sockets is that? (AF_INET)"
    ),
)
NEVER_LISTENS = Cause(
    "never-listens", say("TCP server: socket → bind → listen, before waiting for anything.")
)
CONNECTS = Cause(
    "connects",
    say(
        "`connect` is a client's step: it calls a server that is already there. How does a server "
        "get its own address and port? (TCP server: socket → bind → listen)"
    ),
)
