"""``grade replay``: goes through a play step by step."""

import difflib
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from click.shell_completion import CompletionItem

from grader.cli.console import plain_console, translation
from grader.cli.options import lang_option, main_option, runs_option, sandbox_option
from grader.errors import UserError
from grader.model.outcome import OutcomeName
from grader.model.text import names, say
from grader.model.vocabulary import ScenarioName
from grader.report.titles import full_title, titles
from grader.sandbox import SandboxName

if TYPE_CHECKING:
    from grader.model.report import Report
    from grader.model.timeline import Timeline
    from grader.report.terminal.replay import Replay

FORWARD = (" ", "\r", "\n", "\x1b[C", "\x1b[B", "\xe0M", "\xe0P", "\x00M", "\x00P")
"""Space, Enter, and the arrows to the right and down, as Unix and Windows name them."""

BACK = ("\x1b[D", "\x1b[A", "\x7f", "\b", "\xe0K", "\xe0H", "\x00K", "\x00H")
"""The arrows to the left and up, and backspace."""

QUIT = ("q", "Q", "\x1b")

SHORTEST, LONGEST = 0.4, 2.0
"""Seconds for which ``--auto`` shows a step: its own time, a hundred times as slow."""

SLOWER = 100

_WITHOUT_PLAY: tuple[OutcomeName, ...] = ("skipped", "not-judged")
"""The outcomes of a check that found no play to read."""


def _complete_scenario(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [CompletionItem(n) for n in get_args(ScenarioName) if n.startswith(incomplete)]


@click.command("replay")
@click.argument("path", metavar="RUN|PATH", type=click.Path(path_type=Path))
@click.argument("scenario", metavar="[SCENARIO]", required=False, shell_complete=_complete_scenario)
@click.option("--auto", is_flag=True, help="Go on by itself instead of waiting for a key.")
@main_option
@runs_option("Where runs are stored.")
@sandbox_option("What runs a program; see `grade --help`.")
@lang_option
def replay(
    path: Path,
    scenario: str | None,
    auto: bool,
    main: str,
    runs_folder: Path,
    sandbox_name: SandboxName,
) -> None:
    """Go through a run step by step.

    A program is run for it. Without SCENARIO, show those in which a check failed; if none did,
    all. Without a terminal, print all steps.
    """
    from grader.grading import pipeline
    from grader.report.terminal.replay import Replay, render_all
    from grader.runs.run import open_run

    name = _scenario(scenario)
    run = open_run(path)
    stored = (path / run.info_name).is_file()
    report = (
        pipeline.build_report(run) if stored else _play(path, name, runs_folder, sandbox_name, main)
    )
    shown = Replay(timelines=_chosen(report.timelines, name), source=report.source)
    if not shown.scenes:
        raise _nothing_played(report, name, path, run.info().only if stored else ())
    if auto or not (sys.stdin.isatty() and sys.stdout.isatty()):
        if not sys.stdout.isatty():
            plain_console().print(render_all(shown, translation()))
            return
        _show(shown, _wait)
    else:
        _show(shown, lambda _: click.getchar())


def _scenario(name: str | None) -> ScenarioName | None:
    """The scenario that is called ``name``."""
    known: tuple[ScenarioName, ...] = get_args(ScenarioName)
    for each in known:
        if each == name:
            return each
    if name is None:
        return None
    for nearest in difflib.get_close_matches(name, known, n=1, cutoff=0.7):
        raise UserError(
            say("There is no scenario {name}.", name=repr(name)),
            say("Did you mean {nearest}?", nearest=nearest),
        )
    raise UserError(
        say(
            "There is no scenario {name}. The scenarios are: {names}.",
            name=repr(name),
            names=names(known),
        )
    )


def _play(
    path: Path, scenario: ScenarioName | None, runs: Path, sandbox: SandboxName, main: str
) -> "Report":
    """The report of a program that is played for it."""
    from grader.cli.grade_only import play_scenario

    return play_scenario(path, scenario, runs, sandbox, main)


def _chosen(
    timelines: Sequence["Timeline"], scenario: ScenarioName | None
) -> tuple["Timeline", ...]:
    """The play of ``scenario``; None: those with faults, or all if there are none."""
    if scenario:
        return tuple(each for each in timelines if each.scenario == scenario)
    return tuple(each for each in timelines if each.faults) or tuple(timelines)


def _nothing_played(
    report: "Report", scenario: ScenarioName | None, path: Path, only: tuple[str, ...]
) -> UserError:
    """Why ``scenario`` (None: any) was not played, as far as the checks say that read it.

    Args:
        only: the checks that the run is for; empty: all.
    """
    from grader.checks import CHECKS

    if scenario is None:
        return UserError(say("Nothing was played in {path}.", path=path))
    others = ", ".join(dict.fromkeys(each.scenario for each in report.timelines))
    remedy = say("These were: {names}.", names=others) if others else None
    if only:
        what = say(
            "The scenario {name} was not played: this run is for {checks} only.",
            name=scenario,
            checks=titles(only),
        )
        return UserError(what, remedy)
    outcomes = {entry.name: entry.outcome for entry in report.entries}
    readers = (outcomes.get(c.name) for c in CHECKS if scenario in (c.scenarios or ()))
    found = next((each for each in readers if each and each.outcome in _WITHOUT_PLAY), None)
    what = say("The scenario {name} was not played.", name=scenario)
    failed = ""
    while found and found.skipped_for:
        failed = found.skipped_for
        found = outcomes.get(failed)
    if failed:
        what = say(
            "The scenario {name} was not played: that is pointless where {check} fails.",
            name=scenario,
            check=full_title(failed, translation()),
        )
    elif found and found.because:
        what = say("{scenario}: {reason}", scenario=scenario, reason=found.because)
    return UserError(what, remedy)


def _wait(seconds: float) -> str:
    time.sleep(seconds)
    return FORWARD[0]


def _show(shown: "Replay", ask: Callable[[float], str]) -> None:
    """Show each step on a screen of its own until ``ask``, which takes the step's seconds, returns
    the key to quit, or the last step is over."""
    from grader.report.frames import frames
    from grader.report.terminal.replay import render_step

    scenes, at = shown.scenes, 0
    with plain_console().screen(hide_cursor=True) as screen:
        while at < len(scenes):
            timeline, number = scenes[at]
            screen.update(render_step(shown, timeline, number, translation()))
            times = [frame.at for frame in frames(timeline)][number : number + 2]
            key = ask(min(LONGEST, max(SHORTEST, (times[-1] - times[0]) / 1e9 * SLOWER)))
            if key in QUIT:
                return
            at = max(0, at - 1) if key in BACK else at + (key in FORWARD)
