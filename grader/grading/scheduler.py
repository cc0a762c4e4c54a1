"""Grades many submissions at once: none of them stops the others, or waits for them."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import msgspec

from grader.model.plan import MIB, Limits

AGENT = 128 * MIB
"""Bytes that a sandbox takes besides what its submission may."""

EACH_PROCESSOR = 4
"""Submissions at once for each processor, at most: a wrong one is waited for most of the time."""

LOOK = 0.25
"""Seconds for which the processors are watched before one more is let in."""

IDLE = 0.15
"""The share of their time that they need to have had nothing to do in."""

Wanted = TypeVar("Wanted")
Made = TypeVar("Made")


class Attempt(msgspec.Struct, Generic[Wanted, Made], frozen=True):
    """What came of one of many."""

    wanted: Wanted
    made: Made | None
    """None: it was not to be had."""
    error: Exception | None
    """Why; None: it was."""


def _processor_times() -> tuple[int, int] | None:
    """All processors' time since the machine was started, and how much of it they had nothing to
    do; None where the kernel does not tell (it is not Linux)."""
    try:
        with open("/proc/stat", encoding="ascii") as file:  # noqa: PTH123
            told = [int(figure) for figure in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return None
    return sum(told), sum(told[3:5])


class Room:
    """How many may be made at once: some always, and more while the processors have time.

    One that waits leaves them idle. But more than they have time for are made no sooner, and take
    longer in all: whoever watches a program that is not given a processor looks in vain.
    """

    def __init__(
        self,
        most: int,
        always: int,
        times: Callable[[], tuple[int, int] | None] = _processor_times,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Room for ``always``, and for ``most`` at most.

        Args:
            times: as :func:`_processor_times`.
        """
        self.most = most
        self._always = always
        self._times = times
        self._clock = clock
        self._watch()

    def has_place(self, count: int) -> bool:
        """Whether there is room for one more, which is then let in, beside ``count``."""
        if count >= self.most:
            return False
        free = count < self._always
        if not free and self._clock() - self._since < LOOK:
            return False
        free = free or self._idle()
        self._watch()  # what one more takes shows only when it has begun
        return free

    def _idle(self) -> bool:
        now, before = self._times(), self._before
        if now is None or before is None:
            return True  # nobody tells
        return now[1] - before[1] > IDLE * (now[0] - before[0])

    def _watch(self) -> None:
        self._before, self._since = self._times(), self._clock()


def machine_room(limits: Limits) -> Room:
    """Room for as many as this machine bears."""
    return Room(at_once(limits), (os.cpu_count() or 1) + 1)


def at_once(limits: Limits, *, processors: int | None = None, memory: int | None = None) -> int:
    """How many submissions a machine bears at once, one at least.

    Args:
        processors: the machine's; None: this one's.
        memory: its free bytes; None: this machine's, or no limit where it does not tell.
    """
    processors = processors or os.cpu_count() or 1
    memory = _free_memory() if memory is None else memory
    most = EACH_PROCESSOR * processors
    return max(1, most if memory is None else min(most, memory // (limits.memory + AGENT)))


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


def each(
    wanted: Sequence[Wanted],
    make: Callable[[Wanted], Made],
    *,
    room: Room,
    forgives: tuple[type[Exception], ...],
    stop: Callable[[], object],
    recover: Callable[[], bool] = lambda: False,
) -> Iterator[Attempt[Wanted, Made]]:
    """``make`` each of ``wanted``, as many at once as there is ``room`` for; each attempt as soon
    as it is over.

    Args:
        forgives: errors of one that are no matter to the others. What is raised otherwise ends
            all.
        stop: ends whatever is being made, when there is no waiting for it: ``KeyboardInterrupt``
            for example.
        recover: is asked once, when all are over and some had errors: whether to try those once
            more.
    """
    pool = ThreadPoolExecutor(room.most, thread_name_prefix="grade")
    try:
        failed = []
        for attempt in _over(pool, room, wanted, make, forgives):
            if attempt.error is None:
                yield attempt
            else:
                failed.append(attempt)
        if failed and recover():
            yield from _over(pool, room, [attempt.wanted for attempt in failed], make, forgives)
        else:
            yield from failed
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _over(
    pool: ThreadPoolExecutor,
    room: Room,
    wanted: Sequence[Wanted],
    make: Callable[[Wanted], Made],
    forgives: tuple[type[Exception], ...],
) -> Iterator[Attempt[Wanted, Made]]:
    left = deque(wanted)
    begun: dict[Future[Made], Wanted] = {}
    while left or begun:
        while left and room.has_place(len(begun)):
            one = left.popleft()
            begun[pool.submit(make, one)] = one
        over, _ = wait(begun, timeout=LOOK if left else None, return_when=FIRST_COMPLETED)
        for future in [future for future in begun if future in over]:
            one = begun.pop(future)
            error = future.exception()
            if error is None:
                yield Attempt(one, future.result(), None)
            elif isinstance(error, forgives):
                yield Attempt(one, None, error)
            else:
                raise error
