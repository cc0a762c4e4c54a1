"""Files without a system's names: of a class, or of one student.

In a class, each file and each folder is a student's, named after it; those of one name belong
together, as ``zhang.py`` and ``zhang.docx``. What contains one program and its modules is one
student's, named after the export. A class may consist of sections, each a folder of students.
Around what an archive holds, one folder may stand: most programs that pack a folder put it in.
"""

import re

import msgspec

from grader.classroom.importing.layouts.values import Export, HandedIn, Recognized
from grader.classroom.importing.tree import Item, Problem, common_folder
from grader.classroom.roster import Student
from grader.model.program import MOST_FILES
from grader.model.refusal import LARGEST
from grader.model.text import say
from grader.submissions.entry import ProgramFiles, find_program
from grader.submissions.names import (
    base_name,
    is_client,
    is_package_file,
    is_program_name,
    is_side_file,
    is_test,
)

_PARTS = re.compile(r"[\s_\-+,;，、（）()【】\[\]]+")
_PACKED = re.compile(r"\.(?:zip|7z|rar|tar|tgz|gz|bz2|xz|ipynb)$", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,3}\d{5,}")


def recognize(export: Export, source: str = "auto") -> Recognized:
    """The hand-ins: one for each student, or one in all (``source`` may say which)."""
    items, ignored = export.tree.items, export.tree.ignored
    if export.packed and (wrapper := common_folder(items)):
        items = tuple(item.without(1) for item in items)
        ignored = tuple(p[1:] for p in ignored if p[0] == wrapper and len(p) > 1)
    at_root = [item for item in items if len(item.parts) == 1]
    programs = [item for item in at_root if is_program_name(item.parts[0])]
    if export.single or source == "student" or (source == "auto" and _is_one(export, items)):
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
    sections = _sections(items)
    beside = {item.parts for item in at_root if is_side_file(item.parts[0])}
    students: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        if item.parts not in beside:
            section, *rest = ("", *item.parts) if not sections else item.parts
            own = item.without(len(item.parts) - len(rest) + (len(rest) > 1))
            students.setdefault((section, base_name(rest[0])), []).append(own)
    empty = [p for p in ignored if len(p) > 1 and p[0] not in {i.parts[0] for i in items}]
    return Recognized(
        source="files",
        hand_ins=tuple(
            _hand_in(name, tuple(own), section) for (section, name), own in students.items()
        ),
        problems=tuple(
            Problem(where=name, why=say("it holds nothing but what is ignored by rule"))
            for name in dict.fromkeys(p[0] for p in empty)
        ),
        ignored=tuple(sorted("/".join(parts) for parts in beside)),
    )


def _is_one(export: Export, items: tuple[Item, ...]) -> bool:
    """Whether the files are one student's: as for ``grade``, one program lies at the top, and all
    others are its modules, tests and clients. Packed files beside it are other students'."""
    files = {"/".join(item.parts): item for item in items}
    if any(len(item.parts) == 1 and _PACKED.search(item.parts[0]) for item in items):
        return False
    programs = [path for path in files if is_program_name(files[path].parts[-1])]
    if len(programs) > MOST_FILES:
        return False
    found = find_program(files, lambda path: export.read(files[path])[:LARGEST])
    if not isinstance(found, ProgramFiles) or "/" in found.entry:
        return False
    own = {found.entry, *found.modules}
    return all(
        path in own or is_client(name) or is_package_file(name) or is_test(path.split("/"))
        for path in programs
        if (name := path.rpartition("/")[2])
    )


def _sections(items: tuple[Item, ...]) -> bool:
    """Whether the folders of a class are its sections: each holds several folders with programs, or
    several packed files, and none directly a program."""
    students: dict[str, set[str]] = {}
    for item in items:
        if len(item.parts) == 1:
            if not is_side_file(item.parts[0]):
                return False
            continue
        section, name, *inner = item.parts
        own = students.setdefault(section, set())
        if not inner and is_program_name(name):
            return False
        if _PACKED.search(item.parts[-1]) if not inner else is_program_name(inner[-1]):
            own.add(base_name(name))
    return bool(students) and all(len(own) > 1 for own in students.values())


def _hand_in(name: str, items: tuple[Item, ...], section: str = "") -> HandedIn:
    student = student_of(name)
    if section and student.known:
        student = msgspec.structs.replace(student, section=section)
    folder = f"{section}_{name}" if section else name
    return HandedIn(source="files", student=student, folder=folder, items=items)


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
