"""No isolation: the program is an ordinary child process of the agent."""

from __future__ import annotations

from ..plan import Limits
from .base import Isolation


class NoIsolation(Isolation):
    """The program runs as the agent's own user, with its privileges.

    This is for one's own program on one's own computer.
    """

    def drop_privileges(self, limits: Limits) -> None:
        """Do nothing: the program keeps the agent's privileges."""

    def give(self, target: str | int) -> None:
        """Do nothing: the program's user is the agent's, which owns it already."""
