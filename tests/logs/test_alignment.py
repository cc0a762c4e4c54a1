"""A message that was cut into records is found, and none that was not sent."""

import pytest
from checks.histories import message
from hypothesis import given
from hypothesis import strategies as st

from grader.logs.alignment import RUNS, WAYS, longest_prefix
from grader.logs.mentions import find_mentions
from logs.samples import A, B, C, found, offsets, stream


@pytest.mark.parametrize("size", range(1, 16))
def test_cut_in_pieces(size):
    cut = "".join(f"<{A.text[i : i + size]}>\n" for i in range(0, len(A.text), size))
    data = "begin\n" + cut
    (location,) = find_mentions(stream(data), (A, B)).values()
    assert location.cut
    assert location.offsets[0] == data.index(A.nonce[:size])
    assert len(location.lines) == 1


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
def test_forged_letters_do_not_make_messages(letters, times):
    """One or the other may be put together by chance; all that were sent cannot be."""
    forged = "\n".join(letters * times) + "\n"
    sequence = [message(name, 2 * n, 2 * n + 1) for n, name in enumerate("abc")]
    assert len(find_mentions(stream(forged), sequence)) < 3


def test_pieces_come_after_those_of_a_message_that_had_settled_before():
    first, second = message("a", 1, 2), message("b", 3, 4)
    one, other = ("".join(f"{letter}\n" for letter in m.nonce) for m in (first, second))
    assert sorted(find_mentions(stream(one + other), (first, second))) == ["a", "b"]
    assert sorted(find_mentions(stream(other + one), (first, second))) == ["a"]
    together = message("a", 1, 4), message("b", 2, 4)
    assert sorted(find_mentions(stream(other + one), together)) == ["a", "b"]


def test_an_incomplete_nonce_is_not_a_message():
    assert found(A.nonce[:-1] + "\n") == []
    assert found(A.nonce[1:] + "\n") == []
    assert found(A.nonce[:6] + "\n" + A.nonce[7:]) == []
    assert found(A.nonce[6:] + "\n" + A.nonce[:6]) == []


def lines(*pieces: str) -> str:
    return "".join(f"{piece}\n" for piece in pieces)


FIVES = [A.nonce[at : at + 5] for at in range(0, 16, 5)]
FOURS = [A.nonce[at : at + 4] for at in range(0, 16, 4)]


def test_the_last_piece_comes_last():
    assert found(lines(*FIVES), A) == ["a"]
    assert found(lines(FIVES[-1], *FIVES[:-1]), A) == []
    assert found(lines(*FIVES[:-1]), A) == []


def test_pieces_of_one_size_stand_equally_far_from_the_ends_of_their_lines():
    assert found(lines(*FOURS), A) == ["a"]
    assert found(lines(*(f"{piece}!" for piece in FOURS)), A) == ["a"]
    assert found(lines(*FOURS[:-1], FOURS[-1] + "!"), A) == []


def test_two_stray_pieces_at_most_are_passed_over():
    assert found(lines("jjjjj", *FIVES[:2], "qqqqq", *FIVES[2:]), A) == ["a"]
    assert found(lines("jjjjj", *FIVES[:2], "qqqqq", "zzzzz", *FIVES[2:]), A) == []
    # Of another size there may be any number.
    assert found(lines(*["jj"] * 30, *FIVES), A) == ["a"]


def test_the_place_of_a_message_that_is_cut_is_an_interval():
    again = lines(FIVES[0], FIVES[0], *FIVES[1:])
    assert offsets(again, A) == {"a": (0, 6)}
    behind = lines(*FIVES[:2], FIVES[0], *FIVES[2:])
    assert offsets(behind, A) == {"a": (0, 0)}


def test_no_piece_belongs_to_two_messages_of_which_one_had_settled_before():
    first, second = message("c", 1, 2), message("b", 3, 4)
    assert first.nonce[-1] == second.nonce[0]
    assert found(lines(*first.nonce, *second.nonce), first, second) == ["b", "c"]
    assert found(lines(*first.nonce, *second.nonce[1:]), first, second) == ["c"]


# --- the longest prefix ---

TEXT = A.nonce + B.nonce + C.nonce


@given(st.integers(1, 48), st.data())
def test_a_text_is_whole_in_any_pieces(size, data):
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    log = "".join(f"{data.draw(st.sampled_from(['recv: ', '', '<']))}{piece}\n" for piece in pieces)
    assert longest_prefix(log.encode(), TEXT) == len(TEXT)
    assert longest_prefix(log.upper().encode(), TEXT) == len(TEXT)


@pytest.mark.parametrize(
    ("log", "kept"),
    [
        (f"{A.nonce}\n{C.nonce}\n", 16),
        (f"{B.nonce}\n{A.nonce}\n", 16),
        (f"{A.nonce}\n{B.nonce[:5]}\n", 21),
        (f"{B.nonce}\n", 0),
        ("", 0),
    ],
    ids=["a gap", "out of order", "an end that is cut", "the beginning is lost", "nothing"],
)
def test_what_follows_a_gap_does_not_count(log, kept):
    assert longest_prefix(log.encode(), TEXT) == kept


def test_the_spaces_of_a_text_do_not_count():
    text = f"{A.nonce} {B.nonce}"
    assert longest_prefix(f"{A.nonce}\n{B.nonce}\n".encode(), text) == len(text)
    assert longest_prefix(b"", text) == 0


def test_each_record_may_repeat_all_of_the_text_before_it():
    text = f"{A.nonce} {B.nonce * 10}"
    log = "".join(f"{text[:end]}\n" for end in range(1, len(text) + 1))
    assert longest_prefix(log.encode(), text) == len(text)


def test_a_text_that_fits_in_very_many_ways_is_followed_in_the_longest_of_them():
    letters = WAYS + 100
    assert longest_prefix(b"j\n" * letters, "j" * (letters + 1)) == letters


def test_a_long_text_is_looked_for_from_its_nonce_on():
    """As many runs of letters may stand before it as there are, and again its nonce behind it."""
    letters = A.nonce + B.nonce
    pieces = letters[:20] + "|" + letters[20:]
    for log in (pieces, pieces.upper()):
        data = b"x " * RUNS + log.encode()
        assert longest_prefix(data, letters) == len(letters)
        for again in (A.nonce, A.nonce.upper()):
            assert longest_prefix(f"{log}\n{again}\n".encode(), letters) == len(letters)
    in_parts = "\n".join([letters[:9], letters[9:20], letters[20:]])
    assert longest_prefix(in_parts.encode(), letters) == len(letters)


def test_a_long_text_may_stand_between_others_letters():
    letters = A.nonce + B.nonce
    for log in (f"xx{letters}", f"xx{letters}{A.nonce}", f"{letters[:20]}|{letters[20:]}jqxzj"):
        assert longest_prefix(log.encode(), letters) == len(letters)


def test_a_short_run_is_no_end_with_others_letters_behind_it():
    letters = A.nonce + B.nonce
    short = f"{letters[:26]}|{letters[26:]}jqxzjqxzjq"
    assert longest_prefix(short.encode(), letters) == 26
    assert longest_prefix(f"{short}x".encode(), letters) == 32
