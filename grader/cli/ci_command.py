"""``grade ci`` and ``grade ci-comment``, as the command line calls them: options to values."""

import os
from pathlib import Path
from typing import NoReturn

import click

from grader.ci import artifacts, github_event, runner_log
from grader.ci import comment as commenting
from grader.ci import grade as run
from grader.ci.github_api import Api, ApiError
from grader.ci.review import Whose
from grader.cli.console import NOT_JUDGED, PASSED, USAGE, stop, translation
from grader.model.text import say


def grade(
    *,
    event_file: Path | None,
    base: str | None,
    head: str | None,
    author: str | None,
    repository: Path,
    folder: str,
    rubric: str | None,
    whose: Whose,
    foreign: str,
    seed: int | None,
    sandbox: str,
    runs_folder: Path,
    out: Path,
) -> int:
    """Grade the pull request of the event, or ``head`` against ``base``; the exit status."""
    if base is None and head is None:
        if event_file is None:
            _ask_for_an_event()
        try:
            pull = github_event.pull_request(event_file)
        except github_event.EventError as error:
            stop(USAGE, error.what)
        base, head, author = pull.base.sha, pull.head.sha, pull.user.login
    if whose == "login" and author is None:
        stop(USAGE, say("--whose login needs to know whose pull request it is: --author LOGIN."))
    return run.grade(
        run.Asked(
            repository=repository,
            base=base or "HEAD",
            head=head or "HEAD",
            author=author,
            folder=folder.strip("/"),
            rubric=rubric,
            whose=whose,
            forbids=foreign == "fail",
            sandbox=sandbox,
            seed=seed,
            runs_folder=runs_folder,
            out=out,
        )
    )


def comment(*, event_file: Path | None, out: Path) -> int:
    """Comment on the pull request of the run that the event is about; the exit status."""
    if event_file is None:
        _ask_for_an_event()
    token = os.environ.get("GITHUB_TOKEN", "")
    if not token:
        stop(USAGE, say("GITHUB_TOKEN is not set: hand the job's token to this step alone."))
    api = Api(os.environ.get("GITHUB_API_URL", "https://api.github.com"), token)
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    translate = translation()
    try:
        run_event = github_event.workflow_run(event_file)
        done = commenting.comment(run_event, out / artifacts.LOG, api, server, translate)
    except github_event.EventError as error:
        stop(USAGE, error.what)
    except ApiError as error:
        click.echo("\n".join(runner_log.shown(f"grade: {error.what.render(translate)}")), err=True)
        return NOT_JUDGED
    click.echo(done.render(translate))
    return PASSED


def _ask_for_an_event() -> NoReturn:
    stop(
        USAGE,
        say(
            "There is no event: name its file with --event, or, outside GitHub, the commits with "
            "--base and --head."
        ),
    )
