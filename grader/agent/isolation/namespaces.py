"""Isolation without root: the program gets namespaces of its own.

An ordinary user cannot switch to another user, so the program runs as the agent's own user, but
in a *box*: namespaces in which the agent does not exist.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterable

from .. import untrusted_fs
from ..plan import Limits
from . import box, seccomp
from .base import Isolation, set_limit
from .init import WritablePaths
from .process_tree import Exec, ProcessTree


class SeparateNamespaces(Isolation):
    """The program runs in a box of its own; see :mod:`.box`.

    Args:
        user: the user id that the program has inside its box.
        root: the folder of all scenarios' folders.
        home: the program's home folder.
        folders: the folders that the program's source names.
    """

    sandboxed = True

    def __init__(self, user: int, root: str, home: str, folders: Iterable[str]) -> None:
        self._user = user
        named = [os.path.normpath(folder) for folder in folders if os.path.isabs(folder)]
        homes = os.path.dirname(home)
        self._root = root
        self._read_only = (root,) if homes in named else (root, homes)
        wanted = [
            untrusted_fs.first_below(mount, folder)
            for mount in self._read_only
            for folder in (home, *named)
        ]
        self._writable = tuple(dict.fromkeys(folder for folder in wanted if folder))
        self._warm: list[box.Box] = []
        """Boxes built ahead, whose programs wait to be released."""

    def start(
        self,
        exec_program: Exec,
        folder: str,
        files: tuple[int, int],
        limits: Limits,
        upcoming: Iterable[str],
    ) -> ProcessTree:
        """Start a program in a box; see :meth:`.Isolation.start`."""
        terminal, error_pipe = files
        upcoming = tuple(upcoming)
        for program_folder in (folder, *upcoming):
            if scenario := untrusted_fs.first_below(self._root, program_folder):
                # A box's writable folders must exist when it is built, even if its program starts
                # later; and no program is running now that could fill the disk.
                os.makedirs(scenario, exist_ok=True)
        chosen = self._take_warm(folder) or self._build(exec_program, folder, limits)
        tree = chosen.release(terminal)
        self._warm += [self._build(exec_program, ahead, limits) for ahead in upcoming]
        try:
            tree.await_start(error_pipe)
        except ChildProcessError:
            # The warm process was killed at this very moment, perhaps because memory ran out.
            tree = self._build(exec_program, folder, limits).release(terminal)
            tree.await_start(error_pipe)
        return tree

    def _build(self, exec_program: Exec, folder: str, limits: Limits) -> box.Box:
        scenario = untrusted_fs.first_below(self._root, folder)
        writable = (*self._writable, scenario) if scenario else self._writable
        paths = WritablePaths(writable, self._read_only)
        return box.build(exec_program, folder, self._user, limits["memory"], paths)

    def _take_warm(self, folder: str) -> box.Box | None:
        """Take a warm box for ``folder``, or None; end those for other folders, now useless."""
        fit = []
        for warm in self._warm:
            if warm.folder == folder and warm.is_warm():
                fit.append(warm)
            else:
                warm.end()
        self._warm = fit[1:]
        return fit[0] if fit else None

    def drop_privileges(self, limits: Limits) -> None:
        """Give up what namespaces do not separate."""
        if counts_processes_per_namespace(os.uname().release):
            set_limit(resource.RLIMIT_NPROC, limits["processes"])
        seccomp.install()

    def give(self, target: str | int) -> None:
        """Do nothing: to the kernel, the program's user is the agent's, which owns it already."""


def counts_processes_per_namespace(release: str) -> bool:
    """Whether this Linux release counts a user's processes per user namespace: 5.14 or newer.

    Older ones would count everything that the person has started on this machine.
    """
    numbers = [int("0" + "".join(filter(str.isdigit, part))) for part in release.split(".")[:2]]
    return numbers >= [5, 14]
