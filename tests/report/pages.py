"""Reports with timelines to draw, and a parser of their HTML pages."""

import html.parser
from collections import Counter

from checks.histories import (
    ask,
    connects,
    history,
    idles,
    is_stuck,
    leaves,
    says,
    scene,
    sends,
    types,
)  # fmt: skip

from grader.grading.timeline import timelines
from report.samples import FINDING, entry, report

SOURCE = b"import socket\nwhile True:\n    data = c.recv(1024)\n"


def drawn(*scenes, checks=(), **changed):
    """A report of ``scenes`` with the outcomes of ``checks`` beside those of the sample."""
    made = history(*scenes, source=SOURCE)
    judged = tuple(entry(name, 10, ask(name, made)) for name in checks)
    entries = (*changed.pop("entries", report().entries), *judged)
    drawn = timelines(made, entries)
    return report(timelines=drawn, source=SOURCE, entries=entries, **changed)


CROSSED = scene(
    "together", connects(), says("a"), types("b"), says("c"), log="{b}\n{a}\n{c}\n"
)  # fmt: skip


LOST = scene("silent-client", connects(), says("a"), sends("b"), is_stuck(), log="{a}\n")


FINE = scene("newcomer", connects(), says("a"), leaves(), log="{a}\n")


TWO = {"client.log": "{a}\n{b}\n", "terminal.log": "{c}\n"}


TWICE = scene("together", says("a"), types("b"), log="{a}\n{a}\n{b}\n")


APART = scene("departure", says("a"), says("b"), types("c"), log=TWO)


RESTLESS = scene("client", connects(), idles("one client, silent", ran=99_000_000), says("a"))


EVERYTHING = (CROSSED, LOST, FINE, APART, RESTLESS)


class Tags(html.parser.HTMLParser):
    """The tags, ids, links and attribute names in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found[tag] += 1
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "href":
                self.links.append(value)


def crowd(count: int):
    clients = [f"client {number + 1}" for number in range(count)]
    names = [f"{letter}{n}" for n in range(3) for letter in "abcdefghijklmnopqrstuvwxyz"]
    steps = [connects(client) + says(name, client) for client, name in zip(clients, names)]  # noqa: B905
    log = "".join(f"{{{name}}}\n" for name in names[:count])
    return scene("crowd", *steps, log=log)


def finding(**changed):
    fields = {name: getattr(FINDING, name) for name in FINDING.__struct_fields__}
    return type(FINDING)(**fields | changed)
