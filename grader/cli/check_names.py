"""Finds checks by the names that a user gives."""

import difflib
from collections.abc import Sequence

from grader.checks import Check
from grader.cli.console import translation
from grader.errors import UserError
from grader.model.text import names, say
from grader.report.titles import title


def find_check(name: str, checks: Sequence[Check], option: str) -> Check:
    """The check that is called ``name``, or has this title.

    Args:
        option: what stands before the name in a command line that is right.

    Raises:
        UserError: there is none; the message names the nearest one.
    """
    known = {check.name: check for check in checks}
    for check in checks:
        if name in (check.name, title(check.name).render(translation())):
            return check
    for nearest in difflib.get_close_matches(name, known, n=1, cutoff=0.7):
        raise UserError(
            say("There is no check {name}.", name=repr(name)),
            say("Did you mean `grade {command}`?", command=f"{option} {nearest}"),
        )
    raise UserError(
        say(
            "There is no check {name}. The checks are: {names}.",
            name=repr(name),
            names=names(known),
        )
    )
