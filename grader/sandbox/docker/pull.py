"""Pulls an image, for as long as there is progress."""

import queue
import threading
from typing import TYPE_CHECKING, Any

from grader.model.text import Text, say
from grader.sandbox import ReportProgress
from grader.sandbox.docker.engine import explanation

if TYPE_CHECKING:
    from docker import DockerClient

PULL_TIMEOUT = 15
"""Seconds without progress after which a pull is given up. A name that does not resolve fails at
once; a network that drops packets would take minutes."""


def pull(client: "DockerClient", name: str, progress: ReportProgress) -> str | Text | None:
    """Have the engine pull an image; return why it failed, or None.

    It may take any time while it makes progress; it fails :data:`PULL_TIMEOUT` seconds after the
    last progress.
    """
    messages: queue.Queue[dict[str, Any] | BaseException | None] = queue.Queue()

    def listen() -> None:
        try:
            for line in client.api.pull(name, stream=True, decode=True):
                messages.put(line)
            messages.put(None)
        except Exception as error:
            messages.put(error)

    # The SDK has no timeout for a pull, so it runs in a thread that can be abandoned.
    threading.Thread(target=listen, daemon=True).start()
    last_status = ""
    while True:
        try:
            line = messages.get(timeout=PULL_TIMEOUT)
        except queue.Empty:
            return say("the registry did not answer for {seconds} s", seconds=PULL_TIMEOUT)
        if line is None:
            return None
        if isinstance(line, BaseException):
            return explanation(line).rstrip(".")
        if "error" in line:
            return " ".join(str(line["error"]).split()).rstrip(".")
        status = str(line.get("status", ""))
        if status != last_status and status in ("Downloading", "Extracting"):
            last_status = status
            progress(
                say("Building the image (only the first time): downloading {base}.", base=name)
                if status == "Downloading"
                else say("Building the image (only the first time): unpacking {base}.", base=name)
            )
