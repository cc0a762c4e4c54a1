"""Whether messages are logged in order: by client, as typed, and all together.

:mod:`grader.logs.order` says when the order of two messages is wrong.
"""

from collections.abc import Iterable, Sequence

from grader.checks.causes.logs import (
    CHANGES_ARRIVAL_ORDER,
    CHANGES_CLIENTS_ORDER,
    CHANGES_LINES_ORDER,
    KEPT_UNTIL_EXIT,
    NEWEST_ON_TOP,
    SORTS,
)
from grader.checks.check import (
    REWRITTEN,
    Check,
    Undecided,
    history_only,
    require_play,
    require_unaltered_log,
)
from grader.checks.phrases import quote
from grader.checks.quotations import quote_lines
from grader.checks.source_suspects import first_sort
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.logs.order import Crossing, is_newest_first
from grader.logs.readings import Reading
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, not_judged, passed
from grader.model.text import Text, say


def client_order(history: History) -> Outcome:
    """Each client's messages are logged in the order in which it sent them."""
    play = require_play(history, "together")
    clients = sorted({m.source for m in play.messages if not m.typed})
    return _judge(
        play,
        [[m for m in play.messages if m.source == client] for client in clients],
        done=say("each client sent several messages"),
        cause=CHANGES_CLIENTS_ORDER,
    )


def terminal_order(history: History) -> Outcome:
    """Typed lines are logged in the order in which they were typed."""
    play = require_play(history, "together")
    return _judge(
        play,
        [play.typed],
        done=say("several lines were typed, one after another"),
        cause=CHANGES_LINES_ORDER,
    )


def arrival_order(history: History) -> Outcome:
    """A message that had settled before another was sent is logged before it."""
    play = require_play(history, "together")
    return _judge(
        play,
        [play.messages],
        done=say(
            "clients and the terminal took turns, each waiting until the server had handled the "
            "last message"
        ),
        cause=CHANGES_ARRIVAL_ORDER,
    )


def _judge(play: Play, groups: Iterable[Sequence[Message]], *, done: Text, cause: Cause) -> Outcome:
    """Judge the order of the messages within each group.

    It fails if every reading of the log has one of the groups out of order.
    """
    evidence = log_evidence(play)
    groups = list(groups)
    if found := evidence.crossing(*groups):
        if play.rewritten and not _misplaces(play):
            # Where a message stands by now may be a timer's doing.
            if all(_logged_in_turn(play, group) for group in groups):
                return passed()
            raise Undecided(not_judged(REWRITTEN))
        reading, crossing = found
        group = next(group for group in groups if crossing.former in group)
        late = _kept_until_exit(play, crossing)
        why = _disorder(evidence, reading, group, late) or _sorts(play) or cause
        return failed(_finding(play, crossing, reading, done, why, late))
    require_unaltered_log(play)
    if play.rewritten and groups == [play.messages] and _misplaces(play):
        # What was found in the wrong order was put into the right one later.
        raise Undecided(not_judged(REWRITTEN))
    return passed()


def _misplaces(play: Play) -> bool:
    """Whether so many messages stood in the wrong place when they were first found that no timer
    can have put them there just before."""
    return len(play.misplaced) > 1 + len(play.messages) // _BY_CHANCE


_BY_CHANCE = 4
"""Of so many messages, a timer may move one before it is first found; and one more."""


def _logged_in_turn(play: Play, group: Sequence[Message]) -> bool:
    """Whether each message was in the file by the time that a later one was sent."""
    return all(
        former.name in play.logged and play.logged[former.name] < latter.sent
        for former in group
        for latter in group
        if former.settled is not None and former.settled < latter.sent
    )


def find_disorder(history: History) -> Cause | None:
    """Why a client's messages are out of order that came one after the other, each in one piece;
    None: they are in order, or the evidence names no cause."""
    play = history.play("together")
    if play is None:
        return None
    evidence = log_evidence(play)
    for client in {m.source for m in play.messages if not m.typed}:
        group = [m for m in play.messages if m.source == client]
        if found := evidence.crossing(group):
            reading, crossing = found
            return _disorder(evidence, reading, group, _kept_until_exit(play, crossing))
    return None


def _disorder(
    evidence: PlayEvidence, reading: Reading, group: Sequence[Message], late: Message | None
) -> Cause | None:
    """The cause that the evidence names for a ``group`` that is out of order in ``reading``."""
    if late:
        return KEPT_UNTIL_EXIT
    own = [m for m in group if m.name not in evidence.nicknames]
    return NEWEST_ON_TOP if is_newest_first(reading.locations, own) else None


def _sorts(play: Play) -> Cause | None:
    """The cause for a program that sorts something; None: it does not."""
    sort = first_sort(play.source)
    return SORTS.about(line=sort.number, code=sort.code) if sort else None


def _kept_until_exit(play: Play, crossing: Crossing) -> Message | None:
    """A message that was in the file only once the server had ended, of a source whose order is
    wrong; None: all that these sources sent was there before."""
    before = play.found.get("left")
    if before is None:
        return None
    sources = {message.source for message in crossing}
    evidence = log_evidence(play)
    late = (
        m for m in play.messages if m.source in sources and m in evidence and m.name not in before
    )
    return next(late, None)


def _late(message: Message) -> Text:
    return say("{message} was not in the file until the server had ended", message=quote(message))


def _finding(
    play: Play, crossing: Crossing, reading: Reading, done: Text, cause: Cause, late: Message | None
) -> Finding:
    former, latter = crossing
    line_of = {m.name: reading.locations[m.name].line for m in crossing}
    return Finding(
        done=done,
        expected=say(
            "{former} is logged before {latter}, which was sent only after the server had "
            "handled the former and was asleep again",
            former=quote(former),
            latter=quote(latter),
        ),
        seen=(
            say(
                "{latter} is on line {first}, {former} on line {second}",
                former=quote(former),
                latter=quote(latter),
                first=line_of[latter.name],
                second=line_of[former.name],
            ),
            *((_late(late),) if late else ()),
        ),
        log=quote_lines(
            play,
            reading.locations[former.name].stream,
            line_of.values(),
            [reading.locations[m.name].offsets[0] for m in crossing],
        ),
        cause=cause,
    )


CHECKS = (
    Check(
        name="client-order",
        points=5,
        needs=("every-message",),
        asks=say("Each client's messages are logged in the order in which it sent them."),
        why=say("What a client sent first belongs first."),
        lesson=say("tcp is a stream"),
        judge=history_only(client_order),
        scenarios=("together",),
    ),
    Check(
        name="terminal-order",
        points=5,
        needs=("every-message",),
        asks=say("Typed lines are logged in the order in which they were typed."),
        why=say("What was typed first belongs first."),
        lesson=say("terminal IO"),
        judge=history_only(terminal_order),
        scenarios=("together",),
    ),
    Check(
        name="arrival-order",
        points=5,
        needs=("every-message",),
        asks=say(
            "A message that was handled before another was sent is logged before it, whatever "
            "the source."
        ),
        why=say("Only the order of a log shows which message answers which."),
        lesson=say("one loop, one log"),
        judge=history_only(arrival_order),
        scenarios=("together",),
    ),
)
