"""Clients that are held up, forgotten, or cannot leave."""

from collections.abc import Collection

from generated.faults.content import BLOCKING, UNCAUGHT
from generated.program import Fault, without

_LISTED = {"watching": ("list",)}
_SOCKETS = {"bookkeeping": ("dict", "pop", "peername", "set", "none", "pairs", "parallel")}
_SILENT: dict[str, Collection[str]] = {
    "reply": ("none", "ok", "echo", "chinese", "prefixed"),
    "typed lines for clients": ("no",),
}
"""Nothing is sent to anybody but the client that has just spoken."""

_TURNS = without("branches", "one_each_round")
"""A client that is always ready keeps no other from being served."""

_NOBODY_LEAVES = frozenset({"departure"})
"""It is stuck before anybody has left."""

FAULTS = (
    Fault(
        "it stops listening after the first client",
        frozenset({"every-message", "silent-client", "newcomer"}),
        {"accepted": "$watched.remove($listener)"},
        _LISTED,
        skips=_NOBODY_LEAVES,
    ),
    Fault(
        "older clients are forgotten",
        # They are not forgotten by the kernel: what they send stays unread.
        frozenset({"every-message", "silent-client", "departure"}),
        {"watch_conn": "$watched[2:] = [«handle»]", "unwatch_conn": "$watched[2:] = []"},
        _LISTED | _SILENT | {"bookkeeping": ("dict", "pop", "peername", "set", "fileno")},
    ),
    Fault(
        "it waits for the name of a new client",
        frozenset({"silent-client"}),
        {"accepted": "$text = $conn.recv(1024).decode()\n!record('name', $text)"},
        BLOCKING,
    ),
    Fault(
        "it stays with a client until that one leaves",
        frozenset({"every-message", "silent-client", "newcomer", "waits-in-select"}),
        {
            "on_data_body": """\
«resolve»
«lookup»
while True:
    $data = $conn.recv(«size»)
    if not $data:
        break
    «handle_data»
«leave»"""
        },
        BLOCKING | UNCAUGHT | {"reply": ("none", "ok", "echo", "chinese", "prefixed")},
        skips=_NOBODY_LEAVES,
    ),
    Fault(
        "it receives from all clients when one is ready",
        frozenset({"every-message", "silent-client", "newcomer"}),
        {
            "handle_data": "pass",
            "branches": """\
if «is_listener»:
    !on_connect()
elif «is_terminal»:
    !on_line()
else:
    for $conn in list($clients):
        $text = $conn.recv(1024).decode()
        !record('client', $text)""",
        },
        BLOCKING
        | UNCAUGHT
        | {"bookkeeping": ("peername", "set"), "watching": ("list", "set", "rebuilt", "selector")}
        | {"reply": ("none",)},
        skips=_NOBODY_LEAVES,
    ),
    Fault(
        "the server ends when a client leaves",
        frozenset({"departure"}),
        {"leave": "!on_leave($conn)\n@sys.exit()"},
    ),
    Fault(
        "a client that has left stays watched",
        frozenset({"rests-after-departure"}),
        {"leave": "pass"},
        _SILENT | _TURNS,
    ),
    Fault(
        "a client that has left is reported for ever",
        frozenset({"rests-after-departure"}),
        {"leave": "!record(«whois», '已离开')"},
        _SILENT | _TURNS,
    ),
    Fault(
        "bytes are compared with a text",
        frozenset({"rests-after-departure"}),
        {"on_data": "if $data == '':\n    «leave»\nelse:\n    «handle_data»"},
        {
            **_SILENT,
            **_TURNS,
            "reply": ("none",),
            "record": ("colon", "plain", "bracket", "arrow"),
        },
    ),
    Fault(
        "a closed client stays watched",
        # select raises for a socket that is closed.
        frozenset({"departure"}),
        {"leave": "$conn.close()"},
        UNCAUGHT
        | {
            "watching": ("list", "rebuilt", "handlers"),
            **_SOCKETS,
            **_SILENT,
        },
    ),
    Fault(
        "the newest client is removed in place of the one that left",
        frozenset({"departure"}),
        {
            "unwatch_conn": "$last = $watched.pop()\n$last.close()",
            "unregister": "",
            "close": "",
        },
        UNCAUGHT
        | {
            "watching": ("list",),
            "bookkeeping": ("dict", "pop", "peername", "set", "none"),
            **_SILENT,
        },
    ),
    Fault(
        "a client is removed twice",
        frozenset({"departure"}),
        {"close": "$conn.close()\n$watched.remove($conn)"},
        UNCAUGHT | _LISTED | _SOCKETS,
    ),
    Fault(
        "a closed socket is asked for its address",
        frozenset({"departure"}),
        {"close": "$conn.close()\nprint($conn.getpeername(), 'left')"},
        UNCAUGHT,
    ),
    Fault(
        "a name is misspelt where clients leave",
        frozenset({"departure"}),
        {"close": "conection.close()"},
        UNCAUGHT,
    ),
    Fault(
        "the listening socket is closed when a client leaves",
        frozenset({"departure"}),
        {"close": "$listener.close()"},
        UNCAUGHT | without("watching", "selector"),
    ),
    Fault(
        "the log is closed when a client leaves",
        frozenset({"departure"}),
        {"close": "$conn.close()\n$log.close()"},
        UNCAUGHT | {"opening": ("once", "anew", "plus", "w_plus", "binary", "unbuffered")},
    ),
)
