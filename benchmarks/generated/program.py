"""Composes a program from a style and at most one fault."""

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from generated import spelling, structure
from generated.dimension import Dimension
from generated.styles import clients, extras, log, loop, network, record, surface, terminal
from generated.template import expand

DIMENSIONS: dict[str, Dimension] = {
    each.name: each
    for module in (surface, network, clients, loop, terminal, log, record, extras)
    for each in module.DIMENSIONS
}
"""All dimensions of style. A later one's pieces replace an earlier one's."""

Style = dict[str, str]
"""By dimension, the value."""

_BASE = {
    "setup": """\
«setup_running»
«listen»
«make_folder»
«open_log»
«setup_terminal»
«setup_watched»
«setup_clients»
«setup_count»
«setup_outbox»
«setup_page»
«setup_framing»
«setup_names»
«setup_sessions»
«setup_fault»""",
    "start": "«register_handlers»\n«note_start»\n«print_start»\n«serve»",
    "loop": "«while»\n    «round»",
    "round": """\
«print_wait»
#: wait
«wait»
«after_wait»
«dispatch»
«write_ready»
«after_round»""",
    "record": "#: record\n«format»\n«store»\n«second»",
    "on_connect": """\
#: connect
$conn, $addr = $listener.accept()
«accepted»
«register»
«open_session»
«watch_conn»
«print_connect»
«index»
«note_connect»
«welcome»""",
    "on_data_body": "#: data\n«resolve»\n«lookup»\n«receive»\n«on_data»",
    "session": "",
    "handle_data": "«frames»",
    "handle_message": "«decode»\n«print_data»\n«record_data»\n«answer»",
    "record_data": "«note_message»",
    "note_message": "!record(«whois», $text)",
    "leave": "!on_leave($conn)",
    "on_leave": """\
#: leave
«lookup»
«unwatch_conn»
«unregister»
«drop_outbox»
«drop_session»
«print_leave»
«note_leave»
«drop_frames»
«drop_name»
«close»""",
    "on_line_body": "#: line\n«on_line»",
    "handle_line": "«trim»\n«quit»\n«record_line»\n«pass_on_line»",
    "record_line": "!record(«terminal_name», $typed)",
    "handle": "$conn",
    "ready_parameter": "conn",
    "connect_parameter": "",
    "line_parameter": "",
    "whois": "$name",
    "wlist": "[]",
    "ready": "$rs",
    "is_terminal": "$r is «terminal»",
    "close_log": "",
    "print_start": "print('waiting for clients on port', «port»)",
    **dict.fromkeys(
        (
            *("setup_terminal", "setup_count", "setup_outbox", "setup_page", "setup_fault"),
            *("register_handlers", "resolve", "write_ready", "after_round", "drop_outbox"),
            *("index", "preamble", "setup_framing", "setup_names", "setup_sessions"),
            *("drop_session", "drop_frames", "drop_name", "open_session", "last_record"),
        ),
        "",
    ),
}


@dataclass(frozen=True)
class Fault:
    """One mistake."""

    name: str
    fails: frozenset[str]
    """The checks worth points that must fail; all others pass, unless they need one of these."""
    craft: frozenset[str] = field(default=frozenset(), kw_only=True)
    """The checks of craft that must fail; the others may."""
    pieces: Mapping[str, str] = field(default_factory=dict)
    """What it puts in place of right pieces."""
    needs: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values of dimensions with which it is this fault, where those are not all."""
    edit: Callable[[str], str] | None = None
    """A change of the source that is no change of pieces."""
    skips: frozenset[str] = frozenset()
    """Checks that it keeps from being judged besides those that need a failed one."""


class Program(NamedTuple):
    """A composed program."""

    style: Style
    fault: Fault | None
    source: bytes


def draw(chance: random.Random, fault: Fault | None) -> Style:
    """A style at random, mostly ordinary or mostly rare, that goes together with ``fault``."""
    ordinary = chance.choice((0.0, 0.3, 0.6, 0.85))
    style = {}
    for name, each in DIMENSIONS.items():
        values = list(each.values)
        style[name] = values[0] if chance.random() < ordinary else chance.choice(values)
    for name, allowed in _needs(fault).items():
        if style[name] not in allowed:
            style[name] = chance.choice([v for v in DIMENSIONS[name].values if v in allowed])
    return settle(style, fault)


def plain(fault: Fault | None) -> Style:
    """The most ordinary style that goes together with ``fault``."""
    style = {name: each.default for name, each in DIMENSIONS.items()}
    for name, allowed in _needs(fault).items():
        style[name] = next(value for value in DIMENSIONS[name].values if value in allowed)
    return settle(style, fault)


def settle(style: Style, fault: Fault | None) -> Style:
    """``style`` with the nearest values that can be combined."""
    style, forced = dict(style), _needs(fault)
    for name, each in DIMENSIONS.items() if fault else ():
        if each.values[style[name]].alone:
            style[name] = each.default
    for _ in DIMENSIONS:
        conflict = _conflict(style)
        if conflict is None:
            return style
        name, other = conflict
        if name not in forced:
            style[name] = DIMENSIONS[name].default
            continue
        values = DIMENSIONS[other].values
        wanted = DIMENSIONS[name].values[style[name]].needs[other]
        style[other] = next(v for v in values if v in wanted and v in forced.get(other, values))
    raise ValueError(f"no style goes together with {fault and fault.name}")


def _needs(fault: Fault | None) -> Mapping[str, Collection[str]]:
    return fault.needs if fault else {}


def _conflict(style: Style) -> tuple[str, str] | None:
    """A dimension and another one that has no value which the former's needs."""
    for name, value in style.items():
        for other, wanted in DIMENSIONS[name].values[value].needs.items():
            if style[other] not in wanted:
                return name, other
    return None


def compose(style: Style, fault: Fault | None) -> Program:
    """The program of this style with this fault."""
    pieces = dict(_BASE)
    for name, each in DIMENSIONS.items():
        pieces |= each.values[style[name]].pieces
    formatted = record.format_record(style["record"], style["time"], style["formatting"])
    pieces.setdefault("format", formatted)
    if fault:
        pieces |= fault.pieces
    parameters = {
        "record": ("who", "text"),
        "on_leave": ("conn",),
        **({"session": ("conn",)} if pieces["session"] else {}),
        "on_data": tuple(pieces["ready_parameter"].split()),
        "on_line": tuple(pieces["line_parameter"].split()),
        "on_connect": tuple(pieces["connect_parameter"].split()),
    }
    bodies = {**{name: name for name in parameters}, "on_data": "on_data_body"}
    bodies["on_line"] = "on_line_body"
    parts = structure.Parts(
        setup=expand("«setup»", pieces),
        procedures={
            name: (given, expand(f"«{bodies[name]}»", pieces)) for name, given in parameters.items()
        },
        serve=expand("«start»", pieces),
    )
    layout = structure.STRUCTURES[style["structure"]](parts, style["main guard"] == "yes")
    lines = [*expand("«preamble»", pieces), *expand("«config»", pieces), "", *layout.lines]
    source = _spell(lines, style, set(parts.state), layout.prefix)
    if fault and fault.edit:
        source = fault.edit(source)
    return Program(style, fault, _encode(source, style["source"]))


def _spell(lines: list[str], style: Style, state: set[str], prefix: str) -> str:
    source = "\n".join(spelling.comment(lines, style["comments"])) + "\n"
    source = spelling.name(source, style["names"], state, prefix)
    imports, source = spelling.import_(source, style["imports"])
    source = "\n".join(imports) + "\n\n" + source
    if style["quotation marks"] == "double":
        source = spelling.double_quoted(source)
    by = {"two": "  ", "tab": "\t"}.get(style["indentation"])
    return spelling.tidy(spelling.reindent(source, by) if by else source)


def _encode(source: str, how: str) -> bytes:
    if how == "coding":
        source = "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n" + source
    if how == "crlf":
        source = source.replace("\n", "\r\n")
    return source.encode("utf-8-sig" if how == "signed" else "utf-8")


def without(name: str, *values: str) -> dict[str, Collection[str]]:
    """A need of any value of a dimension except these."""
    return {name: tuple(value for value in DIMENSIONS[name].values if value not in values)}
