"""Unpacks the archives in a hand-in, and makes programs of its notebooks."""

import hashlib
import warnings
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

import msgspec

from grader.bounded import read_below
from grader.classroom.importing import packed
from grader.classroom.importing.archives import ArchiveError, Scratch, archive_kind, unpack
from grader.classroom.importing.bounds import DEPTH, HAND_IN_BYTES, MIB, Bounds, TooMuchError
from grader.classroom.importing.tree import Item, Parts, Problem, TreeBuilder
from grader.errors import UserError
from grader.model.refusal import LARGEST
from grader.model.text import say
from grader.submissions.names import is_program_name

LARGEST_NOTEBOOK = 5 * MIB
"""Most bytes of a notebook. Pictures that it has drawn are in it."""

MOST_CELLS = 1_000
"""Most cells of a notebook. Beyond, making a program of it takes minutes."""

_ARCHIVE_ENDINGS = (".tar.gz", ".tar.bz2", ".tar.xz")


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a student's folder will hold."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    ignored: int = 0
    """Files and folders in archives that a rule ignores."""


def digest(items: Iterable[Item]) -> str:
    """The SHA-256 of files and their paths."""
    whole = hashlib.sha256()
    for item in sorted(items, key=lambda each: each.parts):
        content = hashlib.sha256(_read(item)).hexdigest()
        whole.update(f"{'/'.join(item.parts)}\0{content}\n".encode())
    return whole.hexdigest()


def complete(items: Iterable[Item], scratch: Scratch, depth: int) -> Content:
    """The files of a hand-in with those of its archives, and a program for each notebook.

    An archive or a notebook that cannot be read stays as it is, and is a problem.

    Args:
        depth: how many archives these files come from, one within the other.

    Raises:
        TooMuchError: the files exceed what one student may hand in.
    """
    builder = TreeBuilder()
    bounds = Bounds.of_hand_in()
    items = tuple(items)
    problems: list[Problem] = []
    ignored: list[Parts] = []
    archives = []
    for item in items:
        bounds.count_entry()
        bounds.count_bytes(item.file.lstat().st_size)
        if archive_kind(item.root, item.file):
            archives.append(item)
        elif builder.admits(item.parts):
            builder.add(item.parts, item.file, item.root)
    alone = len(items) == 1
    for item in archives:
        above = () if alone else (*item.parts[:-1], _stem(item.parts[-1]))
        try:
            found = _unpacked(item, above, scratch, bounds, depth + 1, problems, ignored)
        except UserError as error:
            problems.append(Problem(where="/".join(item.parts), why=error.what))
            found = [item]
        for each in found:
            if builder.admits(each.parts):
                builder.add(each.parts, each.file, each.root)
    problems += builder.tree.problems
    done = builder.tree.items
    return Content(
        items=(*done, *_programs_of_notebooks(done, scratch, problems)),
        problems=tuple(problems),
        ignored=len(ignored),
    )


def _unpacked(
    item: Item,
    above: Parts,
    scratch: Scratch,
    bounds: Bounds,
    depth: int,
    problems: list[Problem],
    ignored: list[Parts],
) -> list[Item]:
    """The files in the archive ``item``, in the folder ``above``. One in it that cannot be read
    stays, and is added to ``problems``; what a rule ignores, to ``ignored``.

    Raises:
        UserError: the archive cannot be read.
    """
    kind = archive_kind(item.root, item.file)
    if kind is None:
        return [msgspec.structs.replace(item, parts=(*above, item.parts[-1]))]
    if depth > DEPTH:
        raise TooMuchError(say("more than {count} archives are within each other", count=DEPTH))
    where = "/".join(item.parts)
    tree = unpack(item.file, kind, scratch, bounds)
    if not tree.items:
        raise ArchiveError(say("there is nothing in the archive that could be imported"))
    problems += [
        msgspec.structs.replace(each, where=f"{where}/{each.where}") for each in tree.problems
    ]
    ignored += tree.ignored
    found: list[Item] = []
    for each in tree.items:
        if not archive_kind(each.root, each.file):
            found.append(each.below(*above))
            continue
        inner = (*above, *each.parts[:-1], _stem(each.parts[-1]))
        try:
            found += _unpacked(each, inner, scratch, bounds, depth + 1, problems, ignored)
        except UserError as error:
            problems.append(Problem(where="/".join((where, *each.parts)), why=error.what))
            found.append(each.below(*above))
    return found


def _stem(name: str) -> str:
    for ending in _ARCHIVE_ENDINGS:
        if name.lower().endswith(ending):
            return name[: -len(ending)] or name
    return PurePath(name).stem


def _programs_of_notebooks(
    items: Iterable[Item], scratch: Scratch, problems: list[Problem]
) -> list[Item]:
    items = tuple(items)
    taken = {tuple(part.casefold() for part in item.parts) for item in items}
    has_program = any(is_program_name(item.parts[-1]) for item in items)
    made = []
    for item in items:
        name = item.parts[-1]
        if has_program or not name.lower().endswith(".ipynb"):
            continue
        parts = (*item.parts[:-1], PurePath(name).stem + ".py")
        if tuple(part.casefold() for part in parts) in taken:
            continue
        try:
            program = to_program(_read(item))
        except UserError as error:
            problems.append(Problem(where="/".join(item.parts), why=error.what))
            continue
        target = scratch.new()
        target.write_bytes(program)
        made.append(Item(parts=parts, file=target, root=scratch.folder))
    return made


class NotebookError(UserError):
    """A notebook cannot be made a program."""


def to_program(data: bytes) -> bytes:
    """The Python program that the cells of a Jupyter notebook are. Commands to the notebook itself
    (``%matplotlib``, ``!pip``) become comments, and so do texts.

    Raises:
        NotebookError: it cannot be read, or holds another language.
        MissingLibraryError: no library reads it.
    """
    if len(data) > LARGEST_NOTEBOOK:
        raise NotebookError(
            say("the notebook has more than {size} MiB", size=LARGEST_NOTEBOOK // MIB)
        )
    jupytext = packed.load("jupytext")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = jupytext.reads(data.decode("utf-8-sig"), fmt="ipynb")
            if len(notebook.cells) > MOST_CELLS or _size(notebook.cells) > LARGEST:
                raise NotebookError(say("the notebook is too long for a homework program"))
            language = notebook.metadata.get("kernelspec", {}).get("language", "python")
            notebook.metadata["jupytext"] = {
                "notebook_metadata_filter": "-all",
                "cell_metadata_filter": "-all",
            }
            program: str = jupytext.writes(notebook, fmt="py:percent")
    except NotebookError:
        raise
    # A stranger's file may be wrong in any way.
    except Exception as error:
        raise NotebookError(
            say("the notebook cannot be read ({reason})", reason=type(error).__name__)
        ) from error
    if str(language).lower() not in ("python", "python3"):
        raise NotebookError(say("the notebook is not in Python"))
    return program.encode()


def _size(cells: Iterable[Any]) -> int:
    return sum(len(cell.source) for cell in cells)


def _read(item: Item) -> bytes:
    return read_below(item.root, item.file, HAND_IN_BYTES + 1)
