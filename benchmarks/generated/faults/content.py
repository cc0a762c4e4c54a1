"""What is not logged at all, or not in one log."""

from collections.abc import Collection

from generated.program import Fault, without
from generated.styles.log import KEPT_OPEN, LOGGERS, TEXT_FILES

_CLIENT = frozenset({"client-logged"})
_TERMINAL = frozenset({"terminal-logged"})
_BOTH = _CLIENT | _TERMINAL

UNCAUGHT: dict[str, Collection[str]] = {"errors in the loop": ("none",)}
"""An exception ends the program."""

BLOCKING: dict[str, Collection[str]] = {"blocking": ("yes", "nodelay", "keepalive")}
"""The calls of its sockets wait without a limit."""

_TEXT_KEPT = tuple(name for name in TEXT_FILES if name in KEPT_OPEN)

FAULTS = (
    Fault("clients are only printed", _CLIENT, {"record_data": "print($text)"}),
    Fault(
        "clients' records have no text",
        _CLIENT,
        {"record_data": "!record(«whois», '发来消息')"},
    ),
    Fault(
        "clients are never watched",
        _CLIENT,
        {"watch_conn": "", "unwatch_conn": ""},
    ),
    Fault(
        "what a client sends is never received",
        # The data stays in the socket, which therefore is always ready.
        _CLIENT | {"rests-when-idle"},
        {"receive": "$data = b'message'", "handle_data": "print('ready')\n«answer»"},
        {"reply": ("none",)},
    ),
    Fault(
        "only what follows a departure is logged",
        # The condition is the wrong way round: a message is taken for a departure.
        _CLIENT,
        {"on_data": "if $data:\n    «leave»\nelse:\n    «handle_data»"},
    ),
    Fault(
        "a name is misspelt where clients are logged",
        _CLIENT,
        {"record_data": "!record(«whois», mesage)"},
        UNCAUGHT,
    ),
    Fault(
        "bytes and text are joined where clients are logged",
        _CLIENT,
        {"decode": "$text = '' + $data"},
        UNCAUGHT,
    ),
    Fault(
        "if in place of elif",
        # After accept the listening socket is received from.
        _CLIENT,
        {
            "branches": """\
if «is_listener»:
    !on_connect()
if «is_terminal»:
    !on_line()
else:
    !on_data($r)""",
            "resolve": "",
            "lookup": "",
            "whois": "'client'",
            "ready_parameter": "conn",
        },
        UNCAUGHT
        | without("watching", "handlers")
        | {"bookkeeping": ("dict", "peername", "set", "none")}
        | {"receiving": ("bare", "recvfrom", "recv_into", "os_read"), "second file": ("none",)}
        | {"records of its own": ("none", "started"), "client's name": ("constant", "chinese")},
    ),
    Fault(
        "the listening socket is received from",
        _CLIENT,
        {"receive": "$data = $listener.recv(«size»)"},
        UNCAUGHT,
    ),
    Fault(
        "accept's pair is taken for a socket",
        _CLIENT,
        {"watch_conn": "$watched.append($addr)", "unwatch_conn": ""},
        {"watching": ("list", "rebuilt")} | UNCAUGHT,
    ),
    Fault(
        "typed lines are only printed",
        _TERMINAL,
        {"record_line": "print($typed)"},
    ),
    Fault(
        "the terminal is never watched",
        _TERMINAL,
        {
            "setup_watched": "#: watch\n$watched = [$listener]",
            "rlist": "$watched",
            "unwatch_terminal": "",
        },
        {"watching": ("list",)},
    ),
    Fault(
        "the terminal is read to its end",
        _TERMINAL,
        {"read_line": "$typed = @sys.stdin.read()"},
    ),
    Fault(
        "the terminal is received from",
        _TERMINAL,
        {"read_line": "$typed = @sys.stdin.recv(1024).decode()"},
        UNCAUGHT,
    ),
    Fault(
        "a typed line is decoded though it is text",
        _TERMINAL,
        {"read_line": "$typed = @sys.stdin.readline().decode()"},
        UNCAUGHT,
    ),
    Fault(
        "a typed line is reported and never read",
        # The line stays in the terminal, which therefore is always ready.
        _TERMINAL | {"rests-when-idle"},
        {"on_line": "$typed = 'typed'\n!record(«terminal_name», $typed)"},
        {"opening": ("each", "once", "binary", "descriptor"), "second file": ("none",)},
    ),
    Fault(
        "typed lines are logged while nobody is connected, and then never",
        frozenset({"every-message"}),
        {"record_line": "if not «everyone»:\n    !record(«terminal_name», $typed)"},
        {"bookkeeping": ("dict", "pop", "peername", "set", "fileno", "pairs", "parallel")},
        skips=frozenset({"silent-client", "departure"}),
    ),
    Fault(
        "the logger's level is too high",
        _BOTH,
        {"open_log": "@logging.basicConfig(filename=«path»)", "store": "@logging.info($line)"},
        {"opening": LOGGERS, "second file": ("none", "index", "number")},
    ),
    Fault(
        "the log is emptied for each record",
        _BOTH,
        {"store": "with open(«path», 'w') as $file:\n    $file.write($line + '\\n')"},
        {"second file": ("none", "index", "number", "latest")},
    ),
    Fault(
        "the log is closed after the first record",
        _BOTH,
        {"store": "«put»\n«out».close()"},
        UNCAUGHT
        | {"opening": _TEXT_KEPT, "records of its own": ("none",), "second file": ("none",)},
    ),
    Fault(
        "the log is opened to be read",
        _BOTH,
        {"open_log": "open(«path», 'a').close()\n$log = open(«path»)"},
        UNCAUGHT
        | {"opening": _TEXT_KEPT, "second file": ("none", "index")}
        | {"records of its own": ("none",)},
    ),
    Fault(
        "it ends with os._exit and never flushes",
        _BOTH,
        {
            "serve": "try:\n    «loop»\nexcept KeyboardInterrupt:\n    @os._exit(0)",
            "flush": "",
            "buffering": ", buffering=1 << 20",
        },
        {"opening": ("once", "anew", "plus", "w_plus", "newline", "pathlib", "io")}
        | {"second file": ("none", "index", "number")},
    ),
    Fault(
        "a record is a tuple that write does not take",
        _BOTH,
        {"put": "«out».write(($line, «end»))"},
        UNCAUGHT
        | {
            "opening": TEXT_FILES,
            "records of its own": ("none",),
            "second file": ("none", "index"),
        },
    ),
    Fault(
        "write gets two arguments",
        _BOTH,
        {"put": "«out».write($line, «end»)"},
        UNCAUGHT
        | {
            "opening": TEXT_FILES,
            "records of its own": ("none",),
            "second file": ("none", "index"),
        },
    ),
    Fault(
        "text is written into a binary file",
        _BOTH,
        {"store": "$log.write($line)"},
        UNCAUGHT
        | {"opening": ("binary", "unbuffered"), "records of its own": ("none",)}
        | {"second file": ("none", "index")},
    ),
    Fault(
        "only records longer than a thousand characters are logged",
        _BOTH,
        {"store": "if len($line) > 1000:\n    «put»\n    «flush»"},
        {"opening": _TEXT_KEPT, "second file": ("none", "index", "number")},
    ),
    Fault(
        "typed lines have a file of their own",
        frozenset({"one-log"}),
        {
            "record_line": "with open('terminal.log', 'a', encoding='utf-8') as $file:\n"
            "    $file.write($typed + '\\n')"
        },
        {"path": ("name", "dotted", "bare", "folder", "own_computer", "csv")},
    ),
    Fault(
        "each source has a file of its own",
        frozenset({"one-log"}),
        {
            "open_log": "",
            "out": "$file",
            "store": """\
with open(str($who).replace(':', '_') + '.txt', 'a', encoding='utf-8') as $file:
    $file.write($line + '\\n')""",
        },
        {
            "client's name": ("host_and_port", "pair", "port"),
            "opening": ("each",),
            "second file": ("none", "index", "number"),
        },
    ),
)
