"""Whether the log holds each message exactly as it was sent."""

import re

from grader.checks.causes.logs import (
    ALTERS_TEXT,
    DROPS_CHARACTERS,
    ENCODINGS,
    SMALL_RECV,
    TWO_ENCODINGS,
)
from grader.checks.check import Check, require_play, require_within_limits
from grader.checks.content import plain_messages
from grader.checks.phrases import cut_message, quote
from grader.checks.quotations import quote_around
from grader.checks.serving import service_failure
from grader.checks.source_suspects import largest_recv, lossy_conversion
from grader.logs.evidence import PlayEvidence, log_evidence
from grader.logs.mixtures import exact_messages, first_mixture
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import say, say_count
from grader.model.vocabulary import ScenarioName

_SCENARIOS: tuple[ScenarioName, ...] = ("client", "terminal")


def exact_text(history: History, rubric: Rubric) -> Outcome:
    """Each message is logged exactly as it was sent or typed."""
    play = require_play(history, "client")
    evidence = log_evidence(play)
    done = say("one client sent plain messages, then Chinese ones")
    if play.failure is not None:
        require_within_limits(play, rubric.limits)
        finding = service_failure(
            history, play, evidence, play.messages, done=done, cause=ENCODINGS
        )
        assert finding
        return failed(finding)
    altered = _altered(evidence, play.messages)
    if altered:
        require_within_limits(play, rubric.limits)
    else:
        play = history.play("terminal") or play
        evidence = log_evidence(play)
        done = say("lines were typed on the terminal while no client was connected")
        # Whether typed lines are logged at all is judged by terminal-logged.
        if all(message in evidence for message in plain_messages(play, evidence)):
            altered = _altered(evidence, play.typed)
        if altered:
            require_within_limits(play, rubric.limits)
        if altered and play.failure is not None:
            finding = service_failure(
                history, play, evidence, play.typed, done=done, cause=ENCODINGS
            )
            assert finding
            return failed(finding)
    if not altered:
        return _mixed(history) or passed()
    first = altered[0]
    seen = [
        say_count(
            "not logged exactly as sent: the only message",
            "not logged exactly as sent: {altered} of {count} messages",
            count=len(play.messages),
            altered=len(altered),
        )
    ]
    if first not in evidence:
        seen.append(say("{message} is missing altogether", message=quote(first)))
    return failed(
        Finding(
            done=done,
            expected=say(
                "the log contains the text exactly as sent: {text}", text=cut_message(first.text)
            ),
            seen=tuple(seen),
            log=quote_around(play, evidence, first),
            cause=_cause(play, evidence, first),
        )
    )


def _mixed(history: History) -> Outcome | None:
    """The failure of a log of which no editor shows all, since it is written in two encodings."""
    mixture = first_mixture(
        shown
        for name in _SCENARIOS
        if (play := history.play(name))
        for shown in exact_messages(log_evidence(play).reading, play.messages)
    )
    if not mixture:
        return None
    return failed(
        Finding(
            done=say("a client sent messages, and lines were typed"),
            expected=say("the whole log is in one encoding, so that a text editor shows it"),
            seen=tuple(
                say(
                    "{message} is logged in {encoding}",
                    message=quote(each.message),
                    encoding=encoding,
                )
                for each, encoding in zip(mixture, ("UTF-8", "GBK"), strict=True)
            ),
            cause=TWO_ENCODINGS,
        )
    )


def _cause(play: Play, evidence: PlayEvidence, message: Message) -> Cause:
    """Why ``message`` is not logged as it was sent."""
    most = None if message.typed or play.modules else largest_recv(play.source)
    if most and most[0] < len(message.text.encode()):
        size, line = most
        return SMALL_RECV.about(line=line.number, code=line.code, size=size)
    if _is_readable(evidence, message):
        return ALTERS_TEXT
    dropping = lossy_conversion(play.source)
    if dropping and _lacks_foreign(evidence, message):
        return DROPS_CHARACTERS.about(line=dropping.number, code=dropping.code)
    return ENCODINGS


def _lacks_foreign(evidence: PlayEvidence, message: Message) -> bool:
    """Whether the log has all of ``message`` but its characters outside of ASCII, or marks for
    them: one for each character, or for each of its bytes."""
    location = evidence.locations.get(message.name)
    if location is None:
        return False
    line = location.stream.line_text(location.line, location.offsets[0])
    logged = line.partition(message.nonce)[2].lstrip()
    sent = message.text.removeprefix(message.nonce).lstrip()
    left = [_FOREIGN.sub(mark, sent) for mark in ("", "?", _MARK)]
    left.append(_FOREIGN.sub(lambda found: _MARK * len(found[0].encode()), sent))
    return any(
        logged.startswith(text.rstrip()) and not _FOREIGN.match(logged, len(text.rstrip()))
        for text in left
    )


_MARK = "\ufffd"
"""What a decoder puts in the place of bytes that it cannot decode."""


def _is_readable(evidence: PlayEvidence, message: Message) -> bool:
    """Whether what is logged of a message is in the right encoding, even if it is cut."""
    if message.text.isascii():
        return message in evidence
    beginning = message.text[: len(message.nonce) + _BEGINNING]
    pieces = (message.text[at : at + _PIECE] for at in range(len(message.text) - _PIECE + 1))
    return evidence.is_exact(beginning) or any(
        evidence.is_exact(piece) for piece in pieces if len(_FOREIGN.findall(piece)) > 1
    )


_BEGINNING = 3
"""Characters behind its nonce that show a message's encoding: a space, and two of its own."""

_PIECE = 6
"""Characters anywhere in it that do, too. Records have shorter words of their own, such as 终端."""

_FOREIGN = re.compile(r"[^\x00-\x7f]")


def _altered(evidence: PlayEvidence, messages: tuple[Message, ...]) -> list[Message]:
    """Those of ``messages`` that are not in the log exactly as they were sent."""
    return [message for message in messages if not evidence.is_exact(message.text)]


CHECKS = (
    Check(
        name="exact-text",
        points=5,
        needs=("client-logged",),
        asks=say("Each message, Chinese included, is logged exactly as sent and in one piece."),
        why=say("A log records what was said, not something similar."),
        lesson=say("strings and bytes: encode, decode"),
        judge=exact_text,
        scenarios=_SCENARIOS,
    ),
)
