"""The lines beside a message's record."""

import pytest
from checks.histories import play, says

from grader.logs.evidence import PlayEvidence
from grader.logs.neighbours import Neighbours
from grader.logs.records import Masks

PLAYED = play(says("a"), says("b"), log="above\n\n{a}\n{b}\nbelow\nlast\n")


@pytest.mark.parametrize(
    ("name", "step", "beside"),
    [
        ("a", -2, "above"),
        ("b", 1, "below"),
        ("b", 2, "last"),
        ("a", -1, None),  # it is blank
        ("a", 1, None),  # a message is on it
        ("a", 2, None),  # a message is between
        ("b", -3, None),
        ("a", -3, None),  # there is none
        ("b", 3, None),
    ],
)
def test_a_line_beside_a_record(name, step, beside):
    (reading,) = PlayEvidence(PLAYED).readings
    form = Neighbours(reading, Masks(PLAYED), ()).beside(name, 0, step)
    assert (form and form.skeleton) == beside


def test_a_long_line_beside_a_record_is_cut_between_characters():
    played = play(says("a"), log="{a}\n!" + "你" * 999 + "\n")
    (reading,) = PlayEvidence(played).readings
    form = Neighbours(reading, Masks(played), ()).beside("a", 0, 1)
    assert form
    assert set(form.skeleton) == {"!", "你"}
