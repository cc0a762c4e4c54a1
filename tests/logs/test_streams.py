"""Which files make up one log, in what order, and its lines."""

import pytest
from checks.histories import play, says, text, types

from grader.logs.readings import log_evidence
from grader.logs.streams import LINE_BYTES, concatenations, log_name
from logs.samples import stream


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    lines = stream(f"one{end}two{end}{end}four")
    assert lines.line_count == 4
    assert [lines.line_text(number) for number in range(1, 5)] == ["one", "two", "", "four"]
    assert lines.line_at(0) == 1
    assert lines.line_at(len("one" + end)) == 2


def test_the_last_line_end_does_not_start_a_line():
    assert stream("one\n").line_count == 1
    assert stream("").line_count == 0


def test_a_long_line_is_cut_between_characters():
    shown = stream("x" + "早" * 500 + "\n").line_text(1)
    assert shown == "x" + "早" * 133 + "…"
    assert stream("早" * 500).line_text(1) == "早" * 133 + "…"
    assert stream(("x" + "早" * 500).encode("gbk")).line_text(1) == "x" + "早" * 199 + "…"


@pytest.mark.parametrize("codec", ["utf-8", "gbk"])
def test_a_long_line_is_shown_around_a_place(codec):
    lines = stream(("早" * 500 + " 早上" + "早" * 9 + "place" + "好" * 500).encode(codec))
    shown = lines.line_text(1, lines.data.index(b"place"))
    assert shown.startswith("…早上" + "早" * 9 + "place好好")
    assert shown.endswith("好…")


def test_a_long_line_without_characters_of_one_byte_is_shown_from_the_place_on():
    lines = stream("x\n" + "早" * 500 + "place\n")
    assert lines.line_text(2, lines.data.index(b"place")) == "…place"
    assert lines.line_text(2, lines.data.index("早".encode())).startswith("早早")


def test_a_line_is_shown_without_its_end_and_nothing_else_is_left_out():
    assert stream("Xa X\r\n").line_text(1) == "Xa X"
    assert stream("a \t\n").line_text(1) == "a \t"
    longest = "x" * (LINE_BYTES - 1)
    assert stream(f"{longest}\nb\n").line_text(1) == longest


def test_where_a_line_ends():
    lines = stream("one\ntwo")
    assert [lines.line_end(offset) for offset in (0, 3, 4, 6)] == [4, 4, 7, 7]


@pytest.mark.parametrize("copy", ["log.txt.20240501", "backup_20240501_101112.txt", "log.bak"])
def test_a_copy_is_not_part_of_the_log(copy):
    files = {"log.txt": "{a}\n{b}\n", copy: "{a}\n"}
    found = log_evidence(play(says("a"), says("b"), log=files))
    assert [each.path for each in found.streams] == ["log.txt", copy]


@pytest.mark.parametrize("copied", ["{a}\n", "{a}\n{b}\n"])
def test_a_numbered_copy_is_a_log_of_its_own(copied):
    evidence = log_evidence(play(says("a"), says("b"), log={"log": "{a}\n{b}\n", "log.1": copied}))
    assert {location.stream.path for location in evidence.locations.values()} == {"log"}
    assert all(len(location.lines) == 1 for location in evidence.locations.values())


def test_rotated_files_are_one_log_oldest_first():
    files = {"d/s.log": "{c}\n", "d/s.log.1": "{b}\n", "d/s.log.2": "{a}\n"}
    evidence = log_evidence(play(says("a"), says("b"), says("c"), log=files))
    (one,) = evidence.streams
    assert one.path == "d/s.log"
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n{text('c')}\n"


def test_numbered_files_without_the_current_one_are_logs_of_their_own():
    evidence = log_evidence(play(says("a"), says("b"), log={"of.1": "{a}\n", "of.2": "{b}\n"}))
    assert sorted(each.path for each in evidence.streams) == ["of.1", "of.2"]


def test_dates_with_dots_are_no_numbers():
    files = {"log": "{c}\n", "log.2024.05.02": "{b}\n", "log.2024.05.01": "{a}\n"}
    (one,) = log_evidence(play(says("a"), says("b"), says("c"), log=files)).streams
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n{text('c')}\n"


def test_ten_rotated_files():
    files = {f"log.{number}": f"{number}\n" for number in range(1, 12)} | {"log": "{a}\n"}
    (one,) = log_evidence(play(says("a"), log=files)).streams
    assert [int(line) for line in one.data.split(b"\n")[:11]] == list(range(11, 0, -1))


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("log-2024-05-01.txt", "log-2024-05-02.txt"),
        ("20240501_235959.log", "20240502_000000.log"),
        ("2024-5-1 9-59-59.log", "2024-5-1 10-0-0.log"),
        ("2024-5-9.log", "2024-5-10.log"),
        ("log.2024.05.01.12.30.58", "log.2024.05.01.12.30.59"),
        ("a/2024_05_01.log", "a/2024_05_02.log"),
        ("server.log.2024-05-01_12-00-00", "server.log"),
        ("server.log.2024-05-01", "server.log"),
        ("2024-05-01 12:00:00.log", "2024-05-01 12:00:01.log"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_names_made_from_the_date(older, newer, turned):
    files = {newer: "{b}\n", older: "{a}\n"}
    if turned:
        files = dict(reversed(files.items()))
    (one,) = log_evidence(play(says("a"), says("b"), log=files)).streams
    assert one.path == newer
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("client.log", "terminal.log"),
        ("client1.log", "client2.log"),
        ("client_50123.log", "client_50124.log"),
        ("a/log", "b/log"),
        ("log", "log.txt"),
        ("2024-05-01/log", "2024-05-02/log"),
    ],
)
def test_other_names_are_other_logs(one, other):
    assert log_name(one) != log_name(other)
    evidence = log_evidence(play(says("a"), types("b"), log={one: "{a}\n", other: "{b}\n"}))
    assert sorted(each.path for each in evidence.streams) == sorted((one, other))


# --- texts that are logged in parts ---


def test_a_text_may_be_spread_over_files_in_any_of_their_orders():
    files = {"log": "3\n", "log.1": "1\n", "log.2": "2\n", "more.txt": "4\n"}
    found = {each.data.replace(b"\n", b"") for each in concatenations(play(log=files))}
    assert found == {b"213", b"123", b"4", b"2134"}


def test_one_file_is_one_concatenation():
    assert [each.data for each in concatenations(play(log="one"))] == [b"one"]
    assert concatenations(play()) == []


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_two_places_are_on_one_line_unless_a_line_ends_between_them(end):
    assert stream(f"{end}ab{end}").same_line(1, 3)
    assert not stream(f"{end}ab{end}").same_line(0, 2)
    assert not stream(f"a{end}b").same_line(0, 2)
