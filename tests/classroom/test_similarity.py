"""Similar programs are found although names differ; common code does not count."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import similarity

GALLERY = Path(__file__).parents[1] / "gallery"
OWN = (GALLERY / "careful_class.py").read_bytes()
CLASS = (GALLERY / "class_server.py").read_bytes()
"""Of the servers that have nothing to do with it the one that is most like it."""
OTHER = (GALLERY / "at_exit_finally.py").read_bytes()
LECTURE = similarity.LECTURE.read_bytes()


def names(**sources: bytes):
    return [each.names for each in similarity.find_similar(sources)]


def renamed(source: bytes) -> bytes:
    """As a copier does it: other names, another port, comments, texts, blank lines."""
    made = re.sub(rb"\b(self|rlist|data|conn|sock)\b", rb"\1_of_mine", source)
    made = re.sub(rb"\b\d{2,}\b", b"77", made).replace(b"\n", b"  # mine\n\n", 3)
    made = re.sub(rb"^( +)(def \w+\(.*\):)$", rb"\1\2\n\1    'What it does.'", made, flags=re.M)
    return b"# written by me alone\n" + made


def test_identical_programs_are_a_group():
    (found,) = similarity.find_similar({"a.py": OWN, "b.py": OTHER, "c.py": OWN})
    assert found.names == ("a.py", "c.py")
    assert found.identical
    assert found.copies == (("a.py", "c.py"),)


def test_copies_of_the_lecture_are_grouped_only_if_identical():
    assert names(a=LECTURE, b=LECTURE) == [("a", "b")]
    assert names(a=LECTURE, b=renamed(LECTURE)) == []


def test_renaming_does_not_hide_a_copy():
    (found,) = similarity.find_similar({"a.py": OWN, "b.py": OTHER, "c.py": renamed(OWN)})
    assert (found.names, found.least, found.most) == (("a.py", "c.py"), 1, 1)
    assert not found.identical
    assert found.copies == ()


def test_changed_f_strings_do_not_hide_a_copy():
    more = b"".join(b"log.write(f'from {a} to {b[%d]}')\n" % n for n in range(9))
    other = more.replace(b"from", b"von").replace(b" to ", b" nach ")
    (found,) = similarity.find_similar({"a.py": more, "b.py": other})
    assert found.least == 1


def test_an_added_line_does_not_hide_a_copy():
    (found,) = similarity.find_similar(
        {"a.py": OWN, "c.py": renamed(OWN) + b"print('the end')\n" * 3}
    )
    assert found.names == ("a.py", "c.py")
    assert 0.9 <= found.least < 1


def test_independent_servers_are_not_similar():
    assert names(a=OWN, b=OTHER, c=CLASS) == []


def test_names_of_python_distinguish_programs():
    mine = b"".join(b"log.write(text)\nsock.recv(%d)\n" % n for n in range(9))
    yours = mine.replace(b"write", b"seek").replace(b"recv", b"send")
    assert names(a=mine, b=yours) == []


def test_code_of_the_lecture_does_not_count():
    mine = b"".join(b"log.write(str(%d))\n" % n for n in range(10))
    yours = b"".join(b"print([data for data in rlist], file=log)\n" for _ in range(8))
    assert names(a=LECTURE + mine, b=LECTURE + yours) == []
    assert names(a=LECTURE + mine, b=b"import sys\n" + LECTURE + mine) == [("a", "b")]


def test_code_that_many_share_does_not_count():
    """They have it from somewhere, and not from one another."""
    shared = OWN
    own = {f"{n}.py": b"x = [%s]\n" % b", ".join([b"%d" % n] * n) for n in range(1, 40)}
    few = {name: shared + text for name, text in list(own.items())[:5]}
    many = {name: shared + text for name, text in own.items()}
    assert len(similarity.find_similar(few)[0].names) == 5
    assert similarity.find_similar(many) == ()


def test_groups_are_connected_components():
    more = b"print(1, 2)\n" * 5
    (found,) = similarity.find_similar(
        {"a": OWN, "b": OWN + more, "c": OWN + 2 * more, "d": OWN, "e": OTHER}
    )
    assert found.names == ("a", "b", "c", "d")
    assert found.copies == (("a", "d"),)
    assert not found.identical


def test_broken_programs_are_compared_up_to_the_error():
    broken = OWN + b"def (:\n    '''\n"
    assert names(a=broken, b=renamed(OWN) + b'"""', c=b"\0", d=b"\xff\xfe") == [("a", "b")]


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_give_disjoint_groups(sources):
    found = similarity.find_similar({str(number): source for number, source in enumerate(sources)})
    members = [name for each in found for name in each.names]
    assert len(members) == len(set(members))
    together = {frozenset(each.names) for each in found}
    for number, source in enumerate(sources):
        for other in range(number):
            if sources[other] == source:
                assert any({str(number), str(other)} <= names for names in together)


@pytest.mark.parametrize(
    "source",
    [b"(" * 60_000, b"'''" * 30_000, b" \\\n" * 50_000, b"f'{" * 9_000, b"x." * 100_000],
    ids=["brackets", "quotes", "continued", "nested", "long"],
)
def test_no_program_takes_long_to_tokenize(source):
    before = time.process_time()
    assert len(similarity.tokenize_program(source)) <= similarity.MAX_TOKENS
    assert time.process_time() - before < 2


def test_hundreds_are_compared_in_seconds():
    gallery = [path.read_bytes() for path in sorted(GALLERY.glob("*.py"))]
    sources = {f"{n}.py": gallery[n % len(gallery)] + b"\nlog.n%d()" % n for n in range(500)}
    before = time.process_time()
    found = similarity.find_similar(sources)
    assert time.process_time() - before < 20
    assert sum(len(each.names) for each in found) > 200
