"""The files of an export, as values."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import msgspec

from grader.model.text import Text, cut, say
from grader.submissions.names import is_package_file, is_submission_path

Parts = tuple[str, ...]
"""The parts of a path, each of them safe (:func:`.entry_names.safe_parts`)."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A file of an export."""

    parts: Parts
    file: Path
    """Where its content is."""
    root: Path
    """A folder above ``file``, below which no link is followed."""

    def below(self, *folder: str) -> "Item":
        """The same file, in a folder."""
        return msgspec.structs.replace(self, parts=(*folder, *self.parts))

    def without(self, count: int) -> "Item":
        """The same file, without the first ``count`` folders of its path."""
        return msgspec.structs.replace(self, parts=self.parts[count:])


_LONGEST_NAME = 300
"""Characters of a name that are shown. A tar's name may have any number of them."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not imported."""

    where: str
    """The path, as the export has it. Untrusted."""
    why: Text


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """What an export holds."""

    items: tuple[Item, ...] = ()
    problems: tuple[Problem, ...] = ()
    ignored: tuple[Parts, ...] = ()
    """What a rule ignores: of a folder, only its own path."""


class TreeBuilder:
    """Collects the entries of an archive or a folder; of those with one name only the first."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._problems: list[Problem] = []
        self._ignored: dict[Parts, None] = {}
        self._files: set[Parts] = set()
        self._folders: set[Parts] = set()

    def admits(self, parts: Parts) -> bool:
        """Whether a file at this path is one of the tree's. If it is not, it is noted why."""
        if ignored := _ignored_part(parts):
            self._ignored[ignored] = None
            return False
        key = tuple(unicodedata.normalize("NFC", part.casefold()) for part in parts)
        above = {key[:length] for length in range(1, len(key))}
        if key in self._files or key in self._folders or above & self._files:
            self.refuse("/".join(parts), say("another file has the same name"))
            return False
        self._files.add(key)
        self._folders |= above
        return True

    def add(self, parts: Parts, file: Path, root: Path) -> None:
        """Add a file that was admitted."""
        self._items.append(Item(parts=parts, file=file, root=root))

    def ignore(self, parts: Parts) -> bool:
        """Whether a rule ignores a folder of this path; then it is noted."""
        ignored = _ignored_part(parts)
        if ignored:
            self._ignored[ignored] = None
        return bool(ignored)

    def refuse(self, where: str, why: Text) -> None:
        """Note that an entry is not part of the tree."""
        self._problems.append(Problem(where=cut(where, _LONGEST_NAME), why=why))

    @property
    def tree(self) -> Tree:
        """What was collected."""
        return Tree(
            items=tuple(self._items),
            problems=tuple(self._problems),
            ignored=tuple(self._ignored),
        )


def _ignored_part(parts: Parts) -> Parts | None:
    for length, part in enumerate(parts, 1):
        if not is_submission_path([part]) and not is_package_file(part):
            return parts[:length]
    return None


def common_folder(items: Iterable[Item]) -> str | None:
    """The one folder that holds all ``items``; None: there is none."""
    first = {item.parts[0] if len(item.parts) > 1 else None for item in items}
    return first.pop() if len(first) == 1 else None
