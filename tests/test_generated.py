"""Composed servers (benchmarks/generated) get the outcomes that follow from how they are composed.

Each run tries others. ``TEST_SEED=N`` repeats those of a run whose seed was N.
"""

import random
import sys
from pathlib import Path

import pytest
from run_seed import SEED

from grader.checks import CHECKS
from grader.sandbox import Sandbox

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))

from generated import program, reduction, spelling, trial
from generated.faults import FAULTS

COUNT = 40


@pytest.mark.slow
@pytest.mark.sandbox
# One submission may take the grader's own limit of 120 s, and the machine plays several at once.
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", range(COUNT))
def test_a_composed_server_gets_what_must_come_out(
    number: int, sandboxes: list[Sandbox], tmp_path: Path, record_property
) -> None:
    record_property("seed", SEED)
    (last,) = trial.trials(SEED, [number])
    result = trial.carry_out(last, sandboxes[number % len(sandboxes)], tmp_path)
    assert not result.mismatches, (
        f"{', '.join(map(str, result.mismatches))}\n{last.program.source.decode()}\n"
        f"Repeat with TEST_SEED={SEED}, or reduce it: python benchmarks/generated "
        f"--seed {SEED} --first {number} --count 1"
    )


def composed(count: int) -> list[program.Program]:
    return [each.program for each in trial.trials(1, range(count))]


IN_SYNTAX = "a colon is missing", "a bracket is missing", "a line is indented wrongly"


def test_every_style_is_a_program() -> None:
    for each in composed(400):
        broken = each.fault and each.fault.name in IN_SYNTAX
        assert spelling.valid(each.source) is not broken, each


def test_a_fault_in_syntax_is_one_in_every_style() -> None:
    for each in trial.trials(1, range(200), IN_SYNTAX):
        assert not spelling.valid(each.program.source), each


def test_a_seed_determines_every_program() -> None:
    assert composed(20) == composed(20)
    assert composed(20) != [each.program for each in trial.trials(2, range(20))]
    assert len({each.source for each in composed(100)}) == 100


def test_every_value_of_every_dimension_occurs() -> None:
    drawn = [each.style for each in composed(1500)]
    for name, dimension in program.DIMENSIONS.items():
        assert {style[name] for style in drawn} == set(dimension.values), name


def test_each_value_changes_the_program() -> None:
    for name, dimension in program.DIMENSIONS.items():
        sources = set()
        for value in dimension.values:
            chosen = random.Random(f"{name}/{value}")
            for _ in range(200):
                style = program.draw(chosen, None) | {name: value}
                if program.settle(style, None)[name] == value:
                    sources.add((value, program.compose(style, None).source))
                    break
            else:
                pytest.fail(f"{name}: {value} is never drawn")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_states_checks_that_can_fail_together(fault: program.Fault) -> None:
    needs = {check.name: check.needs for check in CHECKS if check.points}
    assert fault.fails or fault.craft
    assert fault.fails | fault.skips <= needs.keys()
    expected = trial.expected_outcomes(fault)
    assert {name for name in expected if expected[name] == "fail"} == fault.fails | fault.craft
    style = program.plain(fault)
    assert program.compose(style, fault).source != program.compose(style, None).source


def test_reduction_keeps_only_the_decisions_that_show_it() -> None:
    def shows(style: program.Style) -> bool:
        return style["encoding"] == "gbk" and style["names"] != "short"

    random_ = random.Random(3)
    style = next(style for style in iter(lambda: program.draw(random_, None), None) if shows(style))
    smallest = reduction.reduce(style, None, shows)
    assert reduction.rare(smallest, None).keys() == {"encoding", "names"}
