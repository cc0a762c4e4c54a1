"""``grade return`` writes what each student gets, and says who gets nothing."""

from pathlib import Path

from classroom.samples import DEAF, begin, store


def test_each_form_of_returning_a_report(grade):
    runs = Path("runs")
    store(runs, "zhang.py", DEAF)
    store(runs, "wang.py")
    store(runs, "qian.py")
    begin(runs, "li.py")
    roster = Path("roster.csv")
    roster.write_text("file,name,number,email\nzhang.py,张三,0042,z@example.org\n", "utf-8")
    status, out, err = grade("return", runs, "--to", "back", "--roster", roster)
    assert (status, out) == (3, "3 reports are in back.\n")
    assert "li.py gets nothing back" in " ".join(err.split())
    assert sorted(path.name for path in Path("back").iterdir()) == [
        "0042_张三.html", "mail.csv", "qian.html", "wang.html"
    ]  # fmt: skip
    assert grade("return", runs, "--to", "mails", "--format", "eml", "--roster", roster)[0] == 3
    assert [path.name for path in Path("mails").iterdir()] == ["0042_张三.eml"]
    status, _, err = grade("return", runs, "--to", "zip", "--format", "moodle")
    assert (status, "needs a --roster" in err) == (2, True)
    assert not Path("zip").exists()
