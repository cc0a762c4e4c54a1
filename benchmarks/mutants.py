"""Grades every small edit of the model answer, to find faults that the checks miss.

    python benchmarks/mutants.py [--only TEXT] [--list]

Each mutant is the model answer with one small edit of its syntax tree. A mutant that passes all
checks survives: either its edit has no visible effect, and equivalent.toml lists it with the
reason, or a check is missing. Exit status: 1 if a survivor is not listed, or a listed mutant is
caught or no longer exists.
"""

import argparse
import ast
import copy
import os
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from graded import Grader

from grader.model.report import Report
from grader.submissions.submission import load_submission

MODEL = Path(__file__).parents[1] / "reference" / "select_server.py"

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


class Mutant(NamedTuple):
    """The model answer with one edit."""

    name: str
    """The function, the edited code and the edit, as ``function: `code`: edit``."""
    source: str


Edit = tuple[str, ast.AST | None]
"""The edit's name and the new node (None: the node is removed)."""


def mutants(source: str) -> Iterator[Mutant]:
    """Every distinct mutant of ``source``."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    names: Counter[str] = Counter()
    for parent, field, place, node in _places(tree):
        if isinstance(parent, ast.Expr) and isinstance(node, ast.Constant):
            continue  # a docstring
        for what, edited in _edits(node):
            mutant = _replaced(tree, parent, field, place, edited)
            if mutant in seen:
                continue
            seen.add(mutant)
            name = f"{_owner(tree, node)}: {_brief(node)}: {what}"
            names[name] += 1
            yield Mutant(f"{name} ({names[name]})" if names[name] > 1 else name, mutant)


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Every node with its parent, the parent's field, and the index if that field is a list."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, list):
                for index, node in enumerate(value):
                    if isinstance(node, ast.AST):
                        yield parent, field, index, node
            elif isinstance(value, ast.AST):
                yield parent, field, None, value


def _replaced(
    tree: ast.AST, parent: ast.AST, field: str, place: int | None, edited: ast.AST | None
) -> str:
    """The source of ``tree`` with another node, or none (None), at one place."""
    value = getattr(parent, field)
    if place is None:
        setattr(parent, field, edited)
    elif edited is None:
        setattr(parent, field, value[:place] + value[place + 1 :])
    else:
        setattr(parent, field, [*value[:place], edited, *value[place + 1 :]])
    try:
        return ast.unparse(tree)
    finally:
        setattr(parent, field, value)


def _edits(node: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return  # a docstring
        case ast.Expr() | ast.Assign() | ast.Delete():
            yield "left out", ast.Pass()
        case ast.Return(value=ast.expr()):
            yield "returns None", ast.Return(value=None)
        case ast.Try():
            yield "nothing is caught", ast.If(ast.Constant(value=True), node.body, [])
        case ast.With():
            opened = [
                ast.Assign([item.optional_vars], item.context_expr, lineno=0)
                for item in node.items
                if item.optional_vars
            ]
            yield "nothing is closed", ast.If(ast.Constant(value=True), [*opened, *node.body], [])
        case ast.For() | ast.While():
            once = copy.copy(node)
            once.body = [*node.body, ast.Break()]
            yield "one turn only", once
        case ast.If():
            yield "always", _with_test(node, ast.Constant(value=True))
            yield "never", _with_test(node, ast.Constant(value=False))
            yield "the contrary", _with_test(node, ast.UnaryOp(ast.Not(), node.test))
            match node.orelse:
                case [ast.If()]:
                    then = copy.copy(node)
                    then.orelse = []
                    both = [then, *node.orelse]
                    yield "if instead of elif", ast.If(ast.Constant(value=True), both, [])
        case ast.keyword():
            yield "left out", None
        case ast.List() | ast.Dict() if not getattr(node, "elts", ()):
            return
        case ast.List():
            for index in range(len(node.elts)):
                rest = node.elts[:index] + node.elts[index + 1 :]
                yield f"without {ast.unparse(node.elts[index])}", ast.List(rest, ast.Load())
        case ast.Call():
            if len(node.args) > 1:
                swapped = copy.copy(node)
                swapped.args = [*node.args[1:], node.args[0]]
                yield "arguments turned round", swapped
            for index in range(len(node.args)):
                fewer = copy.copy(node)
                fewer.args = node.args[:index] + node.args[index + 1 :]
                yield f"without {ast.unparse(node.args[index])}", fewer
            if isinstance(node.func, ast.Attribute):
                yield "not called", node.func.value
        case ast.Constant(value=bool(value)):
            yield str(not value), ast.Constant(value=not value)
        case ast.Constant(value=int(value)):
            yield "0", ast.Constant(value=0)
            yield "1", ast.Constant(value=1)
        case ast.Constant(value="a"):
            yield "'w'", ast.Constant(value="w")
        case ast.Constant(value=str(value)) if value:
            yield "empty", ast.Constant(value="")
        case ast.Compare(ops=[ast.Is()]):
            yield "the contrary", ast.Compare(node.left, [ast.IsNot()], node.comparators)
        case ast.Compare(ops=[ast.In()]):
            yield "the contrary", ast.Compare(node.left, [ast.NotIn()], node.comparators)
        case ast.UnaryOp(op=ast.Not()):
            yield "the contrary", node.operand


def _with_test(node: ast.If, test: ast.expr) -> ast.If:
    changed = copy.copy(node)
    changed.test = test
    return changed


def _owner(tree: ast.AST, node: ast.AST) -> str:
    """The name of the function that contains ``node``, or ``module``."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and node in ast.walk(function):
            return function.name
    return "module"


def _brief(node: ast.AST) -> str:
    line = ast.unparse(node).strip().splitlines()[0]
    return f"`{line}`"


def killers(report: Report) -> list[str]:
    """The names of the checks that ``report`` does not pass."""
    return [entry.name for entry in report.entries if entry.outcome.outcome != "pass"]


def main() -> int:
    """Grade all mutants and print the survivors."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", default="", help="only mutants whose name contains this text")
    arguments.add_argument("--list", action="store_true", help="only list the mutants")
    chosen = arguments.parse_args()
    found = [m for m in mutants(MODEL.read_text("utf-8")) if chosen.only in m.name]
    if chosen.list:
        print(*(mutant.name for mutant in found), sep="\n")
        return 0
    listed = tomllib.loads(EQUIVALENT.read_text("utf-8"))["equivalent"]
    explained = {name: group["why"] for group in listed for name in group["mutants"]}
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        grade = Grader(Path(folder) / "runs")

        def judged(mutant: Mutant) -> list[str]:
            path = Path(folder) / f"{found.index(mutant)}.py"
            path.write_text(mutant.source, "utf-8")
            return killers(grade(load_submission(path)))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for mutant, failed in zip(found, pool.map(judged, found), strict=True):
                result = ", ".join(failed) or explained.get(mutant.name, "SURVIVED")
                print(f"{mutant.name}\n    {result}", flush=True)
                if not failed:
                    survivors.append(mutant.name)
    unexplained = [name for name in survivors if name not in explained]
    idle = [name for name in explained if chosen.only in name and name not in survivors]
    print(
        f"{len(found)} mutants: {len(found) - len(survivors)} caught, "
        f"{len(survivors) - len(unexplained)} equivalent, "
        f"{len(unexplained)} survived"
    )
    print(*(f"survived: {name}" for name in unexplained), sep="\n")
    print(*(f"explained, but caught or no longer there: {name}" for name in idle), sep="\n")
    return 1 if unexplained or idle else 0


if __name__ == "__main__":
    sys.exit(main())
