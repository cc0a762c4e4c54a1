"""``grade doctor``: checks the machine."""

import sys
from pathlib import Path

import click

from grader.cli.console import NOT_JUDGED, PASSED, echo
from grader.cli.options import lang_option, runs_option
from grader.model.text import say


@click.command("doctor")
@runs_option("Where runs will be stored.")
@lang_option
def doctor(runs_folder: Path) -> None:
    """Check this machine and suggest fixes.

    Exit status: 0 if submissions can be graded here, else 3.
    """
    from grader import doctor as examination
    from grader.cli.progress import StatusLine

    with StatusLine() as status:
        status.show(say("checking this machine"))
        findings = examination.examine(runs=runs_folder)
    for finding in findings:
        if isinstance(finding, examination.Ok):
            echo(say("✓ ok       {what}", what=finding.what))
        elif finding.prevents:
            echo(say("✗ problem  {what}", what=finding.what))
        else:
            echo(say("! warning  {what}", what=finding.what))
        if isinstance(finding, examination.Problem):
            echo(say("           → {remedy}", remedy=finding.remedy))
    prevented = any(isinstance(f, examination.Problem) and f.prevents for f in findings)
    sys.exit(NOT_JUDGED if prevented else PASSED)
