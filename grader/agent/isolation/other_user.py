"""Isolation in a Docker container: the agent is root, the program an unprivileged user."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Iterable, Iterator

from ..plan import Limits
from . import seccomp
from .base import Isolation, set_limit

_MAKES_TERMINALS = "/dev/pts/ptmx"


class SeparateUser(Isolation):
    """The program runs as another user, without privileges.

    Args:
        user: the id of that user, and of its group.
    """

    sandboxed = True
    scoped_oom_counter = True

    def __init__(self, user: int) -> None:
        self._user = user

    def prepare(self, addresses: Iterable[str]) -> None:
        """Keep the terminals for the agent; add the addresses, and give up the capability that
        this takes, which exists for this only.

        Raises:
            OSError: the capability cannot be given up.
        """
        # All containers together have some three thousand terminals. Some runtimes have no owner
        # for this file.
        with contextlib.suppress(OSError):
            os.chmod(_MAKES_TERMINALS, 0o600)
        addresses = tuple(addresses)
        if addresses:
            from . import linux
            from .addresses import add_to_loopback

            add_to_loopback(addresses)
            linux.give_up_capability(linux.CAP_NET_ADMIN)

    def drop_privileges(self, limits: Limits) -> None:
        """Become the user, for good."""
        set_limit(resource.RLIMIT_NPROC, limits["processes"])
        os.setgroups([])
        self._become_user()
        # The container engine has a filter too, but older ones leave AF_VSOCK (to the hypervisor)
        # open. A runtime that accepts no filter still has the container's other barriers.
        with contextlib.suppress(OSError):
            seccomp.install()

    def give(self, target: str | int) -> None:
        """Make the user the owner; of a symbolic link itself, not of its target."""
        if isinstance(target, int):
            os.fchown(target, self._user, -1)
        else:
            os.chown(target, self._user, self._user, follow_symlinks=False)

    @contextlib.contextmanager
    def as_program(self) -> Iterator[None]:
        """Act as the user inside the ``with`` block."""
        os.setegid(self._user)
        os.seteuid(self._user)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)

    def kill_all(self) -> None:
        """Kill all of the user's processes in a single call, so that none can fork away."""
        child = os.fork()
        if child == 0:
            try:
                self._become_user()
                os.kill(-1, signal.SIGKILL)
            finally:
                os._exit(0)
        os.waitpid(child, 0)

    def _become_user(self) -> None:
        os.setresgid(self._user, self._user, self._user)
        os.setresuid(self._user, self._user, self._user)
