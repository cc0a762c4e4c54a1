"""Reading the plan; what the agent and the model have to agree on; what the agent imports."""

import ast
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from agent.playing import MAIN, TOP, agent, collect, encode, make_plan
from grader.agent import events, main
from grader.agent.plan import Limits, Plan
from grader.agent.scenarios import client
from grader.agent.watching.idle import Observation
from grader.agent.watching.observer import ThreadState
from grader.agent.watching.pending import PendingInput
from grader.agent.watching.shutdown import ExitStatus
from grader.model import event, plan

pytestmark = pytest.mark.timeout(60)

SOURCES = sorted((TOP / "grader/agent").rglob("*.py"))


def whole(**changes: object) -> bytes:
    text = json.dumps({"version": main.VERSION, **changes}).encode()
    return b"%d\n" % len(text) + text


def test_a_plan():
    assert main.read_plan(io.BytesIO(whole(root="/x"))) == {"version": main.VERSION, "root": "/x"}


def test_what_follows_is_left_alone():
    stream = io.BytesIO(whole() + b"more")
    main.read_plan(stream)
    assert stream.read() == b"more"


def test_truncated():
    text = whole(root="/x")
    for end in range(len(text)):
        with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
            main.read_plan(io.BytesIO(text[:end]))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"x\n{}",
        b"-2\n{}",
        b"0\n",
        b"2\n{]",
        b"2\n[]",
        b"2\n{}",
        b"4\nnull",
        b"1" * 30 + b"\n{}",
        b'2\n\xff"',
        whole(version=main.VERSION + 1),
        whole(version=None),
        whole(version=str(main.VERSION)),
    ],
)
def test_no_plan_of_this_version(text: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        main.read_plan(io.BytesIO(text))


def test_the_models_plan_is_understood(tmp_path: Path):
    made = make_plan("pass", tmp_path, folders=("logs",))
    read = main.read_plan(io.BytesIO(encode(made)))
    assert msgspec.convert(read, plan.Plan) == made


def test_the_input_may_stay_open(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan("", tmp_path)))
        process.stdin.flush()
        out, complaint = collect(process)
        assert not process.stdin.closed
        assert process.returncode == 0, complaint
        assert event.parse_event(out.splitlines()[-1]).complete is False


def test_a_plan_of_another_version_is_refused(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(whole(version=99))
        process.stdin.flush()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert out == b""
        assert f"plans of version {main.VERSION}".encode() in complaint


def test_nothing_is_started_for_a_plan_that_is_cut_off(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan("", tmp_path))[:-1])
        process.stdin.close()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert out == b""
        assert b"not whole" in complaint
        process.stdin = open("/dev/null", "wb")  # noqa: SIM115, PTH123 (for whoever closes it)


# --- agent and model ---


def test_the_versions_agree():
    assert main.VERSION == plan.VERSION


def model_events() -> dict[str, type[event.Event]]:
    return {kind.__struct_config__.tag: kind for kind in event.Event.__subclasses__()}


def written() -> dict[str, list[ast.Call]]:
    """Each event kind in the agent's sources, with the calls that write it."""
    found: dict[str, list[ast.Call]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("events.write", "Verdict")
            ):
                kind = node.args[0]
                if isinstance(kind, ast.Constant):
                    found.setdefault(kind.value, []).append(node)
    return found


def test_agent_and_model_know_the_same_events():
    assert set(written()) == set(model_events())


def test_agent_and_model_know_the_same_fields():
    for kind, calls in written().items():
        for call in calls:
            names = {keyword.arg for keyword in call.keywords}
            if None in names or len(call.args) > 1:
                continue  # more than meets the eye; the plays decode them
            assert names == set(model_events()[kind].__struct_fields__) - {"at"}, kind


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (Observation, event.Observed),
        (ThreadState, event.ThreadState),
        (PendingInput, event.PendingInput),
        (ExitStatus, event.Ended),
    ],
)
def test_agent_and_model_know_the_same_records(written, read):
    others = {"at", "phase", "out_of_memory"}
    assert set(written._fields) == set(read.__struct_fields__) - others


def test_agent_and_model_know_the_same_plan():
    assert set(Plan.__annotations__) == set(plan.Plan.__struct_fields__)
    assert set(Limits.__annotations__) == set(plan.Limits.__struct_fields__)


def test_what_the_agent_packs_the_model_unpacks():
    for data in (b"", b"x", bytes(range(256)) * 1000):
        assert event.unpack(events.pack(data)) == data


@pytest.mark.parametrize(
    ("path", "text"),
    [("a/日志.log", "a/日志.log"), (b"\xff.log", "\\xff.log"), ("\udcff.log", "\\xff.log")],
)
def test_any_path_becomes_text(path: str | bytes, text: str):
    assert events.path_text(path) == text
    json.dumps(events.path_text(path)).encode()


def test_there_are_nonces_enough(tmp_path: Path):
    """The scenarios may each be played twice."""
    from agent.playing import run
    from agent.servers import RIGHT

    used = len(run(RIGHT, tmp_path).of(event.Sent))
    assert used > client.PLAIN
    assert 2 * used < plan.NONCE_COUNT


# --- imports ---


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_standard_library_and_itself_is_all_it_imports(path: Path):
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


def test_importing_it_is_light():
    code = f"import sys; sys.path.append({str(TOP)!r}); {MAIN.split(';')[0]}; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, check=True, text=True
    )
    modules = told.stdout.split()
    assert [name for name in modules if HEAVY.match(name)] == []
    ours = {name for name in modules if name.startswith("grader")}
    assert {name for name in ours if not name.startswith("grader.agent")} == {"grader"}
    # Measured with Python 3.11: 77 besides the agent's own. asyncio alone is 70 more.
    assert len(set(modules) - ours) < 90
