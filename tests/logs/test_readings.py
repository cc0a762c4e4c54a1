"""Several files can be read in several ways, each of them as one log."""

from dataclasses import replace

from checks.histories import nonce, play, says, text

from grader.logs.readings import LogEvidence, log_evidence


def test_the_log_that_holds_most_comes_first():
    files = {"a.log": "{a}\n", "b.log": "{a}\n{b}\n", "other.txt": "nothing\n"}
    evidence = log_evidence(play(says("a"), says("b"), log=files))
    assert [each.path for each in evidence.streams] == ["b.log", "a.log"]
    assert {location.stream.path for location in evidence.locations.values()} == {"b.log"}


def test_an_earlier_version_may_be_kept_as_a_numbered_file():
    files = {"log.txt": "2:\n{a}\n{b}\n", "log.txt.1": "1:\n{a}\n"}
    found = log_evidence(play(says("a"), says("b"), log=files))
    assert [len(reading["a"].offsets) for reading in found.readings][-1] == 1


def test_files_may_be_numbered_upwards():
    files = {"log.1": "{a}\n", "log.2": "{b}\n", "log": "{c}\n"}
    found = log_evidence(play(says("a"), says("b"), says("c"), log=files))
    orders = [sorted(reading, key=lambda m: reading[m].offsets[0]) for reading in found.readings]
    assert orders == [["b", "a", "c"], ["a", "b", "c"]]


def test_the_line_of_a_message():
    played = play(says("a"), says("b"), log="one\nsaid: {a}\n")
    evidence = log_evidence(played)
    location = evidence.locations["a"]
    assert location.stream.line_text(location.line) == f"said: {text('a')}"
    assert played.messages[0] in evidence
    assert "b" not in evidence.locations
    assert played.messages[1] not in evidence


def test_nothing_was_written():
    assert log_evidence(play(says("a"))) == LogEvidence((), {})


def test_a_scenario_has_room_for_a_large_log():
    play_ = play(says("a"), log=b"y" * 3_000_000 + text("a").encode())
    assert log_evidence(play_).locations["a"].offsets == [3_000_000]


def test_pieces_of_what_other_parts_sent_do_not_hide_a_message_that_is_cut():
    pieces = [nonce(name)[at : at + 5] for name in "abc" for at in range(0, 16, 5)]
    alone = play(says("a"), log="\n".join(pieces))
    assert alone.messages[0] not in log_evidence(alone)
    part = replace(alone, letters=3 * 16)
    assert part.messages[0] in log_evidence(part)


def test_pieces_of_other_parts_do_not_hide_it_in_one_of_several_files():
    pieces = {name: [nonce(name)[at : at + 5] for at in range(0, 16, 5)] for name in "abc"}
    files = {"log.1": "\n".join(pieces["b"]) + "\n", "log": "\n".join(pieces["a"] + pieces["c"])}
    part = replace(play(says("a"), log=files), letters=3 * 16)
    assert [reading["a"].stream.files[0].path for reading in log_evidence(part).readings] == [
        "log.1",
        "log",
    ]


def test_of_logs_with_the_same_messages_the_longest_comes_first():
    files = {"a.log": "{a}\n", "b.log": "{a}\nand more\n", "c.log": "{a}\n..\n"}
    streams = log_evidence(play(says("a"), log=files)).streams
    assert [each.path for each in streams] == ["b.log", "c.log", "a.log"]


def test_each_of_several_logs_may_be_numbered_upwards():
    files = {
        f"{log}{number}": f"{log}: {content}\n"
        for log in ("x.log", "y.log")
        for number, content in (("", "-"), (".1", "{a}"), (".2", "{b}"))
    }
    evidence = log_evidence(play(says("a"), says("b"), log=files))
    assert {reading["a"].stream.path for reading in evidence.others} == {"x.log", "y.log"}


def test_the_evidence_of_a_play_is_looked_for_once_unless_its_log_is_very_long():
    short, long = play(says("a"), log="{a}\n"), play(says("a"), log=b"x" * 200_000)
    assert log_evidence(short) is log_evidence(short)
    assert log_evidence(long) is not log_evidence(long)
