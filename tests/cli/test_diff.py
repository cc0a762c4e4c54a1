"""``grade diff``: how it prints the differences between two gradings."""

import json
import shutil
from pathlib import Path

from classroom.samples import DEAF, store

RUNS = Path("runs")


def test_no_difference(grade):
    store(RUNS, "zhang.py")
    assert grade("diff", RUNS, RUNS) == (0, "Different results: 0 of 1 submission.\n", "")


def test_a_changed_submission_is_listed_with_its_points_and_the_reason(grade):
    run = store(RUNS, "zhang.py", DEAF)
    store(RUNS, "li.py")
    shutil.copytree(RUNS, "later")
    grade("decide", run.path, "starts", "pass", "--reason", "seen in class", "--by", "Li")
    status, out, err = grade("diff", "later", RUNS)
    assert (status, err) == (1, "")
    shown = " ".join(out.split())
    assert shown.startswith("zhang.py 0/100 → 5/100 points starts: ✗ FAIL 0/5 → ✓ pass 5/5 (Li")
    assert shown.endswith("why: Li decided about starts Different results: 1 of 2 submissions.")
    status, out, _ = grade("diff", "later", RUNS, "--json")
    assert status == 1
    (change,) = json.loads(out)
    assert (change["before"]["points"], change["after"]["points"]) == (0, 5)


def test_an_unreadable_folder_is_an_error(grade):
    store(RUNS, "zhang.py")
    status, out, err = grade("diff", RUNS, "none")
    assert (status, out) == (2, "")
    assert "none cannot be read" in err


def test_a_report_stored_in_english_is_shown_in_chinese(grade):
    store(RUNS, "zhang.py")
    run = store(Path("later"), "zhang.py", DEAF)
    # The stored report counts, not what would be judged now.
    (run.path / "events.jsonl").write_bytes(b"damaged")
    status, out, _ = grade("diff", "--lang", "zh", RUNS, "later")
    assert status == 1
    assert "程序没有监听任何TCP端口" in "".join(out.split())


def test_sentences_of_another_version_are_shown_as_stored(grade):
    store(RUNS, "zhang.py")
    run = store(Path("later"), "zhang.py", DEAF)
    report = json.loads(run.report())
    skipped = next(check for check in report["checks"] if check["id"] == "client-logged")
    skipped["because"] = "An old sentence."
    run.save_report(json.dumps(report).encode())
    shown = " ".join(grade("diff", "--lang", "zh", RUNS, "later")[1].split())
    assert "An old sentence." in shown
    assert "it does not listen on any TCP port" in shown


def test_in_chinese(grade):
    store(RUNS, "zhang.py")
    assert grade("diff", "--lang", "zh", RUNS, RUNS)[1] == "1份作业中有0份结果不同。\n"
