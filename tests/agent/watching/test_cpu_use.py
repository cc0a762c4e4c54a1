"""The processor time of all that runs for a server, though it ends between two looks."""

import os
import signal

import pytest

from agent.child_process import child_process
from grader.agent.kernel.procfs import CpuTime
from grader.agent.kernel.snapshot import Snapshot, Thread
from grader.agent.watching.cpu_use import CpuUse

pytestmark = pytest.mark.timeout(30)

MILLISECOND = 1_000_000

BURN = """
import os, signal, threading, time
def burn():
    end = time.thread_time() + 0.2
    while time.thread_time() < end: pass
"""

WHEN_TOLD = """
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
print('ready', flush=True)
signal.sigwait({signal.SIGUSR1})
"""


def seen(*threads: tuple[int, int]) -> Snapshot:
    """Threads of processes that do not exist, each with its number and its milliseconds."""
    found = [
        Thread(1 << 30, number, None, CpuTime(ran * MILLISECOND, 0, 0)) for number, ran in threads
    ]
    total = CpuTime(sum(thread.cpu.ran for thread in found if thread.cpu), 0, 0)
    return Snapshot(found, False, True, total)


def use(*looks: Snapshot) -> float:
    counted = CpuUse(1 << 30, looks[0])
    for look in looks[1:]:
        counted.note(look)
    return counted.ran / MILLISECOND


def test_what_a_thread_runs():
    assert use(seen((1, 5)), seen((1, 8))) == 3


def test_nothing_runs():
    assert use(seen((1, 5)), seen((1, 5))) == 0
    assert use(seen((1, 5))) == 0


def test_a_thread_that_begins_meanwhile():
    assert use(seen((1, 5)), seen((1, 5), (2, 4))) == 4


def test_a_thread_that_ends_meanwhile():
    assert use(seen((1, 5), (2, 20)), seen((1, 6), (2, 23)), seen((1, 7))) == 5


def test_a_number_that_is_used_again():
    assert use(seen((1, 5), (2, 20)), seen((1, 5), (2, 3))) == 3
    assert use(seen((1, 5)), seen((1, 5), (2, 6)), seen((1, 5)), seen((1, 5), (2, 2))) == 8


@pytest.mark.parametrize(
    "deed",
    [
        "child = os.fork()\nif not child: burn(); os._exit(0)\nos.waitpid(child, 0)",
        "thread = threading.Thread(target=burn)\nthread.start()\nthread.join()",
    ],
    ids=["child", "thread"],
)
def test_what_ends_between_two_looks(deed: str):
    source = f"{BURN}{WHEN_TOLD}{deed}\nprint('done', flush=True)\ntime.sleep(60)"
    with child_process(source) as process:
        process.read_line()
        before = process.asleep()
        counted = CpuUse(process.root, before)
        os.kill(before.threads[0].process, signal.SIGUSR1)
        process.read_line()
        # Joined, a thread is still listed for a moment.
        after = process.asleep()
        assert len(after.threads) == 1
        assert not any(t.cpu and t.cpu.ran > 150 * MILLISECOND for t in after.threads)
        counted.note(after)
        assert 150 * MILLISECOND <= counted.ran <= 300 * MILLISECOND
