"""Files without a system's names: of a class, or of one student.

In a class, each file and each folder is a student's, named after it; those of one name belong
together, as ``zhang.py`` and ``zhang.docx``. What directly contains exactly one program, and none
in its folders, is one student's, named after the export. Around what an archive holds, one folder
may stand: most programs that pack a folder put it in.
"""

import re

from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized
from grader.classroom.importing.tree import Item, Parts, Problem, common_folder
from grader.classroom.roster import Student
from grader.model.text import say
from grader.submissions.names import base_name, is_program_name, is_side_file

_PARTS = re.compile(r"[\s_\-+,;，、（）()【】\[\]]+")
_PACKED = re.compile(r"\.(?:zip|7z|rar|tar|tgz|gz|bz2|xz|ipynb)$", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,3}\d{4,}")


def recognize(export: Export, source: str = "auto") -> Recognized:
    """The hand-ins: one for each student, or one in all (``source`` may say which)."""
    items, ignored = export.tree.items, export.tree.ignored
    if export.packed and (wrapper := common_folder(items)):
        items = tuple(item.without(1) for item in items)
        ignored = tuple(p[1:] for p in ignored if p[0] == wrapper and len(p) > 1)
    at_root = [item for item in items if len(item.parts) == 1]
    programs = [item for item in at_root if is_program_name(item.parts[0])]
    if export.single or source == "student" or (source == "auto" and _is_one(items, programs)):
        one = _hand_in(export.name, items)
        return Recognized(source="files", hand_ins=(one,) if items else ())
    if source == "auto" and export.several and len(programs) > 1:
        why = say(
            "it holds several programs: say whether they belong to one student or to a class "
            "(`--from student` or `--from class`)"
        )
        return Recognized(
            source="files", hand_ins=(), problems=(Problem(where=export.name, why=why),)
        )
    beside = {item.parts for item in at_root if is_side_file(item.parts[0])}
    students: dict[str, list[Item]] = {}
    for item in items:
        if item.parts not in beside:
            own = item.without(1) if len(item.parts) > 1 else item
            students.setdefault(base_name(item.parts[0]), []).append(own)
    empty = [p for p in ignored if len(p) > 1 and base_name(p[0]) not in students]
    return Recognized(
        source="files",
        hand_ins=tuple(_hand_in(name, tuple(own)) for name, own in students.items()),
        problems=tuple(
            Problem(where=name, why=say("it holds nothing but what is ignored by rule"))
            for name in dict.fromkeys(p[0] for p in empty)
        ),
        ignored=tuple(sorted("/".join(parts) for parts in beside)),
    )


def _is_one(items: tuple[Item, ...], programs: list[Item]) -> bool:
    """Whether the files are one student's: exactly one program lies at the top, nothing else there
    could be somebody's, and the folders hold none."""
    if len(programs) != 1:
        return False
    others = [item.parts for item in items if item is not programs[0]]
    return not any(_may_be_somebodys(parts) for parts in others)


def _may_be_somebodys(parts: Parts) -> bool:
    name = parts[-1]
    return is_program_name(name) or (len(parts) == 1 and bool(_PACKED.search(name)))


def _hand_in(name: str, items: tuple[Item, ...]) -> HandedIn:
    return HandedIn(source="files", student=student_of(name), folder=name, items=items)


def student_of(name: str) -> Student:
    """What a file's name tells of its student: a number and, beside it, one name."""
    parts = [part for part in _PARTS.split(name) if part]
    numbers = [part for part in parts if _NUMBER.fullmatch(part)]
    words = [part for part in parts if not any(map(str.isdigit, part))]
    if len(numbers) != 1:
        return Student()
    latin = all(part.isascii() for part in words)
    if len(words) != 1 and not (latin and len(words) == len(parts) - 1):
        return Student(number=numbers[0])
    return Student(number=numbers[0], name=" ".join(words))
