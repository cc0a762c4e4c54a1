"""Only the command line ends the process; the layers below it raise errors."""

import ast
from pathlib import Path

import pytest

import grader

PACKAGE = Path(grader.__file__).parent

# The agent is a separate program, in the sandbox; so is what judges within limits.
BELOW = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in ("cli", "agent", "__main__.py")
    and path.relative_to(PACKAGE).parts != ("grading", "limits.py")
)

EXITS = {"sys.exit", "os._exit", "os.abort", "SystemExit", "exit", "quit"}


def exits(source: str) -> list[str]:
    """The calls and raises in ``source`` that end a process, with their lines."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            ends = ast.unparse(node.func)
        elif isinstance(node, ast.Raise) and node.exc is not None:
            ends = ast.unparse(node.exc)
        else:
            continue
        if ends in EXITS:
            found.append(f"{ends}, line {node.lineno}")
    return found


def test_no_module_below_the_command_line_exits() -> None:
    found = {str(path.relative_to(PACKAGE)): exits(path.read_text("utf-8")) for path in BELOW}
    assert "doctor.py" in found
    assert {module: ends for module, ends in found.items() if ends} == {}


@pytest.mark.parametrize(
    "source", ["import sys\nsys.exit(1)", "raise SystemExit", "raise SystemExit(1)", "exit()"]
)
def test_an_exit_would_be_found(source: str) -> None:
    assert len(exits(source)) == 1
