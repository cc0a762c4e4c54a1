"""Searches one text for many words at once."""

from collections.abc import Collection, Iterator

_FEW = 8
"""Up to so many words are faster to find one by one: in 64 KiB each takes 0.1 ms, and all at once
take 2.4 ms."""


class Words:
    """A set of words to search for, none of them empty.

    The search divides the text into steps. A step and a block together are no longer than the
    shortest word, so wherever a word occurs, one of its first blocks begins at a multiple of the
    step. Only the blocks there are looked up: a few thousand in a text of 64 KiB, where a search
    for each of a hundred words took 30 ms.
    """

    def __init__(self, words: Collection[bytes]) -> None:
        self._few = list(words) if len(words) <= _FEW else None
        if self._few is not None:
            return
        shortest = min(map(len, words))
        self._size = (shortest + 1) // 2
        self._step = shortest - self._size + 1
        self._blocks: dict[bytes, list[tuple[int, bytes]]] = {}
        for word in words:
            # Last block first: then the offsets of one word come out in order.
            for at in reversed(range(self._step)):
                block = word[at : at + self._size]
                self._blocks.setdefault(block, []).append((at, word))

    def find(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield each occurrence of a word: the word and its offset. Those of one word are in
        order."""
        if self._few is not None:
            yield from self._find_each(self._few, text)
            return
        for at in range(0, len(text) - self._size + 1, self._step):
            for before, word in self._blocks.get(text[at : at + self._size], ()):
                if before <= at and text.startswith(word, at - before):
                    yield word, at - before

    @staticmethod
    def _find_each(words: list[bytes], text: bytes) -> Iterator[tuple[bytes, int]]:
        for word in words:
            at = text.find(word)
            while at >= 0:
                yield word, at
                at = text.find(word, at + 1)
