"""What of a server's messages is in its files, whatever the order in which they stand there."""

import io
import itertools
import time
from pathlib import Path

import pytest

from grader.agent.events import Events
from grader.agent.files.workspace import Workspace
from grader.agent.isolation.no_isolation import NoIsolation
from grader.agent.messages import SentMessages
from grader.model.plan import nonces

SUPPLY = nonces(7)


@pytest.fixture
def workspace(tmp_path):
    root, home = str(tmp_path / "work"), str(tmp_path / "home")
    return Workspace.create(1, root, home, (), NoIsolation(), b"")


def messages_in(workspace, count):
    """``count`` messages that were sent."""
    messages = SentMessages(Events(io.BytesIO()), workspace, iter(SUPPLY), 1 << 23)
    for _ in range(count):
        messages.add("client 1", " hello")
    return messages


def write(workspace, name, messages):
    text = "".join(f"127.0.0.1 : {SUPPLY[number]} hello\n" for number in messages)
    Path(workspace.folder, name).write_text(text, encoding="ascii")


@pytest.mark.parametrize("order", [*itertools.permutations(range(3)), (0, 1, 0, 2), (2, 2, 1, 0)])
def test_messages_are_found_in_any_order(workspace, order):
    messages = messages_in(workspace, 3)
    write(workspace, "server.log", order)
    messages.look("settled")
    assert messages.found["settled"] == {"m1", "m2", "m3"}


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_message_hides_no_other(workspace, missing):
    messages = messages_in(workspace, 3)
    write(workspace, "server.log", [number for number in (2, 0, 1) if number != missing])
    messages.look("settled")
    assert messages.found["settled"] == {"m1", "m2", "m3"} - {f"m{missing + 1}"}
    assert messages.missing() == {f"m{missing + 1}"}


def test_messages_are_found_in_several_files(workspace):
    messages = messages_in(workspace, 4)
    write(workspace, "a.log", (3, 1))
    write(workspace, "b.log", (2,))
    messages.look("settled")
    assert messages.found["settled"] == {"m2", "m3", "m4"}


def test_the_order_is_noted_on_request(workspace):
    messages = messages_in(workspace, 3)
    write(workspace, "server.log", (2, 0, 2, 1))
    messages.look("settled")
    assert messages.order == []
    messages.track_order = True
    messages.look("stopped")
    assert messages.order == ["m3", "m1", "m2"]


def test_many_messages_are_found_in_one_pass(workspace):
    """A search for each from the beginning is three hundred passes: more than a second."""
    messages = messages_in(workspace, 300)
    text = "jqxz" * (1 << 19) + "\n" + "\n".join(SUPPLY[:300])
    Path(workspace.folder, "server.log").write_text(text, encoding="ascii")
    began = time.process_time()
    messages.look("settled")
    assert len(messages.found["settled"]) == 300
    assert time.process_time() - began < 0.2
