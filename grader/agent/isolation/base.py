"""What stands between the agent and the program that it starts.

- :class:`Parting`: nothing, on one's own computer, for one's own program;
- :class:`AnotherUser`: in a container the agent is root, and the program another user;
- :class:`Namespaces`: an ordinary user has no other user's rights to give away. So the program
  gets namespaces of its own, in which the agent does not exist.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Iterable, Iterator
from typing import Any

from .. import untrusted_fs
from ..kernel import procfs
from .process_tree import Offspring, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import box

PROGRAM = "submission.py"
"""The neutral name under which a program runs: as ``select.py`` or ``socket.py`` it would hide the
module that it imports."""


class Parting:
    """Nothing: the program is a process like the agent itself."""

    owns_root = False
    """Whether all that can be written to is the program's: it runs in a sandbox."""
    counts_memory = False
    """Whether what the kernel says of memory that ran out is said of this sandbox alone."""

    def start(
        self,
        run: Run,
        folder: str,
        files: list[int],
        limits: dict[str, Any],
        following: Iterable[str],
    ) -> Offspring:
        """Start ``run`` behind the wall, in ``folder``.

        Args:
            run: it may not differ from one start to the next, nor may the limits.
            files: a terminal for it, and where it tells what was in the way.
            following: the folders of starts to come, which may be prepared.

        Raises:
            ChildProcessError: there is no wall.
        """
        terminal, tell = files

        def begin() -> tuple[str, dict[str, str]]:
            os.login_tty(terminal)
            try:
                with self.acting():
                    os.chdir(folder)
            except OSError:
                # The program itself has removed or closed it, when it ran before. Python then says
                # that it cannot open the file.
                os.chdir("/")
            return PROGRAM, {}

        process = os.fork()
        if process == 0:
            run(folder, tell, begin)
        return Offspring(process)

    def become(self, limits: dict[str, Any]) -> None:
        """In the process that is about to be the program: keep the rights that it is to have."""

    def give(self, target: str | int) -> None:
        """Make a path, or an open file, the program's own."""

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Act with the program's rights."""
        yield

    def kill(self) -> None:
        """Kill everything that was started."""
        for process in procfs.descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


class AnotherUser(Parting):
    """The program is another user's, who has no rights at all."""

    owns_root = True
    counts_memory = True

    def __init__(self, user: int) -> None:
        from . import seccomp

        self._user = user
        self._filter = seccomp.install  # imported once, and not in each process that is filtered

    def become(self, limits: dict[str, Any]) -> None:
        """Become the user, and never anyone else."""
        limit(resource.RLIMIT_NPROC, limits["processes"])
        os.setgroups([])
        os.setresgid(self._user, self._user, self._user)
        os.setresuid(self._user, self._user, self._user)
        # The engine has a filter of its own; an old one's lets a program speak to the hypervisor.
        # Where a runtime takes none, it is not the only wall.
        with contextlib.suppress(OSError):
            self._filter()

    def give(self, target: str | int) -> None:
        """Make it the user's; a link itself, not what it leads to."""
        if isinstance(target, int):
            os.fchown(target, self._user, -1)
        else:
            os.chown(target, self._user, self._user, follow_symlinks=False)

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Act as the user for a while."""
        os.setegid(self._user)
        os.seteuid(self._user)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)

    def kill(self) -> None:
        """Kill every process of the user: a single call, so that none can fork away from it."""
        child = os.fork()
        if child == 0:
            try:
                os.setresgid(self._user, self._user, self._user)
                os.setresuid(self._user, self._user, self._user)
                os.kill(-1, signal.SIGKILL)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


class Namespaces(Parting):
    """The program has namespaces of its own, under whose process 1 all of it lives."""

    owns_root = True

    def __init__(self, user: int, root: str, home: str, folders: Iterable[str]) -> None:
        from . import seccomp

        self._user = user
        self._filter = seccomp.install  # as in AnotherUser
        named = [os.path.normpath(folder) for folder in folders if os.path.isabs(folder)]
        homes = os.path.dirname(home)
        self._root = root
        self._closed = (root,) if homes in named else (root, homes)
        wanted = [
            untrusted_fs.first_below(place, f) for place in self._closed for f in (home, *named)
        ]
        self._own = tuple(dict.fromkeys(place for place in wanted if place))
        self._walls: list[box.Wall] = []
        """In which programs wait to begin."""

    def start(
        self,
        run: Run,
        folder: str,
        files: list[int],
        limits: dict[str, Any],
        following: Iterable[str],
    ) -> Offspring:
        """Start ``run`` below a process 1 of its own; see :class:`Parting`."""
        following = tuple(following)
        for place in (folder, *following):
            if scenario := untrusted_fs.first_below(self._root, place):
                # What is the program's is settled now, even where it begins later; and as long as
                # nothing of it runs that could leave no room.
                os.makedirs(scenario, exist_ok=True)
        wall = self._waiting_in(folder) or self._build(run, folder, limits)
        wall.open_for(files[0])
        self._walls += [self._build(run, ahead, limits) for ahead in following]
        try:
            return wall.enter(files[1])
        except ChildProcessError:
            # What waited was ended just now, where memory ran out.
            wall = self._build(run, folder, limits)
            wall.open_for(files[0])
            return wall.enter(files[1])

    def _build(self, run: Run, folder: str, limits: dict[str, Any]) -> box.Wall:
        from . import box  # nobody else needs what it imports

        scenario = untrusted_fs.first_below(self._root, folder)
        own = (*self._own, scenario) if scenario else self._own
        return box.build(run, folder, self._user, limits, box.Grounds(own, self._closed))

    def _waiting_in(self, folder: str) -> box.Wall | None:
        """One whose program waits to begin in ``folder``, None where there is none. What waits
        elsewhere waits in vain, and is ended."""
        fit = []
        for wall in self._walls:
            if wall.folder == folder and wall.stands():
                fit.append(wall)
            else:
                wall.end()
        self._walls = fit[1:]
        return fit[0] if fit else None

    def become(self, limits: dict[str, Any]) -> None:
        """Give up what no namespace keeps apart."""
        if counts_apart(os.uname().release):
            limit(resource.RLIMIT_NPROC, limits["processes"])
        self._filter()


def counts_apart(release: str) -> bool:
    """Whether this release of Linux counts a user's processes for each namespace of users: 5.14
    and newer. Before, all that the person has started on this machine would count."""
    numbers = [int("0" + "".join(filter(str.isdigit, part))) for part in release.split(".")[:2]]
    return numbers >= [5, 14]


def parting(plan: dict[str, Any]) -> Parting:
    """The one that the plan asks for."""
    if plan["user"] is None:
        return Parting()
    if plan["inner"]:
        return Namespaces(plan["user"], plan["root"], plan["home"], plan["folders"])
    return AnotherUser(plan["user"])


def end_all(parted: Parting) -> None:
    """End everything that this agent has started, and return when nothing is left."""
    Offspring(0).reap_all(parted.kill)


def limit(what: int, value: int) -> None:
    """Limit this process and what it starts, at most to what it may have itself."""
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))
