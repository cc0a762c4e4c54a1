"""Where a play shows why a check failed.

A finding is a value, and the play that it is about is found by what it says: the play's own
failure, an observation, or messages, whose nonces exist in one play only. Each failed check that
has a play gets a fault there, so that no picture leaves its reader to search for it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.checks.phases import IN_WORDS
from grader.checks.phrases import describe_failure, source
from grader.model import event
from grader.model.history import Play
from grader.model.outcome import Finding
from grader.model.plan import NONCE_ALPHABET
from grader.model.report import Entry
from grader.model.text import Text, say
from grader.model.timeline import Drawn, Fault, Timeline
from grader.model.vocabulary import ScenarioName
from grader.report.titles import title

_ALONE: tuple[ScenarioName, ...] = ("client", "terminal")
_IDLE: tuple[ScenarioName, ...] = (
    *("terminal", "client", "silent-client", "together", "quiet"),
    *("newcomer", "departure"),
)

PLAYS: dict[str, tuple[ScenarioName, ...]] = {
    "starts": ("terminal",),
    "client-logged": ("client",),
    "terminal-logged": ("terminal",),
    "one-log": (),
    "every-message": ("together",),
    "exact-text": _ALONE,
    "own-record": ("terminal", "client", "together", "silent-client", "newcomer", "departure"),
    "client-order": ("together",),
    "terminal-order": ("together",),
    "arrival-order": ("together",),
    "silent-client": ("silent-client",),
    "newcomer": ("newcomer",),
    "waits-in-select": _IDLE,
    "rests-when-idle": _IDLE,
    "departure": ("departure",),
    "rests-after-departure": ("departure",),
    "prompt": _ALONE,
    "reset": ("reset",),
    "hasty-departure": ("hasty-departure",),
    "closes-sockets": ("departure",),
    "return": ("return",),
    "burst": ("burst",),
    "large-message": ("large-message",),
    "split-character": ("split-character",),
    "crowd": ("crowd",),
    "end-of-typing": ("end-of-typing",),
    "clean-stop": _ALONE,
    "restart": ("restart",),
    "functions": (),
}
"""The plays that each check reads. What ``one-log`` and ``functions`` find is in no single play."""

_NONCE = re.compile(f"[{NONCE_ALPHABET}]{{8,}}")

_LOGGED = 8
"""Messages that a fault names, of those in the lines that a finding quotes."""


class _Found(NamedTuple):
    """A fault, and how surely it is the one that a finding is about: 0 is the surest."""

    doubt: int
    fault: Fault


def find_faults(
    entries: Iterable[Entry], plays: Sequence[tuple[Play, Timeline]]
) -> dict[str, tuple[Fault, ...]]:
    """The faults of each scenario: for the findings of ``entries``, and where a server did not go
    on."""
    faults: dict[str, list[Fault]] = {}
    for entry in entries:
        for finding in entry.outcome.findings:
            found = _locate(entry.name, finding, plays)
            if found:
                scenario, fault = found
                _add(faults.setdefault(scenario, []), fault)
    for play, line in plays:
        if play.failure and line.steps:
            # What kept the server from going on is marked even where no check failed for it.
            fault = _of_failure((), describe_failure(play.failure), play.failure, line)
            _add(faults.setdefault(play.scenario, []), fault)
    return {name: tuple(sorted(each, key=lambda f: f.step)) for name, each in faults.items()}


def _locate(
    check: str, finding: Finding, plays: Sequence[tuple[Play, Timeline]]
) -> tuple[str, Fault] | None:
    """The scenario and the fault that ``finding`` is about; None: it is about no play."""
    named = PLAYS.get(check)
    best: tuple[str, _Found] | None = None
    for play, line in plays:
        if not line.steps or (named is not None and play.scenario not in named):
            continue
        found = _in_play(check, finding, play, line)
        if named is None and found.doubt == _NOTHING:
            continue  # a teacher's own check need not be about a play
        if best is None or found.doubt < best[1].doubt:
            best = play.scenario, found
    return (best[0], best[1].fault) if best else None


_NOTHING = 5
"""The doubt of a fault of which a play shows nothing."""


def _in_play(check: str, finding: Finding, play: Play, line: Timeline) -> _Found:
    what = finding.seen[0]
    if play.failure and describe_failure(play.failure) in finding.seen:
        return _Found(0, _of_failure((check,), what, play.failure, line))
    said = list(_nested(finding.seen))
    named = _messages(map(str, finding.seen), line)
    label = title(check)
    for step, observed in _observations(play, line):
        if IN_WORDS.get(observed.phase) in finding.done.values.values():
            fault = Fault(step=step, checks=(check,), what=what, label=label)
            return _Found(0 if named or _shows(line, step, said) else 1, fault)
    if named:
        return _Found(0, _of_messages(check, what, named))
    for span in line.spans:
        if span.seen and span.what in said:
            return _Found(2, Fault(step=span.first, checks=(check,), what=what, label=label))
    if quoted := _messages(finding.log, line)[:_LOGGED]:
        return _Found(3, _of_messages(check, what, quoted))
    doubt = 4 if play.failure else _NOTHING
    step = max(0, len(line.steps) - 1)
    return _Found(doubt, Fault(step=step, checks=(check,), what=what, label=label))


def _of_failure(
    checks: tuple[str, ...],
    what: Text,
    failure: event.Stuck | event.GaveUp | event.Ended | event.Refused,
    line: Timeline,
) -> Fault:
    step = next((n for n, each in enumerate(line.steps) if each.kind == "fail"), 0)
    if isinstance(failure, event.Ended):
        return Fault(step=step, checks=checks, what=what, label=say("the server ends"))
    if isinstance(failure, event.Refused):
        return Fault(step=step, checks=checks, what=what, label=say("it no longer listens"))
    waits_for, label = "", say("busy, never pausing")
    if failure.how != "busy" and failure.threads:
        thread = failure.threads[0]
        waits_for, label = thread.file, say("`{call}`", call=thread.call or "…")
        if thread.call and thread.file:
            label = say("`{call}`, waits for {who}", call=thread.call, who=source(thread.file))
    return Fault(
        step=step,
        checks=checks,
        what=what,
        label=label,
        messages=tuple(m.name for m in line.messages if not m.spots),
        waits_for=waits_for if waits_for in line.sources else "",
        waiting=tuple(dict.fromkeys(each.source for each in failure.waiting)),
    )


def _of_messages(check: str, what: Text, messages: Sequence[Drawn]) -> Fault:
    first = min(messages, key=lambda message: message.step)
    if not first.spots:
        label = say("not in the log")
    elif first.crossed:
        label = say("in the wrong order")
    elif first.repeated:
        label = say("logged more than once")
    else:
        label = title(check)
    names = tuple(message.name for message in messages)
    return Fault(step=first.step, checks=(check,), what=what, label=label, messages=names)


def _observations(play: Play, line: Timeline) -> Iterator[tuple[int, event.Observed]]:
    """Each observation, and its step."""
    steps = (number for number, step in enumerate(line.steps) if step.kind == "watch")
    seen = (each for each in play.events if isinstance(each, event.Observed))
    yield from zip(steps, seen, strict=False)


def _shows(line: Timeline, step: int, said: list[Text]) -> bool:
    return any(span.first <= step < span.last and span.what in said for span in line.spans)


def _messages(texts: Iterable[str], line: Timeline) -> list[Drawn]:
    """The messages whose nonces are in ``texts``, in the order in which they were sent."""
    nonces = {nonce for text in texts for nonce in _NONCE.findall(text)}
    return [m for m in line.messages if (own := _NONCE.match(m.text)) and own[0] in nonces]


def _nested(texts: Iterable[Text]) -> Iterator[Text]:
    """``texts``, and all texts that are values of them."""
    for text in texts:
        yield text
        for value in text.values.values():
            if isinstance(value, Text):
                yield from _nested((value,))
            elif isinstance(value, tuple):
                yield from _nested(value)


def _add(faults: list[Fault], fault: Fault) -> None:
    """Add a fault, or its check to one that says the same."""
    for number, other in enumerate(faults):
        same = fault.step == other.step and str(fault.label) == str(other.label)
        if same:
            checks = tuple(dict.fromkeys((*other.checks, *fault.checks)))
            messages = tuple(dict.fromkeys((*other.messages, *fault.messages)))
            faults[number] = Fault(
                step=other.step,
                checks=checks,
                what=other.what,
                label=other.label,
                messages=messages,
                waits_for=other.waits_for,
                waiting=other.waiting,
            )
            return
    faults.append(fault)
