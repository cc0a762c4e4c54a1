import pytest

from grader.sandbox.framing import STDERR, STDOUT, FrameDecoder, FramingError, LineDecoder, Tail


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


SENT = frame(STDOUT, b"one\ntw") + frame(STDERR, b"") + frame(STDERR, b"oh") + frame(STDOUT, b"o\n")


def unpacked(pieces: list[bytes]) -> tuple[dict[int, bytes], bool]:
    frames = FrameDecoder()
    got = {STDOUT: b"", STDERR: b""}
    for piece in pieces:
        for stream, payload in frames.feed(piece):
            got[stream] += payload
    return got, frames.unfinished


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, len(SENT)])
def test_frames_come_apart_alike_however_they_arrive(size: int) -> None:
    pieces = [SENT[at : at + size] for at in range(0, len(SENT), size)]
    assert unpacked(pieces) == ({STDOUT: b"one\ntwo\n", STDERR: b"oh"}, False)


def test_a_stream_that_is_cut_off_anywhere_within_a_frame_is_unfinished() -> None:
    whole = {0, 14, 22, 32, len(SENT)}
    for end in range(len(SENT) + 1):
        assert unpacked([SENT[:end]])[1] == (end not in whole), end


@pytest.mark.parametrize(
    "junk",
    [b"\x04\0\0\0\0\0\0\x01x", b"\x01\0\0\x01\0\0\0\x01x", b"HTTP/1.1", b"\xff" * 8],
)
def test_junk_after_a_frame_is_not_taken_for_one(junk: bytes) -> None:
    frames = FrameDecoder()
    assert list(frames.feed(frame(STDOUT, b"good"))) == [(STDOUT, b"good")]
    with pytest.raises(FramingError):
        list(frames.feed(junk))


def test_a_frame_of_four_gigabytes_is_not_gathered() -> None:
    frames = FrameDecoder()
    got = list(frames.feed(b"\x01\0\0\0\xff\xff\xff\xff" + b"x" * 100))
    assert got == [(STDOUT, b"x" * 100)]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_lines_are_alike_however_they_arrive(size: int) -> None:
    text = b"one\n\nthree\r\nvier \xc3\xa4\nno line"
    lines = LineDecoder()
    got = [line for at in range(0, len(text), size) for line in lines.feed(text[at : at + size])]
    assert got == [b"one", b"", b"three\r", b"vier \xc3\xa4"]


def test_a_line_may_be_just_as_long_as_agreed() -> None:
    assert list(LineDecoder(max_line=4).feed(b"1234\n1234\n")) == [b"1234", b"1234"]
    with pytest.raises(FramingError, match="a line of more than 4"):
        list(LineDecoder(max_line=4).feed(b"1234\n12345\n"))


def test_a_line_that_never_ends_is_given_up_piece_by_piece() -> None:
    lines = LineDecoder(max_line=10)
    list(lines.feed(b"x" * 10))
    with pytest.raises(FramingError, match="a line of more than 10"):
        list(lines.feed(b"x"))


def test_all_lines_together_may_be_just_as_long_as_agreed() -> None:
    lines = LineDecoder(max_total=6)
    assert list(lines.feed(b"12\n45\n")) == [b"12", b"45"]
    with pytest.raises(FramingError, match="more than 6 bytes"):
        list(lines.feed(b"\n"))


def test_of_a_long_complaint_its_end_is_kept() -> None:
    tail = Tail(9)
    for piece in (b"Traceback", b": ", b"no\n", b"such\xff\n"):
        tail.feed(piece)
    assert tail.text == "no\nsuch�"
