"""Whether a program failed only because the sandbox's Python is older than its author's.

Then nothing can be judged by the run. Two facts prove it together: the program ended with an error
that a newer Python does not raise, and its source uses what is newer (a construct of the language,
or a name of the standard library). A program that only claims so is not better off: a run that is
not wholly judged is never passed.
"""

import re
from typing import NamedTuple

from grader.checks.newer_syntax import newest_construct
from grader.checks.older_syntax import Version
from grader.checks.source_code import place
from grader.checks.terminal_output import terminal_tail
from grader.model.history import History, Play
from grader.model.program import Module
from grader.model.text import Text, say


class NewerPython(NamedTuple):
    """The Python that a program needs, and why."""

    needed: Version
    why: Text
    had: str
    """The version that ran it."""

    @property
    def because(self) -> Text:
        """Why a check was not judged."""
        return say("it needs Python {version}", version=_format(self.needed))

    @property
    def headline(self) -> Text:
        """Why nothing was judged, and what to do about it."""
        return say(
            "Not judged: the program needs Python {needed} ({why}), and was run with Python {had}. "
            'To grade it, name a newer Python in the rubric: python = "{needed}".',
            needed=_format(self.needed),
            why=self.why,
            had=self.had,
        )


_NAMES: dict[Version, dict[str, str]] = {
    (3, 12): {
        "asyncio": "create_eager_task_factory eager_task_factory",
        "calendar": "Day Month",
        "collections.abc": "Buffer",
        "inspect": "markcoroutinefunction",
        "itertools": "batched",
        "logging": "getHandlerByName getHandlerNames",
        "math": "sumprod",
        "os": "setns unshare",
        "pathlib.Path": "is_junction walk",
        "random": "binomialvariate",
        "sys": "activate_stack_trampoline monitoring",
        "threading": "setprofile_all_threads settrace_all_threads",
        "types": "get_original_bases",
        "typing": "TypeAliasType override",
    },
    (3, 13): {
        "asyncio": "QueueShutDown",
        "base64": "z85decode z85encode",
        "builtins": "PythonFinalizationError",
        "copy": "replace",
        "glob": "translate",
        "math": "fma",
        "os": "process_cpu_count timerfd_create",
        "pathlib": "UnsupportedOperation",
        "pathlib.Path": "from_uri full_match",
        "queue": "ShutDown",
        "re": "PatternError",
        "statistics": "kde",
        "types": "CapsuleType",
        "typing": "NoDefault ReadOnly TypeIs",
        "warnings": "deprecated",
    },
    (3, 14): {
        "functools": "Placeholder",
        "heapq": "heapify_max heappop_max heappush_max heappushpop_max heapreplace_max",
        "io": "Reader Writer",
        "operator": "is_none is_not_none",
        "os": "reload_environ",
        "pathlib.Path": "copy copy_into move move_into",
        "uuid": "uuid6 uuid7 uuid8",
    },
    (3, 15): {
        "builtins": "frozendict",
    },
}
"""Names that a version of Python added to its modules and classes, as its *What's New* lists them.
Not all: those that a server or its log may use."""

_MODULES: dict[Version, str] = {
    (3, 14): "annotationlib compression.zstd concurrent.interpreters string.templatelib",
    (3, 15): "profiling.sampling profiling.tracing",
}
"""The same for modules."""

_ADDED = {
    (module, name): version
    for version, modules in _NAMES.items()
    for module, names in modules.items()
    for name in names.split()
}
_ADDED_MODULES = {
    module: version for version, modules in _MODULES.items() for module in modules.split()
}

_ERRORS = (
    re.compile(r"^AttributeError: module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'"),
    re.compile(r"^ImportError: cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'"),
    re.compile(
        r"^AttributeError: (?:type object )?'(?:Posix)?(?P<module>Path)' object has no attribute "
        r"'(?P<name>\w+)'"
    ),
    re.compile(r"^(?P<module>Name)Error: name '(?P<name>\w+)' is not defined"),
)
_MODULES_BY_WORD = {"Path": "pathlib.Path", "Name": "builtins"}
_NO_MODULE = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'")
_ERROR_LINE = re.compile(r"^\w+Error: ")


def newer_python(history: History) -> NewerPython | None:
    """Return the Python that the program needs, if what ran it was older and made it fail."""
    if history.agent is None or not history.source:
        return None
    numbers = re.match(r"(\d+)\.(\d+)", history.agent.python)
    if numbers is None:
        return None
    had = (int(numbers[1]), int(numbers[2]))
    for play in history.plays:
        for file in (Module("", history.source), *history.modules):
            found = _needed(play, file) if play.ended else None
            if found and found[0] > had:
                return NewerPython(*found, history.agent.python)
    return None


def _needed(play: Play, file: Module) -> tuple[Version, Text] | None:
    """The Python without the error with which the program ended, and what in ``file``, one of its
    files, it is needed for."""
    errors = [line for line in terminal_tail(play, 12) if _ERROR_LINE.match(line)]
    if not errors:
        return None
    error = errors[-1]
    if error.startswith("SyntaxError"):
        construct = newest_construct(file.source)
        if construct is None:
            return None
        return construct.needs, say(
            "line {line}: {code}",
            line=place(file.name, construct.line),
            code=say("`{call}`", call=construct.form),
        )
    text = file.source.decode("utf-8", "replace")
    if missing := _NO_MODULE.match(error):
        return _needed_module(missing[1], text)
    for pattern in _ERRORS:
        if not (match := pattern.match(error)):
            continue
        module = _MODULES_BY_WORD.get(match["module"], match["module"])
        name = match["name"]
        version = _ADDED.get((module, name))
        if version and re.search(rf"\b{name}\b", text):
            return version, say("{code}", code=say("`{call}`", call=f"{module}.{name}"))
    return None


def _needed_module(missing: str, text: str) -> tuple[Version, Text] | None:
    for module, version in _ADDED_MODULES.items():
        package, _, name = module.rpartition(".")
        # An older Python misses the package first, if that is new, too.
        used = re.search(rf"\b{re.escape(module)}\b", text) or (
            package
            and any(
                re.search(rf"\b{name}\b", imported)
                for imported in re.findall(rf"\bfrom {package} import ([^\n]*)", text)
            )
        )
        if missing in (module, package) and used:
            return version, say("{code}", code=say("`{call}`", call=module))
    return None


def _format(version: Version) -> str:
    return ".".join(map(str, version))
