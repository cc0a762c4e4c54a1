"""The messages that a server was sent, and which of them its files contain.

Definitions
===========

**Look**: the agent reads the files. It looks whenever the server has settled after input, and, if
the server may then act without further input (``watching.unprompted``), once more before the next
input. What has not changed since the last look is not read again (``files.watch``).

A server that does not sleep, or wakes by itself, may be in the middle of writing a file anew at
that moment. So where its files do not only grow, and do not contain all messages, the agent looks
again as long as they change, and the look that finds most counts.

**Contained**: a message is contained in the files if its nonce is.

**Logged**: a message is logged once a look has found it.

**Rewritten**: between two looks the server has rewritten its files if messages have vanished from
all of them, or stand in another order in one. It did so *unprompted* if it handled no input
meanwhile, or if a thread that waits for no input ran meanwhile.

What was in the files when the server had settled was logged, whatever the server does to them
later. So where it rewrites them unprompted, the files as they were at the look before are written
as events too: they count (``model.history``), and when the thread got round to it does not. Where
it takes messages out while it handles further input, it is the handling that loses them, each time
alike: then the later files count.

Between handling a message and the look at it, a thread may take the message out again. So where a
server rewrites its files unprompted and a message was never found, the message is *uncertain*: that
proves nothing, and the scenario is played once more. A message that one of the plays has found is
certain: what a server itself loses, it loses each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from .events import Events, pack, path_text
from .files import logs
from .files.logs import LogFile
from .files.nonces import FollowedText, find_in_files, find_misplaced, order_in_files
from .files.scenarios import FilesOfScenarios
from .files.watch import FileWatch
from .files.workspace import Workspace
from .vocabulary import TERMINAL, Look

_KEPT = 1 << 20
"""Bytes of files that are followed, and kept from one look to the next. A right server writes a
tenth of it."""

_UNCHANGED = 10_000_000
"""Nanoseconds of its processor time, ten turns of a loop or more, in which a server that keeps
writing a file changes it."""


class SentMessages:
    """The messages of one scenario.

    ``nonces`` supplies texts that exist nowhere else; ``limit``: bytes of files that are read;
    ``former``: the messages of the scenario that the server has played before.
    """

    def __init__(
        self,
        events: Events,
        workspace: Workspace,
        nonces: Iterator[str],
        limit: int,
        former: SentMessages | None = None,
    ) -> None:
        self._events = events
        self._workspace = workspace
        self._nonces = nonces
        self._limit = limit
        self.nonces: dict[str, str] = {}
        """Each message's nonce."""
        self._letters = 0
        """The number of the nonces' letters in all messages."""
        self._typed: set[str] = set()
        self.found: dict[Look, set[str]] = {}
        """The messages that the files contained, or had contained before they were rewritten
        unprompted, at the last look of each kind."""
        self.track_order = False
        """Whether each look of a kind also notes the messages' order, which takes a while in a long
        log."""
        self.order: list[str] = []
        """The messages in the order of their first occurrence, at the last look that noted it."""
        self.written = 0
        """Bytes of files that were written as events."""
        self._watch: FileWatch | None = (
            former._watch if former else workspace.watch(min(limit, _KEPT))
        )
        self._texts: dict[str, FollowedText] = {
            path: text.without_places() for path, text in (former._texts if former else {}).items()
        }
        """By path, as of the last look."""
        self._earlier: FilesOfScenarios = former._earlier if former else FilesOfScenarios()
        self._contained_now: set[str] = set()
        """The messages that the files contained at the last look."""
        self._logged: set[str] = set()
        self.rewritten = False
        """Whether the files were rewritten unprompted."""
        self._writes_anew = False
        """Whether a file was seen not only to grow."""
        self._vanished: set[str] = set()
        """The messages that the files have contained, and do not any longer."""
        self._taken_out: set[str] = set()
        """The messages that have vanished unprompted."""
        self.restless = False
        """Whether the server has not slept since its last input. Then files that are too large to
        be followed may be found in the middle of a rewriting."""
        self._last_followed: list[LogFile] = []
        """The files as they were before they became too large to be followed."""
        self._deferred = False
        """Whether the server has handled input since the last look."""
        self._space = _KEPT
        """Bytes that may still be written of files as they were before they were rewritten."""
        self._searched: tuple[int, dict[str, object] | None, set[str]] = (0, None, set())
        """The last search of files too large to be followed: for how many messages, in which files,
        and what it found."""

    def of_next(self, nonces: Iterator[str], limit: int) -> SentMessages:
        """The messages of the next scenario that this server plays."""
        return SentMessages(self._events, self._workspace, nonces, limit, self)

    def fresh_nonce(self) -> str:
        """Return a text that exists nowhere else."""
        return next(self._nonces)

    def add(self, source: str, tail: str, nonce: str = "") -> str:
        """Record that ``source`` is about to send a message. Returns its text."""
        nonce = nonce or self.fresh_nonce()
        message = f"m{len(self.nonces) + 1}"
        self.nonces[message] = nonce
        if source == TERMINAL:
            self._typed.add(message)
        self._letters += len(logs.letters((nonce + tail).encode()))
        self._events.write("sent", message=message, source=source, text=nonce + tail)
        return nonce + tail

    def typed(self, message: str) -> bool:
        """Whether it was typed on the terminal."""
        return message in self._typed

    @property
    def logged(self) -> set[str]:
        """The messages that were logged by the last look; where the files are too large to be
        followed, those that they contain."""
        return self._logged if self._following() else self._contained_anywhere()

    def missing(self) -> set[str]:
        """The messages that were not logged by the last look."""
        return self.nonces.keys() - self.logged

    def credit(self, found: Set[str]) -> None:
        """Count as logged what earlier plays of the scenario have ``found``."""
        self._logged |= found & self.nonces.keys()
        for look in self.found.values():
            look |= found & self.nonces.keys()

    def follow(self, *, unprompted: bool, moments: Iterable[int] = ()) -> None:
        """Look, and note what has changed since the last look.

        Args:
            unprompted: whether the server may have changed its files without input.
            moments: those at which a server that may be writing its files is looked at again, by
                its processor time in nanoseconds.
        """
        if not self.nonces or not self._following():
            return
        unprompted, self._deferred = unprompted and not self._deferred, False
        texts, contained = dict(self._texts), self._contained_now
        self._look_again()
        if any(self._texts.get(path) is not text for path, text in texts.items()):
            self._writes_anew = True
        if self._writes_anew:
            self._find_most(moments)
        if not self._following():
            self._last_followed = [text.file for text in texts.values()]
            return
        now = self._contained_now
        if new := now - self._logged:
            self._logged |= new
            misplaced = find_misplaced(self._texts.values(), self.nonces, new)
            self._events.write("logged", messages=sorted(new), misplaced=misplaced)
        gone = contained - now
        self._vanished = (self._vanished | gone) - now
        if gone or (unprompted and self._reordered(texts)):
            self._events.write("rewritten", messages=sorted(gone), unprompted=unprompted)
            if unprompted:
                self.rewritten = True
                self._taken_out |= gone
                self._keep([text.file for text in texts.values()])

    def defer(self) -> None:
        """Leave a look after input to the next one, since no message is awaited."""
        self._deferred = True

    def look(self, when: Look, moments: Iterable[int] = ()) -> list[LogFile]:
        """Note which messages the files contain by now. Returns the files: those that contain all
        messages, or all files.

        The server must have handled no input since the last look.
        """
        self.follow(unprompted=True, moments=moments)
        files, contained = [text.file for text in self._texts.values()], self._contained_now
        if when == "stopped" or self.track_order or contained != self.nonces.keys():
            files = self._read()
            contained = self._contained(files)
        if self.restless and (gone := self._contained(self._last_followed) - contained):
            self._events.write("rewritten", messages=sorted(gone), unprompted=True)
            self._taken_out |= gone
            self._keep(self._last_followed)
            self._last_followed = []
        self.found[when] = contained | self._taken_out
        if self.track_order:
            self.order = order_in_files(self.nonces, files)
        self._events.write("found", when=when, messages=sorted(self.found[when]))
        return files

    def end(self) -> bool:
        """End the scenario, and leave the server to the next one, if that will do no harm.

        Then what the scenario has added to the files is written as events. Returns False where that
        could not stand for the files of a server that was started for this scenario.
        """
        written_anew = self._writes_anew and not self._earlier.begun_anew
        if not self._following() or written_anew or self.rewritten:
            return False
        added = self._earlier.end(self._all_files(), self.nonces.values(), self._letters)
        if added is None:
            return False
        self.write_files(added)
        return True

    def keeps_earlier(self) -> bool:
        """Whether the server, which has ended, has left alone what it logged in the scenarios that
        it has played to their ends."""
        if not self._following():
            return not self._earlier.files
        return self._earlier.intact(self._all_files())

    def begin_anew(self) -> None:
        """Allow for a server that is started again, and may empty its log then."""
        self._earlier.begun_anew = True

    def _all_files(self) -> dict[str, LogFile]:
        assert self._watch
        self._watch.reread()
        self._watch.rescan()
        return self._watch.files

    def write_files(self, files: list[LogFile], *, rewritten: bool = False) -> None:
        """Write the files as events: the final ones, or those that the server has ``rewritten``
        unprompted."""
        for file in files:
            self.written += len(file.data)
            self._events.write(
                "log",
                path=path_text(self._workspace.name(file.path)),
                size=file.size,
                data=pack(file.data),
                written=self._events.clock(file.written),
                rewritten=rewritten,
            )

    def close(self) -> None:
        """Stop following the files."""
        if self._watch:
            self._watch.close()

    # --- following the files ---

    def _following(self) -> bool:
        return self._watch is not None and not self._watch.overflowed

    def _look_again(self) -> None:
        assert self._watch
        files = self._watch.files
        self._watch.reread()
        self._search(files)
        if self._contained_now != self.nonces.keys():
            self._watch.rescan()
            self._search(files)
        if self._contained_now != self.nonces.keys():
            # Cut ones, too.
            self._contained_now |= self._contained([*map(self._earlier.added, files.values())])

    def _find_most(self, moments: Iterable[int]) -> None:
        """Look again at each of ``moments``, until all messages are found that have not vanished
        for good, or no file changes any more. The look that found most counts."""
        assert self._watch
        wanted = self.nonces.keys() - self._vanished
        most = self._contained_now, self._texts
        files, changed = dict(self._watch.files), 0
        for ran in moments if not wanted <= most[0] else ():
            if not self._following() or ran - changed > _UNCHANGED:
                break
            self._look_again()
            if self._watch.files != files:
                files, changed = dict(self._watch.files), ran
            if len(self._contained_now) >= len(most[0]):
                most = self._contained_now, self._texts
            if wanted <= most[0]:
                break
        self._contained_now, self._texts = most

    def _search(self, files: dict[str, LogFile]) -> None:
        self._texts = {
            path: self._texts[path]
            if path in self._texts and self._texts[path].file is file
            else self._texts.get(path, FollowedText()).follow(file, self.nonces)
            for path, file in files.items()
        }
        self._contained_now = set().union(*(text.places for text in self._texts.values()))

    def _reordered(self, former: dict[str, FollowedText]) -> bool:
        """Whether messages stand in another order in one of the files than they did in ``former``
        ones."""
        for path, text in self._texts.items():
            if path in former and former[path] is not text:
                before, now = former[path].places, text.places
                common = [message for message in before if message in now]
                if sorted(common, key=before.__getitem__) != sorted(common, key=now.__getitem__):
                    return True
        return False

    def _keep(self, files: list[LogFile]) -> None:
        size = sum(len(file.data) for file in files)
        if size <= self._space:
            self._space -= size
            self.write_files(files, rewritten=True)

    # --- searching all files ---

    def _read(self) -> list[LogFile]:
        return self._workspace.logs(self._limit, list(self.nonces.values()))

    def _contained_anywhere(self) -> set[str]:
        """The messages that all files contain. Large ones take half a second to search, so they are
        not searched again until one has changed, or another message was sent."""
        stamps = self._workspace.stamps()  # before they are read: they may change meanwhile
        count, known, found = self._searched
        if stamps is None or stamps != known or count != len(self.nonces):
            found = self._contained(self._read())
            self._searched = len(self.nonces), stamps, found
        return found

    def _contained(self, files: list[LogFile]) -> set[str]:
        return find_in_files(self.nonces, files)
