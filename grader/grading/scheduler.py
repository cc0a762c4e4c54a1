"""Runs many gradings at once: none stops the others, and each result is there as soon as possible.

How many run at once depends on the load, not only on the number of processors. A wrong server is
waited for most of the time, which leaves the processors idle; but a server that gets no processor
time is slower than its timeouts allow for, and a busy machine finishes nothing earlier.
"""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import msgspec

from grader.model.plan import MIB, Limits

AGENT_MEMORY = 128 * MIB
"""Bytes that a sandbox uses in addition to the limit of its submission."""

PER_PROCESSOR = 4
"""Most submissions at once for each processor."""

SAMPLE = 0.25
"""Seconds for which the processors are observed before one more is admitted."""

MIN_IDLE = 0.15
"""The share of that time for which they must have been idle."""

Item = TypeVar("Item")
Result = TypeVar("Result")


class Attempt(msgspec.Struct, Generic[Item, Result], frozen=True):
    """The end of the work on one item."""

    item: Item
    result: Result | None
    """None: it failed."""
    error: Exception | None
    """None: it succeeded."""


def _processor_times() -> tuple[int, int] | None:
    """The time of all processors since boot and their idle time in it, in ticks.

    None where the kernel does not report it (outside Linux).
    """
    try:
        with open("/proc/stat", encoding="ascii") as file:  # noqa: PTH123
            figures = [int(figure) for figure in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return None
    return sum(figures), sum(figures[3:5])


class Admission:
    """Decides whether one more may start: some always may, and more while processors are idle."""

    def __init__(
        self,
        most: int,
        always: int,
        times: Callable[[], tuple[int, int] | None] = _processor_times,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Admit ``always`` at once, whatever the load, and never more than ``most``.

        Args:
            times: total and idle time of the processors; None where they are unknown, which counts
                as idle.
            clock: seconds.
        """
        self.most = most
        self._always = always
        self._times = times
        self._clock = clock
        self._before: tuple[int, int] | None = None
        self._since = -math.inf

    def admit(self, running: int) -> bool:
        """Whether one more may start while ``running`` are; if so, the caller starts it now."""
        if running >= self.most:
            return False
        free = running < self._always
        if not free and self._clock() - self._since < SAMPLE:
            return False
        free = free or self._idle()
        # A new sample: the load that one more causes shows only after it has started.
        self._before, self._since = self._times(), self._clock()
        return free

    def _idle(self) -> bool:
        now, before = self._times(), self._before
        if now is None or before is None:
            return True
        return now[1] - before[1] > MIN_IDLE * (now[0] - before[0])


def machine_admission(limits: Limits) -> Admission:
    """The admission that suits this machine."""
    return Admission(max_parallel(limits), (os.cpu_count() or 1) + 1)


def max_parallel(
    limits: Limits, *, processors: int | None = None, memory: int | None = None
) -> int:
    """How many submissions a machine can hold at once; at least one.

    Args:
        processors: its processors; None: this machine's.
        memory: its free bytes; None: this machine's, or no limit where it does not report them.
    """
    processors = processors or os.cpu_count() or 1
    memory = _free_memory() if memory is None else memory
    most = PER_PROCESSOR * processors
    fitting = most if memory is None else min(most, memory // (limits.memory + AGENT_MEMORY))
    return max(1, fitting)


def _free_memory() -> int | None:
    try:
        with open("/proc/meminfo", encoding="ascii") as file:  # noqa: PTH123
            for line in file:
                name, _, rest = line.partition(":")
                if name == "MemAvailable":
                    return int(rest.split()[0]) << 10
    except (OSError, ValueError, IndexError):
        pass
    return None


def run_all(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    *,
    admission: Admission,
    tolerate: tuple[type[Exception], ...],
    stop: Callable[[], object],
    recover: Callable[[], bool] = lambda: False,
) -> Iterator[Attempt[Item, Result]]:
    """Run ``work`` on each of ``items`` in threads, and yield each attempt when it ends.

    Args:
        admission: how many run at once.
        tolerate: exceptions of ``work`` that are part of an attempt. Any other ends everything and
            is raised.
        stop: aborts all running work, so that an interrupt need not wait for it.
        recover: called once, after all items, if some failed: whether to try those again.
    """
    pool = ThreadPoolExecutor(admission.most, thread_name_prefix="grade")
    try:
        failed = []
        for attempt in _run(pool, admission, items, work, tolerate):
            if attempt.error is None:
                yield attempt
            else:
                failed.append(attempt)
        if failed and recover():
            yield from _run(pool, admission, [each.item for each in failed], work, tolerate)
        else:
            yield from failed
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _run(
    pool: ThreadPoolExecutor,
    admission: Admission,
    items: Sequence[Item],
    work: Callable[[Item], Result],
    tolerate: tuple[type[Exception], ...],
) -> Iterator[Attempt[Item, Result]]:
    waiting = deque(items)
    running: dict[Future[Result], Item] = {}
    while waiting or running:
        while waiting and admission.admit(len(running)):
            item = waiting.popleft()
            running[pool.submit(work, item)] = item
        done, _ = wait(running, timeout=SAMPLE if waiting else None, return_when=FIRST_COMPLETED)
        for future in [future for future in running if future in done]:
            item = running.pop(future)
            error = future.exception()
            if error is None:
                yield Attempt(item, future.result(), None)
            elif isinstance(error, tolerate):
                yield Attempt(item, None, error)
            else:
                raise error
