"""All plays of a run are read by one log."""

from checks.histories import Event, ask, ends, history, says, scene, text, types
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import CHECKS
from grader.logs.choice import JUDGED
from grader.logs.evidence import log_evidence
from grader.model.history import History

Files = dict[str, str]

CHINESE = " 你好"
CLIENT = says("a"), says("b", tail=CHINESE)
TOGETHER = says("a"), says("b", "client 2"), types("c"), says("d")

EXACT, ALTERED = "{a}\n{b}\n", f"{{a}}\n{text('b', ' ??')}\n"
ORDERED, NEWEST_FIRST = "{a}\n{b}\n{c}\n{d}\n", "{d}\n{c}\n{b}\n{a}\n"
TYPED = "{a}\n"


def run(terminal: Files, client: Files, together: Files, *more: list[Event]) -> History:
    return history(
        scene("terminal", types("a"), log=dict(terminal)),
        scene("client", *CLIENT, log=dict(client)),
        scene("together", *TOGETHER, log=dict(together)),
        *more,
    )


def read(found: History) -> list[str]:
    """The paths of the logs that the plays are read by."""
    return [log_evidence(play).read[0].path for play in found.plays]


def lost(found: History) -> set[str]:
    return {name for name in JUDGED if ask(name, found).outcome == "fail"}


def test_faults_cost_what_the_checks_say():
    checks = {check.name: check for check in CHECKS}
    for name, judged in JUDGED.items():
        assert judged.points == checks[name].points
        assert {*judged.scenarios} == {*(checks[name].scenarios or ())}


def test_two_logs_that_are_right_by_turns_are_no_right_one():
    found = run(
        {"exact": TYPED, "ordered": TYPED},
        {"exact": EXACT, "ordered": ALTERED},
        {"exact": NEWEST_FIRST, "ordered": ORDERED},
    )
    assert read(found) == ["ordered"] * 3
    assert lost(found) == {"exact-text"}


def test_a_right_log_is_read_whatever_is_beside_it():
    found = run(
        {"log": TYPED, "page": TYPED * 2},
        {"log": EXACT, "page": ALTERED},
        {"log": ORDERED, "page": NEWEST_FIRST},
    )
    assert read(found) == ["log"] * 3
    assert lost(found) == set()


def test_a_right_log_may_have_another_name_in_each_play():
    found = run(
        {"eins": TYPED, "page": TYPED * 2},
        {"zwei": EXACT, "page": ALTERED},
        {"drei": ORDERED, "page": NEWEST_FIRST},
    )
    assert read(found) == ["eins", "zwei", "drei"]
    assert lost(found) == set()


RIGHT = TYPED, EXACT, ORDERED
WRONG = (
    (TYPED * 2, f"{TYPED}and more\n"),
    (ALTERED, EXACT * 2, "{b}\n{a}\n"),
    (NEWEST_FIRST, ORDERED * 2, "{a}{b}\n{c}\n{d}\n", "{a}\n{c}\n{b}\n{d}\n"),
)


@st.composite
def right_logs(draw: st.DrawFn) -> list[Files]:
    """The files of three plays, of which one log is right: its name, and others beside it."""
    name = draw(st.sampled_from(["log", "log{}"]))
    start = draw(st.integers(1, 3))
    return [
        {
            name.format(number // start): right,
            **draw(st.dictionaries(st.sampled_from("pq"), st.sampled_from(wrong))),
        }
        for number, (right, wrong) in enumerate(zip(RIGHT, WRONG, strict=True))
    ]


@given(right_logs())
def test_a_right_log_costs_nothing_whatever_its_name_and_beside_whatever_else(files):
    assert lost(run(*files)) == set()


def test_a_file_that_is_complete_in_some_plays_only_is_not_the_log():
    found = run(
        {"log": TYPED * 2, "typed": TYPED},
        {"log": EXACT},
        {"log": ORDERED, "typed": "{c}\n"},
    )
    assert read(found) == ["log"] * 3
    assert lost(found) == {"every-message"}


def test_a_log_may_be_lost_with_a_server_that_ended():
    found = run(
        {"log": TYPED, "page": TYPED},
        {"log": EXACT, "page": ALTERED},
        {"log": ORDERED, "page": NEWEST_FIRST},
        scene("newcomer", says("a"), ends(), log={"page": "{a}\n"}),
    )
    assert read(found) == [*["log"] * 3, "page"]
    assert lost(found) == set()


def test_what_is_quoted_is_what_is_read():
    page = "<h1>log</h1>\n{a}\n{b}\n"
    found = history(scene("client", *CLIENT, log={"log": ALTERED, "page": page * 2}))
    assert read(found) == ["log"]
    (finding,) = ask("exact-text", found).findings
    assert finding.log[0].startswith("2: ")


def test_typed_and_sent_messages_are_in_the_log_that_is_read():
    found = run({"log": TYPED, "typed": TYPED}, {"log": EXACT}, {"log": ORDERED, "typed": "{c}\n"})
    assert ask("one-log", found).outcome == "pass"
    assert "log" in str(ask("one-log", found))


def test_a_log_in_one_encoding_is_read_rather_than_one_in_two():
    """One program may write both; that the latter is mixed shows in no play alone."""
    sent, typed = f"{text('a')}\n{text('b', CHINESE)}\n", f"{text('t', CHINESE)}\n"

    def logs(said: str, mixed: str) -> dict[str, str | bytes]:
        return {"mixed": said.encode(mixed) + b"!" * 99, "right": said.encode()}

    found = history(
        scene("terminal", says("t", "terminal", tail=CHINESE), log=logs(typed, "gbk")),
        scene("client", *CLIENT, log=logs(sent, "utf-8")),
    )
    assert read(found) == ["right"] * 2
    assert lost(found) == set()
