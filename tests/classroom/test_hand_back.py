"""Each student gets their own report, and nothing of anybody else."""

import csv
import email
import io
import zipfile
from email.policy import default

import pytest

from classroom.samples import DEAF, begin, decide, decision, store
from grader.classroom import gradebook, hand_back, results
from grader.classroom.headings import Headings
from grader.classroom.roster import Roster, Student
from grader.i18n import translator
from grader.model.text import UNTRANSLATED

STUDENTS = (
    Student(
        file="zhang.py", name="张三", number="0042", email="z@example.org", participant="参与者17"
    ),
    Student(
        file="wang.py",
        name="王五",
        number="0043",
        email="w@example.org",
        participant="Participant 18",
    ),
    Student(file="qian.py", name="钱七", number="0044"),
    Student(file="sun.py", name="孙八", number="0045"),
)
ROSTER = Roster(columns=("file", "name", "number", "email", "participant"), students=STUDENTS)


@pytest.fixture
def rows(tmp_path):
    store(tmp_path, "zhang.py", DEAF, source=b"print('zhang')")
    store(tmp_path, "wang.py", source=b"print('wang')")
    store(tmp_path, "qian.py", source=b"print('qian')")
    begin(tmp_path, "li.py")
    decide(tmp_path, decision("starts", "points = 1", submission="qian.py"))
    return gradebook.build_rows(results.load_results([tmp_path]), ROSTER)


def rendered(rows, folder, translate=UNTRANSLATED):
    known = Headings(assignment="Homework 3", roster=ROSTER)
    found = results.load_results([folder])
    return list(hand_back.render_pages(rows, found, known, translate))


@pytest.fixture
def returned(rows, tmp_path):
    return rendered(rows, tmp_path)


def test_a_page_is_named_by_number_and_name(returned):
    assert [each.name for each in returned] == [
        "0044_钱七.html",
        "0043_王五.html",
        "0042_张三.html",
    ]


def words(one: Student) -> list[str]:
    stem = one.file.removesuffix(".py")
    return [stem, *filter(None, (one.name, one.number, one.email, one.participant))]


def test_nothing_of_anybody_else_is_in_it(returned, tmp_path):
    for each in returned:
        mail = email.message_from_bytes(
            hand_back.to_mail(each, "select", UNTRANSLATED)
            if each.student.email
            else b"Subject: none\n\n",
            policy=default,
        )
        attached = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        texts = [each.page.decode(), str(mail["To"]), *map(str, attached)]
        for other in STUDENTS:
            if other != each.student:
                assert not [w for w in words(other) for text in texts if w in text]
        assert str(tmp_path) not in each.page.decode()
        assert "print" in each.page.decode()


def test_a_page_is_complete_and_in_the_language_that_is_asked_for(rows, tmp_path):
    page = rendered(rows, tmp_path, translator("zh"))[0].page.decode()
    assert '<html lang="zh' in page
    assert "<svg" in page  # what happened is drawn
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert "src=" not in page


def test_who_gets_nothing_back_is_listed(rows):
    said = [str(text) for text in hand_back.find_problems(rows, "folder")]
    assert [text.split()[0] for text in said] == ["li.py"]
    assert [str(text).split(":")[0] for text in hand_back.find_problems(rows, "eml")][1:] == [
        "qian.py gets no mail"
    ]
    assert "qian.py is not in the ZIP" in str(hand_back.find_problems(rows, "moodle")[1])


def test_moodle_gets_a_folder_for_each_participant(returned):
    data = hand_back.to_moodle_zip(returned)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [
            "王五_18_assignsubmission_file_/0043_王五.html",
            "张三_17_assignsubmission_file_/0042_张三.html",
        ]
        assert archive.read(archive.namelist()[1]) == returned[2].page
    assert hand_back.to_moodle_zip(returned) == data
    assert hand_back.left_out(returned, "moodle") == 1


def test_a_mail_is_a_draft_with_the_page(returned):
    mail = email.message_from_bytes(
        hand_back.to_mail(returned[2], "作业\r\nBcc: x@example.org", UNTRANSLATED), policy=default
    )
    assert mail["To"].addresses[0].addr_spec == "z@example.org"
    assert mail["To"].addresses[0].display_name == "张三"
    assert mail["Bcc"] is None
    assert "0 of 100 points" in mail.get_body().get_content()
    (page,) = mail.iter_attachments()
    assert page.get_filename() == "0042_张三.html"
    assert page.get_payload(decode=True) == returned[2].page


@pytest.mark.parametrize(
    "wrong", ["", "zhang", "a@b\nBcc: c@d", "a b@c", "张@example.org", "<a@b>"]
)
def test_an_address_that_cannot_be_written_to_is_none(wrong):
    assert hand_back.address(Student(name="x", email=wrong)) == ""


def test_the_table_for_mail_merge_names_each_page(returned):
    table = csv.DictReader(
        io.StringIO(hand_back.to_mail_csv(returned, UNTRANSLATED).decode("utf-8-sig"))
    )
    last = list(table)[-1]
    assert (last["email"], last["number"], last["points"]) == ("z@example.org", "0042", "0")
    assert last["attachment"] == "0042_张三.html"


def test_two_submissions_of_one_student_have_two_pages(tmp_path):
    for name in ("zhang.py", "zhang"):
        store(tmp_path, name)
    rows = gradebook.build_rows(results.load_results([tmp_path]), ROSTER)
    names = {each.name for each in rendered(rows, tmp_path)}
    assert len(names) == 2
