"""The command line: ``grade PATH…`` and its commands, one module each.

A command prints its results and ends with :func:`sys.exit`. What lies below ``grader.cli`` does
neither: it raises :class:`grader.errors.UserError`, which becomes a message and an exit status
here, in :func:`_run`.

``grade --help`` is quick because the commands' modules import at their top only what their options
need; each command imports the rest when it runs.
"""

import io
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

import grader
from grader.cli import (
    ci,
    decide,
    diff,
    doctor,
    explain,
    grade,
    gradebook,
    hand_back,
    import_exports,
    init,
    judge,
    page,
    removal,
    replay,
    verify,
)
from grader.cli.click_i18n import click_in, localized
from grader.cli.console import INTERRUPTED, NOT_JUDGED, error_status, format_message
from grader.cli.default_command import DefaultGroup
from grader.cli.options import lang_option
from grader.errors import UserError
from grader.i18n import choose_language, translator
from grader.model.text import Text, Translate, printable, say


@click.group(
    cls=DefaultGroup,
    no_args_is_help=True,
    subcommand_metavar="PATH… | COMMAND …",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@lang_option
@click.version_option(grader.__version__, prog_name="grade")
def cli() -> None:
    """Grade select servers: each PATH is a student's program, or a folder of them.

    Each server runs in a sandbox, where several clients and a simulated terminal talk to it; its
    log is judged for content and order.

    Exit status: 0 passed, 1 below the pass mark, 2 usage error, 3 without a grade (nothing to run,
    or not judged because of the machine or the grader), 130 interrupted.
    """


for _command in (  # in the order in which help lists them
    grade.submission,
    explain.explain,
    replay.replay,
    doctor.doctor,
    init.init,
    import_exports.import_exports,
    judge.judge,
    verify.verify,
    page.site,
    decide.decide,
    diff.diff,
    gradebook.book,
    hand_back.hand_back,
    removal.clean,
    removal.forget,
    ci.ci,
    ci.ci_comment,
):
    cli.add_command(_command)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line with ``args`` (None: those of the process) and exit."""
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, _terminated)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # In an encoding other than UTF-8 (a pipe on Windows, LC_ALL=C) a character may be lost,
        # but the report is still printed.
        sys.stdout.reconfigure(errors="replace")
    language = choose_language(sys.argv[1:] if args is None else args)
    translate = translator(language)
    with click_in(language):
        _run(localized(cli, translate), args, translate)


def _run(command: click.Command, args: Sequence[str] | None, translate: Translate) -> NoReturn:
    """Run ``command`` in the language of ``translate``; no error becomes a traceback that its
    user could not act on."""
    remedy: Text | None = None
    try:
        command.main(args, prog_name="grade", standalone_mode=False, obj=translate)
    except click.ClickException as error:
        # It may quote an argument with escape sequences.
        message = io.StringIO()
        error.show(message)
        click.echo("\n".join(map(printable, message.getvalue().split("\n"))), err=True, nl=False)
        sys.exit(error.exit_code)
    except UserError as error:
        status, what, remedy = error_status(error), error.what, error.remedy
    except (click.Abort, KeyboardInterrupt):
        status, what = INTERRUPTED, say("interrupted.")
        click.echo(err=True)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(NOT_JUDGED)
    except UnicodeEncodeError as error:
        # A name of a roster or an archive, in a locale that is not UTF-8.
        status, remedy = NOT_JUDGED, say("Try it with LC_ALL=C.UTF-8.")
        what = say(
            "A name has characters that this system's encoding, {encoding}, does not have.",
            encoding=error.encoding,
        )
    except OSError as error:
        # For example, standard output is a file on a disk that is full.
        reason = error.strerror or error
        status, what = NOT_JUDGED, say("The report cannot be written: {reason}.", reason=reason)
    else:
        sys.exit(0)
    click.echo(format_message(what, remedy, translate), err=True)
    sys.exit(status)


def _terminated(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)
