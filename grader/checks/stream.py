"""Whether the log is right when TCP delivers messages joined, in parts, or cut in a character."""

from grader.checks.causes.craft import (
    HALF_A_CHARACTER,
    LOSES_PIECES,
    MESSAGE_BOUNDARIES,
    RECV_SIZE,
)
from grader.checks.check import require_play, require_within_limits
from grader.checks.diagnosis import is_alone
from grader.checks.every_message import find_repetition
from grader.checks.order import find_disorder
from grader.checks.phrases import quote
from grader.checks.quotations import quote_around
from grader.checks.serving import service_failure
from grader.logs.alignment import longest_prefix
from grader.logs.evidence import log_evidence
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import say, say_count


def burst(history: History, rubric: Rubric) -> Outcome:
    """Messages that arrive joined, or byte by byte, are logged in order."""
    done = say("five messages were sent in one piece, then another byte by byte")
    cause = MESSAGE_BOUNDARIES
    play = require_play(history, "burst")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    finding = service_failure(play, evidence, (), done=done, cause=cause)
    if finding:
        return failed(finding)
    # A record may hold several messages, or part of one: only the letters and their order count.
    text = "".join(message.nonce for message in play.messages)
    kept = max((longest_prefix(stream.data, text) for stream in evidence.concatenations), default=0)
    if kept == len(text):
        alone = history.play("client")
        # Who sends several at once has all of them for a nickname.
        named = alone is not None and bool(log_evidence(alone).nicknames)
        repetition = None if named else find_repetition(play, done)
        return failed(repetition) if repetition else passed()
    first = _at(play, kept)
    in_parts = is_alone(first, play.messages)
    seen = say("from {message} on, they are missing or out of order", message=quote(first))
    if in_parts:
        seen = say(
            "what came in one piece is there, but {message}, which came byte by byte, is missing "
            "or out of order",
            message=quote(first),
        )
    return failed(
        Finding(
            done=done,
            expected=say("all of them are in the log, complete and in order"),
            seen=(seen,),
            log=quote_around(play, evidence, first),
            cause=find_disorder(history) or (LOSES_PIECES if in_parts else MESSAGE_BOUNDARIES),
        )
    )


def _at(play: Play, letters: int) -> Message:
    """The message whose nonce is the first not to be whole in the first ``letters`` letters."""
    return play.messages[letters // len(play.messages[0].nonce)]


def large_message(history: History, rubric: Rubric) -> Outcome:
    """A message of 64 KiB is logged completely and in order."""
    done = say("a client sent one message of 64 KiB")
    cause = RECV_SIZE
    play = require_play(history, "large-message")
    require_within_limits(play, rubric.limits)
    evidence = log_evidence(play)
    finding = service_failure(play, evidence, play.messages, done=done, cause=cause)
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
    finding = service_failure(play, evidence, play.messages, done=done, cause=cause)
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
