"""The agent and the checks, which cannot import each other, use the same fixed strings."""

from types import ModuleType

from grader.agent import vocabulary as written
from grader.model import vocabulary as compared


def definitions(module: ModuleType) -> dict[str, object]:
    ignored = {"Final", "Literal", "annotations"}
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in ignored
    }


def test_both_sides_use_the_same_strings():
    assert definitions(written) == definitions(compared)
    assert len(definitions(compared)) > 10
