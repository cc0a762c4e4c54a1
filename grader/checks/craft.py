"""What a careful server does, and the homework does not ask for: worth nothing by itself."""

from collections.abc import Callable

from grader.checks.check import Check, history_only, require_play, require_within_limits
from grader.checks.functions import functions
from grader.checks.idle import describe_cpu_use, spins
from grader.checks.phrases import describe_end, describe_missing, quote, sources
from grader.checks.serving import log_tail, service_failure
from grader.checks.stream import burst, large_message, split_character
from grader.checks.terminal_output import interrupted_at, terminal_tail
from grader.logs.readings import log_evidence
from grader.model import event
from grader.model.history import History, Play
from grader.model.outcome import Finding, Outcome, failed, not_judged, passed, skipped
from grader.model.rubric import Rubric
from grader.model.text import Text, say, say_count
from grader.model.vocabulary import PlayName


def prompt(history: History) -> Outcome:
    """A message is in the file as soon as it is settled."""
    play = require_play(history, "client")
    found = play.found.get("settled")
    if found is None:
        return skipped(say("Its messages were not settled."))
    late = [m for m in play.messages if m.text.isascii() and m.name not in found]
    if not late:
        return passed()
    return failed(
        Finding(
            done=say("a client sent messages, and the server had taken them and slept"),
            expected=say("they are in the file by then"),
            seen=(
                say_count(
                    "{count} was not: {message}; it was when the server had ended",
                    "{count} were not, {message} for example; they were when the server had ended",
                    count=len(late),
                    message=quote(late[0]),
                ),
            ),
            hint=say(
                "What is written goes into the file's buffer first. When is it written on? "
                "(网络缓冲区; the buffer of a file)"
            ),
        )
    )


def clean_stop(history: History) -> Outcome:
    """Ctrl-C ends it within a moment, and the log is complete."""
    client = require_play(history, "client")
    terminal = history.play("terminal")
    plays = [play for play in (client, terminal) if play and play.failure is None and play.stopped]
    if client not in plays:
        return skipped(say("It could not go on until it was stopped."))
    for play in plays:
        finding = _not_clean(play)
        if finding:
            return failed(finding)
    assert client.stopped
    return passed(describe_end(client.stopped))


MOMENT = 2_000_000_000
"""Nanoseconds for which a person waits before Ctrl-C is pressed again."""


def _not_clean(play: Play) -> Finding | None:
    """What was wrong with a server's end; None: nothing."""
    assert play.stopped
    done = say("Ctrl-C was typed when everything was settled and the clients had left")
    expected = say("it ends within a moment, and the log is complete")
    hint = say(
        "Ctrl-C raises KeyboardInterrupt where the program is. What is caught there, and what "
        "still has to be written? (files, buffers)"
    )
    late = None
    if play.stopped.by not in ("ctrl-c", "itself"):
        late = say("it ran on; what ended it: {by}", by=play.stopped.by)
    elif play.stopped.took > MOMENT:
        late = say("it ended {seconds:.1f} s later", seconds=play.stopped.took / 1e9)
    if late:
        return Finding(
            done=done, expected=expected, seen=(late,), terminal=terminal_tail(play), hint=hint
        )
    log = log_evidence(play)
    missing = tuple(m for m in play.messages if m not in log)
    if not missing or play.scenario == "terminal":
        return None  # whether typed lines are logged at all is another check's question
    return Finding(
        done=done,
        expected=expected,
        seen=(describe_missing(missing, len(play.messages)),),
        log=log_tail(log),
        hint=hint,
    )


def closes_sockets(history: History) -> Outcome:
    """It closes the socket of a client that has gone."""
    play = require_play(history, "departure")
    watched = [seen for _, seen in play.observed if seen.phase == "after a departure"]
    if not watched:
        return not_judged(say("No departure could be watched."))
    # The one that left last may still be in a variable, which is no fault.
    departed = [who for _, who in play.departures][:-1]
    kept = [who for who in watched[-1].half_closed if who in departed]
    if not kept:
        return passed()
    return failed(
        Finding(
            done=say("clients left, and then others spoke"),
            expected=say("the server has closed the sockets of those who had left"),
            seen=(
                say(
                    "those of {who} are still open, half-closed (CLOSE_WAIT)",
                    who=sources(kept),
                ),
            ),
            hint=say(
                "To be out of a list is not to be closed: each socket is a file, and a process "
                "may have so many. (close)"
            ),
        )
    )


def _everything(scenario: PlayName, done: Text, hint: Text) -> Callable[[History, Rubric], Outcome]:
    """A check that passes when all messages of its scenario are taken and logged."""

    def judge(history: History, rubric: Rubric) -> Outcome:
        play = require_play(history, scenario)
        require_within_limits(play, rubric.limits)
        finding = service_failure(play, log_evidence(play), play.messages, done=done, hint=hint)
        return failed(finding) if finding else passed()

    return judge


def end_of_typing(history: History, rubric: Rubric) -> Outcome:
    """Ctrl-D neither ends the server nor makes it spin."""
    done = say("Ctrl-D was typed on the terminal, which stays open")
    hint = say(
        "At the end of its input `readline` returns an empty text at once, and again and again, "
        "as `recv` does. (empty reads)"
    )
    play = require_play(history, "end-of-typing")
    require_within_limits(play, rubric.limits)
    finding = service_failure(play, log_evidence(play), play.messages, done=done, hint=hint)
    if finding:
        return failed(finding)
    seen = {observed.phase: observed for _, observed in play.observed}
    before, after = seen.get("before the end of typing"), seen.get("after the end of typing")
    if before and after and spins(after) and not spins(before):
        return failed(
            Finding(
                done=done,
                expected=say("it sleeps on"),
                seen=(describe_cpu_use(after), *interrupted_at(play)),
                hint=hint,
            )
        )
    return passed()


def restart(history: History, rubric: Rubric) -> Outcome:
    """Stopped while clients are connected, it can be started again at once."""
    play = require_play(history, "restart")
    require_within_limits(play, rubric.limits)
    if play.restarted is None:
        return skipped(say("It could not go on until it was stopped."))
    if play.failure is None:
        return passed()
    return failed(
        Finding(
            done=say("it was stopped while a client was connected, and started again at once"),
            expected=say("it listens again"),
            seen=(_why_not_again(play),),
            terminal=terminal_tail(play),
            hint=say(
                "After a server has closed a connection its port is kept for a minute, unless it "
                "says that it may be used again. (setsockopt)"
            ),
        )
    )


def _why_not_again(play: Play) -> Text:
    match play.failure:
        case event.Ended() as end:
            return say("it ended by itself ({how})", how=describe_end(end))
        case _:
            return say("it did not serve a client again")


def _check(
    name: str,
    needs: tuple[str, ...],
    asks: Text,
    why: Text,
    lesson: Text,
    judge: Callable[[History, Rubric], Outcome],
) -> Check:
    return Check(
        name=name,
        points=0,
        needs=needs,
        asks=asks,
        why=why,
        lesson=lesson,
        judge=judge,
    )


CHECKS = (
    _check(
        "prompt",
        ("client-logged",),
        say("A message is in the file as soon as it is settled, not only at exit."),
        say("Who looks into the log of a running server wants to see what has happened."),
        say("network and file buffers"),
        history_only(prompt),
    ),
    _check(
        "reset",
        ("client-logged",),
        say("A client that is cut off does not end the server."),
        say("Computers are switched off, and networks break."),
        say("exceptions"),
        _everything(
            "reset",
            say("a client was cut off (RST), and then another one spoke"),
            say(
                "`recv` does not return empty then, but raises: where is that caught, and what "
                "becomes of the others? (exceptions)"
            ),
        ),
    ),
    _check(
        "hasty-departure",
        ("departure",),
        say(
            "A client that closes right behind its last message loses nothing and does not end the "
            "server."
        ),
        say("Many clients say one thing and leave."),
        say("wlist; send to a gone peer"),
        _everything(
            "hasty-departure",
            say("clients sent a message and closed at once, and then another one spoke"),
            say(
                "What is sent to a client that has gone raises, and what it said before is still "
                "to be read. (send不能再发送)"
            ),
        ),
    ),
    _check(
        "closes-sockets",
        ("departure",),
        say("It closes the socket of a client that has gone."),
        say("A server that runs for weeks runs out of files otherwise."),
        say("close"),
        history_only(closes_sockets),
    ),
    _check(
        "return",
        ("departure",),
        say("A client that left can connect again and is served."),
        say("Clients come back."),
        say("accept in the loop"),
        _everything(
            "return",
            say("a client spoke and left, came again, and spoke"),
            say("What is left of a client when it has gone, and does that hinder the next one?"),
        ),
    ),
    _check(
        "burst",
        ("client-logged",),
        say(
            "Messages that arrive together, or a byte at a time, are logged completely and in "
            "order."
        ),
        say("How a text arrives is TCP's choice, and not its sender's."),
        say("粘包"),
        burst,
    ),
    _check(
        "large-message",
        ("client-logged",),
        say("A message of 64 KiB is logged completely and in order, in however many records."),
        say("A buffer's size is the server's, and not its clients'."),
        say("recv's buffer size"),
        large_message,
    ),
    _check(
        "split-character",
        ("client-logged",),
        say("A Chinese character cut in two by TCP is logged whole and does not end the server."),
        say("It happens to every long Chinese text sooner or later."),
        say("bytes and str"),
        split_character,
    ),
    _check(
        "crowd",
        ("client-logged",),
        say("50 clients are connected at once and all are served."),
        say("It is what multiplexing is for."),
        say("IO multiplexing"),
        _everything(
            "crowd",
            say("50 clients connected, and all spoke at once"),
            say("Does anything in the program grow with its clients, or count them?"),
        ),
    ),
    _check(
        "end-of-typing",
        ("terminal-logged",),
        say("Ctrl-D typed on the terminal neither ends the server nor makes it spin."),
        say("It is what somebody types who has nothing more to say, and the clients have."),
        say("empty reads"),
        end_of_typing,
    ),
    _check(
        "clean-stop",
        ("client-logged",),
        say("Ctrl-C ends it within a moment, and the log is complete."),
        say("It is how a person stops a server."),
        say("files, buffers"),
        history_only(clean_stop),
    ),
    _check(
        "restart",
        ("starts",),
        say("Stopped while clients are connected, it can be started again at once."),
        say("A server that was mended should not have to wait for a minute."),
        say("SO_REUSEADDR"),
        restart,
    ),
    _check(
        "functions",
        (),
        say(
            "The program is built of functions that take what they need as parameters and do one "
            "thing each."
        ),
        say("Such a program can be read, tested and changed piece by piece."),
        say("functions (the homework's second part)"),
        history_only(functions),
    ),
)
