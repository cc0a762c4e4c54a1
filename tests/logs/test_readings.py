"""How readings of several streams are made one."""

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
