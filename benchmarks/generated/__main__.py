"""Composes servers from styles and faults, grades them, and prints where a check is wrong.

    python benchmarks/generated [--sandbox NAME] [--count N] [--seed S] [--jobs N] [--keep FOLDER]

See :mod:`generated` for what is composed, and CONTRIBUTING.md for how to add a style or a fault.
A mismatch is an outcome other than the one that must come out; its program is reduced to the
fewest rare decisions that still show it. The aim: none. Exit status: 1 if there is one.
"""

import argparse
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

# Run as a folder, this one has no parent; imported as a package, it does not get here.
sys.path.insert(0, str(Path(__file__).parents[1]))

from graded import SANDBOXES, sandbox

from generated.faults import FAULTS
from generated.program import DIMENSIONS, Style
from generated.reduction import rare, reduce
from generated.trial import Result, carry_out, carry_out_all, trials, with_style
from grader.sandbox import Sandbox


def describe(result: Result) -> str:
    """The fault and the rare decisions of a program, and what is wrong with its outcomes."""
    _, program, seed = result.trial
    fault = program.fault.name if program.fault else "no fault"
    decisions = rare(program.style, program.fault)
    listed = ", ".join(f"{name}: {value}" for name, value in decisions.items()) or "nothing rare"
    # What follows from another mismatch is skipped.
    causes = [m for m in result.mismatches if "skipped" not in m] or result.mismatches
    wrong = "; ".join(map(str, causes))
    return f"{fault} ({listed})\n  {wrong}\n  messages of seed {seed}, run in {result.run}"


def reduced(result: Result, used: Sandbox, folder: Path) -> Result:
    """The result of the smallest program that is judged wrongly by one of the same checks."""
    wrong = {mismatch.check for mismatch in result.mismatches}
    last = result
    number = 0

    def shows(style: Style) -> bool:
        nonlocal last, number
        number += 1
        trial = with_style(result.trial, style)
        again = carry_out(trial, used, folder / f"reduction {result.trial.number}" / str(number))
        if wrong & {mismatch.check for mismatch in again.mismatches}:
            last = again
            return True
        return False

    reduce(result.trial.program.style, result.trial.program.fault, shows)
    return last


def main() -> int:
    """Compose, grade, reduce and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sandbox", choices=SANDBOXES, default="docker")
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--seed", type=int, help="default: random, and printed")
    arguments.add_argument("--first", type=int, default=0, help="the number of the first one")
    arguments.add_argument("--jobs", type=int, help="default: as many as the machine supports")
    arguments.add_argument("--only", nargs="*", default=(), help='faults; "none": right servers')
    arguments.add_argument("--keep", type=Path, help="a folder to keep programs and runs in")
    arguments.add_argument("--no-reduce", action="store_true", help="reduce no mismatch")
    arguments.add_argument("--list", action="store_true", help="only list styles and faults")
    arguments.add_argument("--show", type=int, help="only print the program of this number")
    chosen = arguments.parse_args()
    if chosen.list:
        for name, each in DIMENSIONS.items():
            print(f"{name}: {', '.join(each.values)}")
        for fault in FAULTS.values():
            print(f"{fault.name}: fails {', '.join(sorted(fault.fails))}")
        return 0
    seed = secrets.randbits(32) if chosen.seed is None else chosen.seed
    if chosen.show is not None:
        (shown,) = trials(seed, [chosen.show], chosen.only)
        print(shown.program.source.decode("utf-8-sig"))
        return 0
    todo = list(trials(seed, range(chosen.first, chosen.first + chosen.count), chosen.only))
    print(f"seed {seed}", flush=True)
    used = sandbox(chosen.sandbox)
    outcomes, wrong, began = 0, [], time.monotonic()
    slowest: Result | None = None
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        for result in carry_out_all(todo, used, folder, chosen.jobs):
            outcomes += len(result.outcomes)
            slowest = max(filter(None, (slowest, result)), key=lambda each: each.seconds)
            if result.mismatches:
                wrong.append(result)
                print(f"number {result.trial.number}: {describe(result)}", flush=True)
        took = time.monotonic() - began
        for result in [] if chosen.no_reduce else wrong:
            smaller = reduced(result, used, folder)
            print(f"\nnumber {result.trial.number}, reduced: {describe(smaller)}")
            print(smaller.trial.program.source.decode("utf-8-sig"), flush=True)
    count = sum(len(result.mismatches) for result in wrong)
    print(
        f"{chosen.sandbox}: {len(todo)} servers, {outcomes} outcomes ({took:.0f} s): {count} "
        f"mismatches, {1000 * count / max(1, outcomes):.2f} of a thousand"
    )
    if slowest:
        print(f"the slowest, number {slowest.trial.number}, took {slowest.seconds:.1f} s")
    for name, times in Counter(m.check for r in wrong for m in r.mismatches).most_common():
        print(f"  {name}: {times}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
