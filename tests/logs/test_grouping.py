"""Which files make up one log, and in what order."""

import pytest
from checks.histories import connects, play, says, sends, settles, text, types

from grader.logs.evidence import PlayEvidence
from grader.logs.grouping import log_name


@pytest.mark.parametrize("copy", ["log.txt.20240501", "backup_20240501_101112.txt", "log.bak"])
def test_a_copy_is_not_part_of_the_log(copy):
    files = {"log.txt": "{a}\n{b}\n", copy: "{a}\n"}
    found = PlayEvidence(play(says("a"), says("b"), log=files))
    assert [each.path for each in found.streams] == ["log.txt", copy]


@pytest.mark.parametrize("copied", ["{a}\n", "{a}\n{b}\n"])
def test_a_numbered_copy_is_a_log_of_its_own(copied):
    evidence = PlayEvidence(play(says("a"), says("b"), log={"log": "{a}\n{b}\n", "log.1": copied}))
    assert {location.stream.path for location in evidence.locations.values()} == {"log"}
    assert all(len(location.lines) == 1 for location in evidence.locations.values())


def test_rotated_files_are_one_log_oldest_first():
    files = {"d/s.log": "{c}\n", "d/s.log.1": "{b}\n", "d/s.log.2": "{a}\n"}
    evidence = PlayEvidence(play(says("a"), says("b"), says("c"), log=files))
    (one,) = evidence.streams
    assert one.path == "d/s.log"
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n{text('c')}\n"


def test_numbered_files_without_the_current_one_are_logs_of_their_own():
    steps = says("a"), says("b", "client 2"), says("c")
    evidence = PlayEvidence(play(*steps, log={"of.1": "{a}\n{c}\n", "of.2": "{b}\n"}))
    assert sorted(each.path for each in evidence.streams) == ["of.1", "of.2"]


def test_dates_with_dots_are_no_numbers():
    files = {"log": "{c}\n", "log.2024.05.02": "{b}\n", "log.2024.05.01": "{a}\n"}
    (one,) = PlayEvidence(play(says("a"), says("b"), says("c"), log=files)).streams
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n{text('c')}\n"


def test_ten_rotated_files():
    files = {f"log.{number}": f"{number}\n" for number in range(1, 12)} | {"log": "{a}\n"}
    (one,) = PlayEvidence(play(says("a"), log=files)).streams
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
    (one,) = PlayEvidence(play(says("a"), says("b"), log=files)).streams
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
    evidence = PlayEvidence(play(says("a"), types("b"), log={one: "{a}\n", other: "{b}\n"}))
    assert sorted(each.path for each in evidence.streams) == sorted((one, other))


# --- texts that are logged in parts ---


def test_a_text_may_be_spread_over_files_in_any_of_their_orders():
    files = {"log": "3\n", "log.1": "1\n", "log.2": "2\n", "more.txt": "4\n"}
    found = {each.data.replace(b"\n", b"") for each in PlayEvidence(play(log=files)).concatenations}
    assert found == {b"213", b"123", b"4", b"2134"}


def test_one_file_is_one_concatenation():
    assert [each.data for each in PlayEvidence(play(log="one")).concatenations] == [b"one"]
    assert PlayEvidence(play()).concatenations == []


# --- by facts ---


def logs(*steps, **files: str) -> list[list[str]]:
    """The names of each log's files, oldest first."""
    found = PlayEvidence(play(*steps, log={name: f"{text}\n" for name, text in files.items()}))
    return sorted([file.path for file in each.files] for each in found.streams)


ALTERNATING = [say(name) for name, say in zip("abcdef", [says, types] * 3, strict=True)]


def test_files_that_follow_one_another_are_one_log_whatever_their_names():
    assert logs(*ALTERNATING, old="{c}{d}", current="{e}{f}", oldest="{a}{b}") == [
        ["oldest", "old", "current"]
    ]


def test_files_that_take_turns_are_separate_logs():
    assert logs(*ALTERNATING, log1="{a}{d}", log2="{b}{c}") == [["log1"], ["log2"]]


def test_files_of_different_sources_are_separate_logs():
    assert logs(says("a"), says("b", "client 2"), log1="{a}", log2="{b}") == [["log1"], ["log2"]]
    assert logs(says("a"), types("b"), client="{a}", typed="{b}") == [["client"], ["typed"]]


@pytest.mark.parametrize("second", ["log.1", "log.2024-05-01"])
def test_files_of_different_sources_that_take_turns_are_separate_whatever_their_names(second):
    steps = says("a"), types("b"), says("c"), types("d")
    files = {"log": "{a}\n{c}\n", second: "{b}\n{d}\n"}
    assert len(PlayEvidence(play(*steps, log=files)).streams) == 2


def test_messages_without_an_order_may_be_in_any_of_the_files():
    together = *says("a"), *sends("b"), *sends("c", "terminal"), *settles(), *says("d")
    for one, other in ("{a}{b}", "{c}{d}"), ("{a}{c}", "{b}{d}"):
        assert logs(together, one=one, other=other) == [["one", "other"]]
    assert logs(together, one="{a}{d}", other="{b}{c}") == [["one"], ["other"]]


def test_a_file_may_begin_with_a_record_that_the_one_before_it_ends_with():
    connected = "connected\nconnected\n"
    files = {"log.1": f"{connected}{{a}}\n", "log": "{a}\n{b}\n{c}\n"}
    (one,) = PlayEvidence(play(says("a"), says("b"), says("c"), log=files)).streams
    assert [file.path for file in one.files] == ["log.1", "log"]


def test_a_file_with_nothing_but_a_first_message_is_part_of_a_log_if_it_fits():
    steps = says("a"), says("b"), says("c", "client 2"), says("d")
    many = "connected\nconnected\n{c}"
    assert logs(*steps, x1="{a}\n{b}", x2=many, x3="{c}\n{d}") == [["x1", "x2", "x3"]]
    assert logs(*steps, x1="{a}\n{b}\n{d}", x2="{c}") == [["x1"], ["x2"]]


def test_a_view_is_no_part_of_a_rotated_log():
    found = logs(*ALTERNATING, x1="{a}{b}{c}", x2="{d}{e}{f}", latest="{f}")
    assert found == [["latest"], ["x1", "x2"]]
    found = logs(*ALTERNATING, x1="{a}{b}{c}", x2="{d}{e}{f}", page="{f}{e}{d}{c}{b}{a}")
    assert found == [["page"], ["x1", "x2"]]


def test_numbered_files_are_one_log_beside_others():
    found = logs(*ALTERNATING, x1="{a}{b}", x2="{c}{d}{e}", other="{b}{d}{f}")
    assert found == [["other"], ["x1", "x2"]]


def test_the_last_file_may_hold_what_the_server_never_settled_after():
    assert logs(says("a"), says("b"), sends("c"), old="{a}{b}", new="{c}") == [["old", "new"]]


@pytest.mark.parametrize(
    "log",
    [
        {"log_12_59": '["1 {a}", "2 {b}"]', "log_13_00": '["1 {a}", "2 {b}", "3 {c}"]'},
        {
            "log_12_59": '[{"at": 1, "text": "{a}"}, {"at": 2, "text": "{b}"}]',
            "log_13_00": '[{"at": 1, "text": "{a}"}, {"at": 2, "text": "{b}"}, '
            '{"at": 3, "text": "{c}"}]',
        },
        {
            "log_12_59": "<log><m at='1'>{a}</m><m at='2'>{b}</m></log>",
            "log_13_00": "<log><m at='1'>{a}</m><m at='2'>{b}</m><m at='3'>{c}</m></log>",
        },
    ],
    ids=["strings", "objects", "elements"],
)
def test_a_document_whose_records_are_in_another_one_is_its_copy(log):
    steps = says("a"), says("b"), says("c")
    log = {name.replace("log", "log_20240501"): text for name, text in log.items()}
    found = PlayEvidence(play(*steps, log=log))
    assert all(len(each.files) == 1 for each in found.streams)
    assert found.repeated is None
    # The same messages at other times are no copy.
    again = {
        name: text.replace("1", "7") if "12_59" in name else text for name, text in log.items()
    }
    assert PlayEvidence(play(*steps, log=again)).repeated is not None


def test_a_copy_in_which_something_stands_between_the_first_line_and_the_last_is_one():
    log = {"log": "{a}\n{b}\n{c}\n", "log.1": "copied:\n{a}\nb: {b}\n{c}\n"}
    found = PlayEvidence(play(says("a"), says("b"), says("c"), log=log))
    assert [[file.path for file in each.files] for each in found.streams] == [["log.1"], ["log"]]


# --- clients' ports ---

ACCEPTED = [
    *(connects("client 1", 50001), says("a"), types("b")),
    *(connects("client 2", 50002), says("c"), says("d", "client 2")),
    *(connects("client 3", 50003), types("e"), says("f", "client 2")),
]
"""Clients come one by one. What a server began at each of them, it may have gone on with."""


@pytest.mark.parametrize("name", ["log{}.txt", "log.{}", "{}/log", "a_{}_2024-05-01.log", "log{}"])
def test_files_with_the_ports_of_clients_are_logs_of_their_own(name):
    names = [name.format(port) for port in (50001, 50002, 50003)]
    parts = dict(zip(names, ("{a}\n{b}", "{c}\n{d}", "{e}\n{f}"), strict=True))
    assert logs(*ALTERNATING, **parts) == [names]  # nobody's ports
    assert logs(*ACCEPTED, **parts) == [[name] for name in names]


def test_a_port_that_looks_like_a_date_is_none():
    parts = {"client52010-2024.log": "{a}", "client52011-2024.log": "{b}"}
    assert log_name(min(parts)) != min(parts)
    steps = connects(port=52010), says("a"), connects("client 2", 52011), says("b")
    assert len(logs(*steps, **parts)) == 2


def test_a_log_with_a_port_that_is_no_clients_is_rotated_as_any_other():
    parts = {"log8888.txt.2": "{a}{b}", "log8888.txt.1": "{c}{d}", "log8888.txt": "{e}{f}"}
    assert logs(*ACCEPTED, **parts) == [[*parts]]
    assert logs(*ACCEPTED, log_1="{a}{b}", log_2="{c}{d}{e}{f}") == [["log_1", "log_2"]]


def test_a_clients_own_log_may_be_rotated():
    parts = {"log50001.txt.1": "{a}{b}{c}", "log50001.txt": "{d}{e}{f}"}
    assert logs(*ACCEPTED, **parts) == [[*parts]]
    parts = {"50001-1.log": "{a}{b}{c}", "50001-2.log": "{d}{e}{f}"}
    assert logs(*ACCEPTED, **parts) == [[*parts]]


def test_a_rotated_log_may_have_clients_own_files_beside_it():
    parts = {"old": "{a}{b}{c}", "new": "{d}{e}{f}"}
    own = {"50001.txt": "{a}{c}", "50002.txt": "{d}{f}"}
    assert logs(*ACCEPTED, **parts, **own) == [["50001.txt"], ["50002.txt"], [*parts]]
