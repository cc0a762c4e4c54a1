"""How readings of several streams are made one."""

from checks.histories import play, says

from grader.logs.evidence import PlayEvidence
from grader.logs.mentions import Location
from grader.logs.readings import Reading, merge_readings
from grader.logs.records import Form
from logs.samples import stream


def reading(**offsets: int) -> Reading:
    """A reading that has each message at an offset, one in capitals in pieces."""
    log = stream(b"")
    locations = {name.lower(): Location(log, [offset]) for name, offset in offsets.items()}
    whole = {name: offset for name, offset in offsets.items() if name.islower()}
    return Reading(
        locations=locations,
        sharing={name: {"other": offset} for name, offset in whole.items()},
        mentions=locations,
        forms={name: [Form(str(offset), ())] for name, offset in whole.items()},
    )


def test_each_message_is_taken_from_the_first_reading_that_has_it():
    merged = merge_readings([reading(a=1, B=2), reading(a=3, b=4, c=5)])
    first = {"a": [1], "b": [2], "c": [5]}
    assert {name: place.offsets for name, place in merged.locations.items()} == first
    assert {name: place.offsets for name, place in merged.mentions.items()} == first
    assert merged.sharing == {"a": {"other": 1}, "c": {"other": 5}}
    assert {name: form.skeleton for name, (form,) in merged.forms.items()} == {"a": "1", "c": "5"}


def test_what_a_reading_lacks_it_may_have_in_pieces():
    pieces = {name: Location(stream(b""), [9]) for name in "ab"}
    more = reading(a=1).with_pieces(pieces)
    for places in (more.locations, more.mentions):
        assert {name: place.offsets for name, place in places.items()} == {"a": [1], "b": [9]}


def test_a_form_names_others_and_not_its_own_message():
    found = PlayEvidence(play(says("a"), says("b"), log="a: {a}\nb: {b}, {a}\n")).readings[0]
    assert found.forms["a"][0].names == ()
    assert len(found.forms["b"][0].names) == 1


def test_a_message_is_read_in_its_records_of_the_most_common_kind():
    log = "wow {a}\ngot {a}\ngot {b}\n"
    (only,) = PlayEvidence(play(says("a"), says("b"), log=log)).readings
    assert only.locations["a"].line == 2
    assert only.mentions["a"].line == 1


def test_each_kind_of_record_that_two_messages_have_is_a_reading():
    log = "got {a}\nsent {a}\ngot {b}\nsent {b}\n"
    found = PlayEvidence(play(says("a"), says("b"), log=log)).readings
    assert sorted(each.locations["a"].line for each in found) == [1, 2]
