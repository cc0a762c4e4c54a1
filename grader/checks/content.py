"""What is in the log."""

import re

from grader.checks.check import Check, history_only, require_play, require_within_limits
from grader.checks.phrases import quote
from grader.checks.records import plays_that_count
from grader.checks.serving import log_tail, service_failure
from grader.logs.mentions import Location
from grader.logs.readings import LogEvidence, log_evidence
from grader.logs.records import nickname_messages, repeated_messages
from grader.logs.streams import log_name
from grader.model.history import History, Message, Play
from grader.model.outcome import Finding, Outcome, failed, passed
from grader.model.rubric import Rubric
from grader.model.text import Text, names, say, say_count


def _plain(play: Play) -> tuple[Message, ...]:
    return tuple(message for message in play.messages if message.text.isascii())


def _where(log: LogEvidence) -> Text | None:
    """Where messages are logged; None: there are none."""
    return say("logged in {path}", path=log.streams[0].path) if log.streams else None


def client_logged(history: History, rubric: Rubric) -> Outcome:
    """One client's messages are in the log."""
    play = require_play(history, "client")
    log, plain = log_evidence(play), _plain(play)
    if "settled" in play.found and all(message in log for message in plain):
        if history.ending:
            return passed(
                _where(log),
                say("It logs whole lines only, so each message was sent with a newline."),
            )
        return passed(_where(log))
    require_within_limits(play, rubric.limits)
    finding = service_failure(
        play,
        log,
        plain,
        done=say("one client connected and sent messages, with nobody else there"),
        hint=_READY,
        lost=_AGAIN if _sleeps_in(play, "recv", "client 1") else _READY,
    )
    return failed(finding) if finding else passed()


_READY = say(
    "`select` returns the client's socket as ready, and `recv` returns its text. What does the "
    "program do with that text? (IO multiplexing; network IO: recv)"
)
_AGAIN = say(
    "The program has read the client's text and now blocks in another `recv` from the same "
    "client, waiting for more. That call returns only when the client sends again or leaves. "
    "Each time `select` returns a socket, only one `recv` is sure not to block. (blocking IO)"
)


def terminal_logged(history: History, rubric: Rubric) -> Outcome:
    """Typed lines are in the log."""
    play = require_play(history, "terminal")
    log = log_evidence(play)
    require_within_limits(play, rubric.limits)
    finding = service_failure(
        play,
        log,
        play.typed,
        done=say("lines were typed on the terminal while no client was connected"),
        hint=say(
            "The terminal is an IO like any other. What does `select` watch, and does the "
            "program reach the terminal at all before a client connects? (rlist: the IO events "
            "to wait for)"
        ),
        lost=_UNTIL_THE_END
        if _sleeps_in(play, "read", "terminal")
        else say(
            "The line was read. What does the program do with it, and does every path through "
            "the program write it? (terminal IO; branches)"
        ),
    )
    if finding:
        return failed(finding)
    return passed(_where(log))


def _sleeps_in(play: Play, call: str, file: str) -> bool:
    """Whether the server, when it was last watched, waited in ``call`` for more from ``file``."""
    seen = [observed for _, observed in play.observed if observed.phase in _ASKED]
    return bool(seen) and any((t.call, t.file) == (call, file) for t in seen[-1].threads)


_ASKED = ("after typing", "one client, silent")
"""The phases in which a server has been given something, and taken it."""


_UNTIL_THE_END = say(
    "The program blocks in a read of the terminal that wants more than one line: `read`, "
    "`readlines` and `for line in sys.stdin` continue to the end of all input, `readline` to "
    "the end of one line."
)


def one_log(history: History) -> Outcome:
    """Clients' messages and typed lines are in the same file."""
    for play in plays_that_count(history):
        log = log_evidence(play)
        typed = {log.locations[m.name].stream.path for m in play.typed if m in log}
        sent = {
            log.locations[m.name].stream.path for m in play.messages if not m.typed and m in log
        }
        if typed and sent:
            return _same(typed, sent)
    # Nothing of both was logged in any one run: the names that were used then tell.
    paths = []
    for scenario in ("terminal", "client"):
        log = log_evidence(require_play(history, scenario))
        # What is in a dated name differs from one run to the next.
        paths.append({log_name(stream.path): stream.path for stream in log.streams})
    for_typed, for_sent = paths
    for name in for_typed.keys() & for_sent.keys():
        return _same({for_typed[name]}, {for_typed[name]})
    return _same(set(for_typed.values()), set(for_sent.values()))


_NUMBER = re.compile(r"[._-]?[0-9]+")


def _same(typed: set[str], sent: set[str]) -> Outcome:
    # Of one log there may be several files, numbered in the program's own way: then which of them
    # hold what is a matter of when the next one was begun.
    numbered = {_NUMBER.sub("", path) for path in typed | sent}
    if typed == sent or (typed & sent and len(numbered) == 1):
        return passed(say("both are in {path}", path=names(sorted(typed & sent))))
    return failed(
        Finding(
            done=say("a client sent messages, and lines were typed"),
            expected=say("both are in one log file"),
            seen=(
                say("typed lines are in {paths}", paths=names(sorted(typed))),
                say("clients' messages are in {paths}", paths=names(sorted(sent))),
            ),
            hint=say("The homework asks for both in *one* log file (一个日志文件)."),
        )
    )


def every_message(history: History, rubric: Rubric) -> Outcome:
    """Each message of several clients and of the terminal is logged, once."""
    play = require_play(history, "together")
    log = log_evidence(play)
    require_within_limits(play, rubric.limits)
    hint = say(
        "`select` returns every IO that is ready, perhaps several at once. Does the program "
        "handle each of them, and read from *that* one? (multiplexing: iterate over the "
        "returned list)"
    )
    done = (
        say_count(
            "three clients and the terminal took turns: {count} message by then",
            "three clients and the terminal took turns: {count} messages by then",
            count=len(play.messages),
        )
        if play.failure
        else say("three clients and the terminal took turns, then all sent at once, three times")
    )
    twice = len(_EMPTIES.findall(history.source)) > 1
    lost = _TWO_HANDLES if twice else hint
    if play.ended and play.ended.code == 0:
        hint = _ENDS
    finding = service_failure(play, log, play.messages, done=done, hint=hint, lost=lost)
    if finding:
        return failed(finding)
    nicknames = nickname_messages(log, play)
    asked = [m for m in play.messages if m.name not in nicknames]
    each = [repeated_messages(reading, play, asked) for reading in log.readings]
    repeated, reading = each[0], log.readings[0]
    if all(each):
        return failed(
            Finding(
                done=done,
                expected=say("each message is logged exactly once"),
                seen=(
                    say_count(
                        "logged more than once: the only message, {message}",
                        "logged more than once: {repeated} of {count} messages, "
                        "{message} for example",
                        count=len(play.messages),
                        repeated=len(repeated),
                        message=quote(repeated[0]),
                    ),
                ),
                log=_lines(reading[repeated[0].name]),
                hint=say(
                    "One message, one record. Is it written in several places, once for each "
                    "client, or once for each handler that was added? (loops; functions)"
                ),
            )
        )
    if any(len(location.lines) > 1 for location in log.locations.values()):
        return passed(
            say_count(
                "the only message is logged, on several lines, each in a different form",
                "all {count} messages are logged, some on several lines, each in a different form",
                count=len(play.messages),
            )
        )
    return passed(
        say_count(
            "the only message is logged, once",
            "all {count} messages are logged, once",
            count=len(play.messages),
        )
    )


_ENDS = say(
    "The program exited without an error, as if it had finished. A server runs until it is "
    "stopped. What ends its loop (`break`, `return`, a counter)?"
)
_EMPTIES = re.compile(rb"""\bopen\s*\([^\n]*?['"](?:w[bt]?\+?|w\+[bt])['"]""")
_TWO_HANDLES = say(
    "The program opens files with 'w' in several places. Each open file starts empty and has "
    "its own write position, so they overwrite each other. How many open files does one log "
    "need, and where does 'a' write? (files)"
)


def exact_text(history: History, rubric: Rubric) -> Outcome:
    """Each message is logged as it was sent, or typed."""
    play = require_play(history, "client")
    log = log_evidence(play)
    done = say("one client sent plain messages, then Chinese ones")
    if play.failure is not None:
        require_within_limits(play, rubric.limits)
        finding = service_failure(
            play, log, play.messages, done=done, hint=_ENCODINGS, lost=_ENCODINGS
        )
        assert finding
        return failed(finding)
    altered = _altered(log, play.messages)
    if not altered:
        # Whether typed lines are logged at all is another check's question.
        play = history.play("terminal") or play
        log = log_evidence(play)
        if all(message in log for message in play.typed):
            altered = _altered(log, play.typed)
        done = say("lines were typed on the terminal while no client was connected")
    if not altered:
        return passed()
    require_within_limits(play, rubric.limits)
    first = altered[0]
    return failed(
        Finding(
            done=done,
            expected=say("the log contains the text exactly as sent: {text}", text=first.text),
            seen=(
                say_count(
                    "not logged exactly as sent: the only message",
                    "not logged exactly as sent: {altered} of {count} messages",
                    count=len(play.messages),
                    altered=len(altered),
                ),
                *(
                    [say("{message} is missing altogether", message=quote(first))]
                    * (first not in log)
                ),
            ),
            log=_around(log, first),
            hint=_CHANGED if _is_readable(log, first) else _ENCODINGS,
        )
    )


_ENCODINGS = say(
    "One side turns a string into bytes with `encode`; the other turns them back with `decode`, "
    "in the same encoding. And one `recv` returns what has arrived, up to the requested size. "
    "(strings and bytes)"
)
_CHANGED = say(
    "The text is in the log, but not unchanged. What happens to it between reading and writing, "
    "and how much is read at once? (split, strip, upper, slices; recv's buffer size)"
)


def _is_readable(log: LogEvidence, message: Message) -> bool:
    """Whether what is there of a message is in the right encoding, though it may be cut."""
    beginning = message.text[: len(message.nonce) + _LEGIBLE]
    return message in log and (
        message.text.isascii() or any(stream.contains_exact(beginning) for stream in log.streams)
    )


_LEGIBLE = 3
"""Characters behind its nonce that tell a message's encoding: a space, and two of its own."""


def _altered(log: LogEvidence, messages: tuple[Message, ...]) -> list[Message]:
    """Those of ``messages`` that are not in the log exactly as they were sent."""
    return [m for m in messages if not any(stream.contains_exact(m.text) for stream in log.streams)]


def _lines(location: Location, most: int = 4) -> tuple[str, ...]:
    return tuple(
        f"{number}: {location.stream.line_text(number)}" for number in sorted(location.lines)[:most]
    )


def _around(log: LogEvidence, message: Message) -> tuple[str, ...]:
    """The line at which a message begins, and those behind it; the log's end without one."""
    if message not in log:
        return log_tail(log)
    location = log.locations[message.name]
    stream, first = location.stream, location.line
    return tuple(
        f"{number}: {stream.line_text(number)}"
        for number in range(first, min(first + 3, stream.line_count + 1))
    )


CHECKS = (
    Check(
        name="client-logged",
        points=10,
        needs=("starts",),
        asks=say("One client's messages are in the log."),
        why=say("This is the first half of the homework, in its simplest form."),
        lesson=say("network IO: recv; disk IO: write"),
        judge=client_logged,
    ),
    Check(
        name="terminal-logged",
        points=10,
        needs=("starts",),
        asks=say("Lines typed while no client is connected are in the log."),
        why=say("This is the second half of the homework, in its simplest form."),
        lesson=say("`sys.stdin` in select's rlist"),
        judge=terminal_logged,
    ),
    Check(
        name="one-log",
        points=5,
        needs=("client-logged", "terminal-logged"),
        asks=say("Clients' messages and typed lines are in the same file."),
        why=say("The homework asks for one log file."),
        lesson=say("the homework: 都写入到一个日志文件中"),
        judge=history_only(one_log),
    ),
    Check(
        name="every-message",
        points=10,
        needs=("client-logged", "terminal-logged"),
        asks=say(
            "Several clients and the terminal send in turn, then all at once: every message is "
            "logged exactly once."
        ),
        why=say("A log that loses or repeats messages does not show what happened."),
        lesson=say("IO multiplexing: iterating over the lists that select returns"),
        judge=every_message,
    ),
    Check(
        name="exact-text",
        points=5,
        needs=("client-logged",),
        asks=say("Each message, Chinese included, is logged exactly as sent and in one piece."),
        why=say("A log records what was said, not something similar."),
        lesson=say("strings and bytes: encode, decode"),
        judge=exact_text,
    ),
)
