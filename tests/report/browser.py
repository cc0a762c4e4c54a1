"""Chromium, driven through its debugging pipe without another package."""

import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections import deque
from pathlib import Path
from typing import Any

PATH = shutil.which("chromium") or shutil.which("chromium-browser")

TIMEOUT = 60.0
"""Seconds for one answer. On an idle machine, the browser starts in one or two."""


def problem() -> str | None:
    """Why no browser can be used; None if one can."""
    return None if PATH else "There is no chromium on this machine."


def _move_away(descriptor: int) -> int:
    """Duplicate to a number above those that the browser gets; it is not inherited."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved


class Browser:
    """A headless window."""

    def __init__(self, profile: Path) -> None:
        assert PATH
        to_read, self._to = map(_move_away, os.pipe())
        self._from, to_write = map(_move_away, os.pipe())
        nothing = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in range(3)]
        # The browser reads commands from its descriptor 3 and answers on 4.
        ends = [(os.POSIX_SPAWN_DUP2, to_read, 3), (os.POSIX_SPAWN_DUP2, to_write, 4)]
        self._process = os.posix_spawn(
            PATH,
            [
                PATH, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank",
            ],
            os.environ,
            file_actions=[*nothing, *ends],
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._unread = b""
        self._number = 0
        self._session: str | None = None
        self._events: deque[dict[str, Any]] = deque()
        self.problems: list[str] = []
        """Errors and warnings that its console would show."""
        try:
            targets = self._ask("Target.getTargets")["targetInfos"]
            page = next(target for target in targets if target["type"] == "page")
            attached = self._ask(
                "Target.attachToTarget", targetId=page["targetId"], flatten=True
            )  # fmt: skip
            self._session = attached["sessionId"]
            for domain in ("Page", "Runtime", "Log"):
                self._ask(f"{domain}.enable")
        except BaseException:
            self.close()
            raise

    def show(self, file: Path, width: int, *, dark: bool = False, paper: bool = False) -> None:
        """Open ``file`` in a window of ``width`` pixels, in light or dark
        mode, or as printed."""
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        scheme = "dark" if dark else "light"
        self._ask(
            "Emulation.setEmulatedMedia",
            media="print" if paper else "",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self._events.clear()
        self._ask("Page.navigate", url=file.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self._events):
            self._read(time.monotonic() + TIMEOUT)

    def find(self, expression: str) -> Any:
        """The value of a JavaScript expression. The page's own policy does not apply to it."""
        found = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, key: str) -> None:
        """Press and release a named key."""
        for kind in ("keyDown", "keyUp"):
            code = {"Tab": 9, "Enter": 13, "ArrowLeft": 37, "ArrowRight": 39}[key]
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self._ask(
                "Input.dispatchKeyEvent",
                type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text,
            )  # fmt: skip

    def close(self) -> None:
        """Kill the browser."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._to)
        os.close(self._from)

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + TIMEOUT
        while True:
            answer = self._read(deadline)
            if answer is not None and answer["id"] == self._number:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _read(self, deadline: float) -> dict[str, Any] | None:
        """The next answer; None if it was an event, which is stored."""
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], max(0, deadline - time.monotonic()))
            assert ready, "the browser does not answer"
            more = os.read(self._from, 1 << 16)
            assert more, "the browser has ended"
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        if "id" in message:
            return message
        if message["method"] in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.problems.append(json.dumps(message["params"]))
        self._events.append(message)
        return None


WIDTHS = [360, 1280]


TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


CONTRAST = """(() => {
  const light = colour => {
    const [r, g, b] = colour.match(/\\d+/g).map(Number).map(part => part / 255)
      .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const [one, other] = [getComputedStyle(document.querySelector(SELECTOR))[PROPERTY],
    getComputedStyle(document.body).backgroundColor].map(light).sort((a, b) => b - a);
  return (one + .05) / (other + .05);
})()"""
