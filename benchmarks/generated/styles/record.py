"""What a record looks like. :func:`format_record` puts its parts together."""

from generated.dimension import dimension

STAMP, WHO, TEXT = "STAMP", "WHO", "TEXT"

_PARTS: dict[str, tuple[str, ...]] = {
    "colon": (WHO, ": ", TEXT),
    "plain": (TEXT,),
    "bracket": ("[", WHO, "] ", TEXT),
    "arrow": (WHO, " >>> ", TEXT),
    "after": (TEXT, " -- ", WHO),
    "chinese": ("收到来自", WHO, "的消息：", TEXT),
    "block": ("From: ", WHO, "\\nText: ", TEXT, "\\n"),
    "fields": ("who=", WHO, " text=", TEXT, " status=ok"),
    "tab": (WHO, "\\t", TEXT),
    "bar": ("| ", WHO, " | ", TEXT, " |"),
    "element": ('<message from="', WHO, '">', TEXT, "</message>"),
}

_STAMPS = {
    "none": "",
    "ctime": "@time.ctime()",
    "strftime": "@time.strftime('%Y-%m-%d %H:%M:%S')",
    "clock": "@time.strftime('%X')",
    "iso": "@datetime.datetime.now().isoformat()",
    "now": "str(@datetime.datetime.now())",
    "epoch": "str(@time.time())",
    "nanoseconds": "str(@time.time_ns())",
}

_OTHER = {
    "json": "$line = @json.dumps({'from': $who, 'text': $text}, ensure_ascii=False)",
    "ascii_json": "$line = @json.dumps({'time': @time.time(), 'from': $who, 'text': $text})",
    "representation": "$line = '%s %r' % ($who, $text)",
    "csv": "$line = ','.join([str($who), '\"' + $text.rstrip() + '\"'])",
    "dict": "$line = str({'who': $who, 'text': $text})",
    "tuple": "$line = repr((str($who), $text))",
}

WITH_NAME = tuple(name for name in (*_PARTS, *_OTHER) if name != "plain")
"""Records that name the source."""

DIMENSIONS = (
    dimension("record", **{name: {} for name in (*_PARTS, *_OTHER)}),
    dimension("time", **{name: {} for name in _STAMPS}),
    dimension("formatting", f_string={}, percent={}, format={}, plus={}, join={}),
)


def format_record(record: str, time: str, formatting: str) -> str:
    """Lines that set $line to the record of $who and $text."""
    if record in _OTHER:
        return _OTHER[record]
    parts = list(_PARTS[record])
    expressions = {WHO: "$who", TEXT: "$text", STAMP: _STAMPS[time]}
    if _STAMPS[time]:
        parts = ["[", STAMP, "] ", *parts]
    values = [expressions[part] for part in parts if part in expressions]
    return "$line = " + _JOIN[formatting](parts, expressions, values)


def _f_string(parts: list[str], expressions: dict[str, str], values: list[str]) -> str:
    # Until Python 3.12 an expression must not contain the quotation mark that is outside.
    quote = "'" if '"' in "".join(parts) else '"'
    if any(quote in value for value in values):
        return _percent(parts, expressions, values)
    inner = "".join(f"{{{expressions[p]}}}" if p in expressions else p for p in parts)
    return f"f{quote}{inner}{quote}"


def _percent(parts: list[str], expressions: dict[str, str], values: list[str]) -> str:
    inner = "".join("%s" if p in expressions else p for p in parts)
    return f"'{inner}' % ({', '.join(values)},)"


def _format(parts: list[str], expressions: dict[str, str], values: list[str]) -> str:
    inner = "".join("{}" if p in expressions else p for p in parts)
    return f"'{inner}'.format({', '.join(values)})"


def _plus(parts: list[str], expressions: dict[str, str], _: list[str]) -> str:
    return " + ".join(f"'{p}'" if p not in expressions else _text(expressions[p]) for p in parts)


def _join(parts: list[str], expressions: dict[str, str], _: list[str]) -> str:
    listed = ", ".join(f"'{p}'" if p not in expressions else _text(expressions[p]) for p in parts)
    return f"''.join([{listed}])"


def _text(expression: str) -> str:
    return "str($who)" if expression == "$who" else expression


_JOIN = {
    "f_string": _f_string,
    "percent": _percent,
    "format": _format,
    "plus": _plus,
    "join": _join,
}
