"""Whether the log is right when TCP delivers messages joined, in parts, or cut in a character."""

from grader.checks.causes.craft import (
    HALF_A_CHARACTER,
    LOSES_PIECES,
    MESSAGE_BOUNDARIES,
    ONE_BUFFER_FOR_ALL,
    RECV_SIZE,
)
from grader.checks.check import require_play, require_within_limits
from grader.checks.diagnosis import is_alone
from grader.checks.every_message import find_repetition
from grader.checks.order import find_disorder
from grader.checks.phrases import quote
from grader.checks.quotations import quote_around
from grader.checks.records import first_shared, quote_shared
from grader.checks.serving import service_failure
from grader.logs.alignment import longest_prefix
from grader.logs.evidence import log_evidence
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, say, say_count


def burst(history: History, rubric: Rubric) -> Outcome:
    """Messages that arrive joined, or in parts, are logged in order, and apart from others'."""
    done = say(
        "five messages were sent in one piece, another byte by byte, and one in two halves, with "
        "another client's message between them"
    )
    play = require_play(history, "burst")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    in_pieces = tuple(m for m in play.messages if m.source == play.messages[0].source)
    whole = tuple(m for m in play.messages if m not in in_pieces)
    finding = service_failure(history, play, evidence, whole, done=done, cause=MESSAGE_BOUNDARIES)
    if finding:
        return failed(finding)
    # A record may hold several messages, or part of one: only the letters and their order count.
    text = "".join(message.nonce for message in in_pieces)
    kept = max((longest_prefix(stream.data, text) for stream in evidence.concatenations), default=0)
    if kept < len(text):
        return failed(_incomplete(history, play, in_pieces[kept // len(in_pieces[0].nonce)], done))
    if mixed := _mixed(history, play):
        return failed(mixed)
    alone = history.play("client")
    # Who sends several at once has all of them for a nickname.
    named = alone is not None and bool(log_evidence(alone).nicknames)
    repetition = None if named else find_repetition(play, done)
    return failed(repetition) if repetition else passed()


def _incomplete(history: History, play: Play, first: Message, done: Text) -> Finding:
    """The finding for a log in which ``first`` is the first message that is not there in order."""
    in_parts = is_alone(first, play.messages)
    seen = say("from {message} on, they are missing or out of order", message=quote(first))
    if in_parts:
        seen = say(
            "what came in one piece is there, but {message}, which came in parts, is missing or "
            "out of order",
            message=quote(first),
        )
    return Finding(
        done=done,
        expected=say("all of them are in the log, complete and in order"),
        seen=(seen,),
        log=quote_around(play, log_evidence(play), first),
        cause=find_disorder(history) or (LOSES_PIECES if in_parts else MESSAGE_BOUNDARIES),
    )


def _mixed(history: History, play: Play) -> Finding | None:
    """A finding if half of one client's message and the text of another client are one record.

    The last two messages of the play are the one that came in halves, the first of which holds its
    nonce, and the one between them. A server that does not wait for the end of a line rightly has a
    record for each half; one that does, rightly logs the message between them first. Only a server
    that joins the two has both nonces in one record. If it does so with whole messages, too,
    ``own-record`` judges that.
    """
    pair = play.messages[-2:]
    if len({message.source for message in pair}) < len(pair) or first_shared(history):
        return None
    shared = log_evidence(play).shared_record(pair, joins_client=False)
    if not shared:
        return None
    return Finding(
        done=say(
            "one client sent half of {former}; another client sent {latter}; then came the other "
            "half",
            former=quote(shared.former),
            latter=quote(shared.latter),
        ),
        expected=say("no record holds text of both clients"),
        seen=(say("both are on line {number} of the log", number=shared.line),),
        log=quote_shared(play, shared),
        cause=ONE_BUFFER_FOR_ALL,
    )


def large_message(history: History, rubric: Rubric) -> Outcome:
    """A message of 64 KiB is logged completely and in order."""
    done = say("a client sent one message of 64 KiB")
    cause = RECV_SIZE
    play = require_play(history, "large-message")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    finding = service_failure(history, play, evidence, play.messages, done=done, cause=cause)
    if finding:
        return failed(finding)
    for message in play.messages:
        kept = max(
            (longest_prefix(stream.data, message.text) for stream in evidence.concatenations),
            default=0,
        )
        if kept < len(message.text):
            return failed(
                Finding(
                    done=done,
                    expected=say("all of it is in the log, in order, in any number of records"),
                    seen=(
                        say_count(
                            "only the first of its {all} characters is",
                            "only the first {count} of its {all} characters are",
                            count=kept,
                            all=len(message.text),
                        ),
                    ),
                    cause=find_disorder(history) or LOSES_PIECES,
                )
            )
    return passed()


def split_character(history: History, rubric: Rubric) -> Outcome:
    """A Chinese character cut in two by TCP is logged whole."""
    done = say("a client sent a Chinese character in two halves, a moment apart")
    cause = HALF_A_CHARACTER
    play = require_play(history, "split-character")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    finding = service_failure(history, play, evidence, play.messages, done=done, cause=cause)
    if finding:
        return failed(finding)
    for message in play.messages:
        for character in message.text:
            if not character.isascii() and not any(
                stream.contains_exact(character) for stream in evidence.streams
            ):
                return failed(
                    Finding(
                        done=done,
                        expected=say("{character} is in the log, whole", character=character),
                        seen=(say("{character} is not in the log", character=character),),
                        log=quote_around(play, evidence, message),
                        cause=cause,
                    )
                )
    return passed()
