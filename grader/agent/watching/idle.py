"""What a server does while nothing is asked of it: whether it rests, polls or spins."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..files.workspace import Workspace
from ..kernel import procfs
from ..kernel.procfs import Thread, View
from .observer import Observer

MILLISECOND = 1_000_000

WINDOW = 0.5
"""Seconds over which a server with timers is watched, at most. A right one needs a few
milliseconds of processor time in it, one that spins all of it."""

SPINS = 250 * MILLISECOND
"""Processor time, most of the time that there was, after which a server is known to spin."""

SPINS_AGAIN = 100 * MILLISECOND
"""The same for one that was known never to sleep before."""

NAP = 2.5
"""Seconds to wait for the end of a sleep in which nothing is watched."""

CALM_WINDOW = 0.1
"""Seconds after which a server that has hardly run (a fiftieth of the time) is known well
enough: at that rate nothing of what is judged would show in a longer window either."""


def observe(
    watch: Observer, places: Workspace, look: Callable[[], View], *, spun: bool
) -> dict[str, Any]:
    """What a server does while nothing is asked of it, as an event's fields; ``look`` views it.

    ``spun``: it is known not to have slept before.

    Asleep without a time limit it is at rest, and nothing more is to be seen. Otherwise it
    is watched: until it is known to be calm, or to spin, or the window is over. Naps, with
    nothing watched, may be the end of what was asked of it before; so they are awaited, once.
    """
    size = places.size()
    samples = [look()]
    began, used, napped = time.monotonic_ns(), 0.0, naps(samples[0])
    napping = napped
    while True:
        view = samples[-1]
        if view.asleep and not view.timed:
            samples, began = [view], time.monotonic_ns()
            break
        napping = napping and (naps(view) or not view.asleep)
        if napped and not napping:
            samples, began, used, napped = [view], time.monotonic_ns(), 0.0, False
        ran = view.use.ran - samples[0].use.ran
        waited = view.use.waited - samples[0].use.waited
        able = time.monotonic_ns() - began - waited
        if ran > (SPINS_AGAIN if spun else SPINS) and 2 * ran > able:
            break
        woke = view.use.turns - samples[0].use.turns > 1
        calm = view.asleep and 50 * ran < able
        if used > CALM_WINDOW and calm and (woke or not naps(view)) and not napping:
            break
        if used > (NAP if napping or naps(view) else WINDOW):
            break
        used += watch.pump(0.005)
        samples.append(look())
    asleep = [sample for sample in samples if sample.asleep]
    return {
        "wall": time.monotonic_ns() - began,
        "ran": max(0, samples[-1].use.ran - samples[0].use.ran),
        "waited": max(0, samples[-1].use.waited - samples[0].use.waited),
        "samples": len(samples),
        "calls": _calls(samples),
        "processes": max(sample.processes for sample in samples),
        "threads": watch.describe((asleep or samples)[-1]),
        "written": places.size() - size,
        "half_closed": watch.half_closed(),
    }


def naps(view: View) -> bool:
    """Whether the server sleeps for a time, and for nothing else."""
    return view.asleep and all(map(_naps, view.threads))


def _naps(thread: Thread) -> bool:
    call = thread.call
    if call is None or call.name == "sleep":
        return call is not None
    # A select that watches nothing is a sleep, too.
    return (
        call.name in ("select", "poll") and call.timed and not procfs.watched(thread.process, call)
    )


def _calls(samples: list[View]) -> dict[str, int]:
    """How often each call was slept in; ``""``: some thread ran, or slept in none."""
    counts: dict[str, int] = {}
    for sample in samples:
        for thread in sample.threads:
            name = thread.call.name if thread.call else ""
            counts[name] = counts.get(name, 0) + 1
    return counts
