"""What a server must get, as the header of its file states it.

One notation serves the gallery, the attacks and the samples in submissions/. The header is the
comment at the top of a file (only a shebang or an encoding line may precede it); a longer text
continues on lines that are indented by three spaces::

    # expect: fail client-order, arrival-order
    # craft: fail prompt
    # finding: kept-until-exit
    # cause: Records are kept in a set and written at exit
    #   in whatever order the set has.

``expect`` (required), of the checks worth points:
    ``pass``: none fails, ``fail A, B``: exactly these fail, ``not-judged``: none fails and at least
    one is not judged, ``at most N points``: chance decides the rest.
``craft``, of the craft checks (worth no points):
    ``pass`` or ``fail A, B``; without it any of them may fail.
``finding``:
    The cause that the report's first finding must name, and so the hint that it gives: the name of
    one of :data:`grader.checks.causes.CAUSES`. In the gallery every server that fails a check worth
    points has one.
``skipped``:
    ``A, B``: the checks of a sample that are skipped.
``notes``:
    A text that an attack notes in its log.
``limits``:
    ``NAME VALUE, NAME VALUE``: the limits of an attack's rubric.
``cause`` (required):
    One sentence: what is wrong with the server, or what is unusual about it.

``expect in SANDBOX`` and ``notes in SANDBOX`` replace the general line in that sandbox.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.checks import CHECKS
from grader.checks.causes import CAUSES

WORTH_POINTS = {check.name for check in CHECKS if check.points}
CRAFT = {check.name for check in CHECKS if not check.points}

_KEYS = ("expect", "craft", "finding", "skipped", "notes", "limits", "cause")
_BY_SANDBOX = ("expect", "notes")
_SANDBOXES = ("docker", "namespaces")

_PREAMBLE = re.compile(r"#!|[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
_FIELD = re.compile(r"# ([a-z]+)(?: in ([a-z]+))?: +(\S.*)")
_CONTINUED = re.compile(r"#   +(\S.*)")
_AT_MOST = re.compile(r"at most (\d+(?:\.\d+)?) points")
_LIMIT = re.compile(r"([a-z]+) (\d+(?:\.\d+)?)")


class HeaderError(ValueError):
    """A header is missing or malformed; the message names the file and the line."""


@dataclass(frozen=True)
class Expectation:
    """What a header states."""

    cause: str
    fails: frozenset[str] = frozenset()
    """The checks worth points that fail."""
    not_judged: bool = False
    """None of the checks worth points fails, and at least one is not judged."""
    at_most: float | None = None
    """The points it may get; in this case ``fails`` states nothing."""
    craft: frozenset[str] | None = None
    """The craft checks that fail; None: any may."""
    finding: str = ""
    """The cause that the first finding names; empty: any."""
    skipped: frozenset[str] = frozenset()
    notes: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        """The expected failures, as the header writes them."""
        verdict = _verdict(self.fails)
        if self.not_judged:
            verdict = "not-judged"
        elif self.at_most is not None:
            verdict = f"at most {self.at_most:g} points"
        return verdict if self.craft is None else f"{verdict}; craft: {_verdict(self.craft)}"

    def differences(self, outcomes: Mapping[str, str], points: float) -> Iterator[str]:
        """How ``outcomes`` (by check) and ``points`` differ from what is expected."""
        failed = {name for name, outcome in outcomes.items() if outcome == "fail"}
        unjudged = {name for name, outcome in outcomes.items() if outcome == "not-judged"}
        if self.at_most is not None:
            if points > self.at_most:
                yield f"{points:g} points, expected at most {self.at_most:g}"
        else:
            yield from _compared(failed & WORTH_POINTS, self.fails, "fail")
            if bool(unjudged & WORTH_POINTS) != self.not_judged:
                yield f"not judged: {_listed(unjudged & WORTH_POINTS) or 'no check worth points'}"
        if self.craft is not None:
            yield from _compared(failed & CRAFT, self.craft, "fail")


def read(path: Path, sandbox: str | None = None) -> Expectation:
    """The expectation that the header of ``path`` states, in general or for ``sandbox``.

    Raises:
        HeaderError: there is no such header, or it is malformed.
    """
    try:
        fields = dict(_fields(path.read_bytes().decode("utf-8-sig", "replace").splitlines()))
        chosen = {key: text for (key, of), text in fields.items() if of is None}
        chosen |= {key: text for (key, of), text in fields.items() if of == sandbox and of}
        for key in ("expect", "cause"):
            if key not in chosen:
                raise HeaderError(f"the header has no line `# {key}: …`")
        # Lines for other sandboxes must be well-formed, too.
        for (key, _), text in fields.items():
            if key == "expect":
                _parse_expect(text)
        return Expectation(
            cause=chosen["cause"],
            craft=_checks(chosen["craft"], CRAFT) if "craft" in chosen else None,
            finding=_cause(chosen["finding"]) if "finding" in chosen else "",
            skipped=_names(chosen.get("skipped", ""), WORTH_POINTS | CRAFT),
            notes=chosen.get("notes", ""),
            limits=dict(_parse_limits(chosen["limits"])) if "limits" in chosen else {},
            **_parse_expect(chosen["expect"]),
        )
    except HeaderError as error:
        raise HeaderError(f"{path}: {error}") from None


def _fields(lines: list[str]) -> Iterator[tuple[tuple[str, str | None], str]]:
    """The header's fields: key and sandbox (None: any), and the text on one line."""
    seen: set[tuple[str, str | None]] = set()
    key: tuple[str, str | None] | None = None
    text = ""
    for number, line in enumerate(lines, 1):
        if number <= 2 and key is None and _PREAMBLE.match(line) and not _FIELD.fullmatch(line):
            continue
        if not line.startswith("#"):
            break
        if key and (continued := _CONTINUED.fullmatch(line)):
            text += " " + continued[1].rstrip()
            continue
        if key:
            yield key, text
        found = _FIELD.fullmatch(line)
        if not found or found[1] not in _KEYS:
            raise HeaderError(f"line {number}: expected `# KEY: …` with a KEY of {_listed(_KEYS)}")
        if found[2] and (found[1] not in _BY_SANDBOX or found[2] not in _SANDBOXES):
            raise HeaderError(
                f"line {number}: only {_listed(_BY_SANDBOX)} differ by sandbox, and the sandboxes"
                f" are {_listed(_SANDBOXES)}"
            )
        key, text = (found[1], found[2]), found[3].rstrip()
        if key in seen:
            raise HeaderError(f"line {number}: `{line.partition(':')[0]}` is stated twice")
        seen.add(key)
    if key:
        yield key, text


def _parse_expect(text: str) -> dict[str, Any]:
    """The fields of an :class:`Expectation` that ``expect`` states."""
    if text == "not-judged":
        return {"not_judged": True}
    if at_most := _AT_MOST.fullmatch(text):
        return {"at_most": float(at_most[1])}
    return {"fails": _checks(text, WORTH_POINTS)}


def _parse_limits(text: str) -> Iterator[tuple[str, float]]:
    for part in text.split(", "):
        limit = _LIMIT.fullmatch(part)
        if not limit:
            raise HeaderError(f"a limit is a name and a number, not `{part}`")
        yield limit[1], float(limit[2])


def _checks(text: str, known: set[str]) -> frozenset[str]:
    """``pass`` or ``fail A, B``."""
    if text == "pass":
        return frozenset()
    verb, _, names = text.partition(" ")
    if verb != "fail" or not names:
        raise HeaderError(f"expected `pass` or `fail CHECK, CHECK`, not `{text}`")
    return _names(names, known)


def _cause(name: str) -> str:
    if name not in {cause.name for cause in CAUSES}:
        raise HeaderError(f"`{name}` is not one of grader.checks.causes.CAUSES")
    return name


def _names(text: str, known: set[str]) -> frozenset[str]:
    names = [name.strip() for name in text.split(",")] if text else []
    for name in names:
        if name not in known:
            raise HeaderError(f"`{name}` is not one of the checks {_listed(sorted(known))}")
    if len(set(names)) < len(names):
        raise HeaderError(f"a check is named twice: `{text}`")
    return frozenset(names)


def _verdict(fails: frozenset[str]) -> str:
    return f"fail {_listed(_in_order(fails))}" if fails else "pass"


def _compared(actual: set[str], expected: frozenset[str], what: str) -> Iterator[str]:
    if actual != expected:
        yield f"{what}: {_listed(_in_order(actual))}; expected: {_listed(_in_order(expected))}"


def _in_order(names: Iterable[str]) -> list[str]:
    return [check.name for check in CHECKS if check.name in set(names)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
