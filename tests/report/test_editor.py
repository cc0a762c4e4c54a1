"""``--format editor``: a line for each finding."""

import msgspec
import pytest

from grader.model.outcome import Cause, Decision, failed, not_judged, passed
from grader.model.text import say
from grader.report.editor import render_all
from report.samples import FINDING, entry, report

SOURCE = "﻿import select\nwhile True:\n    data = c.recv(1024)\n\tprint(data)\n".encode()
AT = say("it is blocked at line {line}: {code}", line=3, code="data = c.recv(1024)")


def finding(*seen, name="a-cause", terminal=()):
    cause = Cause(name, say("Which one is ready?"))
    seen = seen or (say("it does not"),)
    return msgspec.structs.replace(FINDING, seen=seen, terminal=terminal, cause=cause)


def lines(*entries, **changed):
    changed = {"entries": entries, "source": SOURCE, "path": "src/zhang.py", **changed}
    return render_all([report(**changed)]).decode().splitlines()


def test_a_finding_with_a_line():
    assert lines(entry("burst", 5, failed(finding(AT)))) == [
        "src/zhang.py:3:5: error: burst: it is blocked at line 3: data = c.recv(1024)."
        " Which one is ready?"
    ]


def test_a_failed_check_without_one_stands_at_the_first_line():
    (line,) = lines(entry("burst", 5, failed(finding(), finding())))
    assert line.startswith("src/zhang.py:1:1: error: burst: it does not. ")


def test_each_finding_with_a_line_has_its_own():
    last = ('  File "zhang.py", line 4, in <module>',)
    found = lines(entry("burst", 5, failed(finding(AT), finding(), finding(terminal=last))))
    assert [line.split(" ")[0] for line in found] == ["src/zhang.py:3:5:", "src/zhang.py:4:2:"]


def test_checks_that_fail_for_one_reason_at_one_line_share_one():
    other = failed(finding(AT, name="other"))
    found = lines(
        entry("crowd", 0, failed(finding(AT))),
        entry("reset", 0, other),
        entry("burst", 5, failed(finding(AT))),
    )
    assert [line.partition(": it is")[0] for line in found] == [
        "src/zhang.py:3:5: error: burst and crowd",
        "src/zhang.py:3:5: note: reset",
    ]


def test_what_was_not_judged_is_a_warning():
    lost = not_judged(say("The run was lost."))
    found = lines(entry("burst", 5, lost), entry("crowd", 0, lost), entry("starts", 5, lost))
    warning = "src/zhang.py:1:1: warning: burst and starts: not judged: The run was lost."
    assert found == [warning]


def test_what_passes_has_no_line():
    assert lines(entry("starts", 5, passed())) == []


@pytest.mark.parametrize(("outcome", "level"), [("pass", "note"), ("fail", "error")])
def test_a_decision_stands_at_the_first_line(outcome, level):
    decided = msgspec.structs.replace(
        entry("burst", 5, failed(finding(AT))),
        decision=Decision(outcome=outcome, reason="I saw it", by="Li"),
    )
    (line,) = lines(decided)
    assert line.startswith(f"src/zhang.py:1:1: {level}: burst: Li decided ")


@pytest.mark.parametrize(
    ("known", "path"),
    [
        ({}, "src/zhang.py"),
        ({"path": ""}, "zhang.py"),
        ({"path": "", "program": "server.py"}, "server.py"),
        ({"path": "a\nb\x1b.py"}, "a�b�.py"),
        ({"path": "C:\\src\\zhang.py"}, "C:\\src\\zhang.py"),
        ({"source": b""}, "src/zhang.py"),
    ],
)
def test_the_file(known, path):
    (line,) = lines(entry("burst", 5, failed(finding())), **known)
    assert line.startswith(f"{path}:1:1: error: ")


def test_no_text_begins_another_line():
    (line,) = lines(entry("burst", 5, failed(finding(say("{text}", text="a\nb\r\x1b[31m")))))
    assert "a�b��[31m" in line
