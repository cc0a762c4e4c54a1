"""The agent's entry point: reads a plan, has it played, and leaves no process behind."""

from __future__ import annotations

import json
import os
import signal
import sys
from typing import BinaryIO, NoReturn, cast

from .director import Director
from .events import Events
from .isolation.base import end_all
from .isolation.choose import choose
from .plan import VERSION, Plan


def main() -> NoReturn:
    """Play the plan on standard input; the events go to standard output."""
    signal.signal(signal.SIGTERM, _terminate)
    if os.getpid() != 1:
        adopt_orphans()
    plan = read_plan(sys.stdin.buffer)
    isolation = choose(plan)
    try:
        isolation.prepare(plan["addresses"])
        Director(plan, isolation, Events(sys.stdout.buffer)).run()
    finally:
        # However it ends: terminated, say, or because nobody reads its events any longer.
        end_all(isolation)
    os._exit(0)  # an orderly end of its Python would take 10 ms


def read_plan(stream: BinaryIO) -> Plan:
    """Read a plan: its length in bytes, a newline, JSON. The stream may stay open.

    Raises:
        ValueError: it is incomplete, or of another version.
    """
    length = int(stream.readline(12))
    text = stream.read(max(0, length))
    if len(text) != length:
        raise ValueError("the plan is not whole")
    plan = json.loads(text)
    if not isinstance(plan, dict) or plan.get("version") != VERSION:
        raise ValueError(f"this agent plays plans of version {VERSION}")
    return cast("Plan", plan)  # the host has validated it


def adopt_orphans() -> None:
    """Become the parent of the server's orphaned processes, as process 1 is anyway."""
    import ctypes

    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def _terminate(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
