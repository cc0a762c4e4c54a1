"""A sentence about each scenario: what the grader did to the server, and what a right one does."""

from grader.model.text import Text, say
from grader.model.vocabulary import ScenarioName

SCENARIOS: dict[ScenarioName, Text] = {
    "terminal": say("Lines are typed before any client connects; each belongs in the log."),
    "client": say("One client sends messages, alone; each belongs in the log as it was sent."),
    "halves": say("Two clients take turns, and no message ends with a line break."),
    "together": say(
        "Three clients and the terminal take turns, then all send at once; every message belongs "
        "in the log once, in order."
    ),
    "silent-client": say(
        "One client is connected and sends nothing; another client and the terminal are to be "
        "served all the same."
    ),
    "newcomer": say(
        "Clients connect one after another while the others are quiet; each is to be served."
    ),
    "departure": say(
        "Clients leave: the first, one in the middle, the newest; the others and the terminal are "
        "to be served as before."
    ),
    "quiet": say(
        "Nobody sends anything for longer than the server's timeout; then everyone sends again."
    ),
    "restart": say(
        "The server is stopped while a client is connected, and started again at once on the same "
        "port."
    ),
    "return": say("A client leaves, and another one connects."),
    "burst": say(
        "Messages arrive joined, a byte at a time, and in halves: TCP has no message boundaries."
    ),
    "large-message": say("A client sends one message of 64 KiB, which no single `recv` returns."),
    "split-character": say("A Chinese character arrives in two pieces."),
    "crowd": say("Fifty clients connect, and then all send at once."),
    "hasty-departure": say("Clients close their connections right after a message."),
    "reset": say("A client is cut off, so that `recv` raises an error."),
    "end-of-typing": say("Ctrl-D is typed, after which the terminal has nothing more to read."),
}
