"""GitHub's API, as far as a comment needs it."""

import urllib.error
import urllib.request
from typing import Any, TypeVar

import msgspec

from grader.errors import MachineError
from grader.model.text import say

PATIENCE = 30
"""Seconds for one request."""

LARGEST = 32 << 20
"""Bytes of an answer: a page of a hundred files, with the patch of each."""

Answer = TypeVar("Answer")


class ApiError(MachineError):
    """GitHub has refused, or does not answer."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the token would go along, to wherever that leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Api:
    """GitHub's API at ``url``, with a token that a workflow has been given."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, kind: type[Answer]) -> Answer:
        """What is at ``path``.

        Raises:
            ApiError: it is refused, or is not of this kind.
        """
        data = self._ask("GET", path, None)
        try:
            return msgspec.json.decode(data, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ApiError(
                say(
                    "GitHub's answer to {path} is not understood: {reason}.",
                    path=path,
                    reason=error,
                )
            ) from error

    def send(self, method: str, path: str, body: dict[str, str]) -> None:
        """Send ``body`` to ``path``.

        Raises:
            ApiError: it is refused.
        """
        self._ask(method, path, msgspec.json.encode(body))

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
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
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return bytes(answer.read(LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                raise ApiError(
                    say(
                        "GitHub refuses {method} {path}: {status}. Has the job the permission "
                        "`pull-requests: write`?",
                        method=method,
                        path=path,
                        status=error.code,
                    )
                ) from error
        except (OSError, ValueError) as error:
            raise ApiError(
                say("GitHub does not answer {path}: {reason}.", path=path, reason=error)
            ) from error
