"""Errors that a person can act on."""

from pathlib import Path

from grader.model.text import Text, say


class UserError(Exception):
    """A problem that its reader can solve; the command line prints it without a traceback.

    Attributes:
        what: what happened, and why.
        remedy: what to do next; None where ``what`` already says it.
    """

    def __init__(self, what: Text, remedy: Text | None = None) -> None:
        super().__init__(str(what) if remedy is None else f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class MachineError(UserError):
    """The request was right, but the machine could not serve it.

    A command that it ends has judged nothing and exits with another status than after a mistake
    of the user's.
    """


def os_reason(error: OSError) -> str:
    """What the system says about an error, without its number and the path."""
    return error.strerror or str(error)


def unreadable(path: Path, error: OSError) -> Text:
    """Say why ``path`` cannot be read."""
    return say("{path} cannot be read: {reason}.", path=path, reason=os_reason(error))


def unwritable(path: Path, error: OSError) -> Text:
    """Say why ``path`` cannot be written."""
    return say("{path} cannot be written: {reason}.", path=path, reason=os_reason(error))
