"""Craft: what a careful server does beyond the homework. No points unless a rubric gives some.

All craft checks are declared here; the judges of some stand in ``stream`` (how messages arrive),
``shutdown`` (Ctrl-C and restart) and ``functions`` (how the program is written).
"""

from dataclasses import dataclass

from grader.checks.causes.craft import (
    END_OF_INPUT,
    KEEPS_SOCKETS_OPEN,
    KEEPS_WHO_HAS_LEFT,
    LATE_IN_THE_FILE,
    LIMITS_CLIENTS,
    RESET,
    SENDS_TO_WHO_HAS_LEFT,
)
from grader.checks.check import Check, Judge, history_only, require_play, require_within_limits
from grader.checks.functions import functions
from grader.checks.phrases import quote, sources
from grader.checks.records import SCENARIOS
from grader.checks.serving import service_failure
from grader.checks.shutdown import clean_stop, restart
from grader.checks.spinning import describe_cpu_use, spins
from grader.checks.stream import burst, large_message, split_character
from grader.checks.terminal_output import interrupted_at
from grader.logs.evidence import log_evidence
from grader.model.event import MessagesFound
from grader.model.history import History, Message, Play
from grader.model.outcome import Cause, Finding, Outcome, failed, not_judged, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say, say_count
from grader.model.vocabulary import ScenarioName


def prompt(history: History) -> Outcome:
    """A message is in the file as soon as it is handled, sent or typed."""
    sent = _late(require_play(history, "client"))
    if sent is None:
        return skipped(say("The server did not finish handling its messages."))
    terminal = history.play("terminal")
    typed = terminal and _late(terminal)
    if not sent and not typed:
        return passed()
    return failed(
        Finding(
            done=say("a client sent messages, and the server read them and went back to waiting")
            if sent
            else say("lines were typed, and the server read them and went back to waiting"),
            expected=say("they are in the file by then"),
            seen=(
                say_count(
                    "{count} was not: {message}; it was there once the server had exited",
                    "{count} were not, for example {message}; they were there once the server "
                    "had exited",
                    count=len(sent or typed or ()),
                    message=quote((sent or typed or [])[0]),
                ),
            ),
            cause=LATE_IN_THE_FILE,
        )
    )


def _late(play: Play) -> list[Message] | None:
    """The plain messages before the first look at the files that were not there by then, although
    the server logs them; None: it ended, or was stuck, before that look."""
    looks = (
        (i, e.messages)
        for i, e in enumerate(play.events)
        if isinstance(e, MessagesFound) and e.when == "settled"
    )
    place, found = next(looks, (0, None))
    if found is None:
        return None
    evidence = log_evidence(play)
    return [
        message
        for message in play.messages
        if message.sent < place and message.name not in found and message in evidence
    ]


def closes_sockets(history: History) -> Outcome:
    """It closes the socket of a client that has left."""
    play = require_play(history, "departure")
    watched = [seen for _, seen in play.observed if seen.phase == "after a departure"]
    if not watched:
        return not_judged(say("No departure could be observed."))
    # A variable may still refer to the socket of the client that left last.
    departed = [who for _, who in play.departures][:-1]
    kept = [who for who in watched[-1].half_closed if who in departed]
    if not kept:
        return passed()
    return failed(
        Finding(
            done=say("clients left, and then others sent messages"),
            expected=say("the server has closed the sockets of the clients that left"),
            seen=(
                say(
                    "the sockets of {who} are still open, in state CLOSE_WAIT",
                    who=sources(kept),
                ),
            ),
            cause=KEEPS_SOCKETS_OPEN,
        )
    )


@dataclass(frozen=True)
class _AllServed:
    """A judge that passes if the server reads and logs every message of ``scenario``."""

    scenario: ScenarioName
    done: Text
    cause: Cause

    def __call__(self, history: History, rubric: Rubric) -> Outcome:
        play = require_play(history, self.scenario)
        require_within_limits(play, rubric.limits)
        finding = service_failure(
            history, play, log_evidence(play), play.messages, done=self.done, cause=self.cause
        )
        return failed(finding) if finding else passed()


def end_of_typing(history: History, rubric: Rubric) -> Outcome:
    """Ctrl-D on the terminal neither ends the server nor makes it spin."""
    done = say("Ctrl-D was typed on the terminal, which stayed open")
    cause = END_OF_INPUT
    play = require_play(history, "end-of-typing")
    require_within_limits(play, rubric.limits)
    finding = service_failure(
        history, play, log_evidence(play), play.messages, done=done, cause=cause, ended=cause
    )
    if finding:
        return failed(finding)
    seen = {observed.phase: observed for _, observed in play.observed}
    before, after = seen.get("before the end of typing"), seen.get("after the end of typing")
    if before and after and spins(after) and not spins(before):
        return failed(
            Finding(
                done=done,
                expected=say("it goes back to waiting"),
                seen=(describe_cpu_use(after), *interrupted_at(play)),
                cause=cause,
            )
        )
    return passed()


def _check(
    name: str,
    needs: tuple[str, ...],
    asks: Text,
    why: Text,
    lesson: Text,
    judge: Judge,
    *scenarios: ScenarioName,
) -> Check:
    """Declare a craft check: worth no points."""
    return Check(
        name=name,
        points=0,
        needs=needs,
        asks=asks,
        why=why,
        lesson=lesson,
        judge=judge,
        scenarios=scenarios,
    )


CHECKS = (
    _check(
        "prompt",
        ("client-logged",),
        say("A message is in the file as soon as it is handled, not only at exit."),
        say("People who look at the log of a running server want to see what has happened."),
        say("network and file buffers"),
        history_only(prompt),
        *("client", "terminal"),
    ),
    _check(
        "reset",
        ("client-logged",),
        say("A client whose connection is reset does not end the server."),
        say("Computers lose power, and networks break."),
        say("exceptions"),
        _AllServed(
            "reset",
            say("a client's connection was reset (RST), and then another client sent a message"),
            RESET,
        ),
        "reset",
    ),
    _check(
        "hasty-departure",
        ("departure",),
        say(
            "A client that closes right after its last message loses nothing and does not end the "
            "server."
        ),
        say("Many clients say one thing and leave."),
        say("wlist; send to a disconnected peer"),
        _AllServed(
            "hasty-departure",
            say("clients sent a message and closed at once, and then another client sent one"),
            SENDS_TO_WHO_HAS_LEFT,
        ),
        "hasty-departure",
    ),
    _check(
        "closes-sockets",
        ("departure",),
        say("It closes the socket of a client that has left."),
        say("Otherwise a server that runs for weeks runs out of file descriptors."),
        say("close"),
        history_only(closes_sockets),
        "departure",
    ),
    _check(
        "return",
        ("departure",),
        say("A client that left can connect again and is served."),
        say("Clients come back."),
        say("accept in the loop"),
        _AllServed(
            "return",
            say("a client sent a message and left, then connected again and sent another"),
            KEEPS_WHO_HAS_LEFT,
        ),
        "return",
    ),
    _check(
        "burst",
        ("client-logged", "silent-client"),
        say(
            "Messages that arrive together or in parts are logged completely and in order, and "
            "are not mixed with another client's."
        ),
        say("TCP decides how a text arrives, not the sender."),
        say("粘包"),
        burst,
        *("burst", *SCENARIOS),
    ),
    _check(
        "large-message",
        ("client-logged",),
        say("A message of 64 KiB is logged completely and in order, in any number of records."),
        say("The size of the buffer is the server's business, not its clients'."),
        say("recv's buffer size"),
        large_message,
        *("large-message", "together"),
    ),
    _check(
        "split-character",
        ("client-logged",),
        say(
            "A Chinese character that TCP splits in two is logged whole and does not end the "
            "server."
        ),
        say("Sooner or later this happens to every long Chinese text."),
        say("bytes and str"),
        split_character,
        "split-character",
    ),
    _check(
        "crowd",
        ("client-logged",),
        say("50 clients are connected at once, and all are served."),
        say("This is what multiplexing is for."),
        say("IO multiplexing"),
        _AllServed(
            "crowd",
            say("50 clients connected, and all sent at once"),
            LIMITS_CLIENTS,
        ),
        "crowd",
    ),
    _check(
        "end-of-typing",
        ("terminal-logged",),
        say("Ctrl-D typed on the terminal neither ends the server nor makes it spin."),
        say("The person at the terminal may have nothing more to say while the clients still do."),
        say("empty reads"),
        end_of_typing,
        "end-of-typing",
    ),
    _check(
        "clean-stop",
        ("client-logged",),
        say("Ctrl-C ends the server within a moment, and the log is complete."),
        say("This is how people stop a server."),
        say("files, buffers"),
        history_only(clean_stop),
        *("terminal", "client"),
    ),
    _check(
        "restart",
        ("starts",),
        say("A server that was stopped while clients were connected can be started again at once."),
        say("After a fix, nobody should have to wait a minute to start the server."),
        say("SO_REUSEADDR"),
        restart,
        "restart",
    ),
    _check(
        "functions",
        (),
        say(
            "The program consists of functions that take what they need as parameters and do one "
            "thing each."
        ),
        say("Such a program can be read, tested and changed piece by piece."),
        say("functions (the homework's second part)"),
        history_only(functions),
    ),
)
