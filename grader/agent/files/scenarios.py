"""Tells what each of several scenarios, played on one server, has added to its files.

What a scenario has *added* stands for the files of a server that was started for it if

- the files have only grown since the scenario began, and none is gone;
- what was added to a file is whole lines, and as many of the nonces' letters as were sent: nothing
  is left in a buffer;
- no message of an earlier scenario is in it.

So a record belongs to one scenario, and is judged as if there were no other. Where this does not
hold, such as for a page that is written anew, or a summary at the end, each scenario is played on a
server of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import logs
from .logs import LogFile

_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
"""Byte order marks, without which the rest of a file could not be decoded."""


class FilesOfScenarios:
    """The files of a server, as they were when its last scenario ended."""

    def __init__(self) -> None:
        self.files: dict[str, LogFile] = {}
        self._nonces: list[bytes] = []
        """Of all messages by then."""
        self.begun_anew = False
        """Whether the server was started again since then, so that it may have emptied its log."""

    def added(self, file: LogFile) -> LogFile:
        """What ``file`` has gained since the last scenario ended."""
        former = self.files.get(file.path)
        if former is None or not file.data.startswith(former.data):
            return file
        mark = next((mark for mark in _MARKS if file.data.startswith(mark)), b"")
        data = (mark if former.data else b"") + file.data[len(former.data) :]
        return file._replace(data=data, size=len(data))

    def end(
        self, files: Mapping[str, LogFile], nonces: Iterable[str], letters: int
    ) -> list[LogFile] | None:
        """End a scenario. Returns what it has added; None, and no change, if that does not stand
        for itself.

        Args:
            files: all files, by path.
            nonces: those of the scenario's messages.
            letters: the number of the nonces' letters in these messages.
        """
        if not (self.begun_anew or self._only_grew(files)):
            return None
        grown = [file for path, file in files.items() if file is not self.files.get(path)]
        added = [self.added(file) for file in grown if file.data != self._former(file)]
        logged = sum(len(logs.letters(file.data)) for file in added)
        if logged < letters and not self.begun_anew:
            return None
        # With just the letters that were sent, there is no room for a message of another scenario.
        if not all(map(self._whole_lines, grown)) or (logged != letters and self._mentioned(added)):
            return None
        self.files = dict(files)
        self._nonces += [nonce.encode() for nonce in nonces]
        self.begun_anew = False
        return added

    def intact(self, files: Mapping[str, LogFile]) -> bool:
        """Whether the files have only grown since the last scenario ended, and not by messages of
        it or of an earlier one."""
        grown = [file for path, file in files.items() if file is not self.files.get(path)]
        return self._only_grew(files) and not self._mentioned(map(self.added, grown))

    def _former(self, file: LogFile) -> bytes:
        return self.files[file.path].data if file.path in self.files else b""

    def _only_grew(self, files: Mapping[str, LogFile]) -> bool:
        return all(
            path in files and files[path].data.startswith(former.data)
            for path, former in self.files.items()
        )

    def _whole_lines(self, file: LogFile) -> bool:
        """Whether what was added to ``file`` begins on a line of its own, and ends with one. Some
        programs write a line's end in front of it."""
        data, at = file.data, len(self._former(file))
        if not data.startswith(self._former(file)):
            at = 0
        # In UTF-16 a line's end is two bytes, of which either may come first.
        before, after, last = data[max(0, at - 2) : at], data[at : at + 2], data[-2:]
        begins = at == 0 or _ends_line(before) or _ends_line(after)
        return at == len(data) or (begins and (_ends_line(last) or _ends_line(after)))

    def _mentioned(self, added: Iterable[LogFile]) -> bool:
        """Whether messages of earlier scenarios are in what was ``added``."""
        for file in added:
            letters = logs.letters(file.data)
            if any(nonce in letters for nonce in self._nonces):
                return True
        return False


def _ends_line(data: bytes) -> bool:
    return b"\n" in data or b"\r" in data
