"""The plan: the instructions that the agent gets."""

from __future__ import annotations

from typing import TypedDict, get_args

from .vocabulary import ScenarioName

VERSION = 4
"""Of the plans that this agent reads, and of the events that it writes."""


class Limits(TypedDict):
    """The resources that a submission may use."""

    patience: float
    """Seconds after which a server that leaves its input pending is given up."""
    total: float
    """Seconds for all scenarios."""
    memory: int
    """Bytes."""
    processors: float
    processes: int
    """Processes and threads."""
    open_files: int
    file_size: int
    """Bytes in one file."""
    disk: int
    """Bytes in all files of one folder tree."""
    terminal: int
    """Bytes of the terminal's output that are kept, from its beginning and from its end."""
    logs: int
    """Bytes of log files that are kept for one scenario."""


class Plan(TypedDict):
    """One submission's run. What is expected of the submission is not in it."""

    version: int
    source: str
    """The submission, in base64: the file that is run."""
    files: dict[str, str]
    """What lies beside it, in base64, by its path from there."""
    nonces: list[str]
    """Texts that exist nowhere else, each to be used once at most."""
    folders: list[str]
    """Folders to make: absolute, below ``~``, or relative to the program's folder."""
    addresses: list[str]
    """IP addresses to add to the sandbox's loopback interface."""
    user: int | None
    """The user id under which the submission runs; None: the agent's own."""
    namespaces: bool
    """Whether the submission is isolated by namespaces of its own; False: by another user."""
    alone: bool
    """Whether each scenario is played on a server of its own."""
    only: list[ScenarioName] | None
    """The scenarios to play, besides those that decide how these are played. None: all."""
    root: str
    """The folder in which each scenario gets a fresh one."""
    home: str
    """The submission's ``HOME``."""
    limits: Limits


def asked_scenarios(plan: Plan) -> frozenset[ScenarioName]:
    """The scenarios to play, with those that decide how these are played, except for ``terminal``
    and ``client``, which decide how each of the others is."""
    names: list[ScenarioName] = [*get_args(ScenarioName)] if plan["only"] is None else plan["only"]
    return frozenset((*names, *(each for name in names for each in _DECIDED_BY.get(name, ()))))


_DECIDED_BY: dict[ScenarioName, tuple[ScenarioName, ...]] = {"quiet": ("together", "newcomer")}
