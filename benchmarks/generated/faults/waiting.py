"""A server that does not wait in select, or does not rest."""

from generated.program import Fault

_WAITS = "waits-in-select"
_RESTS = "rests-when-idle"

_LISTED = {"watching": ("list", "rebuilt"), "waiting": ("three_lists",)}
_NEVER_RESTS = frozenset({"rests-after-departure"})

_DIRECT = {"reply": ("none", "ok", "echo", "chinese", "prefixed")}


def _polling(register: str, call: str) -> dict[str, str]:
    """Another multiplexer in place of select, with a table of what its descriptors belong to."""
    return {
        "setup_watched": f"""\
$handlers = {{$listener.fileno(): $listener, 0: «terminal»}}
$selector = {call}
$selector.register($listener.fileno(), {register})
$selector.register(0, {register})""",
        "watch_conn": f"""\
$handlers[$conn.fileno()] = «handle»
$selector.register($conn.fileno(), {register})""",
        "unwatch_conn": "$selector.unregister($conn.fileno())\ndel $handlers[$conn.fileno()]",
        "unwatch_terminal": "$selector.unregister(0)",
        "wait": "$rs = [$handlers[fd] for fd, _ in $selector.poll()]",
        "after_wait": "",
        "each_ready": "for $r in $rs:\n    «branches»",
    }


FAULTS = (
    Fault(
        "select's timeout is zero",
        frozenset({_WAITS, _RESTS}),
        {"wait": "$rs, $ws, $xs = @select.select(«rlist», «wlist», «xlist», 0)", "after_wait": ""},
        {"watching": ("list", "set", "rebuilt", "handlers"), "prints": ("none", "some", "all")},
        skips=_NEVER_RESTS,
    ),
    Fault(
        "one list is given three times",
        frozenset({_WAITS, _RESTS}),
        {"wait": "$rs, $ws, $xs = @select.select(«rlist», «rlist», «rlist»)"},
        {"watching": ("list", "rebuilt", "handlers"), **_DIRECT, "prints": ("none", "some", "all")},
        skips=_NEVER_RESTS,
    ),
    Fault(
        "every client is in wlist",
        frozenset({_WAITS, _RESTS}),
        {
            "setup_fault": "$writing = []",
            "wlist": "$writing",
            "accepted": "$writing.append($conn)",
            "leave": "$writing.remove($conn)\n!on_leave($conn)",
        },
        {**_LISTED, **_DIRECT, "prints": ("none", "some", "all")},
        skips=_NEVER_RESTS,
    ),
    Fault(
        "a client stays in wlist once it was answered",
        frozenset({_WAITS, _RESTS}),
        {
            "setup_fault": "$writing = []",
            "wlist": "$writing",
            "answer": "if $conn not in $writing:\n    $writing.append($conn)",
            "leave": "if $conn in $writing:\n    $writing.remove($conn)\n!on_leave($conn)",
        },
        {**_LISTED, "reply": ("none",), "prints": ("none", "some", "all")},
        skips=_NEVER_RESTS,
    ),
    Fault(
        "the log is in wlist",
        frozenset({_WAITS, _RESTS}),
        {"wlist": "[$log]"},
        {
            **_LISTED,
            **_DIRECT,
            "opening": ("once", "anew", "binary", "descriptor"),
            "prints": ("none", "some", "all"),
        },
        skips=_NEVER_RESTS,
    ),
    Fault(
        "poll in place of select",
        frozenset({_WAITS}),
        _polling("@select.POLLIN", "@select.poll()"),
        {**_DIRECT, "watching": ("list",), "timeout": ("none",)},
    ),
    Fault(
        "epoll in place of select",
        frozenset({_WAITS}),
        _polling("@select.EPOLLIN", "@select.epoll()"),
        {**_DIRECT, "watching": ("list",), "timeout": ("none",)},
    ),
    Fault(
        "the default selector is epoll",
        frozenset({_WAITS}),
        {
            "setup_watched": """\
$selector = @selectors.DefaultSelector()
$selector.register($listener, @selectors.EVENT_READ)
$selector.register(«terminal», @selectors.EVENT_READ)"""
        },
        {"watching": ("selector",)},
    ),
    Fault(
        "it sleeps a little and then asks without waiting",
        frozenset({_WAITS}),
        {
            "wait": """\
@time.sleep(0.01)
$rs, $ws, $xs = @select.select(«rlist», «wlist», «xlist», 0)""",
            "after_wait": "",
        },
        {"watching": ("list", "set", "rebuilt", "handlers"), "prints": ("none", "some", "all")},
    ),
    Fault(
        "a thread reads the terminal",
        frozenset({_WAITS}),
        {
            "register_handlers": """\
def watch_terminal():
    while True:
        !on_line()

@threading.Thread(target=watch_terminal, daemon=True).start()""",
            "setup_watched": "$watched = [$listener]",
            "rlist": "$watched",
            "read_line": "$typed = @sys.stdin.readline()",
            "on_line": "«read_line»\n«handle_line»",
        },
        {
            "watching": ("list",),
            "end of typing": ("ignored",),
            "word that ends it": ("none",),
            "terminal": ("readline",),
            # Python aborts at its end while a thread sits in a read: what was not flushed is lost.
            "flushing": ("flush", "sync"),
            "structure": ("functions", "global state", "nested functions", "class"),
        },
    ),
    Fault(
        "it ends when nobody speaks for a second",
        frozenset({_WAITS}),
        {
            "wait": "$rs, $ws, $xs = @select.select(«rlist», «wlist», «xlist», 1)",
            "after_wait": "if not $rs and not $ws:\n    print('timeout')\n    break",
        },
        {"watching": ("list", "set", "rebuilt", "handlers")},
    ),
)
