# expect: fail client-logged
# cause: Logs lines that a CI runner would obey, also where a long line is wrapped.

COMMANDS = (
    b"::error file=a.py,line=1::forged",
    b"::stop-commands::forged",
    b"::add-mask::points",
    b"##[error]forged",
    b"##[group]forged",
    b"##vso[task.complete result=Succeeded;]forged",
    b"##teamcity[buildStatus status='SUCCESS']",
)
TEXT = b"".join(b"\n" + c + b"\n" + b" " * 7 + c + b" and " + b"x" * 60 + c for c in COMMANDS)
