"""``grade ci`` and ``grade ci-comment``: grade a pull request, and comment on it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.console import (
    BELOW,
    NOT_JUDGED,
    PASSED,
    error_status,
    format_message,
    translation,
)
from grader.cli.options import lang_option, runs_option, sandbox_option, seed_option
from grader.errors import UserError
from grader.model.text import say
from grader.sandbox import SandboxName

if TYPE_CHECKING:
    from grader.ci.result import PullRequestResult
    from grader.ci.review import OwnershipRule
    from grader.model.text import Translate
    from grader.sandbox import Sandbox

_event_option = click.option(
    "--event",
    "event_file",
    metavar="FILE",
    envvar="GITHUB_EVENT_PATH",
    type=click.Path(path_type=Path),
    help="GitHub's event; by default the file that GITHUB_EVENT_PATH names.",
)


def _out_option(description: str) -> Callable[[Any], Any]:
    return click.option(
        "--out",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=Path("grade-ci"),
        show_default=True,
        help=description,
    )


@click.command("ci", short_help="Grade what a pull request changes.")
@_event_option
@click.option("--base", metavar="REV", help="The base's commit, if there is no event.")
@click.option("--head", metavar="REV", help="The pull request's commit, if there is no event.")
@click.option("--author", metavar="LOGIN", help="The pull request's author, if there is no event.")
@click.option(
    "--repository",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path(),
    help="A clone of the base, with the head fetched into it.",
)
@click.option(
    "--submissions",
    "folder",
    metavar="DIR",
    default="submissions",
    show_default=True,
    help="The submissions' folder in the repository.",
)
@click.option("--rubric", metavar="PATH", help="The rubric in the base (by default rubric.toml).")
@click.option(
    "--whose",
    type=click.Choice(["login", "history", "anyone"]),
    default="history",
    show_default=True,
    help="How to determine whose a submission is.",
)
@click.option(
    "--foreign",
    type=click.Choice(["fail", "warn"]),
    default="fail",
    show_default=True,
    help="What to do about changes outside the author's submission.",
)
@seed_option
@sandbox_option("Where submissions run.")
@runs_option("Where runs are stored.")
@_out_option("Where the artifacts are written.")
@lang_option
def ci(
    event_file: Path | None,
    base: str | None,
    head: str | None,
    author: str | None,
    repository: Path,
    folder: str,
    rubric: str | None,
    whose: "OwnershipRule",
    foreign: str,
    seed: int | None,
    sandbox_name: SandboxName,
    runs_folder: Path,
    out: Path,
) -> None:
    """Grade the submissions that a pull request changes, by the base's rubric."""
    from grader.ci import github_event
    from grader.ci.grade import CiOptions, grade

    with _safe_errors():
        if base is None and head is None:
            pull = github_event.read_pull_request(_required(event_file))
            base, head, author = pull.base.sha, pull.head.sha, pull.user.login
        if whose == "login" and author is None:
            raise UserError(
                say("--whose login needs the author of the pull request: --author LOGIN.")
            )
        result = grade(
            CiOptions(
                repository=repository,
                base=base or "HEAD",
                head=head or "HEAD",
                author=author,
                folder=folder.strip("/"),
                rubric=rubric,
                ownership=whose,
                foreign_fails=foreign == "fail",
                seed=seed,
                runs_folder=runs_folder,
            ),
            cache(lambda python: _open_sandbox(sandbox_name, python)),
        )
    _publish(result, out, translation())
    sys.exit(_status(result))


@click.command("ci-comment", short_help="Comment on a pull request with the result.")
@_event_option
@_out_option("Where the artifacts are.")
@lang_option
def ci_comment(event_file: Path | None, out: Path) -> None:
    """Comment on a pull request with the result of `grade ci` (GITHUB_TOKEN)."""
    from grader.ci import artifacts, github_event
    from grader.ci.comment import post_comment
    from grader.ci.github_api import GithubApi

    with _safe_errors():
        event_file = _required(event_file)
        token = os.environ.get("GITHUB_TOKEN", "")
        if not token:
            raise UserError(say("GITHUB_TOKEN is not set: pass the job's token to this step only."))
        api = GithubApi(os.environ.get("GITHUB_API_URL", "https://api.github.com"), token)
        server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
        run = github_event.read_workflow_run(event_file)
        done = post_comment(run, out / artifacts.LOG, api, server, translation())
    click.echo(done.render(translation()))


def _required(event_file: Path | None) -> Path:
    if event_file is None:
        raise UserError(
            say(
                "There is no event: name its file with --event or, outside GitHub, the commits "
                "with --base and --head."
            )
        )
    return event_file


@contextmanager
def _safe_errors() -> Iterator[None]:
    """Print an error so that nothing in it is a command to the runner, and exit."""
    from grader.ci import runner_log

    try:
        yield
    except UserError as error:
        message = format_message(error.what, error.remedy, translation())
        click.echo("\n".join(runner_log.escape(message)), err=True)
        sys.exit(error_status(error))


def _open_sandbox(name: SandboxName, python: str) -> "Sandbox":
    from grader.cli.progress import StatusLine
    from grader.sandbox.choice import open_sandbox

    with StatusLine() as status:
        return open_sandbox(name, python=python, progress=status.show, notify=status.notify)


def _publish(result: "PullRequestResult", out: Path, translate: "Translate") -> None:
    """Print the log, with annotations where GitHub's runner reads them, and write the summary and
    the artifacts."""
    import secrets

    from grader.ci import artifacts, job_log, runner_log, summary
    from grader.ci.annotations import annotations

    lines = [line for part in job_log.render(result, translate) for line in runner_log.escape(part)]
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    printed = lines
    if on_github:
        printed = runner_log.with_commands_stopped(lines, secrets.token_hex(16))
    for line in printed:
        click.echo(line)
    if on_github:
        for annotation in annotations(result):
            click.echo(annotation.command(translate))
    markdown = summary.render(result, translate)
    if file := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(file).open("a", encoding="utf-8", errors="replace") as opened:
            opened.write(markdown)
    artifacts.write(
        out, result.submissions, log="\n".join(lines) + "\n", summary=markdown, translate=translate
    )


def _status(result: "PullRequestResult") -> int:
    """The exit status, which decides the check on the pull request."""
    if any(each.undecided for each in result.submissions):
        return NOT_JUDGED
    if result.rejected or any(each.failed for each in result.submissions):
        return BELOW
    return PASSED
