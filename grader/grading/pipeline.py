"""Grades one submission: plans, runs, stores and judges it. See :mod:`grader.grading`."""

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

import grader
from grader.checks.newer_python import newer_python
from grader.grading import judge
from grader.grading.custom_checks import CheckSet
from grader.grading.timeline import timelines
from grader.model.decoding import EventError, EventStream
from grader.model.event import Scenario
from grader.model.history import History, read_history
from grader.model.plan import Plan, nonces
from grader.model.report import Report
from grader.model.rubric import Rubric
from grader.model.text import Text, cut, say
from grader.runs import decisions, reports
from grader.runs.run import Run, RunError, RunInfo, create_run, timestamp
from grader.sandbox import AgentExit, ReportProgress, Sandbox, SandboxError
from grader.submissions.hidden_modules import hidden_module
from grader.submissions.missing_folders import missing_folders
from grader.submissions.named_addresses import is_one_of
from grader.submissions.named_folders import MOST, is_personal
from grader.submissions.submission import Submission

_BUILT_IN = CheckSet()

MAX_ROUNDS = 3
"""Rounds in which all scenarios are played. Another one follows if the program missed folders: it
may reach a second missing folder only when the first exists."""


def grade(
    submission: Submission,
    *,
    rubric: Rubric,
    seed: int | None,
    sandbox: Sandbox,
    folder: Path,
    progress: ReportProgress,
    known: Mapping[str, Run] = {},
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Grade ``submission`` in ``sandbox``.

    A new run below ``folder`` stores everything, unless a run in ``known`` can be used instead.

    Args:
        seed: determines the messages; None: random.
        progress: called with what is being played.
        known: finished runs by key (:func:`grader.runs.folder.find_finished`). If one has this
            submission's key and is intact, nothing is played: that run is judged again, and its
            stored rubric and report are replaced.

    Raises:
        SandboxError: the machine could not run it. What the agent wrote is kept for inspection, as
            ``lost.jsonl``.
        RunError: the run could not be stored.
    """
    plan = Plan(
        source=submission.source,
        nonces=(),
        folders=submission.folders,
        addresses=submission.addresses,
        limits=rubric.limits,
    )
    key = _key(submission.name, plan, seed, sandbox)
    if key in known:
        try:
            history = known[key].history()
        except RunError:
            pass  # It is damaged (by a power failure, say), so it is played again.
        else:
            known[key].save_rubric(rubric)
            return judge_run(known[key], rubric, history=history, checks=checks)
    by_chance = seed is None
    seed = secrets.randbits(32) if seed is None else seed
    plan = msgspec.structs.replace(plan, nonces=nonces(seed))
    info = RunInfo(
        submission=submission.name,
        program=submission.file_name,
        sandbox=sandbox.name,
        seed=seed,
        by_chance=by_chance,
        identity=sandbox.identity,
        time=timestamp(),
        checks=checks.file,
        checks_hash=checks.hash,
        key=key,
    )
    run = create_run(folder, plan, info, rubric)
    for _ in range(MAX_ROUNDS):
        lines, history = _play(run, plan, submission, sandbox, progress)
        missed = missing_folders(play.terminal for play in history.plays)
        folders = tuple(dict.fromkeys((*plan.folders, *missed)))[:MOST]
        if folders == plan.folders:
            break
        plan = msgspec.structs.replace(plan, folders=folders)
        run.save_plan(plan)
    run.save_events(lines, history)
    return judge_run(run, rubric, history=history, checks=checks)


def _key(name: str, plan: Plan, seed: int | None, sandbox: Sandbox) -> str:
    """The key of a run: a hash of all that determines it, except chance.

    Args:
        plan: before its nonces are drawn.
        seed: None: random. All such runs share a key.
    """
    digest = hashlib.sha256()
    texts = (name, "by chance" if seed is None else str(seed), sandbox.name, sandbox.identity)
    for part in (
        *(text.encode("utf-8", "surrogatepass") for text in texts),
        msgspec.json.encode(plan),
    ):
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()


def _play(
    run: Run, plan: Plan, submission: Submission, sandbox: Sandbox, progress: ReportProgress
) -> tuple[list[bytes], History]:
    """Play ``plan``, and return the agent's lines and their history.

    Raises:
        SandboxError: as :func:`grade`.
    """
    lines: list[bytes] = []
    stream = EventStream()

    def receive(line: bytes) -> None:
        event = stream.feed(line)
        lines.append(line)
        if isinstance(event, Scenario):
            progress(
                say("{submission}: {scenario}", submission=submission.name, scenario=event.name)
            )

    try:
        ending = sandbox.run(plan, receive)
        program = submission.file_name or submission.name
        history = read_history(stream.events, program, submission.source)
    except EventError as error:
        run.save_lost(lines)
        raise SandboxError(
            say("The agent wrote an invalid event: {reason}.", reason=error),
            say("This is a defect of the grader; please report it with {run}.", run=run.path),
        ) from error
    except SandboxError:
        run.save_lost(lines)
        raise
    if not (history.finished or history.out_of_time):
        run.save_lost(lines)
        raise _lost(ending)
    return lines, history


def judge_run(
    run: Run,
    rubric: Rubric | None = None,
    *,
    history: History | None = None,
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Judge a stored run as :func:`build_report` does, and store the report.

    Raises:
        RunError: the run is incomplete, the decisions beside it are invalid, or the report cannot
            be stored.
    """
    report = build_report(run, rubric, history=history, checks=checks)
    reports.save(run, report)
    return report


def build_report(
    run: Run,
    rubric: Rubric | None = None,
    *,
    history: History | None = None,
    checks: CheckSet = _BUILT_IN,
) -> Report:
    """Judge a stored run, and apply the teacher's decisions about it.

    Args:
        rubric: None: the one stored in the run, by which it was last graded.
        history: the run's; None: read it.

    Raises:
        RunError: the run is incomplete, or the decisions beside it are invalid.
    """
    info, plan = run.info(), run.plan()
    rubric = rubric or run.rubric()
    history = history or run.history()
    newer = newer_python(history)
    report = Report(
        submission=info.submission,
        program=info.program,
        entries=judge.judge(history, rubric, checks.checks),
        pass_mark=rubric.pass_mark,
        sandbox=info.sandbox,
        python=history.agent.python if history.agent else "",
        grader=_version(),
        seed=info.seed,
        scenarios=history.times,
        unjudged=newer.headline if newer else None,
        advice=(*_advice(info, plan, history), *_other_checks(info, checks)),
        run=str(run.path),
        source=plan.source,
        timelines=timelines(history),
    )
    overrides = decisions.load(run.path.resolve().parent)
    return decisions.apply(report, decisions.digest(plan.source), overrides)


@cache
def _version() -> str:
    """The grader's version and, as its local label (PEP 440), a hash of the code that judges, which
    changes more often than the version."""
    package = Path(grader.__file__).parent
    files = (
        each for folder in ("checks", "logs", "model") for each in package.glob(f"{folder}/**/*.py")
    )
    digest = hashlib.sha256()
    for path in sorted([package / "grading" / "judge.py", *files]):
        data = path.read_bytes()
        digest.update(b"%s %d:" % (path.name.encode(), len(data)) + data)
    return f"{grader.__version__}+{digest.hexdigest()[:8]}"


def _advice(info: RunInfo, plan: Plan, history: History) -> tuple[Text, ...]:
    listening = dict.fromkeys(play.listening.address for play in history.plays if play.listening)
    addresses = (
        say(
            "The server listens on {address} only, an address that the sandbox has because the "
            "program names it. With '0.0.0.0', a server listens on every address that its computer "
            "has.",
            address=address,
        )
        for address in listening
        if is_one_of(address, plan.addresses)
    )
    folders = (
        say(
            "The program uses the folder {folder}, which exists only on your own computer; the "
            "grader created it here. A relative path, such as 'server.log', works everywhere.",
            folder=cut(folder, 120),
        )
        for folder in plan.folders
        if is_personal(folder)
    )
    return (*_name_advice(info.program or info.submission, plan.source), *addresses, *folders)


def _name_advice(program: str, source: bytes) -> tuple[Text, ...]:
    """A note if the program cannot run under its own name, as it could here."""
    hidden = hidden_module(program, source)
    if hidden is None:
        return ()
    if not hidden.importer:
        return (
            say(
                "Under its name, {file}, the program does not run on most computers: its own "
                "`import {module}` finds the program instead of Python's module. Rename it, for "
                "example to 'server.py'.",
                file=f"{hidden.name}.py",
                module=hidden.name,
            ),
        )
    return (
        say(
            "Under its name, {file}, the program does not run on most computers: `{importer}`, "
            "which it imports, needs Python's module `{module}` and finds the program instead. "
            "Rename it, for example to 'server.py'.",
            file=f"{hidden.name}.py",
            importer=hidden.importer,
            module=hidden.name,
        ),
    )


def _other_checks(info: RunInfo, checks: CheckSet) -> tuple[Text, ...]:
    """A note if the run was first judged with other custom checks."""
    if not info.checks or info.checks_hash == checks.hash:
        return ()
    if not checks.file:
        return (
            say(
                "It was first judged with the custom checks in {file}, too, which are left out "
                "here. Add them with --checks.",
                file=info.checks,
            ),
        )
    return (
        say(
            "The custom checks in {file} are not those by which it was first judged.",
            file=checks.file,
        ),
    )


def _lost(ending: AgentExit) -> SandboxError:
    if ending.out_of_memory:
        what = say("The sandbox ran out of memory before the run was over.")
    elif ending.exit_code is None:
        what = say("The sandbox was stopped from outside before the run was over.")
    else:
        what = say(
            "The agent ended before the run was over, with exit status {code}: {complaint}",
            code=ending.exit_code,
            complaint=ending.stderr.strip().rpartition("\n")[2] or "it did not say why",
        )
    return SandboxError(
        what, say("Grade the submission again; if it happens again, please report it.")
    )
