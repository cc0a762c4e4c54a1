"""Which line of the program a finding names."""

import msgspec
import pytest

from grader.checks.source_code import place
from grader.model.outcome import Cause, failed
from grader.model.text import say
from grader.report.lines import named_line
from report.samples import FINDING, entry

STOPPED = say("Ctrl-C interrupted it there, at line {line}: {code}", line="22", code="recv()")
LOGGED = say("both are on line {line} of the log", line=7)
PLACE = place("tools/log.py", 3)
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
        ("starts", {"terminal": ('  File "zhang.py", line 31', '  File "zhang.py", line 30')}, 30),
        ("starts", {"terminal": ('  File "zhang.py", line 31',)}, 1),
        ("starts", {"terminal": ('  File "zhang.py", line 0',)}, 1),
        ("starts", {"terminal": ('  File "zhang.py", line 99999999999999999999',)}, 1),
        ("starts", {"terminal": ('  File "zhang.py", line 4', '  File "tools/log.py", line 9')}, 4),
        ("functions", {"seen": (say("line {line}: {remark}", line=PLACE, remark=say("x")),)}, 1),
        ("starts", {"seen": (say("at {line} {code}", line="²", code=""),)}, 1),
    ],
)
def test_the_first_line_that_findings_name(name, finding, line):
    plain = {"seen": (say("it does not"),), "terminal": ()}
    made = msgspec.structs.replace(FINDING, **{**plain, **finding})
    assert named_line(entry(name, 5, failed(made)), "zhang.py", line_count=30) == line
