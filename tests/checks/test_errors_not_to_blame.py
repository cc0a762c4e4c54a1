"""An error that the terminal shows, and that is not to blame, or not for what it names."""

import pytest

from checks.histories import ask, ends, history, leaves, looks, says, scene, types
from checks.losses import ERROR, lost

BROKEN = ERROR.rpartition(b"TypeError")[0] + b"BrokenPipeError: [Errno 32] Broken pipe\r\n"


@pytest.mark.parametrize(
    ("happened", "cause"),
    [([], "recv-on-the-listener"), (leaves("client 2"), "peer-gone")],
)
def test_a_broken_connection_of_which_nobody_was_the_other_end(happened, cause):
    assert lost(says("a"), happened, ends(1), terminal=BROKEN) == cause


@pytest.mark.parametrize(
    ("by", "terminal", "cause"),
    [
        ("ctrl-c", ERROR + b"^C", "bytes-and-text"),
        ("ctrl-c", b"^C" + ERROR, "client-text-unused"),
        ("second ctrl-c", b"^C\r\n" + ERROR + b"^C", "client-text-unused"),
        ("itself", ERROR, "client-text-unused"),
        ("itself", ERROR + b"on and on\r\n" + ERROR, "bytes-and-text"),
        ("itself", ERROR + b"on and on\r\n", "bytes-and-text"),
    ],
)
def test_an_error_after_the_clients_left_does_not_explain_what_was_lost_before(by, terminal, cause):
    assert lost(says("a"), log="x\n", by=by, terminal=terminal) == cause


IN_THREAD = b"Exception in thread Thread-1 (handle):\r\n" + ERROR.replace(
    b"<module>", b"handle"
).replace(b"TypeError", b"NameError")
HANDLE = b"def handle(c):\n    while c.recv:\n        log(c.recv(9))\n"


@pytest.mark.parametrize(
    ("names", "source", "shown"),
    [
        ("ac", HANDLE, False),
        ("ab", HANDLE, True),
        ("ac", HANDLE.replace(b"handle", b"other"), True),
    ],
)
def test_a_thread_that_read_on_had_not_met_its_error_yet(names, source, shown):
    log = "\n".join(f"{{{name}}}" for name in names)
    found = lost(*map(says, "abc"), source=source, terminal=IN_THREAD, log=log, seen=names)
    assert (found == "unknown-name") == shown


@pytest.mark.parametrize(("logged", "shown"), [("{a}\n{b}\n", False), ("{a}\n", True)])
def test_an_error_that_lost_nothing_elsewhere_has_lost_nothing_here(logged, shown):
    run = history(
        scene("client", says("a"), looks("settled"), log="x\n", terminal=ERROR),
        scene("together", says("a"), says("b"), log=logged, terminal=ERROR),
    )
    found = ask("client-logged", run).findings[0]
    assert (found.cause.name == "bytes-and-text") == shown
    assert bool(found.terminal) == shown


def test_an_error_in_a_play_without_such_messages_says_nothing_of_them():
    run = history(
        scene("client", says("a"), looks("settled"), log="x\n", terminal=ERROR),
        scene("terminal", types("a"), log="{a}\n", terminal=ERROR),
    )
    assert ask("client-logged", run).findings[0].cause.name == "bytes-and-text"
