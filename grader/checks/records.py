"""Whether each message has a record of its own."""

from grader.checks.causes.logs import NO_SEPARATOR
from grader.checks.check import Check, history_only, require_play, require_unaltered_log
from grader.checks.phrases import quote
from grader.checks.quotations import quote_lines
from grader.logs.evidence import SharedRecord, log_evidence
from grader.logs.nicknames import is_first
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.text import say
from grader.model.vocabulary import ScenarioName

SCENARIOS: tuple[ScenarioName, ...] = (
    "terminal",
    "client",
    "together",
    "silent-client",
    "newcomer",
    "departure",
)
"""What the homework asks for. In other scenarios messages arrive joined or in parts, so their
records prove nothing."""


def plays_that_count(history: History) -> list[Play]:
    """The plays of :data:`SCENARIOS`."""
    return [play for name in SCENARIOS if (play := history.play(name))]


def own_record(history: History) -> Outcome:
    """Messages sent separately do not share a line."""
    if found := first_shared(history):
        play, shared = found
        return failed(_finding(play, shared))
    # A scenario that was not played shows nothing.
    for scenario in ("terminal", "client", "together"):
        require_unaltered_log(require_play(history, scenario))
    return passed()


def first_shared(history: History) -> tuple[Play, SharedRecord] | None:
    """Return the first record that two messages share which were sent separately, and its play."""
    client, terminal = history.play("client"), history.play("terminal")
    # A server that uses first messages as nicknames logs them on the lines of later ones. Whether
    # it does is seen where a source is alone; other plays may have too few messages to show it.
    nicknames = {True: _has_nicknames(terminal), False: _has_nicknames(client)}
    joins = bool(client and _may_join(client))
    for play in plays_that_count(history):
        messages = [m for m in play.messages if not (nicknames[m.typed] and is_first(m, play))]
        if shared := log_evidence(play).shared_record(messages, joins_client=joins):
            return play, shared
    return None


def _has_nicknames(play: Play | None) -> bool:
    return play is not None and bool(log_evidence(play).nicknames)


def _may_join(alone: Play) -> bool:
    """Whether the server may log only whole lines, and the rest of one when its client leaves.

    Its file shows nothing while the client is connected. One client's messages without a newline
    are then rightly one line. ``alone`` is the play with one client.
    """
    return not alone.ending and alone.found.get("settled") == frozenset()


def _finding(play: Play, shared: SharedRecord) -> Finding:
    return Finding(
        done=say(
            "{latter} was sent after the server had handled {former}",
            former=quote(shared.former),
            latter=quote(shared.latter),
        ),
        expected=say("each is on a line of its own"),
        seen=(say("both are on line {number} of the log", number=shared.line),),
        log=quote_shared(play, shared),
        cause=NO_SEPARATOR,
    )


def quote_shared(play: Play, shared: SharedRecord) -> tuple[str, ...]:
    """Quote the line that two messages share."""
    read = log_evidence(play).reading.locations
    both = [read[m.name] for m in (shared.former, shared.latter)]
    offsets = [offset for each in both if each.stream is shared.stream for offset in each.offsets]
    return quote_lines(play, shared.stream, [shared.line], offsets)


CHECKS = (
    Check(
        name="own-record",
        points=5,
        needs=("client-logged", "terminal-logged"),
        asks=say("Messages sent separately do not share a line."),
        why=say("Otherwise nobody can tell where one message ends and the next begins."),
        lesson=say("log records; TCP has no message boundaries (粘包)"),
        judge=history_only(own_record),
        scenarios=SCENARIOS,
    ),
)
