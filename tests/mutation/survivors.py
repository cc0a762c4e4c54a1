"""Compares the mutants that no test kills with those that ``survivors.toml`` lists.

python tests/mutation/survivors.py, once ``mutmut run`` is over, exits with status 1 if a mutant
survives that is not listed, if a listed one does not survive, or if mutants were left unchecked.

mutmut keeps its results in ``mutants``: beside each module that it has changed, which holds each
mutant of a function as a function of its own, a ``.meta`` file with the tests' exit status for
each. A mutant is known here by its function and its changed lines: mutmut's numbers shift.
"""

import ast
import difflib
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).parent / "survivors.toml"

_NUMBERED = re.compile(r"(?P<mangled>(?P<module>.+)\.(?P<name>x[_ǁ].+))__mutmut_\d+")


class Mutant(NamedTuple):
    """A changed function."""

    module: str
    function: str
    """Dotted, with its module and class."""
    change: str
    """The lines that were removed (``- …``) and added (``+ …``), without their indentation."""
    killed: bool | None
    """Whether a test fails with it, or runs forever. None: it was not checked."""


class Entry(NamedTuple):
    """A mutant that may survive, or several."""

    function: str
    """A pattern, as of file names."""
    change: str
    """The changed lines; of a rule, a regular expression for all of them."""
    reason: str
    rule: bool = False
    """Whether it is a rule about many mutants, of which some may be killed."""

    def covers(self, mutant: Mutant) -> bool:
        if not fnmatchcase(mutant.function, self.function):
            return False
        if self.rule:
            return re.fullmatch(self.change, mutant.change, re.DOTALL) is not None
        return self.change == mutant.change


def read_entries(text: str) -> list[Entry]:
    """The entries of a list, in TOML: ``[[survivor]]`` and ``[[rule]]``."""
    tables = tomllib.loads(text)
    exact = [
        Entry(entry["function"], _stripped(entry["change"].splitlines()), entry["reason"])
        for entry in tables.get("survivor", ())
    ]
    rules = [Entry(**entry, rule=True) for entry in tables.get("rule", ())]
    return exact + rules


def read_mutants(module: str, meta: str) -> Iterator[Mutant]:
    """The mutants in ``module``, a changed module's text, by its ``meta`` file."""
    lines = module.splitlines()
    bodies = {
        node.name: [
            lines[node.lineno - 1].replace(node.name, ""),
            *lines[node.lineno : node.end_lineno],
        ]
        for node in ast.walk(ast.parse(module))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }
    for key, status in json.loads(meta)["exit_code_by_key"].items():
        found = _NUMBERED.fullmatch(key)
        assert found, key
        name = found["name"]
        dotted = ".".join(name[2:].split("ǁ")) if name[1] == "ǁ" else name[2:]
        before, after = (
            bodies[f"{name}__mutmut_orig"],
            bodies[key.removeprefix(found["module"])[1:]],
        )
        change = _changed_lines(before, after)
        killed = None if status is None else status not in (0, 5, 33, 34)
        yield Mutant(found["module"], f"{found['module']}.{dotted}", _stripped(change), killed)


def _changed_lines(before: list[str], after: list[str]) -> Iterator[str]:
    """What was removed at each place, and then what was added there."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        if before[start:end] != after[new_start:new_end]:
            yield from (f"- {line}" for line in before[start:end])
            yield from (f"+ {line}" for line in after[new_start:new_end])


def _stripped(lines: Iterable[str]) -> str:
    """Changed lines, each with one space behind its sign."""
    return "\n".join(f"{line[0]} {line[1:].strip()}" for line in lines if line.strip())


def compare(mutants: list[Mutant], entries: list[Entry]) -> tuple[list[str], list[str]]:
    """A summary by module, and what is wrong: each in lines."""
    counts: dict[str, Counter[str]] = {}
    wrong = []
    used = set()
    for mutant in mutants:
        entry = None
        if not mutant.killed:
            entry = next((entry for entry in entries if entry.covers(mutant)), None)
        status = (
            "not checked" if mutant.killed is None
            else "killed" if mutant.killed
            else "listed" if entry
            else "unlisted"
        )  # fmt: skip
        if entry and mutant.killed is False:
            used.add(entry)
        if status == "unlisted":
            wrong.append(f"survives, and is not listed: {mutant.function}\n{mutant.change}\n")
        counts.setdefault(mutant.module, Counter())[status] += 1
    for entry in entries:
        if entry not in used:
            wrong.append(f"is listed, and does not survive: {entry.function}\n{entry.change}\n")
    total = sum(counts.values(), Counter[str]())
    if total["not checked"]:
        wrong.append(f"{total['not checked']} mutants were not checked: the run was cut short")
    if not mutants:
        wrong.append("there are no mutants: run mutmut first")
    rows = [*sorted(counts.items()), ("in all", total)]
    kinds = "killed", "listed", "unlisted"
    summary = [
        f"{name:30} {count.total():5} mutants: "
        + ", ".join(f"{count[kind]:4} {kind}" for kind in kinds)
        for name, count in rows
    ]
    return summary, wrong


def main() -> int:
    mutants = [
        mutant
        for meta in sorted((ROOT / "mutants" / "grader").rglob("*.py.meta"))
        for mutant in read_mutants(
            meta.with_suffix("").read_text(encoding="utf-8"), meta.read_text(encoding="utf-8")
        )
    ]
    summary, wrong = compare(mutants, read_entries(LISTED.read_text(encoding="utf-8")))
    sys.stdout.writelines(f"{line}\n" for line in (*wrong, *summary))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
