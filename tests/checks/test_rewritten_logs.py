"""Servers that rewrite their log unprompted, such as by a timer: chance decides what is seen of it,
and must not decide what they get."""

import pytest

from checks.histories import Step, ask, history, is_stuck, rewrites, says, scene, types


def logged(*messages: str, misplaced: tuple[str, ...] = ()) -> Step:
    return [{"event": "logged", "messages": sorted(messages), "misplaced": misplaced}]


EMPTIED = scene("terminal", types("a"), logged("a"), rewrites("a", log="{a}\n"))


def test_what_is_missing_is_uncertain_if_another_play_shows_the_rewriting():
    lost = scene("client", says("a"), says("b"), logged("b"), log="{b}\n")
    assert ask("client-logged", history(lost)).outcome == "fail"
    assert ask("client-logged", history(EMPTIED, lost)).outcome == "not-judged"
    assert ask("clean-stop", history(EMPTIED, lost)).outcome == "not-judged"


def test_a_message_that_one_play_has_found_is_logged():
    first = scene("client", says("a"), logged("a"), rewrites("a", log="{a}\n"), says("b"))
    second = scene("client", says("a"), says("b"), logged("b"), log="{b}\n")
    assert ask("client-logged", history(first, second)).outcome == "pass"
    other = scene("client", says("a"), logged("a"), log="{a}\n", ending="\n")
    assert ask("client-logged", history(EMPTIED, other, second)).outcome == "not-judged"
    earlier = scene("newcomer", says("a"), logged("a"), log="{a}\n")
    assert ask("client-logged", history(EMPTIED, earlier, second)).outcome == "not-judged"


def test_what_a_server_loses_that_takes_nothing_out_is_lost():
    """It only changes the order of its records."""
    first = scene("client", says("a"), says("b"), logged("a", "b"), rewrites(), log="{b}\n{a}\n")
    second = scene("client", says("a"), says("b"), logged("b"), rewrites(), log="{b}\n")
    assert ask("client-logged", history(first, second)).outcome == "fail"


def test_few_messages_are_taken_out_before_they_are_seen():
    names = [*"abcdefghijklmnopqrstu"]
    first = scene(
        "client", *map(says, names), logged(*names), log="".join(f"{{{n}}}\n" for n in names)
    )
    for missing, outcome in ((1, "pass"), (2, "pass"), (3, "not-judged")):
        kept = names[missing:]
        second = scene(
            "client", *map(says, names), logged(*kept), log="".join(f"{{{n}}}\n" for n in kept)
        )
        assert ask("client-logged", history(EMPTIED, first, second)).outcome == outcome


def test_without_rewriting_each_play_stands_for_itself():
    first = scene("client", says("a"), logged("a"), says("b"), log="{a}\n")
    second = scene("client", says("a"), says("b"), logged("b"), log="{b}\n")
    assert ask("client-logged", history(first, second)).outcome == "fail"


def test_a_server_that_is_stuck_fails_all_the_same():
    stuck = scene("client", says("a"), is_stuck())
    assert ask("client-logged", history(EMPTIED, stuck)).outcome == "fail"


@pytest.mark.parametrize("check", ["client-order", "arrival-order"])
def test_what_was_in_the_file_in_time_is_in_order_wherever_a_timer_puts_it(check):
    in_turn = scene("together", says("a"), logged("a"), says("b"), logged("b"), log="{b}\n{a}\n")
    assert ask(check, history(in_turn)).outcome == "fail"
    assert ask(check, history(EMPTIED, in_turn)).outcome == "pass"
    late = scene("together", says("a"), says("b"), logged("a", "b"), log="{b}\n{a}\n")
    assert ask(check, history(EMPTIED, late)).outcome == "not-judged"


@pytest.mark.parametrize("check", ["client-order", "arrival-order"])
def test_no_timer_puts_each_message_into_the_wrong_place_at_once(check):
    """It was there when a look first found it."""
    names = [*"abcdefgh"]
    log = "".join(f"{{{name}}}\n" for name in reversed(names))

    def play(misplaced: int, log: str):
        steps = [
            step
            for at, name in enumerate(names)
            for step in (says(name), logged(name, misplaced=(name,) if 0 < at <= misplaced else ()))
        ]
        return history(EMPTIED, scene("together", *steps, log=log))

    assert ask(check, play(7, log)).outcome == "fail"
    assert ask(check, play(2, log)).outcome == "pass"
    in_order = "".join(f"{{{name}}}\n" for name in names)
    assert ask(check, play(2, in_order)).outcome == "pass"
    put_right_later = {"client-order": "pass", "arrival-order": "not-judged"}[check]
    assert ask(check, play(7, in_order)).outcome == put_right_later
