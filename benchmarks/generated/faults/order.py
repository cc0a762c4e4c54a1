"""Records that are not in order."""

from generated.program import Fault

_CLIENTS, _TYPED, _ALL = "client-order", "terminal-order", "arrival-order"

_ALONE = {"second file": ("none", "index", "number"), "records of its own": ("none",)}
"""Nothing else shows the order."""

_INTERRUPTED = "try:\n    «loop»\nexcept KeyboardInterrupt:\n    pass\n"

_AT_EXIT = {"opening": ("once",), "flushing": ("at_exit",), **_ALONE}


def _kept(how: str, at_exit: str) -> dict[str, str]:
    """Records are kept and written when Ctrl-C ends the program."""
    return {
        "setup_fault": "$kept = []",
        "store": how,
        "serve": _INTERRUPTED + at_exit,
    }


_WRITTEN = "for $line in $kept:\n    $log.write($line + '\\n')\n$log.close()"

FAULTS = (
    Fault(
        "the newest record is written first",
        frozenset({_CLIENTS, _TYPED, _ALL}),
        {
            "open_log": "$lines = []",
            "store": """\
$lines.insert(0, $line)
with open(«path», 'w'«coding») as $file:
    $file.write('\\n'.join($lines) + '\\n')""",
        },
        {"opening": ("rewritten",), **_ALONE},
    ),
    Fault(
        "records are popped at the end",
        frozenset({_CLIENTS, _TYPED, _ALL}),
        _kept("$kept.append($line)", "while $kept:\n    $log.write($kept.pop() + '\\n')"),
        _AT_EXIT,
    ),
    Fault(
        "records are kept in a set",
        frozenset({_CLIENTS, _TYPED, _ALL}),
        {
            **_kept("$kept.add($line)", _WRITTEN),
            "setup_fault": "$kept = set()",
        },
        _AT_EXIT,
    ),
    Fault(
        "typed lines are written at the end",
        frozenset({_ALL}),
        {
            "setup_fault": "$kept = []",
            "record_line": "$kept.append($typed)",
            "serve": _INTERRUPTED + "for $line in $kept:\n    !record(«terminal_name», $line)",
        },
        _ALONE,
    ),
    Fault(
        "clients are written at the end",
        frozenset({_ALL}),
        {
            "setup_fault": "$kept = []",
            "record_data": "$kept.append((«whois», $text))",
            "serve": _INTERRUPTED + "for $who, $text in $kept:\n    !record($who, $text)",
        },
        _ALONE,
    ),
    Fault(
        "records are grouped by source at the end",
        frozenset({_ALL}),
        {
            "setup_fault": "$kept = {}",
            "store": "$kept.setdefault($who, []).append($line)",
            "serve": _INTERRUPTED
            + """\
for $who in $kept:
    for $line in $kept[$who]:
        $log.write($line + '\\n')""",
        },
        {**_AT_EXIT, "client's name": ("host_and_port", "port", "pair", "number", "constant")},
    ),
    Fault(
        "typed lines are put in front",
        frozenset({_TYPED, _ALL}),
        {
            **_kept("$kept.append($line)", _WRITTEN),
            "record_line": "$kept.insert(0, $typed)",
        },
        _AT_EXIT,
    ),
    Fault(
        "clients are put in front",
        frozenset({_CLIENTS, _ALL}),
        {
            **_kept("$kept.append($line)", _WRITTEN),
            "record_data": "$kept.insert(0, $text)",
        },
        _AT_EXIT,
    ),
    Fault(
        "a typed line is logged when the next one comes",
        frozenset({_ALL}),
        {
            "setup_fault": "$kept = []",
            "record_line": """\
$kept.append($typed)
if len($kept) > 1:
    !record(«terminal_name», $kept.pop(0))""",
            "serve": _INTERRUPTED + "for $line in $kept:\n    !record(«terminal_name», $line)",
        },
        _ALONE,
    ),
)
