"""The files of a program in some style: its log, full ones, and what is beside it."""

import json
from collections.abc import Sequence
from dataclasses import replace

from logs.grammar import Record, Style, render, spell

BESIDE = (
    "copy",
    "beginning",
    "newest on top",
    "each twice",
    "json history",
    "latest only",
    "typed lines only",
    "a file for each source",
    "one line",
)


def files(style: Style, groups: Sequence[Sequence[Record]]) -> dict[str, bytes]:
    """Return what a program writes: ``groups`` holds its records, those of each text together."""
    written = [record for group in groups for record in group]
    if style.rotation:
        found = _rotated(style, written)
    else:
        found = {"server.log": _whole(style, groups, written)}
    return found | _beside(style, groups, found)


def _texts(groups: Sequence[Sequence[Record]]) -> list[str]:
    """What was received, once each."""
    return [said[0].text for group in groups if (said := [r for r in group if r.source])]


def _whole(style: Style, groups: Sequence[Sequence[Record]], written: Sequence[Record]) -> bytes:
    texts = [spell(text, style.spelling) for text in _texts(groups)]
    before = after = ""
    if style.headline and texts:
        before = style.headline.format(count=len(texts), last=texts[-1]) + style.end
    if style.summary:
        after = "all: " + ", ".join(texts) + style.end
    return render(style, written, before, after)


def _rotated(style: Style, written: Sequence[Record]) -> dict[str, bytes]:
    full = [written[at : at + style.every] for at in range(0, len(written), style.every)]
    names = _rotated_names(style.rotation, len(full))
    return {name: render(style, part) for name, part in zip(names, full, strict=True)}


def _rotated_names(rotation: str, count: int) -> list[str]:
    """The names of ``count`` files, the oldest first."""
    old = range(1, count)
    match rotation:
        case "log.1 is the newest":
            return [*(f"server.log.{n}" for n in reversed(old)), "server.log"]
        case "log.1 is the oldest":
            return [*(f"server.log.{n}" for n in old), "server.log"]
        case "numbers in the name":
            return [f"log_{n}.txt" for n in range(1, count + 1)]
        case "a date behind the name":
            return [*(f"server.log.2024-05-{n:02}" for n in old), "server.log"]
    return [f"2024-05-01 {n // 60 + 12}-{n % 60:02}-07.log" for n in range(count)]


def _beside(
    style: Style, groups: Sequence[Sequence[Record]], log: dict[str, bytes]
) -> dict[str, bytes]:
    texts = _texts(groups)

    def page(title: str, lines: Sequence[str]) -> bytes:
        return f"{title}\n{''.join(f'<p>{line}</p>{chr(10)}' for line in lines)}".encode()

    match style.beside:
        case "copy":
            return {f"backup/{path}": data for path, data in log.items()}
        case "beginning":
            half = groups[: (len(groups) + 1) // 2]
            plain = replace(style, summary=False, headline="", rotation="", beside="")
            return {"old.txt": files(plain, half)["server.log"]}
        case "newest on top":
            return {"page.html": page("<h1>The newest is on top</h1>\n" * 3, texts[::-1])}
        case "each twice":
            return {"page.html": page("<h1>Twice</h1>", [t for text in texts for t in (text,) * 2])}
        case "json history":
            return {"history.json": json.dumps(texts, ensure_ascii=False).encode()}
        case "latest only":
            return {"latest.txt": texts[-1].encode()} if texts else {}
        case "typed lines only":
            typed = [r.text for group in groups for r in group[:1] if r.source == "terminal"]
            return {"typed.txt": "".join(f"{text}\n" for text in typed).encode()} if typed else {}
        case "a file for each source":
            found: dict[str, str] = {}
            for group in groups:
                for record in [r for r in group if r.source][:1]:
                    name = record.source.replace(" ", "") + ".txt"
                    found[name] = found.get(name, "") + record.text + "\n"
            return {name: text.encode() for name, text in found.items()}
        case "one line":
            return {"summary.txt": (", ".join(texts) + "\n").encode()}
    return {}
