"""A message is found in any record format."""

import json
import time

import pytest
from checks.histories import message, play, says, text, types
from hypothesis import example, given
from hypothesis import strategies as st

from grader.logs.mentions import Logged, logged
from grader.logs.streams import Book, decode, same_log
from grader.model.history import File

CHINESE = " 你好，服务端：1 + 1"


def book(data: bytes | str, *others: File) -> Book:
    data = data.encode() if isinstance(data, str) else data
    return Book((*others, File(path="log", data=data, size=len(data))))


A, B, C = (message(name, at, at + 1) for at, name in enumerate("abc"))


def found(data: bytes | str, *messages) -> list[str]:
    return sorted(book(data).places(messages or (A, B)))


def offsets(data: bytes | str, *messages) -> dict[str, tuple[int, ...]]:
    return {
        name: (*place.offsets,) for name, place in book(data).places(messages or (A, B)).items()
    }


FORMATS = {
    "bare": "{}\n",
    "a time and an address": "[2024-05-01 12:00:00,123] ('127.0.0.1', 53124): {}\n",
    "a name behind": "{} -- from client 7\r\n",
    "quoted": "'{}'\n",
    "blank lines": "\n\n{}\n\n",
    "no end of line": "{}|",
    "letters right before it": "xqjz{}zjxq\n",
    "a hexadecimal number": "0x7fffe2a0 {}\n",
    "an escape sequence": "\x1b[31m{}\x1b[0m\n",
    "JSON": '{{"time": 1.5, "text": "{}"}}\n',
    "chinese": "客户端消息：{}（收到）\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
def test_formats(form, encoding):
    data = "".join(form.format(m.text + CHINESE) for m in (A, B)).encode(encoding)
    assert found(data, A, B, C) == ["a", "b"]
    assert book(data).holds_exactly(A.text + CHINESE)
    assert not book(data).holds_exactly(C.text + CHINESE)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_characters(encoding):
    data = f"one {A.text}{CHINESE}\ntwo\n".encode(encoding)
    assert found(data) == ["a"]
    assert book(data).holds_exactly(A.text + CHINESE)


SENT = A.text + CHINESE
ESCAPED = {
    "json": json.dumps({"text": SENT}),
    "json, not escaped": json.dumps({"text": SENT}, ensure_ascii=False),
    "repr": repr(SENT),
    "ascii": ascii(SENT),
    "repr of bytes": repr(SENT.encode()),
    "repr of GBK bytes": str(SENT.encode("gbk")),
    "repr of bytes in json": json.dumps({"data": str(SENT.encode())}),
    "xml": "<text>" + SENT.encode("ascii", "xmlcharrefreplace").decode() + "</text>",
    "json in repr": repr(json.dumps({"text": SENT})),
    "a list": str([("127.0.0.1", 8888), SENT]),
}


@pytest.mark.parametrize("record", ESCAPED.values(), ids=ESCAPED)
def test_escaped_text_that_reads_back_exactly(record):
    assert found(record) == ["a"]
    assert book(record).holds_exactly(SENT)


@pytest.mark.parametrize(
    "record",
    [SENT[:-1], SENT.upper(), SENT.replace("你", "?"), SENT[:9] + "\n" + SENT[9:], ""],
    ids=["cut", "in capitals", "replaced", "in two pieces", "empty"],
)
def test_what_is_not_the_text(record):
    assert not book(record).holds_exactly(SENT)


def test_capitals():
    assert found(f"{A.text.upper()}\n{B.text.title()}\n") == ["a", "b"]


def test_two_without_anything_between():
    assert offsets(A.nonce + B.nonce) == {"a": (0,), "b": (len(A.nonce),)}


def test_in_a_long_stretch_of_the_same_letters():
    stretch = "jqxz" * 50
    assert offsets(f"{stretch}{A.nonce}{stretch}{B.nonce}{A.nonce}\n", A, B, C) == {
        "a": (200, 432),
        "b": (416,),
    }


def test_one_that_is_logged_twice():
    twice = f"{A.text}\n{A.text}\n"
    assert offsets(twice) == {"a": (0, len(A.text) + 1)}
    assert book(twice).places((A,))["a"].lines == {1, 2}


@pytest.mark.parametrize("size", range(1, 16))
def test_cut_in_pieces(size):
    cut = "".join(f"<{A.text[i : i + size]}>\n" for i in range(0, len(A.text), size))
    data = "begin\n" + cut
    (place,) = book(data).places((A, B)).values()
    assert place.cut
    assert place.offsets[0] == data.index(A.nonce[:size])
    assert len(place.lines) == 1


@given(st.integers(1, 11), st.integers(1, 11), st.data())
def test_cut_in_pieces_and_interleaved(size, other_size, data):
    pieces = [
        [m.text[i : i + n] for i in range(0, len(m.text), n)]
        for m, n in ((A, size), (B, other_size))
    ]
    log = ""
    while any(pieces):
        one = data.draw(st.sampled_from([p for p in pieces if p]))
        log += f"recv: {one.pop(0)}\n"
    assert found(log, A, B, C) == ["a", "b"]


@pytest.mark.parametrize("times", [10, 30, 100, 5000])
@pytest.mark.parametrize("letters", ["jqxz", "zxqj", "jjqqxxzz"])
def test_letters_that_were_written_to_be_found_make_no_messages(letters, times):
    """One or the other may be put together by chance; all that were sent cannot be."""
    forged = "\n".join(letters * times) + "\n"
    sequence = [message(name, 2 * n, 2 * n + 1) for n, name in enumerate("abc")]
    assert len(book(forged).places(sequence)) < 3


def test_pieces_of_a_message_are_behind_those_of_one_that_was_settled_before():
    first, second = message("a", 1, 2), message("b", 3, 4)
    one, other = ("".join(f"{letter}\n" for letter in m.nonce) for m in (first, second))
    assert sorted(book(one + other).places((first, second))) == ["a", "b"]
    assert sorted(book(other + one).places((first, second))) == ["a"]
    together = message("a", 1, 4), message("b", 2, 4)
    assert sorted(book(other + one).places(together)) == ["a", "b"]


def test_a_cut_end_makes_no_message():
    assert found(A.nonce[:-1] + "\n") == []
    assert found(A.nonce[1:] + "\n") == []
    assert found(A.nonce[:6] + "\n" + A.nonce[7:]) == []
    assert found(A.nonce[6:] + "\n" + A.nonce[:6]) == []


plain = st.text(st.characters(codec="utf-8", exclude_characters="jqxzJQXZ"), max_size=40)


@given(st.lists(st.tuples(plain, plain), min_size=3, max_size=3), st.sampled_from(["utf-8", "gbk"]))
def test_any_prefix_and_suffix(around, encoding):
    data = b"".join(
        before.encode(encoding, "replace") + m.text.encode() + after.encode(encoding, "replace")
        for m, (before, after) in zip((A, B, C), around, strict=True)
    )
    positions = offsets(data, A, B, C)
    # A GBK character's second byte may be one of the letters: then other places may fit as well.
    assert all(m.nonce.encode() in data[positions[m.name][0] :][:16].lower() for m in (A, B, C))
    starts = [positions[m.name][0] for m in (A, B, C)]
    assert starts == sorted(starts)


@given(st.binary(max_size=200))
def test_any_bytes(data):
    """Nothing is found in them, unless it is there; and all of them can be shown."""
    anything = book(data)
    assert found(data) == []
    assert 0 <= anything.lines <= len(data)
    for number in range(1, anything.lines + 1):
        assert isinstance(anything.text(number), str)
    for offset in range(len(anything.data)):
        assert 1 <= anything.line(offset) <= anything.lines


@example("𐀀", "utf-16")
@example("\0a" * 15, "utf-8")
@given(st.text(max_size=30), st.sampled_from(["utf-8", "gbk", "utf-16"]))
def test_a_text_is_found_wherever_it_stands(around, encoding):
    data = (around + SENT + around).encode(encoding, "replace")
    assert book(data).holds_exactly(SENT)


# --- lines ---


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end):
    lines = book(f"one{end}two{end}{end}four")
    assert lines.lines == 4
    assert [lines.text(number) for number in range(1, 5)] == ["one", "two", "", "four"]
    assert lines.line(0) == 1
    assert lines.line(len("one" + end)) == 2


def test_a_last_end_makes_no_line():
    assert book("one\n").lines == 1
    assert book("").lines == 0


def test_a_long_line_is_cut_between_characters():
    shown = book("x" + "早" * 500 + "\n").text(1)
    assert shown == "x" + "早" * 133
    assert book("早" * 500).text(1) == "早" * 133
    assert book(("x" + "早" * 500).encode("gbk")).text(1) == "x" + "早" * 199


def test_decode():
    assert decode("早".encode()) == "早"
    assert decode("早上好".encode("gbk")) == "早上好"
    assert decode(b"\xff\xfe\xfd") == "\\xff\\xfe\\xfd"
    assert decode(b"") == ""


# --- several files ---


@pytest.mark.parametrize("copy", ["log.txt.20240501", "backup_20240501_101112.txt", "log.bak"])
def test_a_copy_is_no_part_of_the_log(copy):
    files = {"log.txt": "{a}\n{b}\n", copy: "{a}\n"}
    found = logged(play(says("a"), says("b"), log=files))
    assert [book.path for book in found.books] == ["log.txt", copy]


def test_what_was_there_before_may_be_kept_as_a_numbered_file():
    files = {"log.txt": "2:\n{a}\n{b}\n", "log.txt.1": "1:\n{a}\n"}
    found = logged(play(says("a"), says("b"), log=files))
    assert [len(places["a"].offsets) for places in found.readings][-1] == 1


def test_files_may_be_numbered_upwards():
    files = {"log.1": "{a}\n", "log.2": "{b}\n", "log": "{c}\n"}
    found = logged(play(says("a"), says("b"), says("c"), log=files))
    orders = [sorted(places, key=lambda m: places[m].offsets[0]) for places in found.readings]
    assert orders == [["b", "a", "c"], ["a", "b", "c"]]


def test_rotated_files_are_one_log_oldest_first():
    files = {"d/s.log": "{c}\n", "d/s.log.1": "{b}\n", "d/s.log.2": "{a}\n"}
    log = logged(play(says("a"), says("b"), says("c"), log=files))
    (one,) = log.books
    assert one.path == "d/s.log"
    assert one.data.decode() == f"{text('a')}\n{text('b')}\n{text('c')}\n"


@pytest.mark.parametrize("copied", ["{a}\n", "{a}\n{b}\n"])
def test_a_numbered_copy_is_a_log_of_its_own(copied):
    log = logged(play(says("a"), says("b"), log={"log": "{a}\n{b}\n", "log.1": copied}))
    assert {place.book.path for place in log.places.values()} == {"log"}
    assert all(len(place.lines) == 1 for place in log.places.values())


def test_ten_rotated_files():
    files = {f"log.{number}": f"{number}\n" for number in range(1, 12)} | {"log": "{a}\n"}
    (one,) = logged(play(says("a"), log=files)).books
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
    (one,) = logged(play(says("a"), says("b"), log=files)).books
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
    ],
)
def test_other_names_are_other_logs(one, other):
    assert same_log(one) != same_log(other)
    log = logged(play(says("a"), types("b"), log={one: "{a}\n", other: "{b}\n"}))
    assert sorted(each.path for each in log.books) == sorted((one, other))


def test_the_log_that_holds_most_comes_first():
    files = {"a.log": "{a}\n", "b.log": "{a}\n{b}\n", "other.txt": "nothing\n"}
    log = logged(play(says("a"), says("b"), log=files))
    assert [each.path for each in log.books] == ["b.log", "a.log"]
    assert {place.book.path for place in log.places.values()} == {"b.log"}


def test_the_line_of_a_message():
    played = play(says("a"), says("b"), log="one\nsaid: {a}\n")
    log = logged(played)
    assert log.line(played.messages[0]) == f"said: {text('a')}"
    assert played.messages[0] in log
    assert log.line(played.messages[1]) == ""
    assert played.messages[1] not in log


def test_nothing_was_written():
    assert logged(play(says("a"))) == Logged((), {})


# --- floods ---


@pytest.mark.parametrize(
    "flood",
    [b"client left\n" * 100_000, b"\n" * 1_000_000, b"x" * 1_000_000, b"x\n" * 1_000_000,
     b"jj qq\n" * 200_000, text("b").encode() * 50_000],
    ids=["records", "blank lines", "letters", "letters on lines", "runs", "messages"],
)  # fmt: skip
def test_a_flood_is_searched_in_time(flood):
    """Each of these is a second of a loop gone wild, and the message is behind it."""
    start = time.process_time()
    many = [message(f"c{number}", number, None) for number in range(10)]
    flooded = book(flood + b"\n" + A.text.encode() + b"\n")
    places = flooded.places((A, B, *many))
    assert [*places["a"].offsets] == [len(flood) + 1]
    assert not any(m.name in places for m in many)
    assert flooded.text(places["a"].line) == A.text
    # A tenth of a second each here; it took minutes when every piece was tried with every other.
    assert time.process_time() - start < 10


def test_a_scenario_has_room_for_a_large_log():
    play_ = play(says("a"), log=b"y" * 3_000_000 + text("a").encode())
    assert logged(play_).places["a"].offsets == [3_000_000]
