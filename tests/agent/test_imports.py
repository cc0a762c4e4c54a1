"""The agent is shipped alone: it imports only the standard library and itself, and little of it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agent.agent_process import MAIN, TOP

SOURCES = sorted((TOP / "grader/agent").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_it_imports_only_the_standard_library_and_itself(path: Path):
    depth = len(path.relative_to(TOP / "grader/agent").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= depth, "it is shipped alone"
            names = [] if node.level else [node.module or ""]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names, name


HEAVY = re.compile(
    r"asyncio|inspect|logging|pathlib|subprocess|shutil|tempfile|ssl|http|email|urllib|dataclasses"
    r"|unittest|importlib\.metadata|multiprocessing|concurrent|random|ctypes"
)


def test_importing_it_loads_few_modules():
    code = f"import sys; sys.path.append({str(TOP)!r}); {MAIN.split(';')[0]}; print(*sys.modules)"
    listed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, check=True, text=True
    )
    modules = listed.stdout.split()
    assert [name for name in modules if HEAVY.match(name)] == []
    ours = {name for name in modules if name.startswith("grader")}
    assert {name for name in ours if not name.startswith("grader.agent")} == {"grader"}
    # Measured with Python 3.11: 77 besides the agent's own. asyncio alone is 70 more.
    assert len(set(modules) - ours) < 90
