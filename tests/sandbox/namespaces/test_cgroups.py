"""Control groups, in a folder that looks like the kernel's."""

from pathlib import Path

import pytest

from grader.model.plan import Limits
from grader.sandbox.limits import AGENT_MEMORY, AGENT_PROCESSES
from grader.sandbox.namespaces import cgroups

LIMITS = Limits(memory=100 << 20, processes=20, processors=1.5)


def unified(top: Path, path: str, *, enabled: str = "cpu memory pids") -> Path:
    """ControlGroups of the second version; this process is in the one at ``path``."""
    own = top / "own"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(f"1:name=systemd:/else\n0::{path}\n")
    (top / "cgroup.controllers").touch()
    group = top / path.strip("/")
    group.mkdir(parents=True, exist_ok=True)
    for each in {group, group.parent if group != top else top}:
        (each / "cgroup.subtree_control").write_text(enabled + "\n")
        (each / "cgroup.procs").touch()
    return own


def settings(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    # These are real files: the folder of a real group can be removed with its files in it.
    monkeypatch.setattr(cgroups, "REMOVAL_TIMEOUT", 0.0)


@pytest.mark.parametrize("path", ["/user.slice/app.scope", "/"])
def test_a_group_is_made_beside_our_own(tmp_path: Path, path: str) -> None:
    own = unified(tmp_path, path)
    with cgroups.limited(LIMITS, top=tmp_path, own=own) as groups:
        (folder,) = groups.folders
        assert folder.parent == (tmp_path / path.strip("/")).parent if path != "/" else tmp_path
        assert settings(folder) == {
            "memory.max": str((100 << 20) + AGENT_MEMORY),
            "memory.swap.max": "0",
            "pids.max": str(20 + AGENT_PROCESSES),
            "cpu.max": "150000 100000",
        }
        groups.add(4711)
        assert settings(folder).pop("cgroup.procs") == "4711"
        assert not groups.out_of_memory()
        (folder / "memory.events").write_text("low 0\noom 1\noom_kill 1\noom_group_kill 0\n")
        assert groups.out_of_memory()


def test_without_the_right_to_there_are_none(tmp_path: Path) -> None:
    own = unified(tmp_path, "/a/b", enabled="cpu")
    with cgroups.limited(LIMITS, top=tmp_path, own=own) as groups:
        assert groups.folders == ()
        assert not groups.out_of_memory()


@pytest.mark.parametrize("content", ["", "0::/gone/away\n", "4:memory:/x\n"])
def test_without_a_group_of_our_own_there_are_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "cgroup.controllers").touch()
    (tmp_path / "own").write_text(content)
    with cgroups.limited(LIMITS, top=tmp_path, own=tmp_path / "own") as groups:
        assert groups.folders == ()


def test_the_first_version_has_one_for_each_controller(tmp_path: Path) -> None:
    for name in ("memory", "pids"):  # and none for processor time
        (tmp_path / name).mkdir()
    with cgroups.limited(LIMITS, top=tmp_path) as groups:
        memory, processes = groups.folders
        assert memory.parent == tmp_path / "memory"
        assert settings(memory)["memory.limit_in_bytes"] == str((100 << 20) + AGENT_MEMORY)
        assert settings(processes) == {"pids.max": str(20 + AGENT_PROCESSES)}
        (memory / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
        assert groups.out_of_memory()


def test_what_a_dead_process_has_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "pids").mkdir()
    left, others = tmp_path / "pids/select-grader-4194305-ab", tmp_path / "pids/select-grader-1-ab"
    for folder in (left, others):
        folder.mkdir()
    with cgroups.limited(LIMITS, top=tmp_path):
        assert not left.exists()
        assert others.exists()
