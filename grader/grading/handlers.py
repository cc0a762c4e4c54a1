"""The lines of a program at which a server handles its input, as far as its source leaves no doubt.

A line counts only if it holds the program's single call of a kind: then a server that has accepted
a client, or has read its message, was there.
"""

import ast
from dataclasses import dataclass, field

from grader.checks.source_code import called_name, parse_source
from grader.model.program import Module
from grader.model.vocabulary import CallName, Running

_CALLS: dict[str, frozenset[CallName]] = {
    "accept": frozenset({"accept"}),
    "recv": frozenset({"recv"}),
    "readline": frozenset({"read"}),
    "input": frozenset({"read"}),
    "select": frozenset({"select", "poll", "epoll"}),
    "poll": frozenset({"poll", "epoll"}),
    "sleep": frozenset({"sleep"}),
}
"""By the name of a Python function, the system calls in which it may sleep: ``select`` of the
module ``selectors`` in any multiplexer."""


@dataclass(frozen=True)
class Handlers:
    """The lines of single calls."""

    lines: dict[CallName, int] = field(default_factory=dict)

    def line(self, call: CallName | Running) -> int:
        """The line of the program's single ``call``; 0: there is none, or there are several."""
        return self.lines.get(call, 0) if call else 0


NO_HANDLERS = Handlers()


def find_handlers(source: bytes, modules: tuple[Module, ...] = ()) -> Handlers:
    """Find the single calls in a program; none if it cannot be parsed. What a module calls has no
    line in the file that is run."""
    found: dict[CallName, set[tuple[str, int]]] = {}
    for file in (Module("", source), *modules):
        tree = parse_source(file.source)
        if tree is None:
            return NO_HANDLERS
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                for call in _CALLS.get(called_name(node), ()):
                    found.setdefault(call, set()).add((file.name, node.lineno))
    single = {call: min(lines) for call, lines in found.items() if len(lines) == 1}
    return Handlers({call: line for call, (file, line) in single.items() if not file})
