"""``grade verify`` names what was changed, and its exit status says so."""

from pathlib import Path

from classroom.samples import DEAF, store

RUNS = Path("runs")


def test_runs_that_nobody_changed(grade):
    store(RUNS, "zhang.py", DEAF)
    before = {path: path.read_bytes() for path in RUNS.rglob("*") if path.is_file()}
    assert grade("verify") == (0, "1 run in runs: as it was written.\n", "")
    assert {path: path.read_bytes() for path in RUNS.rglob("*") if path.is_file()} == before


def test_a_changed_run(grade):
    run = store(RUNS, "zhang.py", DEAF)
    path = run.path / "report.json"
    path.write_bytes(path.read_bytes() + b"\n")
    status, out, err = grade("verify", "runs")
    assert (status, err) == (1, "")
    assert out == f"{path} was changed after it was written.\n1 change was found in runs.\n"


def test_a_folder_that_does_not_exist(grade):
    status, _, err = grade("verify", "nowhere")
    assert status == 2
    assert "nowhere cannot be read" in err


def test_runs_that_were_judged_by_a_teachers_own_checks(grade):
    run = store(RUNS, "zhang.py", DEAF)
    Path("own.py").write_text(
        'def says_hello(history):\n    """It says hello."""\n    return False\n'
    )
    assert grade("judge", "--checks", "own.py", run.path)[0] == 1
    assert grade("verify")[0] == 1
    assert grade("verify", "--checks", "own.py")[0] == 0
