"""Grades many submissions at once: none of them stops the others, or waits for them."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

import msgspec

from grader.model.plan import MIB, Limits

AGENT = 128 * MIB
"""Bytes that a sandbox takes besides what its submission may."""

EACH_PROCESSOR = 4
"""Submissions at once for each processor: a wrong one is waited for most of the time."""

Wanted = TypeVar("Wanted")
Made = TypeVar("Made")


class Attempt(msgspec.Struct, Generic[Wanted, Made], frozen=True):
    """What came of one of many."""

    wanted: Wanted
    made: Made | None
    """None: it was not to be had."""
    error: Exception | None
    """Why; None: it was."""


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
    workers: int,
    forgives: tuple[type[Exception], ...],
    stop: Callable[[], object],
    recover: Callable[[], bool] = lambda: False,
) -> Iterator[Attempt[Wanted, Made]]:
    """``make`` each of ``wanted``, ``workers`` at once; each attempt as soon as it is over.

    Args:
        forgives: errors of one that are no matter to the others. What is raised otherwise ends
            all.
        stop: ends whatever is being made, when there is no waiting for it: ``KeyboardInterrupt``
            for example.
        recover: is asked once, when all are over and some had errors: whether to try those once
            more.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="grade")
    try:
        failed = []
        for attempt in _over(pool, wanted, make, forgives):
            if attempt.error is None:
                yield attempt
            else:
                failed.append(attempt)
        if failed and recover():
            yield from _over(pool, [attempt.wanted for attempt in failed], make, forgives)
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
    wanted: Sequence[Wanted],
    make: Callable[[Wanted], Made],
    forgives: tuple[type[Exception], ...],
) -> Iterator[Attempt[Wanted, Made]]:
    todo: dict[Future[Made], Wanted] = {pool.submit(make, each): each for each in wanted}
    while todo:
        over, _ = wait(todo, return_when=FIRST_COMPLETED)
        for future in [future for future in todo if future in over]:
            one = todo.pop(future)
            error = future.exception()
            if error is None:
                yield Attempt(one, future.result(), None)
            elif isinstance(error, forgives):
                yield Attempt(one, None, error)
            else:
                raise error
