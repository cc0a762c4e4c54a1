"""Files that are no program: each has a run, a report and no points."""

import json
from pathlib import Path

import pytest

REFUSED = {
    "is empty": b"",
    "is not in UTF-8 (line 1)": b"\xff",
    "is not a text file": b"x\0",
    "declares an encoding": b"# coding: hex\n",
    "is larger than 100 KiB": b"x" * (2 << 20),
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_file_that_is_no_program_gets_no_points(grade, monkeypatch, said):
    monkeypatch.setattr("grader.sandbox.local.LocalSandbox", None)  # none is needed
    Path("a.py").write_bytes(REFUSED[said])
    status, out, err = grade("a.py", "--sandbox", "none")
    assert (status, err) == (1, "")
    assert "0 of 100 points" in out
    assert f"a.py {said}" in " ".join(out.split())
    assert "Not run; grader" in out
    (run,) = Path("runs").glob("*/")
    assert grade("judge", str(run))[:2] == (status, out)


def test_a_link_is_not_read(grade):
    Path("secret").write_text("the secret\n")
    Path("a.py").symlink_to("secret")
    status, out, err = grade("a.py", "--sandbox", "none", "--json")
    assert (status, err) == (1, "")
    report = json.loads(out)
    assert report["points"] == 0
    (finding,) = report["checks"][0]["findings"]
    assert (finding["seen"], finding["cause"]) == (["a.py is a link"], "link")
    kept = [path.read_text() for path in Path("runs").rglob("*") if path.is_file()]
    assert "the secret" not in out + "".join(kept)


def test_a_decision_can_give_points_to_what_was_not_run(grade):
    Path("a.py").touch()
    grade("a.py", "--sandbox", "none")
    (run,) = Path("runs").glob("*/")
    decide = ("decide", run, "starts", "pass", "--reason", "seen in class", "--by", "Li")
    assert grade(*decide)[0] == 0
    assert "5 of 100 points" in grade("judge", run)[1]
