"""The part of GitHub's API that commenting needs."""

import urllib.error
import urllib.request
from typing import Any, TypeVar

import msgspec

from grader.errors import MachineError
from grader.model.text import say

TIMEOUT = 30
"""Seconds for one request."""

MAX_SIZE = 32 << 20
"""Bytes of an answer, which may be a hundred files with their patches."""

Answer = TypeVar("Answer")


class GithubApiError(MachineError):
    """GitHub refused a request, or did not answer it."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would pass on the token to an unknown host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class GithubApi:
    """GitHub's API at ``url``, used with a workflow's token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, kind: type[Answer]) -> Answer:
        """The object at ``path``.

        Raises:
            GithubApiError: the request failed, or the object is not a ``kind``.
        """
        data = self._request("GET", path, None)
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise GithubApiError(
                say(
                    "GitHub's answer to {path} is not as expected: {reason}.",
                    path=path,
                    reason=error,
                )
            ) from error

    def send(self, method: str, path: str, body: dict[str, str]) -> None:
        """Send ``body`` to ``path``.

        Raises:
            GithubApiError: the request failed.
        """
        self._request(method, path, msgspec.json.encode(body))

    def _request(self, method: str, path: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(
            f"{self._url}/{path}",
            data=body,
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self._token}",
                "Content-Type": "application/json",
                "User-Agent": "select-grader",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return bytes(answer.read(MAX_SIZE))
        except urllib.error.HTTPError as error:
            with error:
                raise GithubApiError(
                    say(
                        "GitHub refused {method} {path}: {status}. Does the job have the "
                        "permission `pull-requests: write`?",
                        method=method,
                        path=path,
                        status=error.code,
                    )
                ) from error
        except (OSError, ValueError) as error:
            raise GithubApiError(
                say("GitHub did not answer {path}: {reason}.", path=path, reason=error)
            ) from error
