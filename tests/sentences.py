"""The sentences of each check, recorded in tests/checks/recorded.

    python tests/sentences.py

records them again. Their diff shows what readers of reports will see.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from checks.histories import ask, nonce
from checks.situations import Situation, all_situations

from grader.checks import CHECKS, Check
from grader.model.outcome import Finding, Outcome

RECORDED = Path(__file__).parent / "checks" / "recorded"

_NAMES = {nonce(name): name for name in "abcdefghijklmnopqrstuvwxyz"}
_NONCE = re.compile("|".join(_NAMES))


def sentences(check: Check) -> str:
    """The sentences of ``check`` for all situations, with ``<a>`` for the nonce of message a."""
    needs = ", ".join(check.needs) or "nothing"
    lines = [
        f"{check.name} ({check.points:g} points; needs {needs})",
        f"  asks: {check.asks}",
        f"  why: {check.why}",
        f"  lesson: {check.lesson}",
    ]
    for situation in all_situations():
        if situation.check == check.name:
            lines += ["", f"# {situation.title}", *_of_situation(situation)]
    return _NONCE.sub(lambda found: f"<{_NAMES[found[0]]}>", "\n".join(lines)) + "\n"


def _of_situation(situation: Situation) -> Iterator[str]:
    outcome: Outcome = ask(situation.check, situation.history, situation.rubric)
    yield outcome.outcome + (f": {outcome.because}" if outcome.because else "")
    for advice in outcome.advice:
        yield f"  advice: {advice}"
    for finding in outcome.findings:
        yield from _of_finding(finding)


def _of_finding(finding: Finding) -> Iterator[str]:
    yield f"  done: {finding.done}"
    yield f"  expected: {finding.expected}"
    for seen in finding.seen:
        yield f"  seen: {seen}"
    for line in finding.log:
        yield f"  log: {line}"
    for line in finding.terminal:
        yield f"  terminal: {line}"
    yield f"  hint: {finding.cause.hint}"


def main() -> None:
    RECORDED.mkdir(exist_ok=True)
    for check in CHECKS:
        (RECORDED / f"{check.name}.txt").write_text(sentences(check), encoding="utf-8")


if __name__ == "__main__":
    main()
