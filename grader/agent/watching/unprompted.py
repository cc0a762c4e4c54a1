"""Whether a server may have done something without further input, as a timer makes it.

A server with one thread that is woken by input handles that. Where several threads ran, it is
unknown which of them did what; but one that waits for no input (a plain sleep, a timed wait for
another thread) was woken by a timer or by another thread.
"""

from __future__ import annotations

from ..kernel.snapshot import Snapshot, Thread


def after(taken: Snapshot) -> bool:
    """Whether it may act after ``taken``, other than by continuing what it does for earlier input.

    A server with one thread that is in a plain sleep, or runs, is still handling its input.
    """
    if len(taken.threads) > 1:
        return taken.timed
    return taken.asleep and taken.timed and not any(map(_waits_for_no_input, taken.threads))


def between(before: Snapshot, now: Snapshot) -> bool:
    """Whether it may have acted without input between two snapshots, besides handling input."""
    if len(before.threads) == 1 == len(now.threads):
        return False
    former = {(thread.process, thread.thread): thread for thread in before.threads}
    for thread in now.threads:
        earlier = former.pop((thread.process, thread.thread), None)
        if earlier is None or (_waits_for_no_input(earlier) and earlier.cpu != thread.cpu):
            return True
    return any(map(_waits_for_no_input, former.values()))


def _waits_for_no_input(thread: Thread) -> bool:
    call = thread.call
    if call is None:
        return True
    if call.name in ("select", "poll"):
        watched = call.arguments[0 if call.name == "select" else 1]
        return call.timed and watched == 0
    return call.timed and call.name in ("sleep", "futex", "sigwait")
