"""What of a server's messages is in its files, whatever the order in which they stand there."""

import io
import itertools
import json
import time
from pathlib import Path

import pytest

from grader.agent.events import Events
from grader.agent.files.workspace import Workspace
from grader.agent.isolation.no_isolation import NoIsolation
from grader.agent.messages import SentMessages
from grader.model.decoding import unpack
from grader.model.plan import nonces

SUPPLY = nonces(7)


@pytest.fixture
def workspace(tmp_path):
    root, home = str(tmp_path / "work"), str(tmp_path / "home")
    return Workspace.create("1", root, home, (), NoIsolation(), b"")


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


# --- what changes from look to look ---


@pytest.fixture
def followed(workspace):
    """Messages that were sent, and a way to see what was written since the last call."""
    out = io.BytesIO()
    messages = SentMessages(Events(out), workspace, iter(SUPPLY), 1 << 23)

    def events():
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        out.seek(0)
        out.truncate()
        return [
            (line["event"], unpack(line["data"]) if "data" in line else line["messages"])
            for line in lines
            if line["event"] in ("logged", "rewritten", "log")
        ]

    yield messages, events
    messages.close()


def send(messages, workspace, *, name="server.log", order):
    """One more message is sent, and the log is written as ``order`` says."""
    messages.add("client 1", " hello")
    write(workspace, name, order)


def test_a_message_is_logged_at_the_first_look_that_finds_it(workspace, followed):
    messages, events = followed
    send(messages, workspace, order=())
    messages.follow(unprompted=False)
    assert events() == []
    assert messages.missing() == {"m1"}
    write(workspace, "server.log", (0,))
    for _ in range(2):
        messages.follow(unprompted=False)
    assert events() == [("logged", ["m1"])]
    send(messages, workspace, order=(0, 1))
    messages.follow(unprompted=False)
    assert events() == [("logged", ["m2"])]
    assert not messages.missing()


@pytest.mark.parametrize("unprompted", [True, False])
def test_files_that_are_rewritten_unprompted_are_kept(workspace, followed, unprompted):
    messages, events = followed
    send(messages, workspace, order=(0,))
    send(messages, workspace, order=(0, 1))
    messages.follow(unprompted=False)
    before = Path(workspace.folder, "server.log").read_bytes()
    events()
    write(workspace, "server.log", (1,))
    messages.follow(unprompted=unprompted)
    kept = [("log", before)] if unprompted else []
    assert events() == [("rewritten", ["m1"]), *kept]
    messages.look("settled")
    assert messages.found["settled"] == ({"m1", "m2"} if unprompted else {"m2"})
    assert messages.rewritten == unprompted


@pytest.mark.parametrize("restless", [True, False])
def test_a_large_file_is_found_in_the_middle_of_a_rewriting(workspace, followed, restless):
    messages, events = followed
    send(messages, workspace, order=(0,))
    messages.follow(unprompted=False)
    before = Path(workspace.folder, "server.log").read_bytes()
    events()
    messages.restless = restless
    Path(workspace.folder, "server.log").write_bytes(before + b"again\n" * (1 << 18))
    messages.look("left")
    assert events() == []
    Path(workspace.folder, "server.log").write_bytes(b"")
    messages.look("stopped")
    assert messages.found["stopped"] == ({"m1"} if restless else set())
    kept = [("rewritten", ["m1"]), ("log", before)] if restless else []
    assert events() == kept


@pytest.mark.parametrize("unprompted", [True, False])
def test_another_order_is_rewritten_only_if_unprompted(workspace, followed, unprompted):
    """A log with the newest on top is right, and handling a message rewrites it."""
    messages, events = followed
    send(messages, workspace, order=(0,))
    send(messages, workspace, order=(0, 1))
    messages.follow(unprompted=False)
    events()
    write(workspace, "server.log", (1, 0))
    messages.follow(unprompted=unprompted)
    assert [event for event, _ in events()] == (["rewritten", "log"] if unprompted else [])


def writes(workspace, *orders):
    """Moments, before each of which the log is written as one of ``orders`` says."""
    for number, order in enumerate(orders):
        write(workspace, "server.log", order)
        yield number


@pytest.mark.parametrize(
    ("later", "vanished"),
    [
        ([(0,), (0, 1)], []),
        ([(0,), (0, 1), ()], []),
        ([(), (), (0,), ()], ["m2"]),
        ([(), (1,), ()], ["m1"]),
        ([], ["m1", "m2"]),
    ],
)
def test_a_file_that_is_being_written_anew_is_looked_at_again(workspace, followed, later, vanished):
    messages, events = followed
    send(messages, workspace, order=(0,))
    send(messages, workspace, order=(0, 1))
    messages.follow(unprompted=False)
    events()
    write(workspace, "server.log", ())
    messages.follow(unprompted=False, moments=writes(workspace, *later))
    assert events() == ([("rewritten", vanished)] if vanished else [])


def test_a_message_is_awaited_only_in_files_that_are_written_anew(workspace, followed):
    messages, _ = followed
    send(messages, workspace, order=(0,))
    messages.follow(unprompted=False)
    send(messages, workspace, order=(0,))
    messages.follow(unprompted=False, moments=writes(workspace, (0, 1)))
    assert messages.missing() == {"m2"}, "it is found by the next look"
    write(workspace, "server.log", ())
    messages.follow(unprompted=False, moments=writes(workspace, (0, 1)))
    assert not messages.missing()
    send(messages, workspace, order=(0, 1))
    messages.follow(unprompted=False, moments=writes(workspace, (0, 1), (0, 1, 2)))
    assert not messages.missing()


def test_a_message_is_misplaced_before_an_older_one_that_was_logged(workspace):
    out = io.BytesIO()
    messages = SentMessages(Events(out), workspace, iter(SUPPLY), 1 << 23)

    def misplaced():
        messages.follow(unprompted=False)
        line = json.loads(out.getvalue().splitlines()[-1])
        return line["event"], line["misplaced"]

    send(messages, workspace, order=(0,))
    assert misplaced() == ("logged", [])
    send(messages, workspace, order=(1, 0))
    assert misplaced() == ("logged", ["m2"])
    messages.add("client 2", " hello")
    messages.add("client 3", " hello")
    write(workspace, "server.log", (1, 0, 3, 2))
    assert misplaced() == ("logged", []), "they were sent together"
    messages.add("client 1", " hello")
    send(messages, workspace, order=(1, 0, 3, 2, 5))
    assert misplaced() == ("logged", [])
    write(workspace, "server.log", (1, 0, 3, 2, 4, 5))
    assert misplaced() == ("logged", []), "it was sent before"
    messages.close()


def test_a_message_is_not_misplaced_that_stands_well_in_another_file(workspace):
    out = io.BytesIO()
    messages = SentMessages(Events(out), workspace, iter(SUPPLY), 1 << 23)
    for order in ((0,), (1, 0)):
        write(workspace, "right.log", sorted(order))
        send(messages, workspace, order=order)
        messages.follow(unprompted=False)
    assert [json.loads(line).get("misplaced") for line in out.getvalue().splitlines()] == [
        None, [], None, [],
    ]  # fmt: skip
    messages.close()


def test_what_nobody_writes_is_not_looked_at_again(workspace, followed):
    """The newest message stands in a file of its own, and the server does not sleep."""
    messages, _ = followed
    looks = []

    def moments(ran):
        for number in range(100):
            looks.append(number)
            yield number * ran

    send(messages, workspace, order=(0,))
    messages.follow(unprompted=False)
    send(messages, workspace, order=(1,))
    messages.follow(unprompted=False, moments=moments(2_000_000))
    assert 1 < len(looks) < 10
    looks.clear()
    messages.follow(unprompted=False, moments=moments(0))
    assert len(looks) < 2, "the first message is known to have vanished"


def test_what_an_earlier_play_has_found_is_credited(workspace, followed):
    messages, _ = followed
    for order in ((0,), (0,), (0,)):
        send(messages, workspace, order=order)
    messages.look("settled")
    messages.credit({"m2", "m7"})
    assert messages.found["settled"] == {"m1", "m2"}
    assert messages.missing() == {"m3"}


def test_a_moved_file_is_not_rewritten(workspace, followed):
    messages, events = followed
    send(messages, workspace, order=(0,))
    messages.follow(unprompted=True)
    Path(workspace.folder, "server.log").rename(Path(workspace.folder, "server.log.1"))
    send(messages, workspace, order=(1,))
    messages.follow(unprompted=True)
    assert events() == [("logged", ["m1"]), ("logged", ["m2"])]


def test_a_flood_is_not_followed(workspace, followed):
    messages, events = followed
    send(messages, workspace, order=(0,))
    with Path(workspace.folder, "server.log").open("ab") as file:
        file.write(b"x" * (1 << 20))
    messages.follow(unprompted=True)
    assert events() == []
    assert not messages.missing()


def test_a_flood_is_searched_again_only_if_it_has_changed(workspace, followed, monkeypatch):
    messages, _ = followed
    log = Path(workspace.folder, "server.log")
    log.write_bytes(b"x" * (1 << 21))
    messages.add("client 1", " hello")
    messages.follow(unprompted=True)
    monkeypatch.setattr("grader.agent.files.watch._TICK", -(1 << 60))  # each stamp is settled
    searched, logs = [], workspace.logs
    monkeypatch.setattr(workspace, "logs", lambda *rest: searched.append(1) or logs(*rest))
    assert messages.missing() == messages.missing() == messages.nonces.keys()
    assert len(searched) == 1
    with log.open("ab") as file:
        file.write(next(iter(messages.nonces.values())).encode())
    assert messages.missing() == messages.missing() == set()
    assert len(searched) == 2
    messages.add("client 1", " hello")
    assert len(messages.missing()) == 1
    assert len(searched) == 3


def test_a_message_in_pieces_is_logged(workspace, followed):
    messages, events = followed
    messages.add("client 1", " hello")
    pieces = "\n".join(f"127.0.0.1: {SUPPLY[0][at : at + 2]}" for at in range(0, 16, 2))
    Path(workspace.folder, "server.log").write_text(pieces, encoding="ascii")
    messages.follow(unprompted=False)
    assert events() == [("logged", ["m1"])]


_LABELS = {
    "dict": "{{'who': '127.0.0.1:40000', 'text': '{}'}}\n",
    "json on one line": '{{"from": "127.0.0.1:40000", "text": "{}"}}, ',
    "fields": "who=127.0.0.1 text={} status=ok\n",
    "element": "<text size=5>{}</text>",
    "block": "From: 127.0.0.1\nText: {}\n\n",
    "none": "{}\n",
}


def write_pieces(workspace, record, size, *texts):
    """A log by a server that reads ``size`` bytes at a time."""
    pieces = [text[at : at + size] for text in texts for at in range(0, len(text), size)]
    log = "".join(map(record.format, pieces))
    Path(workspace.folder, "server.log").write_text(log, encoding="ascii")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 15])
@pytest.mark.parametrize("record", _LABELS.values(), ids=_LABELS)
def test_pieces_are_found_behind_labels_that_have_their_letters(workspace, followed, record, size):
    messages, events = followed
    texts = [messages.add("client 1", " hello") for _ in range(3)]
    write_pieces(workspace, record, size, *texts)
    messages.follow(unprompted=False)
    assert events() == [("logged", ["m1", "m2", "m3"])]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("record", _LABELS.values(), ids=_LABELS)
def test_a_message_whose_piece_is_lost_is_missing(workspace, followed, record, size):
    messages, events = followed
    texts = [messages.add("client 1", " hello") for _ in range(3)]
    write_pieces(workspace, record, size, texts[0], texts[1][size:], texts[2])
    messages.follow(unprompted=False)
    assert events() == [("logged", ["m1", "m3"])]
