"""What proves nothing: lost runs, scenarios that were not played, and the grader's limits."""

from collections.abc import Iterator
from typing import Any, get_args

from checks.histories import ends, history, is_slow, is_stuck, looks, rewrites, says, scene
from grader.model.plan import Limits
from grader.model.rubric import Rubric
from grader.model.vocabulary import WaitedFor

CHECK = "client-logged"
MIB = 1 << 20


def situations() -> Iterator[tuple[Any, ...]]:
    yield CHECK, "its scenario was not played", history()
    yield CHECK, "the time is over before its scenario", history(out_of_time=True)
    yield CHECK, "the run is lost before its scenario", history(finished=False)
    lost = scene("client", says("a"), stopped=False)
    yield CHECK, "the run is lost within its scenario", history(lost, finished=False)
    yield CHECK, "the time is over within its scenario", history(lost, out_of_time=True)
    for what in get_args(WaitedFor):
        for how in ("slept", "ran"):
            spent = {"waited_for": what, "slept": 0, "ran": 0, how: 61_000_000_000}
            late = history(lost, out_of_time=True, took=120_000_000_000, spent=[spent])
            yield CHECK, f"the server itself has used up the time: {how}, {what}", late
    half = {"waited_for": "answer", "slept": 30_000_000_000, "ran": 30_000_000_000}
    late = history(lost, out_of_time=True, took=120_000_000_000, spent=[half])
    yield CHECK, "the server has used half of the time", late
    yield CHECK, "the sandbox runs out of memory twice", history(lost, out_of_memory=True)

    slow, right = scene("crowd", says("a"), is_slow()), scene("crowd", says("a"), log="{a}\n")
    yield "crowd", "it is slow once and right once", history(slow, right)
    yield "crowd", "it is slow twice and right once", history(slow, slow, right)
    yield "crowd", "it is slow twice", history(slow, slow)
    stuck = scene("crowd", says("a"), is_stuck())
    yield "crowd", "it was stuck and is right now", history(stuck, right)
    other = scene("crowd", says("a"), is_slow(), ending="\n")
    yield "crowd", "it was slow with another line ending", history(other, right)
    after = scene("return", says("a"), is_slow())
    yield "crowd", "it was slow in another scenario", history(after, right)

    cut = scene("client", says("a"), log="x\n", size=MIB)
    yield CHECK, "the message may be in what was not kept", history(cut)
    complete = scene("client", says("a"), ends(1), log="{a}\n", size=MIB)
    yield CHECK, "what was not kept does not matter", history(complete)

    logged = rewrites("a", log="{a}\n")
    emptied = scene("client", says("a"), logged, looks("settled", "a"))
    yield CHECK, "a thread empties the log afterwards", history(emptied)
    vanished = scene("client", says("a"), logged, says("b"), looks("settled", "a"))
    yield CHECK, "a thread may have taken out what is missing", history(vanished)
    stopped = scene("client", says("a"), logged, is_stuck(), looks("settled", "a"))
    yield CHECK, "it is stuck, and a thread empties the log", history(stopped)
    yield "crowd", "a thread empties the log, so it was not played", history(emptied)

    def limited(*end: Any, size: int | None = None, **limits: int) -> tuple[Any, ...]:
        play = scene("client", says("a"), ends(*end), log="{a}\n", size=size)
        return history(play), Rubric(limits=Limits(**limits))

    file_size = {"file_size": 2 * MIB, "disk": 40 * MIB}
    yield CHECK, "its log is as large as may be", *limited(1, size=2 * MIB, **file_size)
    yield CHECK, "its log is almost as large as may be", *limited(1, size=2 * MIB - 1, **file_size)
    disk = {"file_size": 40 * MIB, "disk": 20 * MIB}
    yield CHECK, "the disk is full", *limited(1, size=19 * MIB, **disk)
    yield CHECK, "the disk is almost full", *limited(1, size=19 * MIB - 1, **disk)
    yield CHECK, "it has used all its CPU time", *limited(None, 24, total=90)
    yield CHECK, "it is killed, perhaps for want of memory", *limited(None, 9, memory=100 * MIB)
    yield (
        CHECK,
        "it is killed, but not for want of memory",
        history(scene("client", says("a"), ends(None, 9, out_of_memory=False), log="{a}\n")),
    )
