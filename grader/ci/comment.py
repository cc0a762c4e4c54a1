"""``grade ci-comment``: tells of a graded pull request in a comment on it.

It runs in a workflow of its own (``on: workflow_run``), which is the base's and has the right to
write comments; that which graded has no right at all. What the first one left behind was written
by a workflow that the pull request may have changed for its own run, so nothing in it is believed:

- Which pull request it is, is asked of GitHub: the open ones of the fork and the branch that the
  event names, whose head is still the commit that was graded. A number in a file would let one
  student's run write on another's pull request.
- A pull request that changes anything below ``.github`` is told just that. For any other, the
  workflow that ran was the base's.
- The text is shown as text: without what a terminal or a browser would obey, cut to a size, and
  between fences that it cannot close. Names in it call nobody.
"""

import os
import stat
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import msgspec

from grader.ci.github_api import Api
from grader.ci.github_event import OfWorkflowRun, Sha
from grader.model.text import Text, Translate, printable, say, say_count
from grader.report.markdown import fenced

MARK = "<!-- select-grader -->"
"""How a comment of ours begins: there is one on a pull request, which is written anew."""

AUTHOR = "github-actions[bot]"
"""Whose it must be: a student may write the same mark."""

LONGEST = 20_000
"""Characters of the text that are shown. A comment may have 65,536, and fences as long as this
are the longest that a text of this length can call for."""

PAGE = 100
PAGES = 30
"""Pages of that many that are read at most: GitHub tells of 3,000 files, and of no more."""

WORKFLOWS = ".github/"


class _Repository(msgspec.Struct, frozen=True):
    full_name: str


class _Head(msgspec.Struct, frozen=True):
    sha: Sha
    repo: _Repository | None = None


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


def comment(
    event: OfWorkflowRun, report: Path, api: Api, server: str, translate: Translate
) -> Text:
    """Comment on the pull request that ``event`` is about; what was done.

    Args:
        report: the file with the text that the graded run left; it need not be there.
        server: GitHub's address for people.

    Raises:
        ApiError: GitHub has refused something.
    """
    pulls = _pulls(event, api)
    if not pulls:
        return say("No open pull request has this commit on top: nothing is commented on.")
    repository = event.repository.full_name
    link = f"{server}/{repository}/actions/runs/{event.workflow_run.id}"
    for pull in pulls:
        if _changes_workflows(repository, pull, api):
            text = say(
                "This pull request changes what is below `.github`, so it can change how it is "
                "graded, and its result counts for nothing."
            )
            told = [text.render(translate)]
        else:
            told = [
                say("What its grading says, as text; the run itself is {link}.", link=link).render(
                    translate
                ),
                "",
                fenced((read(report) or say("It left no report.").render(translate)).split("\n")),
            ]
        body = "\n".join([MARK, *told])
        comments = f"repos/{repository}/issues/{pull.number}/comments"
        own = _own(comments, api)
        if own is None:
            api.send("POST", comments, {"body": body})
        else:
            api.send("PATCH", f"repos/{repository}/issues/comments/{own}", {"body": body})
    return say_count(
        "Commented on {count} pull request.",
        "Commented on {count} pull requests.",
        count=len(pulls),
    )


def _pulls(event: OfWorkflowRun, api: Api) -> list[_Pull]:
    run = event.workflow_run
    if run.event != "pull_request" or run.head_repository is None:
        return []
    fork = run.head_repository.full_name
    head = quote(f"{fork.partition('/')[0]}:{run.head_branch}")
    path = f"repos/{event.repository.full_name}/pulls?state=open&head={head}&per_page={PAGE}"
    return [
        pull
        for pull in api.get(path, list[_Pull])
        if pull.head.sha == run.head_sha and pull.head.repo and pull.head.repo.full_name == fork
    ]


def _changes_workflows(repository: str, pull: _Pull, api: Api) -> bool:
    for page in range(1, PAGES + 1):
        path = f"repos/{repository}/pulls/{pull.number}/files?per_page={PAGE}&page={page}"
        files = api.get(path, list[_File])
        for file in files:
            if file.filename.startswith(WORKFLOWS) or file.previous_filename.startswith(WORKFLOWS):
                return True
        if len(files) < PAGE:
            return False
    return True  # there may be more than GitHub tells of


def _own(comments: str, api: Api) -> int | None:
    for page in range(1, PAGES + 1):
        found = api.get(f"{comments}?per_page={PAGE}&page={page}", list[_Comment])
        for each in found:
            if each.user and each.user.login == AUTHOR and (each.body or "").startswith(MARK):
                return each.id
        if len(found) < PAGE:
            break
    return None


def read(file: Path) -> str:
    """The text in ``file``, as far as it is shown; empty: there is none, or it is no file."""
    try:
        # A link in a stranger's archive may lead anywhere on this machine.
        if not stat.S_ISREG(file.lstat().st_mode):
            return ""
        with open(file, "rb", opener=_no_link) as opened:
            data = opened.read(4 * LONGEST)
    except OSError:
        return ""
    text = data.decode("utf-8", "replace").strip("\n")
    return "\n".join(printable(line) for line in text.split("\n"))[:LONGEST]


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
