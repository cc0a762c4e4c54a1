"""What select watches, how it is called, and how what it returns is dealt with."""

from generated.dimension import Value, dimension

_BRANCHES = """\
if «is_listener»:
    !on_connect()
elif «is_terminal»:
    !on_line()
else:
    !on_data($r)"""

WATCHING = dimension(
    "watching",
    list={
        "setup_watched": "#: watch\n$watched = [$listener, «terminal»]",
        "watch_conn": "$watched.append(«handle»)",
        "unwatch_conn": "$watched.remove(«handle»)",
        "unwatch_terminal": "$watched.remove(«terminal»)",
        "rlist": "$watched",
        "each_ready": "for $r in $rs:\n    «branches»",
    },
    set={
        "setup_watched": "#: watch\n$watched = {$listener, «terminal»}",
        "watch_conn": "$watched.add(«handle»)",
        "unwatch_conn": "$watched.discard(«handle»)",
        "unwatch_terminal": "$watched.discard(«terminal»)",
        "rlist": "$watched",
        "each_ready": "for $r in $rs:\n    «branches»",
    },
    rebuilt={
        "setup_watched": "#: watch\n$watched = []",
        "watch_conn": "$watched.append(«handle»)",
        "unwatch_conn": "$watched.remove(«handle»)",
        "unwatch_terminal": "@sys.exit('terminal closed')",
        "rlist": "[$listener, «terminal»] + $watched",
        "each_ready": "for $r in $rs:\n    «branches»",
    },
    handlers=Value(
        {
            "setup_watched": "#: watch\n$handlers = {}",
            "register_handlers": """\
$handlers[$listener] = !on_connect
$handlers[«terminal»] = !on_line""",
            "connect_parameter": "r",
            "line_parameter": "r",
            "watch_conn": "$handlers[«handle»] = !on_data",
            "unwatch_conn": "del $handlers[«handle»]",
            "unwatch_terminal": "del $handlers[«terminal»]",
            "rlist": "list($handlers)",
            "each_ready": "for $r in $rs:\n    $handlers[$r]($r)",
        },
        # Methods and inner functions would make a cycle with the table, and Python does not flush a
        # file that is reached only from a cycle: what is flushed at exit would be lost.
        {"structure": ("functions", "global state")},
    ),
    selector=Value(
        {
            "setup_watched": """\
#: watch
$selector = @selectors.SelectSelector()
$selector.register($listener, @selectors.EVENT_READ)
$selector.register(«terminal», @selectors.EVENT_READ)""",
            "watch_conn": "$selector.register(«handle», @selectors.EVENT_READ)",
            "unwatch_conn": "$selector.unregister(«handle»)",
            "unwatch_terminal": "$selector.unregister(«terminal»)",
            "rlist": "",
            "wait": "$ws = $selector.select(«selector_timeout»)",
            "each_ready": "for $key, _ in $ws:\n    $r = $key.fileobj\n    «branches»",
            "ready": "$ws",
        },
    ),
)

WAITING = dimension(
    "waiting",
    three_lists={"wait": "$rs, $ws, $xs = @select.select(«rlist», «wlist», «xlist»«timeout»)"},
    listed={
        "wait": "$rs, $ws, $xs = @select.select(list(«rlist»), «wlist», «xlist»«timeout»)",
    },
    underscores=Value(
        {"wait": "$rs, _, _ = @select.select(«rlist», [], []«timeout»)"}, {"xlist": ("empty",)}
    ),
    first=Value(
        {"wait": "$rs = @select.select(«rlist», [], []«timeout»)[0]"}, {"xlist": ("empty",)}
    ),
    starred=Value(
        {"wait": "$rs, *_ = @select.select(«rlist», (), ()«timeout»)"}, {"xlist": ("empty",)}
    ),
    timed={
        "wait": "$rs, $ws, $xs = @select.select(«rlist», «wlist», «xlist», None)",
    },
)

XLIST = dimension(
    "xlist",
    empty={"xlist": "[]"},
    listener={"xlist": "[$listener]"},
    same=Value({"xlist": "«rlist»"}, {"watching": ("list", "set", "rebuilt", "handlers")}),
)

TIMEOUT = dimension(
    "timeout",
    none={"timeout": "", "selector_timeout": "", "after_wait": ""},
    one={"timeout": ", 1", "selector_timeout": "1", "after_wait": ""},
    half={
        "timeout": ", 0.5",
        "selector_timeout": "0.5",
        "after_wait": "if not «ready»:\n    continue",
    },
    three={
        "timeout": ", 3",
        "selector_timeout": "timeout=3",
        "after_wait": "if not «ready»:\n    print('waiting...')\n    continue",
    },
    minute={"timeout": ", 60", "selector_timeout": "60.0", "after_wait": ""},
    heartbeat={
        "timeout": ", 1",
        "selector_timeout": "1",
        "after_wait": "if not «ready»:\n    !record('server', 'heartbeat')",
    },
    short={"timeout": ", 0.05", "selector_timeout": "0.05", "after_wait": ""},
)

BRANCHES = dimension(
    "branches",
    listener_first={"branches": _BRANCHES},
    terminal_first={
        "branches": """\
if «is_terminal»:
    !on_line()
elif «is_listener»:
    !on_connect()
else:
    !on_data($r)"""
    },
    clients_first={
        "branches": """\
if not («is_listener») and not («is_terminal»):
    !on_data($r)
elif «is_listener»:
    !on_connect()
else:
    !on_line()"""
    },
    continued={
        "branches": """\
if «is_listener»:
    !on_connect()
    continue
if «is_terminal»:
    !on_line()
    continue
!on_data($r)"""
    },
    one_each_round={"branches": _BRANCHES + "\nbreak"},
)

COMPARING = dimension(
    "comparing",
    identity={"is_listener": "$r is $listener"},
    equality={"is_listener": "$r == $listener"},
    membership={"is_listener": "$r in [$listener]"},
    descriptors=Value(
        {"is_listener": "$r.fileno() == $listener.fileno()"},
        {
            "bookkeeping": ("dict", "pop", "none", "peername", "set", "pairs", "parallel"),
            "terminal": ("readline", "input", "buffer", "next", "opened"),
        },
    ),
)

FOREVER = dimension(
    "loop",
    true={"while": "while True:", "setup_running": ""},
    one={"while": "while 1:", "setup_running": ""},
    flag={"while": "while $running:", "setup_running": "$running = True"},
    count={"while": "for _ in @itertools.count():", "setup_running": ""},
)

ERRORS = dimension(
    "errors in the loop",
    none={"dispatch": "«each_ready»"},
    printed={
        "dispatch": """\
try:
    «each_ready»
except Exception as $error:
    print('error:', $error)"""
    },
    traced={
        "dispatch": """\
try:
    «each_ready»
except OSError:
    @traceback.print_exc()"""
    },
)

DIMENSIONS = (WAITING, WATCHING, XLIST, TIMEOUT, BRANCHES, COMPARING, FOREVER, ERRORS)
