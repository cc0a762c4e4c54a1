"""It never serves anybody."""

import re

from generated.program import Fault

_FAILS = frozenset({"starts"})

_SOCKET = {"listening socket": ("plain", "spelled_out")}

_LISTENING = """\
$listener = «new_socket»
«reuse_before»
$listener.bind((«host», «port»))"""


def _without_colon(source: str) -> str:
    return re.sub(r"(?m)^([ \t]*(?:while|for) .*):$", r"\1", source, count=1)


def _without_bracket(source: str) -> str:
    return source.replace("))\n", ")\n", 1)


def _shifted(source: str) -> str:
    """One line of the loop further to the right than its neighbours."""
    lines = source.splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if ".accept()" in line)
    return "".join([*lines[:place], " " + lines[place], *lines[place + 1 :]])


FAULTS = (
    Fault("a colon is missing", _FAILS, edit=_without_colon),
    Fault("a bracket is missing", _FAILS, edit=_without_bracket),
    Fault("a line is indented wrongly", _FAILS, edit=_shifted),
    Fault(
        "it never calls listen",
        _FAILS,
        # accept fails at once, since a socket that does not listen is reported as ready.
        {"listen": _LISTENING},
        _SOCKET | {"errors in the loop": ("none",)},
    ),
    Fault(
        "bind gets two arguments",
        _FAILS,
        {"listen": "$listener = «new_socket»\n$listener.bind(«host», «port»)\n$listener.listen()"},
        _SOCKET,
    ),
    Fault(
        "the port is a text",
        _FAILS,
        {"port_value": "'8888'"},
        {"configuration": ("inline", "constants")},
    ),
    Fault(
        "it asks for the port",
        _FAILS,
        # Nobody answers but with Enter, which is no number.
        {"port_value": "int(input('port: '))"},
        {"configuration": ("constants",)},
    ),
    Fault(
        "it is a UDP server",
        _FAILS,
        {"new_socket": "@socket.socket(@socket.AF_INET, @socket.SOCK_DGRAM)"},
        _SOCKET | {"address": ("all", "empty", "loopback", "localhost")},
    ),
    Fault(
        "a name is misspelt at the start",
        _FAILS,
        {"setup_fault": "print('logging to', logfile_name)"},
    ),
    Fault("a module does not exist", _FAILS, {"preamble": "import sockets"}),
    Fault(
        "the main function is never called",
        _FAILS,
        edit=lambda source: re.sub(r"(?m)^( *\t*)\S+\(\)(\.\S+\(\))?\s*\Z", r"\1pass\n", source),
        needs={
            "structure": ("one function", "global state", "nested functions", "parameters", "class")
        },
    ),
    Fault(
        "it counts the arguments",
        _FAILS,
        {
            "preamble": """\
if len(@sys.argv) != 3:
    print('usage: server.py HOST PORT')
    @sys.exit(1)"""
        },
    ),
)
