"""The agent out of one file."""

import json
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]

WRITE = """\
from grader.agent import bundle
bundle.write({path!r})
"""

RUN = """\
import sys
from grader.agent import bundle
bundle.FILE = {path!r}
try:
    bundle.main()
except ValueError as error:
    frames = []
    traceback = error.__traceback__
    while traceback:
        frames.append(traceback.tb_frame.f_code.co_filename)
        traceback = traceback.tb_next
    loaders = {{
        name: type(module.__spec__.loader).__name__
        for name, module in sys.modules.items()
        if name.startswith("grader.agent") or name == "json.decoder"
    }}
    from grader.agent.isolation import warm_start
    import json
    print(json.dumps([loaders, frames, warm_start.SITE_FOLDER]))
"""


def run(code: str, stdin: bytes = b"") -> bytes:
    """Run ``code`` without any packages, and return what it printed."""
    command = [sys.executable, "-S", "-c", code]
    return subprocess.run(
        command, cwd=TOP, input=stdin, stdout=subprocess.PIPE, check=True, timeout=60
    ).stdout


def test_all_modules_of_the_agent_come_from_the_file(tmp_path: Path) -> None:
    path = str(tmp_path / "modules")
    run(WRITE.format(path=path))
    loaders, frames, folder = json.loads(run(RUN.format(path=path), b"2\n{}"))
    first = {"grader.agent", "grader.agent.bundle"}  # they read the file
    assert {loaders.pop(name) for name in first} == {"SourceFileLoader"}
    own_file = {name for name, loader in loaders.items() if loader != "Bundle"}
    assert not own_file, own_file
    assert {"json.decoder", "grader.agent.director", "grader.agent.scenarios.craft"} <= set(loaders)
    # Tracebacks, and data beside a module, are found as before.
    assert frames[-1] == str(TOP / "grader/agent/main.py")
    assert folder == str(TOP / "grader/agent/isolation/warm")


def test_without_the_file_each_module_comes_from_its_own(tmp_path: Path) -> None:
    loaders, _, _ = json.loads(run(RUN.format(path=str(tmp_path / "none")), b"2\n{}"))
    assert set(loaders.values()) == {"SourceFileLoader"}


def test_a_module_that_is_not_in_the_file_is_imported_from_its_own(tmp_path: Path) -> None:
    path = str(tmp_path / "modules")
    run(WRITE.format(path=path))
    code = RUN.format(path=path) + "    from grader.agent import prepare_image\n"
    code += "    print(type(prepare_image.__spec__.loader).__name__)\n"
    assert run(code, b"2\n{}").split()[-1] == b"SourceFileLoader"
