"""Gives each student their own report back: a page, alone in a folder, a mail or a ZIP for Moodle.

A page holds what is its student's and nothing of anybody else's: it is rendered from that report
and its heading alone, and without the path of the run. Only ``mail.csv`` lists all students; it is
for the teacher.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import msgspec

from grader.classroom.class_page import with_timelines
from grader.classroom.column_names import word
from grader.classroom.gradebook import GradebookRow, feedback_comment
from grader.classroom.headings import Headings, attempts_of
from grader.classroom.results import ClassResults
from grader.classroom.roster import Student
from grader.classroom.tables import Cell, write_csv
from grader.model.text import Text, Translate, printable, say
from grader.report import html
from grader.runs.files import safe_name
from grader.runs.run import Run
from grader.submissions.names import base_name

MAIL = "mail.csv"

_MOODLE = "assignsubmission_file_"
"""How Moodle ends the names of the folders in which it expects feedback files."""


_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", re.ASCII)


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """What one student gets."""

    row: GradebookRow
    name: str
    """The page's file name: ``20240042_张三.html``."""
    page: bytes

    @property
    def student(self) -> Student:
        """The student; nothing is known of one who is not on the roster."""
        return self.row.student or Student()


def render_pages(
    rows: Iterable[GradebookRow], found: ClassResults, known: Headings, translate: Translate
) -> Iterator[Returned]:
    """Render the page of each row with a grade, one after the other.

    Args:
        found: what the rows were built from.
    """
    taken: set[str] = set()
    for row in rows:
        if row.graded is None or row.status != "graded":
            continue
        run = Run(Path(row.graded.report.run))
        attempt = attempts_of(found, row.submission).get(run.path.name)
        heading = known.of(row.submission, attempt)
        report = with_timelines(run, row.graded)
        report = msgspec.structs.replace(report, run="")
        stem = _stem(row)
        if stem.casefold() in taken:  # Two submissions of one student, for example.
            stem = f"{stem}_{safe_name(row.submission)}"
        taken.add(stem.casefold())
        yield Returned(row=row, name=f"{stem}.html", page=html.render(report, translate, heading))


def find_problems(rows: Iterable[GradebookRow], form: str) -> tuple[Text, ...]:
    """Who gets nothing, and why.

    Args:
        form: ``folder``, ``moodle`` or ``eml``.
    """
    problems = []
    for row in rows:
        if row.status != "graded":
            if row.graded is not None or row.student is None:
                problems.append(
                    say("{name} gets nothing back. {why}", name=row.submission, why=row.why)
                )
        elif form == "moodle" and not _participant(row.student):
            problems.append(
                say(
                    "{name} is not in the ZIP: the roster does not say which participant that is "
                    "(column participant, in Moodle's worksheet Identifier).",
                    name=row.submission,
                )
            )
        elif form == "eml" and not (row.student and address(row.student)):
            problems.append(
                say("{name} gets no mail: the roster has no address.", name=row.submission)
            )
    return tuple(problems)


def left_out(returned: Iterable[Returned], form: str) -> int:
    """How many have a page, but cannot be reached in this form."""
    missing = {"moodle": lambda one: not _participant(one), "eml": lambda one: not address(one)}
    return sum(missing[form](each.student) for each in returned) if form in missing else 0


def to_mail_csv(returned: Sequence[Returned], translate: Translate) -> bytes:
    """A table for mail merge: a line for each student, with the name of their page."""
    head: list[Cell] = [
        word(name, translate) for name in ("email", "name", "number", "points", "possible")
    ]
    head += [say("attachment").render(translate), say("comment").render(translate)]
    table: list[list[Cell]] = [head]
    for each in returned:
        one, graded = each.student, each.row.graded
        assert graded is not None
        table.append(
            [
                one.email,
                one.name,
                one.number,
                each.row.points,
                graded.report.max_points,
                each.name,
                feedback_comment(each.row).render(translate),
            ]
        )
    return write_csv(table)


def to_moodle_zip(returned: Iterable[Returned]) -> bytes:
    """What Moodle takes under *Upload multiple feedback files in a zip*: a folder for each
    participant."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in returned:
            if number := _participant(each.student):
                name = safe_name(each.student.name or each.row.submission).replace("_", " ")
                # A time of its own, so that the same reports make the same archive.
                entry = zipfile.ZipInfo(f"{name}_{number}_{_MOODLE}/{each.name}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, each.page)
    return data.getvalue()


def to_mail(each: Returned, subject: str, translate: Translate) -> bytes:
    """A mail to a student, as a file that a mail program opens as a draft (RFC 5322)."""
    message = EmailMessage(policy=SMTP)
    user, _, domain = address(each.student).rpartition("@")
    message["To"] = Address(printable(each.student.name), user, domain)
    message["Subject"] = printable(subject)
    message["X-Unsent"] = "1"
    lines = (feedback_comment(each.row), say("The attached page opens in any browser."))
    text = "\n\n".join(printable(line.render(translate)) for line in lines)
    message.set_content(text + "\n")
    message.add_attachment(each.page, maintype="text", subtype="html", filename=each.name)
    return message.as_bytes()


def address(student: Student) -> str:
    """A student's mail address; empty if there is none that can be written to."""
    return student.email if _ADDRESS.fullmatch(student.email) else ""


def _stem(row: GradebookRow) -> str:
    one = row.student
    known = [part for part in (one.number, one.name) if part] if one else []
    return safe_name("_".join(known) or base_name(row.submission)).lstrip(".-") or "report"


def _participant(student: Student | None) -> str:
    """Moodle's number of a participant: 17 of *Participant 17* and of *参与者17*."""
    return "".join(filter(str.isdecimal, student.participant)) if student else ""
