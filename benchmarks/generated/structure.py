"""How a program is divided: a script, functions with globals or with parameters, a class."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generated.template import indent

_CALL = re.compile(r"( *)(.*?)!(\w+)\((.*)\)(.*)")
_ROLE = re.compile(r"\$([a-z_]+)")
_STATE = re.compile(r"(?:with .* as )?\$([a-z_]+)(?: =|:$)")
_REBOUND = re.compile(r" *\$([a-z_]+) (?:=|\+=|-=) ")
_REFERENCE = re.compile(r"!(\w+)(?!\w*\()")


@dataclass(frozen=True)
class Parts:
    """What a program consists of, however it is divided."""

    setup: list[str]
    """Creates the state: whatever these lines assign is shared by all procedures."""
    procedures: Mapping[str, tuple[tuple[str, ...], list[str]]]
    """Parameters and body of each, by name, in the order in which they call each other."""
    serve: list[str]
    """The loop and what surrounds it."""

    @property
    def state(self) -> list[str]:
        """The roles that :attr:`setup` assigns, in its order."""
        found = (_STATE.match(line) for line in self.setup)
        return list(dict.fromkeys(each[1] for each in found if each))


@dataclass(frozen=True)
class Layout:
    """A program's lines, and how it refers to its state."""

    lines: list[str]
    prefix: str = ""


def script(parts: Parts, guard: bool) -> Layout:  # noqa: ARG001 (a script has no main function)
    """No functions at all."""
    inlined = dict(parts.procedures)
    return Layout([*_inline(parts.setup, inlined), "", *_inline(parts.serve, inlined)])


def one_function(parts: Parts, guard: bool) -> Layout:
    """Everything in main()."""
    body = script(parts, guard).lines
    return Layout([*_def("main", [], body), *_start("$main()", guard)])


def record_function(parts: Parts, guard: bool) -> Layout:  # noqa: ARG001
    """A script with one function, which writes a record."""
    inlined = {each: how for each, how in parts.procedures.items() if each != "record"}
    lines = [*_inline(parts.setup, inlined), ""]
    lines += _define(parts, ["record"], _plain_call, _declare("global", parts))
    return Layout([*lines, *map(_call(_plain_call), _inline(parts.serve, inlined))])


def shared_globals(parts: Parts, guard: bool) -> Layout:
    """Functions that share global variables."""
    lines = _define(parts, list(parts.procedures), _plain_call, _declare("global", parts))
    body = list(map(_call(_plain_call), [*parts.setup, "", *parts.serve]))
    return Layout([*lines, *(_guarded(body) if guard else body)])


def global_state(parts: Parts, guard: bool) -> Layout:
    """Functions, serve() among them, that share global variables."""
    lines = [*parts.setup, "", ""]
    lines += _define(parts, list(parts.procedures), _plain_call, _declare("global", parts))
    serve = _declare("global", parts)(parts.serve) + parts.serve
    lines += _def("serve", [], list(map(_call(_plain_call), serve)))
    return Layout([*lines, *_start("$serve()", guard)])


def nested(parts: Parts, guard: bool) -> Layout:
    """Functions inside of main()."""
    inner = _define(parts, list(parts.procedures), _plain_call, _declare("nonlocal", parts))
    body = [*parts.setup, "", *inner, *map(_call(_plain_call), parts.serve)]
    return Layout([*_def("main", [], body), *_start("$main()", guard)])


def parameters(parts: Parts, guard: bool) -> Layout:
    """Functions that take all they need as parameters."""
    needed: dict[str, list[str]] = {}
    for name, (_, body) in parts.procedures.items():
        used = set(_ROLE.findall("\n".join(body)))
        for called in re.findall(r"!(\w+)\(", "\n".join(body)):
            used.update(needed[called])
        needed[name] = [role for role in parts.state if role in used]

    def call(name: str, arguments: list[str]) -> str:
        return f"${name}({', '.join([*arguments, *('$' + role for role in needed[name])])})"

    lines: list[str] = []
    for name, (given, body) in parts.procedures.items():
        lines += _def(name, [*given, *needed[name]], list(map(_call(call), body)))
    body = list(map(_call(call), [*parts.setup, "", *parts.serve]))
    return Layout([*lines, *_def("main", [], body), *_start("$main()", guard)])


def class_(parts: Parts, guard: bool) -> Layout:
    """A class with a method for each procedure."""

    def call(name: str, arguments: list[str]) -> str:
        return f"self.${name}({', '.join(arguments)})"

    methods = _method("__init__", [], list(map(_call(call), parts.setup)))
    for name, (given, body) in parts.procedures.items():
        methods += _method(f"${name}", list(given), list(map(_call(call), body)))
    methods += _method("$serve", [], list(map(_call(call), parts.serve)))
    while methods[-1] == "":
        methods.pop()
    lines = ["class $server:", *indent(methods), "", ""]
    return Layout([*lines, *_start("$server().$serve()", guard)], prefix="self.")


STRUCTURES: dict[str, Callable[[Parts, bool], Layout]] = {
    "script": script,
    "record function": record_function,
    "one function": one_function,
    "functions": shared_globals,
    "global state": global_state,
    "nested functions": nested,
    "parameters": parameters,
    "class": class_,
}

Call = Callable[[str, list[str]], str]


def _plain_call(name: str, arguments: list[str]) -> str:
    return f"${name}({', '.join(arguments)})"


def _call(call: Call) -> Callable[[str], str]:
    """A function that turns a call in a line, or a procedure that it names, into Python."""

    def turn(line: str) -> str:
        found = _CALL.fullmatch(line)
        if found:
            before, name, arguments, after = found[1] + found[2], found[3], found[4], found[5]
            return before + call(name, arguments_of(arguments)) + after
        return _REFERENCE.sub(lambda named: call(named[1], [])[:-2], line)

    return turn


def arguments_of(text: str) -> list[str]:
    """The arguments in ``text``, separated by commas outside of brackets and quotation marks."""
    arguments, depth, quote, start = [], 0, "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and not depth:
            arguments.append(text[start:place].strip())
            start = place + 1
    last = text[start:].strip()
    return [*arguments, last] if last else arguments


def _inline(
    lines: list[str], procedures: Mapping[str, tuple[tuple[str, ...], list[str]]]
) -> list[str]:
    """``lines`` with the bodies of ``procedures`` in place of calls to them."""
    inlined: list[str] = []
    for line in lines:
        found = _CALL.fullmatch(line)
        if not found or found[3] not in procedures:
            inlined.append(line)
            continue
        given, body = procedures[found[3]]
        values = dict(zip(given, arguments_of(found[4]), strict=True))
        rebound = {found[1] for found in map(_REBOUND.match, body) if found}
        first = []
        for role, value in list(values.items()):
            if value == f"${role}" or (
                re.fullmatch(r"\$\w+", value) and not rebound & {role, value[1:]}
            ):
                continue
            first.append(f"${role} = {value}")
            del values[role]

        def put(role: re.Match[str], values: Mapping[str, str] = values) -> str:
            return values.get(role[1], role[0])

        body = [_ROLE.sub(put, each) for each in body]
        inlined += [found[1] + each for each in _inline([*first, *body], procedures)]
    return inlined


def _declare(keyword: str, parts: Parts) -> Callable[[list[str]], list[str]]:
    """A function that gives the declarations which a body needs to assign to the state."""

    def declare(body: list[str]) -> list[str]:
        found = (_REBOUND.match(line) for line in body)
        roles = {each[1] for each in found if each} & set(parts.state)
        return [f"{keyword} {', '.join('$' + role for role in sorted(roles))}"] if roles else []

    return declare


def _define(
    parts: Parts, names: list[str], call: Call, declare: Callable[[list[str]], list[str]]
) -> list[str]:
    lines: list[str] = []
    for name in names:
        given, body = parts.procedures[name]
        lines += _def(name, list(given), list(map(_call(call), declare(body) + body)))
    return lines


def _def(name: str, given: list[str], body: list[str]) -> list[str]:
    parameters = ", ".join(f"${role}" for role in given)
    return [f"def ${name}({parameters}):", *indent(body or ["pass"]), "", ""]


def _method(name: str, given: list[str], body: list[str]) -> list[str]:
    parameters = ", ".join(["self", *(f"${role}" for role in given)])
    return [f"def {name}({parameters}):", *indent(body or ["pass"]), ""]


def _start(call: str, guard: bool) -> list[str]:
    return _guarded([call]) if guard else [call]


def _guarded(body: list[str]) -> list[str]:
    return ["if __name__ == '__main__':", *indent(body)]
