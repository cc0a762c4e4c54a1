"""Gradescope: *Export Submissions* of a programming assignment.

A folder ``submission_123`` for each submission, and ``submission_metadata.yml``, which lists for
each its ``:submitters:`` (``:name:``, ``:sid:``, ``:email:``; a group has several) and when it was
made.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grader.classroom.importing import packed
from grader.classroom.importing.entry_names import UnsafeNameError, safe_parts
from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized
from grader.classroom.importing.tree import Item, Problem
from grader.classroom.roster import Student
from grader.model.text import say

METADATA = "submission_metadata.yml"


def recognize(export: Export) -> Recognized | None:
    """The hand-ins of Gradescope's archive: of a group, one for each of its members.

    Raises:
        MissingLibraryError: no library reads the list.
    """
    items = export.tree.items
    metadata = next((item for item in items if item.parts == (METADATA,)), None)
    if metadata is None:
        return None
    table = _read(export.read(metadata))
    if table is None:
        why = say("it is not the list of submissions that Gradescope writes")
        return Recognized(
            source="gradescope", hand_ins=(), problems=(Problem(where=METADATA, why=why),)
        )
    files: dict[str, list[Item]] = {}
    for item in items:
        if item is not metadata:
            own = item.without(1) if len(item.parts) > 1 else item
            files.setdefault(item.parts[0], []).append(own)
    hand_ins = [
        HandedIn(
            source="gradescope",
            student=student,
            folder=_folder(student, key),
            items=tuple(files.get(key, ())),
            received=_time(entry),
            attempt=key,
        )
        for key, entry in table.items()
        for student in _submitters(entry)
    ]
    listed = {each.attempt for each in hand_ins}
    missing = say("it is in the list, but there are no files of it")
    unlisted = say("{file} does not say whose it is", file=METADATA)
    return Recognized(
        source="gradescope",
        hand_ins=tuple(each for each in hand_ins if each.items),
        problems=(
            *(Problem(where=e.attempt, why=missing) for e in hand_ins if not e.items),
            *(Problem(where=key, why=unlisted) for key in files if key not in listed),
        ),
        ignored=(METADATA,),
    )


def _read(data: bytes) -> dict[str, dict[str, Any]] | None:
    yaml = packed.load("yaml")

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Takes Ruby's objects for what they consist of."""

    def construct(loader: Any, _suffix: str, node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return loader.construct_mapping(node, deep=True)
        if isinstance(node, yaml.SequenceNode):
            return loader.construct_sequence(node, deep=True)
        return loader.construct_scalar(node)

    Loader.add_multi_constructor("!", construct)
    try:
        table = yaml.load(data, Loader)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError):
        return None
    if not isinstance(table, dict):
        return None
    return {str(key): each for key, each in table.items() if isinstance(each, dict)}


def _submitters(entry: dict[str, Any]) -> Iterator[Student]:
    submitters = entry.get(":submitters")
    for each in submitters if isinstance(submitters, list) else ():
        if isinstance(each, dict):
            name, number, email = (str(each.get(key) or "") for key in (":name", ":sid", ":email"))
            yield Student(name=name, number=number, email=email)


def _folder(student: Student, key: str) -> str:
    parts = filter(None, (student.number, student.name or student.email))
    try:
        return "_".join(safe_parts("_".join(parts).replace("\\", "_").replace("/", "_")))
    except UnsafeNameError:
        return key


def _time(entry: dict[str, Any]) -> datetime | None:
    when = entry.get(":created_at")
    if isinstance(when, datetime):
        return when
    try:
        return datetime.fromisoformat(str(when))
    except ValueError:
        return None
