"""How a run was made."""

import platform

import msgspec

import grader
from grader.model.refusal import Refusal


class RunInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How a run was made: submission, sandbox, seed and time."""

    grader: str = grader.__version__
    python: str = platform.python_version()
    system: str = platform.platform()
    submission: str
    """The submission's name."""
    program: str = ""
    """The program's file name if it differs; otherwise empty."""
    sandbox: str
    seed: int
    time: str
    """When the run began: local time with its offset (ISO 8601)."""
    checks: str = ""
    """The file of custom checks with which it was first judged; empty: none."""
    checks_hash: str = ""
    """The SHA-256 of that file."""
    identity: str = ""
    """The agent and its Python (:attr:`grader.sandbox.Sandbox.identity`); empty: unknown."""
    by_chance: bool | None = None
    """Whether the seed is random; None: unknown."""
    refused: Refusal | None = None
    """Why the submission was not run; None: it was."""
    key: str = ""
    """Runs with the same key differ by chance only, so one can stand for the other. Empty: this
    run stands for no other."""
    only: tuple[str, ...] = ()
    """The checks for which it was made, if those are not all. It is no grade."""
