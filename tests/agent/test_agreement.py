"""The agent and the model, which cannot import each other, agree on plan, events and strings."""

import ast
import string
from pathlib import Path
from types import ModuleType

import pytest

from agent.agent_process import TOP, run
from agent.servers import RIGHT
from grader.agent import events, main
from grader.agent import vocabulary as written_vocabulary
from grader.agent.files import logs
from grader.agent.plan import Limits, Plan
from grader.agent.scenarios import client
from grader.agent.watching.awaited import ThreadState
from grader.agent.watching.idle import Observation
from grader.agent.watching.pending import PendingInput
from grader.agent.watching.run_time import TimeSpent
from grader.agent.watching.shutdown import ExitStatus
from grader.model import decoding, event, plan
from grader.model import vocabulary as compared_vocabulary

pytestmark = pytest.mark.timeout(60)

SOURCES = sorted((TOP / "grader/agent").rglob("*.py"))


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
    assert set(written()) == set(model_events()) - {"out-of-memory"}  # the grader's own


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
        (TimeSpent, event.TimeSpent),
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
        assert decoding.unpack(events.pack(data)) == data


def test_agent_and_model_know_the_same_letters_of_nonces():
    letters = string.ascii_letters.encode()
    both_cases = "".join(sorted(plan.NONCE_ALPHABET * 2))
    assert "".join(sorted(logs.letters(letters).decode())) == both_cases


def test_there_are_enough_nonces(tmp_path: Path):
    """The scenarios may each be played three times."""
    used = len(run(RIGHT, tmp_path).of(event.Sent))
    assert used > client.PLAIN
    assert 3 * used < plan.NONCE_COUNT


def definitions(module: ModuleType) -> dict[str, object]:
    ignored = {"Final", "Literal", "annotations"}
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in ignored
    }


def test_both_sides_use_the_same_strings():
    assert definitions(written_vocabulary) == definitions(compared_vocabulary)
    assert len(definitions(compared_vocabulary)) > 10
