"""Several scenarios on one server, and what is played again alone."""

import pytest

from agent.agent_process import HOMEWORK
from agent.servers import server
from grader.model import event

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def careful(changed=""):
    """A server that survives a reset connection, too."""
    survives = """
def receive(client):
    try: return client.recv(1024)
    except OSError: return b""
"""
    return server(survives + changed).replace("ready.recv(1024)", "receive(ready)")


def fresh(done):
    """The scenarios that count and were played on a server that was started for them."""
    return [play.scenario for play in done.history.plays if play.fresh]


def unlogged(done):
    """The messages that are not in the files of their scenario; those that come in pieces are left
    out."""
    return [
        (play.scenario, message.name)
        for play in done.history.counting
        if play.scenario not in ("burst", "large-message", "restart")
        for message in play.messages
        if not any(message.nonce.encode() in file.data for file in play.files)
    ]


def test_a_right_server_is_started_twice(run):
    done = run(careful())
    assert fresh(done) == ["terminal"]
    assert (len(done.of(event.Started)), len(done.of(event.Restarted))) == (1, 1)
    assert unlogged(done) == []
    assert not done.of(event.Discarded)


def test_the_first_client_of_the_second_server_is_silent(run):
    done = run(careful())
    assert [play.scenario for play in done.history.plays][-2:] == ["restart", "silent-client"]
    first = done.play("restart").restarted
    messages = [e for e in done.of(event.Sent) if e.at > first.at]
    observed = [e for e in done.of(event.Observed) if e.at > first.at]
    assert observed[0].phase == "a client that has said nothing"
    assert observed[0].at < messages[0].at


def test_each_scenario_can_be_played_alone(run):
    done = run(careful(), alone=True)
    assert fresh(done) == [play.scenario for play in done.history.plays]
    assert set(HOMEWORK) < set(fresh(done))
    assert {play.stopped.by for play in done.history.plays} == {"ctrl-c"}
    assert unlogged(done) == []


def test_what_goes_wrong_on_a_server_that_has_played_others_is_played_again(run):
    """It ends at its sixth client, which no scenario of the homework has."""
    counting = """
count = []
def on_accept(client):
    rlist.append(client)
    count.append(client)
    if len(count) > 5: sys.exit(1)
"""
    done = run(careful(counting))
    assert [play.scenario for play in done.history.counting if play.failure] == ["crowd"]
    assert {*HOMEWORK} <= {play.scenario for play in done.history.plays}
    assert done.of(event.Discarded)
    assert unlogged(done) == []


def test_a_fault_is_seen_on_a_server_of_its_own(run):
    done = run(server("def on_departure(client): sys.exit(5)"))
    assert done.play("departure").fresh
    assert done.play("departure").ended.code == 5
    assert done.play("together").fresh


AT_THE_END = """
kept = []
def log(data):
    kept.append(data)
    with open(LOG, "ab") as file: file.write(data + b"\\n")
def on_end():
    with open(LOG, "{mode}b") as file: file.write({what})
"""


@pytest.mark.parametrize(
    ("mode", "what"),
    [("a", 'b"".join(one + b"\\n" for one in kept)'), ("w", 'b"The end"')],
    ids=["twice", "emptied"],
)
def test_a_server_that_spoils_its_log_when_it_ends(run, mode, what):
    """Each scenario must show this, so each is played on a server that is stopped after it."""
    done = run(careful(AT_THE_END.format(mode=mode, what=what)))
    assert all(play.fresh and play.stopped for play in done.history.plays)
    terminal = done.play("terminal")
    counts = {done.logged("terminal").count(m.nonce.encode()) for m in terminal.messages}
    assert counts == {2 if mode == "a" else 1}, "what was logged once counts"


def test_a_server_that_appends_a_line_when_it_ends(run):
    done = run(careful(AT_THE_END.format(mode="a", what='b"The end\\n"')))
    assert fresh(done) == ["terminal"]


@pytest.mark.parametrize(
    "write",
    [
        'open(LOG, "ab").write(data + b"; ")',
        'kept.append(data); open(LOG, "wb").write(b"\\n".join(kept) + b"\\n")',
        'file.write(data + b"\\n")',
    ],
    ids=["on one line", "written anew", "through a buffer"],
)
def test_a_log_in_which_scenarios_cannot_be_told_apart(run, write):
    opened = 'kept, file = [], open(LOG, "ab", 64)\n'
    done = run(careful(f"{opened}def log(data):\n    {write}"))
    alone = {play.scenario for play in done.history.counting if play.fresh}
    assert alone > {*HOMEWORK} - {"silent-client"}
    assert unlogged(done) == []


def test_whether_it_can_be_stopped_is_always_seen(run):
    """Every scenario but the first two goes wrong."""
    second = "def on_accept(client):\n    rlist.append(client)\n    if rlist[3:]: sys.exit(3)"
    done = run(server(second))
    well = [play for play in done.history.counting if play.failure is None and play.stopped]
    assert well, done.explain()
