"""Clones of repositories: GitHub Classroom's and classroom50's.

``gh classroom clone student-repos`` puts ``assignment-user`` into ``assignment-submissions``, and
``gh teacher download`` puts ``classroom-assignment-user`` into
``classroom-assignment_submissions_TIME``, with a list ``scores.csv`` of who handed in when. In any
other folder of clones, what all their names begin with is the assignment's.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime

from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized, most
from grader.classroom.importing.tree import Item, Problem
from grader.classroom.roster import Student
from grader.model.text import say

_PARENT = re.compile(r"(?P<assignment>.+?)(?:-submissions|_submissions(?:_[\d_T]+)?)")
_SCORES = "scores.csv"


def recognize(export: Export) -> Recognized | None:
    """The hand-ins in a folder of clones."""
    tree = export.tree
    folders = {item.parts[0] for item in tree.items if len(item.parts) > 1}
    clones = sorted({p[0] for p in tree.ignored if len(p) == 2 and p[1] == ".git"})
    if not clones or not most(len(clones), len(folders | set(clones))):
        return None
    scores = _read_scores(export)
    prefix = _prefix(export.name, clones)
    files: dict[str, list[Item]] = {clone: [] for clone in clones}
    for item in tree.items:
        if item.parts[0] in files:
            files[item.parts[0]].append(item.without(1))
    hand_ins, problems = [], []
    for clone, items in files.items():
        if not items:
            problems.append(Problem(where=clone, why=say("the repository is empty")))
            continue
        login = _login(clone, prefix, scores)
        row = scores.get(login.lower(), {})
        hand_ins.append(
            HandedIn(
                source="github",
                student=Student(
                    login=login,
                    name=" ".join(filter(None, (row.get("first_name"), row.get("last_name")))),
                    email=row.get("email") or "",
                    section=row.get("section") or "",
                ),
                folder=login,
                items=tuple(items),
                received=_time(row.get("datetime")),
                clone=(*export.folders, clone),
            )
        )
    problems += [
        Problem(where=each, why=say("it is no clone of a repository"))
        for each in sorted(folders - set(clones))
    ]
    beside = tuple("/".join(item.parts) for item in tree.items if len(item.parts) == 1)
    return Recognized(
        source="github", hand_ins=tuple(hand_ins), problems=tuple(problems), ignored=beside
    )


def _prefix(parent: str, clones: Sequence[str]) -> str:
    """What the names of all ``clones`` begin with."""
    if match := _PARENT.fullmatch(parent):
        expected = match["assignment"] + "-"
        if all(clone.lower().startswith(expected.lower()) for clone in clones):
            return expected
    first, last = min(clones), max(clones)
    common = 0
    while first != last and first[: common + 1] == last[: common + 1]:
        common += 1
    return first[: first.rfind("-", 0, common) + 1]


def _login(clone: str, prefix: str, scores: dict[str, dict[str, str]]) -> str:
    listed = [login for login in scores if clone.lower().endswith("-" + login)]
    if listed:
        return clone[-len(max(listed, key=len)) :]
    return clone[len(prefix) :] or clone


def _read_scores(export: Export) -> dict[str, dict[str, str]]:
    """The rows of classroom50's list, by login."""
    item = next((item for item in export.tree.items if item.parts == (_SCORES,)), None)
    if item is None:
        return {}
    text = export.read(item).decode("utf-8-sig", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except csv.Error:
        return {}
    return {row["username"].strip().lower(): row for row in rows if row.get("username")}


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None
