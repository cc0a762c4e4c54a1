"""The fixed strings of events: what the agent writes, and the checks compare.

The agent is shipped alone and cannot import this, so ``grader/agent/vocabulary.py`` repeats it;
a test holds both equal.
"""

from typing import Final, Literal

ScenarioName = Literal[
    "terminal",
    "client",
    "halves",
    "together",
    "silent-client",
    "newcomer",
    "departure",
    "quiet",
    "return",
    "burst",
    "large-message",
    "split-character",
    "crowd",
    "hasty-departure",
    "reset",
    "end-of-typing",
    "restart",
]
"""A sequence of actions against a server."""

Phase = Literal[
    "before any client",
    "after typing",
    "one client, silent",
    "a client that has said nothing",
    "several clients, silent",
    "after a departure",
    "after a quiet while",
    "before the end of typing",
    "after the end of typing",
]
"""The situation in which the idle server was observed."""

Look = Literal["settled", "left", "stopped"]
"""The moment at which the files were searched for messages: once the server had settled within a
scenario, once all clients had left, or once the server had stopped."""

InputKind = Literal["connection", "text", "departure", "line"]
"""Input that a server has not consumed: a connection to accept, bytes of a client, a client's end
of file, bytes typed on the terminal."""

StuckHow = Literal["asleep"]
"""The proof that a server is stuck: every thread sleeps in a call without a timeout."""

GaveUpHow = Literal["busy", "waiting"]
"""The budget that ran out: ``busy``, the processor time that a server may use without consuming its
input; ``waiting``, the seconds that the agent waits."""

OtherWaker = Literal["epoll", "signal", "thread"]
"""What else may have woken a server that sleeps in ``select``, or changed what that shows: an epoll
that watches an input; a signal that an input sends; a thread that has ended."""

WaitedFor = Literal["start", "answer", "log", "end"]
"""What the agent waits for: that the server listens; that it has dealt with its input; that it logs
what it has dealt with; that it ends after Ctrl-C."""

StopMethod = Literal["itself", "ctrl-c", "second ctrl-c", "sigterm", "sigkill"]
"""The way in which a server ended."""

CallName = Literal[
    "accept",
    "epoll",
    "flock",
    "futex",
    "pause",
    "poll",
    "read",
    "recv",
    "select",
    "send",
    "sigwait",
    "sleep",
    "wait",
    "write",
]
"""A system call that a thread sleeps in, by the name that the lecture uses."""

Running = Literal[""]
"""In place of a call's name: the thread runs, or the kernel hides its call."""

TERMINAL: Final = "terminal"
"""The terminal, as the source of a message and as the file that a call waits for. Clients are
``client 1``, ``client 2`` and so on, in the order in which they connect."""

LISTENING_SOCKET: Final = "listening socket"
OTHER_SOCKET: Final = "another socket"
"""Sockets that belong to no client, as files that a call waits for."""
