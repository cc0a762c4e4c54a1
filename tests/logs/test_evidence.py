"""What the files of a play say, in each of the ways in which they can be read as one log."""

from dataclasses import replace

from checks.histories import nonce, play, says, sends, settles, text, types

from grader.logs.evidence import PlayEvidence


def test_the_log_that_holds_most_comes_first():
    files = {"a.log": "{a}\n", "b.log": "{a}\n{b}\n", "other.txt": "nothing\n"}
    evidence = PlayEvidence(play(says("a"), says("b"), log=files))
    assert [each.path for each in evidence.streams] == ["b.log", "a.log"]
    assert {location.stream.path for location in evidence.locations.values()} == {"b.log"}


def test_an_earlier_version_may_be_kept_as_a_numbered_file():
    files = {"log.txt": "2:\n{a}\n{b}\n", "log.txt.1": "1:\n{a}\n"}
    found = PlayEvidence(play(says("a"), says("b"), log=files))
    assert [each.path for each in found.streams] == ["log.txt", "log.txt.1"]
    assert [len(reading.mentions["a"].offsets) for reading in found.readings] == [1]


def order(found: PlayEvidence) -> list[str]:
    """The messages of the only reading, from the top."""
    (reading,) = found.readings
    return sorted(reading.locations, key=lambda name: reading.locations[name].offsets[0])


def test_the_order_of_sending_says_how_files_are_numbered():
    steps = says("a"), says("b"), says("c")
    upwards = {"log.1": "{a}\n", "log.2": "{b}\n", "log": "{c}\n"}
    assert order(PlayEvidence(play(*steps, log=upwards))) == ["a", "b", "c"]
    downwards = {"log.1": "{b}\n", "log.2": "{a}\n", "log": "{c}\n"}
    assert order(PlayEvidence(play(*steps, log=downwards))) == ["a", "b", "c"]


def test_the_time_of_writing_says_which_file_is_older():
    found = play(says("a"), says("b"), log={"log.1": "{a}\n", "log": "{b}\n"})
    files = [
        replace(file, written=written) for file, written in zip(found.files, (9, 7), strict=True)
    ]
    assert order(PlayEvidence(replace(found, files=tuple(files)))) == ["b", "a"]
    assert order(PlayEvidence(replace(found, files=(files[0], found.files[1])))) == ["a", "b"]


def test_the_line_of_a_message():
    played = play(says("a"), says("b"), log="one\nsaid: {a}\n")
    evidence = PlayEvidence(played)
    location = evidence.locations["a"]
    assert location.stream.line_text(location.line) == f"said: {text('a')}"
    assert played.messages[0] in evidence
    assert "b" not in evidence.locations
    assert played.messages[1] not in evidence


def test_nothing_was_written():
    found = PlayEvidence(play(says("a")))
    assert (found.streams, found.locations) == ((), {})
    assert [reading.locations for reading in found.readings] == [{}]
    assert found.repeated is None


def test_a_scenario_has_room_for_a_large_log():
    play_ = play(says("a"), log=b"y" * 3_000_000 + text("a").encode())
    assert PlayEvidence(play_).locations["a"].offsets == [3_000_000]


def test_pieces_of_what_other_parts_sent_do_not_hide_a_message_that_is_cut():
    pieces = [nonce(name)[at : at + 5] for name in "abc" for at in range(0, 16, 5)]
    alone = play(says("a"), log="\n".join(pieces))
    assert alone.messages[0] not in PlayEvidence(alone)
    part = replace(alone, letters=3 * 16)
    assert part.messages[0] in PlayEvidence(part)


def test_pieces_of_other_parts_do_not_hide_it_in_one_of_several_files():
    pieces = {name: [nonce(name)[at : at + 5] for at in range(0, 16, 5)] for name in "abc"}
    files = {"log.1": "\n".join(pieces["b"]) + "\n", "log": "\n".join(pieces["a"] + pieces["c"])}
    part = replace(play(says("a"), log=files), letters=3 * 16)
    assert part.messages[0] in PlayEvidence(part)


def test_of_logs_with_the_same_messages_the_longest_comes_first():
    files = {"a.log": "{a}\n", "b.log": "{a}\nand more\n", "c.log": "{a}\n..\n"}
    streams = PlayEvidence(play(says("a"), log=files)).streams
    assert [each.path for each in streams] == ["b.log", "c.log", "a.log"]


def test_the_reading_without_faults_comes_first():
    """Whatever a report shows of a log is what the verdict came from."""
    steps = says("a"), says("b"), says("c")
    right = "{a}\n{b}\n{c}\n"
    page = "<the newest is on top>\n{c}\n{b}\n{a}\n"
    for other in (page, "again:\n{a}\n{a}\n{b}\n{c}\n", "{a}{b}{c}" + "!" * 99):
        found = PlayEvidence(play(*steps, log={"log": right, "other": other}))
        assert found.streams[0].path == "other"
        assert {place.stream.path for place in found.readings[0].locations.values()} == {"log"}
        assert found.crossing(found.play.messages) is None
        assert found.repeated is None


def test_a_reading_in_which_separate_messages_share_a_record_comes_last():
    steps = sends("a"), sends("b"), settles(), says("c")
    files = {"arrived": "{a}{b}\n{c}\n", "joined": "{b}\n{a}{c}\n" + "!" * 99}
    found = PlayEvidence(play(*steps, log=files))
    assert found.streams[0].path == "joined"
    assert found.readings[0].locations["a"].stream.path == "arrived"


def test_all_properties_are_judged_by_one_reading():
    """Two wrong logs make no right one. The one that costs least counts."""
    steps = sends("a"), sends("b"), settles(), says("c")
    crossing, twice = "{c}\n{a}\n{b}\n", "{a}\n{a}\n{b}\n{c}\n"
    found = PlayEvidence(play(*steps, log={"crossing": crossing, "twice": twice}))
    assert found.reading.locations["a"].stream.path == "crossing"
    assert found.crossing(found.play.messages) is not None
    assert found.repeated is None
    files = {"joined": "{b}\n{a}{c}\n", "twice": "{a}{b}\n{c}\n{c}\n"}
    found = PlayEvidence(play(*steps, log=files))
    assert found.reading.locations["a"].stream.path == "joined"
    assert found.shared_record(found.play.messages, joins_client=False) is not None
    assert found.repeated is None


def test_a_text_is_exact_in_the_reading_that_all_else_is_judged_by():
    steps = says("a", tail=" Hello"), says("b", tail=" 你好"), types("c")
    right, cut = text("b", " 你好"), text("b", " ??")
    other = f"{text('a', ' Hello')}\n{{b}}\n{text('c')}\n"
    files = {"cut": other.replace("{b}", cut), "twice": (other * 2).replace("{b}", right)}
    found = PlayEvidence(play(*steps, log={k: v.encode() for k, v in files.items()}))
    assert (found.repeated, found.is_exact(right)) == (None, False)
    log = other.replace("{b}", right)
    found = PlayEvidence(play(*steps, log={"log": log.encode(), "cut": files["cut"].encode()}))
    assert (found.repeated, found.is_exact(right)) == (None, True)


def test_a_log_is_read_by_one_kind_of_record_at_a_time():
    steps = says("a"), says("b"), types("c")
    latest_first = "latest: {c}\n1. {a}\n2. {b}\n3. {c}\n"
    found = PlayEvidence(play(*steps, log=latest_first))
    assert found.crossing(found.play.messages) is None
    sent_first = "sent {c}\ngot {a}\nsent {a}\ngot {b}\nsent {b}\ngot {c}\n"
    found = PlayEvidence(play(*steps, log=sent_first))
    assert len(found.readings) == 2
    assert found.crossing(found.play.messages) is None
    both_wrong = "sent {c}\ngot {a}\nsent {a}\ngot {c}\ngot {b}\nsent {b}\n"
    found = PlayEvidence(play(*steps, log=both_wrong))
    assert found.crossing(found.play.messages) is not None


def test_typed_and_sent_messages_may_have_records_of_different_kinds():
    steps = says("a"), types("b"), says("c"), types("d")
    log = "client says {a}\nterminal: {b}\nclient says {c}\nterminal: {d}\n"
    assert order(PlayEvidence(play(*steps, log=log))) == [*"abcd"]


def test_pieces_that_are_spread_over_files_hide_no_reading():
    pieces = [f"{nonce('b')[at : at + 4]}\n" for at in range(0, 16, 4)]
    files = {"log": "{a}\n", "next": "".join(pieces[:2]), "page": "{a}\n{a}\n" + "".join(pieces)}
    found = PlayEvidence(play(says("a"), says("b"), log=files))
    assert found.repeated is None
    assert found.readings[0].locations["a"].stream.path == "log"
    assert found.readings[0].locations["b"].stream.path == "page"


def test_a_text_is_known_in_any_of_its_spellings():
    steps = says("a"), says("b", tail=" 你好"), says("c", tail=" 再见")
    texts = (text("a"), text("b", " 你好"), text("c", " 再见"))
    log = f"latest: {texts[2]!a}\n" + "".join(f"{each!a}\n" * 2 for each in texts)
    found = PlayEvidence(play(*steps, log=log.encode()))
    assert found.crossing(found.play.messages) is None
