"""``grade ci-comment``: which pull request it comments on, and how it shows untrusted text."""

import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ci.class_repository import write_event
from grader.ci.comment import MARK, MAX_TEXT, read_report

SHA = "a" * 40
FORK = "zhang/class"
PULLS = "/repos/school/class/pulls"
FILES = f"{PULLS}/7/files"
COMMENTS = "/repos/school/class/issues/7/comments"


class GitHub:
    """A fake of GitHub's API: its resources, page by page, and the requests that it got."""

    def __init__(self) -> None:
        self.there: dict[str, list] = {PULLS: [open_pull()], FILES: [], COMMENTS: []}
        self.asked: list[tuple[str, dict]] = []
        self.sent: list[tuple[str, str, dict]] = []
        self.tokens: set[str | None] = set()
        self.refuses: set[str] = set()

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, object]:
        url = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if method in self.refuses:
            return 403, {"message": "no"}
        if method != "GET":
            self.sent.append((method, url.path, json.loads(body)))
            return 201, {}
        self.asked.append((url.path, query))
        size, page = int(query["per_page"]), int(query.get("page", "1"))
        return 200, self.there[url.path][size * (page - 1) : size * page]


def open_pull(number: int = 7, sha: str = SHA, fork: str | None = FORK) -> dict:
    return {
        "number": number,
        "head": {"sha": sha, "repo": None if fork is None else {"full_name": fork}},
    }


@pytest.fixture
def github(monkeypatch):
    there = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            there.tokens.add(self.headers["Authorization"])
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            status, answer = there.answer(self.command, self.path, body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GITHUB_TOKEN", "t0ken")
        yield there
        server.shutdown()
        thread.join()


@pytest.fixture
def comment(grade, github):
    """Run ``grade ci-comment`` for a finished workflow run."""

    def run(text: str | None = "100 of 100 points", **run: object) -> tuple[int, str, str]:
        workflow_run = {
            "id": 42,
            "event": "pull_request",
            "head_sha": SHA,
            "head_branch": "x&head=evil",
            "head_repository": {"full_name": FORK},
            "pull_requests": [{"number": 1}],
            **run,
        }
        event = {"workflow_run": workflow_run, "repository": {"full_name": "school/class"}}
        write_event(Path("event.json"), event)
        Path("grade-ci").mkdir(exist_ok=True)
        if text is not None:
            Path("grade-ci/report.txt").write_text(text)
        return grade("ci-comment", "--event", "event.json")

    return run


def test_the_report_is_posted_as_a_comment(comment, github):
    assert comment() == (0, "Commented on 1 pull request.\n", "")
    ((method, path, body),) = github.sent
    assert (method, path) == ("POST", COMMENTS)
    first, second, *rest = body["body"].split("\n")
    assert first == MARK
    assert "https://github.com/school/class/actions/runs/42" in second
    assert rest == ["", "```text", "100 of 100 points", "```"]
    assert github.tokens == {"Bearer t0ken"}


def test_the_pull_request_is_found_by_fork_and_branch(comment, github):
    comment()
    path, query = github.asked[0]
    assert path == PULLS
    assert query == {"state": "open", "head": "zhang:x&head=evil", "per_page": "100"}


def test_an_earlier_comment_is_updated(comment, github):
    github.there[COMMENTS] = [
        {"id": 1, "body": MARK, "user": {"login": "zhang"}},
        {"id": 2, "body": "thanks", "user": {"login": "github-actions[bot]"}},
        *[{"id": 3, "body": None, "user": None}] * 120,
        {"id": 4, "body": f"{MARK}\nold", "user": {"login": "github-actions[bot]"}},
    ]
    comment()
    ((method, path, _),) = github.sent
    assert (method, path) == ("PATCH", "/repos/school/class/issues/comments/4")


@pytest.mark.parametrize(
    ("pulls", "run"),
    [
        ([], {}),
        ([open_pull(sha="b" * 40)], {}),  # a later commit was pushed
        ([open_pull(fork="li/class")], {}),
        ([open_pull(fork=None)], {}),
        ([open_pull()], {"event": "push"}),
        ([open_pull()], {"head_repository": None}),
    ],
)
def test_without_a_certain_pull_request_there_is_no_comment(comment, github, pulls, run):
    github.there[PULLS] = pulls
    status, out, _ = comment(**run)
    assert status == 0
    assert "nothing to comment on" in out
    assert github.sent == []


@pytest.mark.parametrize(
    "file",
    [
        {"filename": ".github/workflows/grade.yml"},
        {"filename": ".github/actions/x/action.yml"},
        {"filename": "old.yml", "previous_filename": ".github/workflows/grade.yml"},
    ],
)
def test_a_changed_workflow_gets_no_report(comment, github, file):
    github.there[FILES] = [{"filename": f"submissions/{n}.py"} for n in range(150)] + [file]
    comment("100 of 100 points")
    ((_, _, body),) = github.sent
    assert "Its result does not count" in body["body"]
    assert "100 of 100" not in body["body"]


def test_more_files_than_github_lists_get_no_report(comment, github):
    github.there[FILES] = [{"filename": "x"}] * 3000
    comment("100 of 100 points")
    assert "does not count" in github.sent[0][2]["body"]


def test_a_run_without_a_report(comment, github):
    assert comment(None)[0] == 0
    assert "The run left no report." in github.sent[0][2]["body"]


def test_a_link_is_not_followed(comment, github, tmp_path):
    (tmp_path / "secret").write_text("a secret")
    Path("grade-ci").mkdir()
    Path("grade-ci/report.txt").symlink_to(tmp_path / "secret")
    comment(None)
    assert "a secret" not in github.sent[0][2]["body"]


def test_a_named_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert read_report(tmp_path / "pipe") == ""


@pytest.mark.parametrize("text", ["`" * 100_000, "@all\n" * 100_000, "\x1b[31m\r\n", "分" * 99_999])
def test_github_accepts_a_comment_with_any_text(comment, github, text):
    assert comment(text)[0] == 0
    body = github.sent[0][2]["body"]
    assert len(body) < 65_536
    assert "\x1b" not in body


@pytest.mark.parametrize("text", ["```", "out:\n````\n<b>", "`````text\n```", "a\n~~~\n```\n@all"])
def test_a_text_cannot_close_its_fence(comment, github, text):
    comment(text)
    _, _, _, first, *inner, last = github.sent[0][2]["body"].split("\n")
    assert first == f"{last}text"
    assert set(last) == {"`"}
    assert "\n".join(inner) == text
    assert last not in text


def test_a_long_text_is_cut(tmp_path):
    (tmp_path / "long").write_text("x" * (9 * MAX_TEXT))
    assert len(read_report(tmp_path / "long")) == MAX_TEXT


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_refused_request_is_reported(comment, github, method):
    github.refuses = {method}
    status, out, err = comment()
    assert (status, out) == (3, "")
    assert re.search(rf"GitHub refused {method} repos/.*: 403", err)
    assert "t0ken" not in err


def test_a_redirect_does_not_get_the_token(comment, github):
    github.answer = lambda *_: (302, [])
    status, _, err = comment()
    assert status == 3
    assert "302" in err


def test_an_invalid_answer_is_reported(comment, github):
    github.there[PULLS] = [{"number": "7"}]
    status, _, err = comment()
    assert status == 3
    assert "is not as expected" in err


@pytest.mark.parametrize(
    ("variable", "said"),
    [("GITHUB_TOKEN", "GITHUB_TOKEN is not set"), ("", "is not an `on: workflow_run` event")],
)
def test_wrong_usage(grade, github, monkeypatch, variable, said):
    if variable:
        monkeypatch.delenv(variable)
    Path("event.json").write_text("{}")
    status, out, err = grade("ci-comment", "--event", "event.json")
    assert (status, out) == (2, "")
    assert said in err
