"""Why a scenario was not played to its end, and what follows for the checks that need it.

Only what the machine or the grader is to blame for is *not judged*. If the program's own time makes
up most of the time limit, or if the sandbox runs out of memory again and again, whatever that kept
from being judged fails: otherwise a program could escape the checks that it would fail.
"""

from collections.abc import Callable, Iterator

from grader.checks.causes.limits import TAKES_TOO_LONG, TAKES_TOO_MUCH_MEMORY
from grader.model.event import TimeSpent
from grader.model.history import History
from grader.model.outcome import Finding, Outcome, failed, not_judged
from grader.model.text import Text, say
from grader.model.vocabulary import WaitedFor

_SECOND = 1e9

_SLEPT: dict[WaitedFor, Callable[[float], Text]] = {
    "start": lambda s: say("it slept for {seconds:.0f} s before it listened", seconds=s),
    "answer": lambda s: say(
        "it slept for {seconds:.0f} s before it had dealt with its input", seconds=s
    ),
    "log": lambda s: say("it slept for {seconds:.0f} s before it logged its input", seconds=s),
    "end": lambda s: say("it slept for {seconds:.0f} s after Ctrl-C", seconds=s),
}
_RAN: dict[WaitedFor, Callable[[float], Text]] = {
    "start": lambda s: say("it computed for {seconds:.0f} s before it listened", seconds=s),
    "answer": lambda s: say(
        "it computed for {seconds:.0f} s before it had dealt with its input", seconds=s
    ),
    "log": lambda s: say("it computed for {seconds:.0f} s before it logged its input", seconds=s),
    "end": lambda s: say("it computed for {seconds:.0f} s after Ctrl-C", seconds=s),
}


def judge_missing(history: History) -> Outcome:
    """The outcome of a check whose scenario was not played to its end, in a run that is not
    finished."""
    if history.out_of_memory:
        return failed(
            Finding(
                done=say("the scenarios were played one after another"),
                expected=say("it stays within the limits"),
                seen=(
                    say(
                        "the sandbox ran out of memory before this scenario ended, twice: `memory` "
                        "under `[limits]` in a rubric sets a higher limit"
                    ),
                ),
                cause=TAKES_TOO_MUCH_MEMORY,
            )
        )
    if not history.out_of_time:
        return not_judged(
            say("The run was lost before this scenario ended: grade the program again.")
            if history.lost is None
            else say("The run was lost before this scenario ended. {why}", why=history.lost)
        )
    spent = sum(each.slept + each.ran for each in history.spent)
    if 2 * spent <= history.took:
        return not_judged(
            say(
                "The time limit for this submission ran out before this scenario: `total` under "
                "`[limits]` in a rubric sets a longer one."
            )
        )
    return failed(
        Finding(
            done=say("the scenarios were played one after another"),
            expected=say("the program leaves time for all of them"),
            seen=(
                say(
                    "the time limit ran out before this scenario: of {total:.0f} s, the program "
                    "itself used {spent:.0f} s (`total` under `[limits]` in a rubric sets a longer "
                    "limit)",
                    total=history.took / _SECOND,
                    spent=spent / _SECOND,
                ),
                *_uses(history.spent),
            ),
            cause=TAKES_TOO_LONG,
        )
    )


def _uses(spent: tuple[TimeSpent, ...]) -> Iterator[Text]:
    """What a program has used its time for, without what took less than a second."""
    for each in spent:
        for nanoseconds, phrases in ((each.slept, _SLEPT), (each.ran, _RAN)):
            if nanoseconds >= _SECOND:
                yield phrases[each.waited_for](nanoseconds / _SECOND)
