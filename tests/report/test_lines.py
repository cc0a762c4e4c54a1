"""Which line of the program a finding names."""

import msgspec
import pytest

from grader.model.outcome import Cause, failed
from grader.model.text import say
from grader.report.lines import named_line
from report.samples import FINDING, entry

STOPPED = say("Ctrl-C interrupted it there, at line {line}: {code}", line="22", code="recv()")
LOGGED = say("both are on line {line} of the log", line=7)
TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "zhang.py", line 12, in <module>',
    "    main()",
    '  File "zhang.py", line 9, in main',
    "KeyError: 1",
)


@pytest.mark.parametrize(
    ("name", "finding", "line"),
    [
        ("departure", {}, 1),
        ("departure", {"seen": (say("it sleeps"), STOPPED)}, 22),
        ("departure", {"seen": (say("{inner} so", inner=STOPPED),)}, 22),
        ("departure", {"seen": (say("{all}", all=(LOGGED, STOPPED)),)}, 22),
        ("own-record", {"seen": (LOGGED,)}, 1),
        ("functions", {"seen": (say("line {line}: {remark}", line=5, remark=say("long")),)}, 5),
        ("starts", {"terminal": TRACEBACK}, 9),
        ("starts", {"cause": Cause("c", say("Line {line} is {code}", line=8, code="x"))}, 8),
        ("starts", {"terminal": ('  File "x", line 31', '  File "x", line 30')}, 30),
        ("starts", {"terminal": ('  File "x", line 31',)}, 1),
        ("starts", {"terminal": ('  File "x", line 0',)}, 1),
        ("starts", {"terminal": ('  File "x", line 99999999999999999999',)}, 1),
        ("starts", {"seen": (say("at {line} {code}", line="²", code=""),)}, 1),
    ],
)
def test_the_first_line_that_findings_name(name, finding, line):
    plain = {"seen": (say("it does not"),), "terminal": ()}
    made = msgspec.structs.replace(FINDING, **{**plain, **finding})
    assert named_line(entry(name, 5, failed(made)), line_count=30) == line
