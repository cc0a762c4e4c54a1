"""What is not logged at all."""

from generated.program import Fault

FAULTS = (
    Fault(
        "clients are only printed",
        frozenset({"client-logged"}),
        {"record_data": "print($text)"},
    ),
    Fault(
        "typed lines are only printed",
        frozenset({"terminal-logged"}),
        {"record_line": "print($line)"},
    ),
)
