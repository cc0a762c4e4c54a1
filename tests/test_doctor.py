"""The findings of ``grade doctor`` about an engine, the kernel and the runs folder."""

from pathlib import Path
from typing import Any

import pytest

from grader import doctor
from grader.doctor import Ok, Problem
from grader.model.text import say
from grader.sandbox import SandboxError

INFO: dict[str, Any] = {
    "ServerVersion": "27.3.1",
    "OSType": "linux",
    "Architecture": "x86_64",
    "NCPU": 4,
    "Driver": "overlay2",
    "MemoryLimit": True,
    "SwapLimit": True,
    "PidsLimit": True,
    "CpuCfsQuota": True,
    "DefaultRuntime": "runc",
}


def problems(**changed: Any) -> list[Problem]:
    found = doctor.engine({**INFO, **changed})
    return [finding for finding in found if isinstance(finding, Problem)]


def test_a_usual_engine_has_no_problem() -> None:
    assert problems() == []
    assert "27.3.1" in str(next(doctor.engine(INFO)).what)


@pytest.mark.parametrize("version", ["20.10.24+dfsg1", "29.0.0-rc.1", "5.4.2"])
def test_versions_with_suffixes_are_parsed(version: str) -> None:
    assert bool(problems(ServerVersion=version)) == version.startswith("5.")


def test_podman_has_its_own_minimum_version() -> None:
    assert problems(ServerVersion="4.3.1", BuildahVersion="1.28.2") == []
    (problem,) = problems(ServerVersion="3.4.4", BuildahVersion="1.23.1")
    assert "Podman 3.4.4" in str(problem.what)
    assert "4.3" in str(problem.remedy)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"OSType": "windows"}, "windows containers"),
        ({"ServerVersion": "19.03.15"}, "19.03.15"),
        ({"Driver": "fuse-overlayfs"}, "fuse-overlayfs starts containers slowly"),
        ({"SwapLimit": False, "CpuCfsQuota": False}, "cannot limit: swap and processor time"),
        ({"DefaultRuntime": "runsc"}, "gVisor"),
    ],
)
def test_each_problem_of_an_engine_has_a_remedy(changed: dict[str, Any], words: str) -> None:
    (problem,) = problems(**changed)
    assert words in str(problem.what)
    assert str(problem.remedy)
    assert problem.prevents == ("OSType" in changed)


def test_a_limit_that_the_engine_does_not_report_is_no_problem() -> None:
    silent = {key: value for key, value in INFO.items() if not key.endswith("Limit")}
    assert all(isinstance(finding, Ok) for finding in doctor.engine(silent))


def no_engine() -> Any:
    raise SandboxError(say("No engine."), say("Start it."))


def no_namespaces() -> None:
    raise SandboxError(say("No namespaces."), say("Allow them."))


@pytest.mark.parametrize("check", [no_namespaces, lambda: None])
def test_one_sandbox_is_enough(tmp_path: Path, check: Any) -> None:
    found = doctor.examine(
        runs=tmp_path, connect=no_engine, check_isolation=check, check_kernel=lambda: (True, True)
    )
    wrong = {str(f.what): f.prevents for f in found if isinstance(f, Problem)}
    if check is no_namespaces:
        assert wrong.items() >= {("No engine.", True), ("No namespaces.", True)}
    else:
        assert wrong["No engine."] is False
        assert "No namespaces." not in wrong


def test_without_an_engine_the_rest_is_still_examined(tmp_path: Path) -> None:
    found = doctor.examine(
        runs=tmp_path / "new" / "runs",
        connect=no_engine,
        check_isolation=no_namespaces,
        check_kernel=lambda: (True, True),
    )
    wrong = [finding for finding in found if isinstance(finding, Problem)]
    assert Problem(what=say("No engine."), remedy=say("Start it.")) in wrong
    assert any("Runs can be written" in str(finding.what) for finding in found)
    assert not (tmp_path / "new").exists()


def test_a_runs_folder_that_is_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("no folder")
    found = doctor.examine(
        runs=tmp_path / "runs",
        connect=no_engine,
        check_isolation=no_namespaces,
        check_kernel=lambda: (True, True),
    )
    assert any("cannot be written" in str(f.what) and isinstance(f, Problem) for f in found)


def test_an_old_python_is_a_problem() -> None:
    assert isinstance(doctor.python((3, 10, 9)), Problem)
    assert isinstance(doctor.python((3, 11, 0)), Ok)


def test_little_space_is_a_problem() -> None:
    assert isinstance(doctor.space(Path("/"), doctor.ENOUGH_SPACE - 1), Problem)
    assert doctor.space(Path("/x"), 5 << 30) == Ok(
        what=say("{gib} GiB are free at {folder}.", gib=5.0, folder="/x")
    )


def test_leftovers_are_a_problem_that_does_not_prevent_grading() -> None:
    problem = doctor.leftovers(3)
    assert isinstance(problem, Problem)
    assert "3" in str(problem.what)
    assert not problem.prevents
    assert isinstance(doctor.leftovers(0), Ok)


@pytest.mark.parametrize(
    ("system_call", "processor_time", "wrong"),
    [(True, True, 0), (False, True, 1), (True, False, 1), (False, False, 2)],
)
def test_information_missing_from_the_kernel_is_a_problem(
    system_call: bool, processor_time: bool, wrong: int
) -> None:
    found = list(doctor.kernel(system_call, processor_time))
    assert len([finding for finding in found if isinstance(finding, Problem)]) == wrong
    assert found


@pytest.mark.docker
def test_an_engine_is_examined(tmp_path: Path) -> None:
    found = doctor.examine(runs=tmp_path)
    said = [str(finding.what) for finding in found]
    assert any(text.startswith("Docker Engine ") for text in said)
    assert any("image" in text for text in said)
    assert any("left over" in text for text in said)
