"""Many words in one text: each place, as a search for each word would find it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.logs.search import Words

few_letters = st.text("jq", min_size=1, max_size=6).map(str.encode)


@given(st.sets(few_letters, min_size=1, max_size=16), st.text("jqx", max_size=60).map(str.encode))
def test_each_place_is_found_once(words: set[bytes], text: bytes) -> None:
    found = list(Words(words).find(text))
    assert sorted(found) == sorted(
        (word, at) for word in words for at in range(len(text)) if text.startswith(word, at)
    )


@given(st.sets(few_letters, min_size=1, max_size=16), st.text("jq", max_size=60).map(str.encode))
def test_those_of_one_word_come_in_order(words: set[bytes], text: bytes) -> None:
    found = list(Words(words).find(text))
    for word in words:
        places = [at for other, at in found if other == word]
        assert places == sorted(places)


@pytest.mark.parametrize("shortest", range(1, 6))
def test_each_place_of_many_words_is_found_once(shortest: int) -> None:
    lengths = range(shortest, shortest + 3)
    words = ["".join(letters).encode() for n in lengths for letters in product("jq", repeat=n)]
    text = b"jqqjjjqjqqqjxqjqjjqqjxxjjjjqqqqjqj"
    found = list(Words(words).find(text))
    assert sorted(found) == sorted(
        (word, at) for word in words for at in range(len(text)) if text.startswith(word, at)
    )
    for word in words:
        places = [at for other, at in found if other == word]
        assert places == sorted(places)


def test_no_words_are_nowhere() -> None:
    assert list(Words(()).find(b"jqxz")) == []
