"""What is worth knowing about a run, but is not a fault."""

from collections.abc import Sequence

from grader.grading.custom_checks import CheckSet
from grader.model.history import History
from grader.model.plan import Plan
from grader.model.text import Text, cut, say
from grader.runs.run import RunInfo
from grader.submissions.hidden_modules import HiddenModule, hidden_module
from grader.submissions.named_addresses import is_one_of
from grader.submissions.named_folders import is_personal


def advice(info: RunInfo, plan: Plan, history: History, checks: CheckSet) -> tuple[Text, ...]:
    """Notes about the program, and about the checks by which a run is judged."""
    return (*_program_advice(info, plan, history), *_other_checks(info, checks))


def _program_advice(info: RunInfo, plan: Plan, history: History) -> tuple[Text, ...]:
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
    sources = (plan.source, *(each.source for each in history.modules))
    hiding = (note for file in plan.files for note in _module_advice(file, sources))
    own = _name_advice(info.program or info.submission, sources)
    return (*own, *hiding, *addresses, *folders)


def _module_advice(file: str, sources: Sequence[bytes]) -> tuple[Text, ...]:
    """A note if a module of the program stands in for one of Python's, which it then does on every
    computer."""
    hidden = None if "/" in file else _hidden(file, sources)
    if hidden is None:
        return ()
    return (
        say(
            "{file}, beside the program, takes the place of Python's module `{module}`: whatever "
            "imports `{module}` gets that file. Rename it if that is not meant.",
            file=file,
            module=hidden.name,
        ),
    )


def _hidden(file: str, sources: Sequence[bytes]) -> HiddenModule | None:
    found = (hidden_module(file, source) for source in sources)
    return next((hidden for hidden in found if hidden), None)


def _name_advice(program: str, sources: Sequence[bytes]) -> tuple[Text, ...]:
    """A note if the program cannot run under its own name, as it could here."""
    hidden = _hidden(program, sources)
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
