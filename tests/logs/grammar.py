"""A grammar of logs: what programs in many styles write of what they receive.

A program is a :class:`Style` and at most one :class:`~logs.faults.Fault`. From these follow what
its log holds and what each check has to say of it; nothing here asks the grader.

::

    received -> records -> layout -> files

A *record* is what the program writes at one time: what happened, to whom, when. For each text that
it receives it writes one record of each of its *forms* (got and sent, as bytes and decoded), and
one for each *receiver* that it passes the text on to, as a chat room does.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from logs.scripts import PORTS, Received


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a right program writes its log. Each field is a matter of taste; the defaults are plain
    lines."""

    layout: str = "lines"
    """One of :data:`LAYOUTS`."""
    template: str = "{text}"
    """A record as a line or a block: one of :data:`LINES` or :data:`BLOCKS`."""
    end: str = "\n"
    """What ends a line."""
    between: str = ""
    """What stands between records."""
    encoding: str = "utf-8"
    spelling: str = "plain"
    """How a text is spelled, one of :data:`SPELLINGS`."""
    who: str = "port"
    """How a client is named, one of :data:`NAMES`."""
    time: str = "12:{:02}:{:02}"
    label: tuple[str, ...] = ("",)
    """What a client's records are called; the next label for each next record."""
    typed_label: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    """Further records of each text: a label and a spelling for each."""
    typed_forms: bool = True
    """Whether typed lines have these, too."""
    receivers: str = ""
    """To whom a client's text is passed on: ``others``, ``all``, or nobody. Typed lines go to all.
    Each has a record of its own, which names it as ``who`` does."""
    events: bool = False
    """Whether it also writes who came."""
    headline: str = ""
    """The first line: one of :data:`HEADLINES`, or none."""
    summary: bool = False
    """Whether all texts stand in one line at the log's end."""
    rotation: str = ""
    """How full files are named, one of :data:`ROTATIONS`; none: there is one file."""
    every: int = 20
    """Records in a full file."""
    times_known: bool = False
    """Whether it is known when each of the files of a rotation was last written."""
    beside: str = ""
    """What it writes beside its log, one of :data:`logs.files.BESIDE`; or nothing."""
    turned: bool = False
    """Whether it handles what is ready at once in the opposite order."""

    @property
    def nicknames(self) -> bool:
        """Whether a client's first message is its name."""
        return self.who == "nickname"


class Record(NamedTuple):
    """What a program writes at one time."""

    number: int
    who: str
    label: str
    text: str
    spelling: str
    source: str
    """Who said it; empty for what the program itself says."""


LAYOUTS = (
    "lines",
    "blocks",
    "json lines",
    "json array",
    "json array, indented",
    "json array of lines",
    "json values on one line",
    "xml on one line",
    "xml, indented",
    "xml elements",
    "xml fragments",
    "xml fragments on one line",
    "xml attributes",
    "lengths before lines",
    "lengths before texts",
    "short lengths before texts",
    "lengths before texts, low byte first",
    "lines padded with zeros",
    "a zero behind each line",
    "zeros for line ends",
)
TEXTUAL = tuple(layout for layout in LAYOUTS if "json" not in layout and "xml" not in layout)
"""Layouts that are lines or blocks."""
BINARY = tuple(layout for layout in LAYOUTS if "length" in layout or "zero" in layout)
"""Layouts with zeros."""
WHOLE = tuple(layout for layout in LAYOUTS if "array" in layout or "xml" in layout)
"""Layouts of files that are written whole."""

LINES = (
    "{text}",
    "{text}|{who}",
    "{who}: {text}",
    "{time} {text}",
    "[{time}] {who}: {text}",
    "[{time}] {who}:{text}",
    "{time} - root - INFO - {who} - {text}",
    "{n} {text}",
    "第{n}条 [{time}] {who} 说: {text}",
    "{text} ({who}, {time})",
    '{time},{who},"{text}"',
    "<{n}>{text}",
)
BLOCKS = (
    "From: {who}\nTime: {time}\nText: {text}\n",
    "--- {time} {who}\n{text}\n\n",
    "{who} {time}\n{text}",
    "{text}\n  by {who}, {time}\n",
    "[{time}] From: {who} {label}\nText: {text}\n",
    "{text}\n  {label} by {who}, {time}\n",
)
SPELLINGS = ("plain", "repr", "ascii", "bytes")
NAMES = ("nobody", "port", "address", "number", "name", "nickname")
TIMES = (
    "12:{:02}:{:02}",
    "2024-05-01 12:{:02}:{:02},123",
    "2024-05-01T12:{:02}:{:02}.123456",
    "Wed May  1 12:{:02}:{:02} 2024",
    "1714536{:01}{:02}.25",
    "2024年05月01日 12时{:02}分{:02}秒",
)
HEADLINES = ("latest: {last}", "{count} messages, the last one: {last}", "server started")
ROTATIONS = (
    "log.1 is the newest",
    "log.1 is the oldest",
    "numbers in the name",
    "a date behind the name",
    "a time as the name",
)


def spell(text: str, spelling: str) -> str:
    match spelling:
        case "repr":
            return repr(text)
        case "ascii":
            return ascii(text)
        case "bytes":
            return repr(text.encode())
    return text


def name_of(style: Style, source: str, nicknames: dict[str, str]) -> str:
    """How a record names a source."""
    if style.who == "nobody":
        return ""
    if source == "terminal":
        return "stdin"
    number = int(source.split()[1])
    return {
        "port": str(PORTS[source]),
        "address": f"('127.0.0.1', {PORTS[source]})",
        "number": str(number + 4),
        "name": f"user{number}",
        "nickname": nicknames.get(source, ""),
    }[style.who]


def records(style: Style, received: Sequence[Received]) -> list[list[Record]]:
    """What a program writes of each text that it receives."""
    nicknames: dict[str, str] = {}
    come: set[str] = set()
    found = []
    count = 0
    for one in received:
        group: list[tuple[str, str, str, str, str]] = []
        if style.events and not one.typed and one.source not in come:
            group.append((name_of(style, one.source, nicknames), "", "connected", "plain", ""))
        come.add(one.source)
        if style.nicknames and not one.typed and one.source not in nicknames:
            nicknames[one.source] = one.text
            group.append(("", "", f"{one.text} joined", "plain", one.source))
        else:
            group += _said(style, one, nicknames)
        found.append([Record(count + n, *each) for n, each in enumerate(group, 1)])
        count += len(group)
    return found


def _said(
    style: Style, one: Received, nicknames: dict[str, str]
) -> Iterable[tuple[str, str, str, str, str]]:
    who = name_of(style, one.source, nicknames)
    label = style.typed_label if one.typed else style.label[one.number % len(style.label)]
    yield who, label, one.text, style.spelling, one.source
    if style.typed_forms or not one.typed:
        for label, spelling in style.forms:
            yield who, label, one.text, spelling, one.source
    if style.receivers:
        for client in one.there:
            if one.typed or style.receivers == "all" or client != one.source:
                to = name_of(style, client, nicknames)
                yield who, f"to {to}", one.text, style.spelling, one.source


# --- layouts ---


def render(style: Style, written: Sequence[Record], before: str = "", after: str = "") -> bytes:
    """The bytes of one file: records, and what stands before and after them."""
    if "lengths" in style.layout:
        form = "<I" if "low" in style.layout else ">H" if "short" in style.layout else ">I"
        cut = b"" if "lines" in style.layout else b"\r\n"
        texts = [line.rstrip(cut) if cut else line for line in _lines(style, written)]
        return b"".join(struct.pack(form, len(text)) + text for text in texts)
    if style.layout.startswith("lines padded"):
        return b"".join(line.rstrip(b"\r\n").ljust(128, b"\0") + b"\n"
                        for line in _lines(style, written))  # fmt: skip
    if style.layout.startswith("zeros"):
        return b"".join(line.rstrip(b"\r\n") + b"\0" for line in _lines(style, written))
    if style.layout.startswith("a zero"):
        return b"".join(line + b"\0" for line in _lines(style, written))
    return (before + _layout(style, written) + after).encode(style.encoding)


def _lines(style: Style, written: Sequence[Record]) -> list[bytes]:
    return [(_line(style, record) + style.end).encode(style.encoding) for record in written]


def _layout(style: Style, written: Sequence[Record]) -> str:
    end = style.end
    if style.layout in TEXTUAL:
        lines = (_line(style, record) + "\n" + style.between for record in written)
        return "".join(lines).replace("\n", end)
    if style.layout == "json array of lines":
        return _json(style, [_line(style, record) for record in written])
    values = [_fields(style, record) for record in written]
    match style.layout:
        case "json lines":
            return "".join(_json(style, value) + end for value in values)
        case "json values on one line":
            return "".join(_json(style, value) for value in values)
        case "json array":
            return _json(style, values)
        case "json array, indented":
            return _json(style, values, indent=2).replace("\n", end)
    separator = "" if "one line" in style.layout else end
    elements = separator.join(_element(style, value) for value in values)
    if "fragments" in style.layout:
        return elements
    return f'<?xml version="1.0"?>{separator}<log>{separator}{elements}{separator}</log>'


def _line(style: Style, record: Record) -> str:
    """A record by the template; without a place for it, a label stands before the text."""
    ascii_file = style.layout == "json array of lines" and record.spelling == "ascii"
    text = spell(record.text, "plain" if ascii_file else record.spelling)
    if record.label and "{label}" not in style.template:
        text = f"{record.label}: {text}"
    line = style.template.format(
        n=record.number,
        who=record.who,
        label=record.label,
        time=_time(style, record),
        text=text,
    )
    return line.lstrip(":") if not record.who else line


def _time(style: Style, record: Record) -> str:
    return style.time.format(*divmod(record.number, 60))


def _fields(style: Style, record: Record) -> dict[str, str | int]:
    fields: dict[str, str | int] = {
        "n": record.number,
        "time": _time(style, record),
        "from": record.who,
        "kind": record.label,
        # What escapes for the whole file need not escape each text.
        "text": spell(record.text, "plain" if record.spelling == "ascii" else record.spelling),
    }
    unwanted = [key for key in ("n", "time") if f"{{{key}}}" not in style.template]
    return {
        key: value
        for key, value in fields.items()
        if key == "text" or (value != "" and key not in unwanted)
    }


def _json(style: Style, value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=style.spelling == "ascii", indent=indent)


def _element(style: Style, fields: dict[str, str | int]) -> str:
    if style.layout == "xml attributes":
        attributes = "".join(f" {key}={quoteattr(str(value))}" for key, value in fields.items())
        return f"<message{attributes}/>"
    text = str(fields.pop("text")).replace("&", "&amp;").replace("<", "&lt;")
    if style.spelling == "ascii":
        text = text.encode("ascii", "xmlcharrefreplace").decode()
    if style.layout == "xml elements":
        inner = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
        return f"<message>{inner}<text>{text}</text></message>"
    attributes = "".join(f" {key}={quoteattr(str(value))}" for key, value in fields.items())
    return f"<message{attributes}>{text}</message>"
