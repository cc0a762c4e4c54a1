"""Posts the result of a graded pull request as a comment on it (``grade ci-comment``).

This runs in a workflow of its own (``on: workflow_run``), taken from the base, which may write
comments; the workflow that grades may write nothing. The artifacts of the grading run come from a
workflow that the pull request may have changed for its own run, so nothing in them is believed:

- GitHub is asked which pull request it is: the open ones from the fork and branch in the event
  whose head is still the graded commit. If a file named it, one student's run could comment on
  another's pull request.
- If a pull request changes anything in ``.github``, the comment says only that. For all others,
  the workflow that ran was the base's.
- The report is shown as text: without control characters, cut to a maximum length, and inside a
  fence that it cannot close. Names in it notify nobody.
"""

import os
import stat
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec

from grader.ci.github_api import GithubApi
from grader.ci.github_event import GithubRepository, Sha, WorkflowRunEvent
from grader.model.text import Text, Translate, printable, say, say_count
from grader.report.markdown import fenced

MARK = "<!-- select-grader -->"
"""The first line of our comment. There is one on each pull request, updated by each run."""

AUTHOR = "github-actions[bot]"
"""The author of our comment: a student may write the same mark."""

MAX_TEXT = 20_000
"""Characters of the report that are shown. A comment may have 65,536, and needs two fences, each at
most one longer than the report."""

PAGE_SIZE = 100
MAX_PAGES = 30
"""GitHub lists at most 3,000 changed files."""

WORKFLOWS = ".github/"


class _Head(msgspec.Struct, frozen=True):
    sha: Sha
    repo: GithubRepository | None = None


class _Pull(msgspec.Struct, frozen=True):
    number: Annotated[int, msgspec.Meta(ge=1)]
    head: _Head


class _File(msgspec.Struct, frozen=True):
    filename: str
    previous_filename: str = ""


class _User(msgspec.Struct, frozen=True):
    login: str


class _Comment(msgspec.Struct, frozen=True):
    id: int
    body: str | None = None
    user: _User | None = None


def post_comment(
    event: WorkflowRunEvent, report: Path, api: GithubApi, server: str, translate: Translate
) -> Text:
    """Comment on the pull requests that ``event`` is about, and say what was done.

    Args:
        report: the text that the graded run left; the file need not exist.
        server: the address of GitHub's website.

    Raises:
        GithubApiError: a request failed.
    """
    pulls = _find_pulls(event, api)
    if not pulls:
        return say(
            "No open pull request has this commit as its head, so there is nothing to comment on."
        )
    repository = event.repository.full_name
    link = f"{server}/{repository}/actions/runs/{event.workflow_run.id}"
    for pull in pulls:
        if _changes_workflows(repository, pull, api):
            lines = [_untrusted_workflow().render(translate)]
        else:
            lines = _report_lines(read_report(report), link, translate)
        body = "\n".join([MARK, *lines])
        comments = f"repos/{repository}/issues/{pull.number}/comments"
        own = _find_own_comment(comments, api)
        if own is None:
            api.send("POST", comments, {"body": body})
        else:
            api.send("PATCH", f"repos/{repository}/issues/comments/{own}", {"body": body})
    return say_count(
        "Commented on {count} pull request.",
        "Commented on {count} pull requests.",
        count=len(pulls),
    )


def _untrusted_workflow() -> Text:
    return say(
        "This pull request changes files in `.github`, so it may have changed how it is graded. "
        "Its result does not count."
    )


def _report_lines(report: str, link: str, translate: Translate) -> list[str]:
    intro = say("The grading report as text; the run is {link}.", link=link)
    text = report or say("The run left no report.").render(translate)
    return [intro.render(translate), "", fenced(text.split("\n"))]


def _find_pulls(event: WorkflowRunEvent, api: GithubApi) -> list[_Pull]:
    run = event.workflow_run
    if run.event != "pull_request" or run.head_repository is None:
        return []
    fork = run.head_repository.full_name
    head = quote(f"{fork.partition('/')[0]}:{run.head_branch}")
    path = f"repos/{event.repository.full_name}/pulls?state=open&head={head}&per_page={PAGE_SIZE}"
    return [
        pull
        for pull in api.get(path, list[_Pull])
        if pull.head.sha == run.head_sha and pull.head.repo and pull.head.repo.full_name == fork
    ]


def _changes_workflows(repository: str, pull: _Pull, api: GithubApi) -> bool:
    for page in range(1, MAX_PAGES + 1):
        path = f"repos/{repository}/pulls/{pull.number}/files?per_page={PAGE_SIZE}&page={page}"
        files = api.get(path, list[_File])
        for file in files:
            if file.filename.startswith(WORKFLOWS) or file.previous_filename.startswith(WORKFLOWS):
                return True
        if len(files) < PAGE_SIZE:
            return False
    return True  # there may be more files than GitHub lists


def _find_own_comment(comments: str, api: GithubApi) -> int | None:
    for page in range(1, MAX_PAGES + 1):
        found = api.get(f"{comments}?per_page={PAGE_SIZE}&page={page}", list[_Comment])
        for each in found:
            if each.user and each.user.login == AUTHOR and (each.body or "").startswith(MARK):
                return each.id
        if len(found) < PAGE_SIZE:
            break
    return None


def read_report(file: Path) -> str:
    """The text in ``file``, as far as it is shown; empty if it is not a regular file."""
    try:
        # A link in an untrusted archive may point anywhere on this machine.
        if not stat.S_ISREG(file.lstat().st_mode):
            return ""
        with open(file, "rb", opener=_no_link) as opened:
            data = opened.read(4 * MAX_TEXT)
    except OSError:
        return ""
    text = data.decode("utf-8", "replace").strip("\n")
    return "\n".join(printable(line) for line in text.split("\n"))[:MAX_TEXT]


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
