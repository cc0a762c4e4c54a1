"""Invented languages for tests."""

from gettext import NullTranslations

from grader.model.text import Translate


class _Replacing(NullTranslations):
    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self._words = words

    def gettext(self, message: str) -> str:
        for word, translation in self._words.items():
            message = message.replace(word, translation)
        return message

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def replacing(words: dict[str, str]) -> Translate:
    """English in which each key of ``words`` is replaced by its value."""
    return Translate(_Replacing(words))
