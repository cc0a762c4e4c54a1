"""Each regular expression of the grader takes time that is linear in the text.

A stranger's program writes the logs, the terminal and the source that these read. A pattern that
tries each of a text's places and reads on to its end from there takes minutes for a few hundred
kilobytes. So each pattern is found, wherever it stands, and tried on texts that repeat what it
consists of.
"""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import pytest

import grader

SIZE = 3000
"""Characters of the shorter text."""

FACTOR = 4
"""The longer text is longer by so much, and a search that is linear takes so much longer; one that
is quadratic takes 16 times as long."""

MOST = 2.5 * FACTOR

NOTICEABLE = 0.0004
"""Seconds that a search of the shorter text may take without a closer look. A linear one takes a
tenth; a quadratic one takes several milliseconds."""

ENDLESS = 0.05
"""Seconds that no linear search of the shorter text takes: longer ones are not tried."""

TINY = (12, 16, 20, 24, 28)
"""Characters of texts for which only an exponential search is noticeable."""


class Use(NamedTuple):
    """A pattern, and how it is used."""

    where: str
    pattern: re.Pattern[Any]
    anchored: bool
    """Whether it is only tried at one place of a text."""


def find_patterns() -> list[Use]:
    """All patterns of the grader: those that its modules hold, and those in calls of ``re``."""
    found: dict[tuple[Any, int, bool], Use] = {}
    for info in pkgutil.walk_packages(grader.__path__, "grader."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        anchored = _only_matched(tree)
        for name, value in vars(module).items():
            for pattern in _patterns_in(value):
                use = Use(f"{info.name}.{name}", pattern, name in anchored)
                found.setdefault((pattern.pattern, pattern.flags, use.anchored), use)
        for line, pattern, matched in _in_calls(tree, vars(module), anchored):
            use = Use(f"{info.name}:{line}", pattern, matched)
            found.setdefault((pattern.pattern, pattern.flags, matched), use)
    return list(found.values())


def _patterns_in(value: object, depth: int = 4) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        yield from _patterns_in((*value, *value.values()), depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _patterns_in(each, depth - 1)


_MATCHING = ("match", "fullmatch")


def _only_matched(tree: ast.AST) -> set[str]:
    """The names of patterns whose only use is to be matched at one place."""
    names = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    ]
    matched = [
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in _MATCHING
        and isinstance(node.value, ast.Name)
    ]
    return {name for name in matched if matched.count(name) == names.count(name)}


def _in_calls(
    tree: ast.AST, known: dict[str, Any], anchored: set[str]
) -> Iterator[tuple[int, re.Pattern[Any], bool]]:
    """Yield the patterns that calls of ``re`` have, but for those that the module holds."""
    held = {pattern.pattern for value in known.values() for pattern in _patterns_in(value)}
    named = {
        id(node.value): node.targets[0].id in anchored
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(ast.Name("re"), method), args=[form, *_]) if (
                method != "escape"
            ):
                written = _written(form, known)
                if written is not None and written not in held:
                    matched = method in _MATCHING or named.get(id(node), False)
                    yield node.lineno, re.compile(written), matched


def _written(form: ast.expr, known: dict[str, Any]) -> Any:
    """A pattern as a call has it, with a word for what is known only when it runs; None: it is a
    variable, whose patterns the module holds."""
    match form:
        case ast.Constant(value=written):
            return written
        case ast.JoinedStr(values=parts):
            return "".join(_written(part, known) or "word" for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if isinstance(known.get(name), str):
            return known[name]
    return None


# --- texts that a pattern may take long for ---


class _Samples:
    """What a pattern consists of: its beginnings up to each repetition, and what is repeated."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        written = pattern.pattern
        text = written if isinstance(written, str) else written.decode("latin-1")
        self._beginnings: list[str] = [""]
        self._repeated: list[str] = []
        whole = self._sequence(_parser.parse(text, pattern.flags & re.VERBOSE), [""])
        self.beginnings = list(dict.fromkeys([*self._beginnings, *whole]))[:14]
        parts = [*self._repeated, *self._beginnings, *whole]
        pairs = (a + b for a in self._repeated[:3] for b in self._repeated[:3] if a != b)
        self.repeated = [each for each in dict.fromkeys([*parts[:14], *pairs]) if each]

    def _sequence(self, parts: Any, begun: list[str]) -> list[str]:
        for kind, value in parts:
            begun = self._extended(kind, value, begun)[:6]
        return begun

    def _extended(self, kind: Any, value: Any, begun: list[str]) -> list[str]:
        if kind is op.LITERAL:
            return [each + chr(value) for each in begun]
        if kind in (op.IN, op.ANY, op.NOT_LITERAL, op.CATEGORY):
            return [each + one for each in begun for one in _characters(kind, value)]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, _, inner = value
            items = self._sequence(inner, [""])
            self._repeated += items
            once = [each + item * max(1, least) for each in begun for item in items[:3]]
            self._beginnings += [*begun[:2], *once[:3]]
            return once if least else [*begun[:2], *once]
        if kind is op.BRANCH:
            return [each for branch in value[1] for each in self._sequence(branch, begun[:2])]
        if kind is op.SUBPATTERN:
            return self._sequence(value[-1], begun)
        if kind is op.ATOMIC_GROUP:
            return self._sequence(value, begun)
        if kind in (op.ASSERT, op.ASSERT_NOT):
            self._beginnings += self._sequence(value[1], begun[:2])
        return begun


def _characters(kind: Any, value: Any) -> Sequence[str]:
    """Some characters that a set holds."""
    if kind is not op.IN or value[0][0] is op.NEGATE:
        excluded = (
            {chr(each) for name, each in value or () if name is op.LITERAL}
            if (kind is op.IN)
            else set()
        )
        return [each for each in "a1 ,(" if each not in excluded][:2]
    classes = {op.CATEGORY_SPACE: " ", op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a"}
    listed = (
        chr(each) if name is op.LITERAL else chr(each[0]) if name is op.RANGE
        else classes.get(each, "a")
        for name, each in value
    )  # fmt: skip
    return list(listed)[:3]


def _texts(pattern: re.Pattern[Any], samples: _Samples, size: int) -> Iterator[Any]:
    """Yield texts of about one size; of another size, similar ones in the same order."""
    for repeated in samples.repeated:
        for beginning in samples.beginnings:
            text = beginning + repeated * (size // len(repeated)) + "\1"
            yield text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


def _seconds(use: Use, text: Any, times: int) -> float:
    found = []
    for _ in range(times):
        start = time.process_time()
        if use.anchored:
            use.pattern.match(text)
            use.pattern.fullmatch(text)
        else:
            for _each in use.pattern.finditer(text):
                pass
        found.append(time.process_time() - start)
    return min(found)


def slow_text(use: Use) -> str | None:
    """The beginning of a text for which a pattern takes more than linear time; None: there is
    none."""
    samples = _Samples(use.pattern)
    for size in TINY:
        for text in _texts(use.pattern, samples, size):
            if _seconds(use, text, 1) > NOTICEABLE and _seconds(use, text, 3) > NOTICEABLE:
                return str(text)
    texts = (_texts(use.pattern, samples, size) for size in (SIZE, FACTOR * SIZE))
    for short, long in zip(*texts, strict=True):
        if _seconds(use, short, 1) > NOTICEABLE and _is_slow(use, short, long):
            return str(short[:80])
    return None


def _is_slow(use: Use, short: Any, long: Any) -> bool:
    """Whether a search of the longer text takes out of all proportion, each time it is measured: a
    busy machine may disturb some of the measurements."""
    for _ in range(3):
        once = _seconds(use, short, 3)
        if once < NOTICEABLE or (once < ENDLESS and _seconds(use, long, 2) < MOST * once):
            return False
    return True


# --- tests ---


def test_each_pattern_is_linear() -> None:
    uses = find_patterns()
    assert len(uses) > 100
    assert {use.where: text for use in uses if (text := slow_text(use))} == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bselect\s*\([^\n]*,[^\n]*\)",
        r"<!--.*?-->",
        r"\[Errno 2\] [^:\n]*: '",
        r"a+b",
        rb"[jq]+\n",
        r":(?=:\s*[A-Za-z].*::)",
    ],
)
def test_a_quadratic_pattern_is_found(pattern: Any) -> None:
    assert slow_text(Use("here", re.compile(pattern), anchored=False))


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"(?:a|a)*b", r"(?:\w+\s*)+!"])
def test_an_exponential_pattern_is_found(pattern: str) -> None:
    """Even one that is only matched at one place."""
    assert slow_text(Use("here", re.compile(pattern), anchored=True))
