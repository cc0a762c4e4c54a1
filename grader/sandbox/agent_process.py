"""Talks with an agent that is a process of this machine, over its pipes."""

import os
import selectors
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO

import msgspec

from grader.model.plan import Plan
from grader.model.text import say
from grader.sandbox import AgentExit, SandboxError
from grader.sandbox.framing import FramingError, LineDecoder, Tail

LEAVING = 2.0
"""Seconds that an agent has to end once it has said all, or is told to stop."""

CHUNK = 1 << 16
"""Bytes that are read, or written, at once: what a pipe holds."""


def start(command: list[str], *, folder: str | None = None) -> "subprocess.Popen[bytes]":
    """Start an agent in a session of its own, with a pipe for each of its standard streams.

    Raises:
        SandboxError: this machine cannot start another process.
    """
    # The language in which the grader reports must not influence what it grades.
    environment = {name: value for name, value in os.environ.items() if name != "LANGUAGE"}
    try:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(
            say("The agent cannot be started: {error}.", error=error),
            say("Close some programs, and try again."),
        ) from error


def close_pipes(agent: "subprocess.Popen[bytes]") -> None:
    """Close our ends of its pipes."""
    for pipe in (agent.stdin, agent.stdout, agent.stderr):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()


def exchange(
    agent: "subprocess.Popen[bytes]", plan: Plan, receive: Callable[[bytes], None], patience: float
) -> AgentExit:
    """Give the agent its plan, and pass on each line that it writes, until it has ended.

    After ``patience`` seconds it is given up; it is up to the caller to end it.

    Raises:
        SandboxError: what it writes is no agent's output.
    """
    assert agent.stdin is not None
    assert agent.stdout is not None
    assert agent.stderr is not None
    encoded = msgspec.json.encode(plan)
    unsent = memoryview(b"%d\n" % len(encoded) + encoded)
    lines, stderr = LineDecoder(), Tail()
    deadline = time.monotonic() + patience
    for pipe in (agent.stdin, agent.stdout, agent.stderr):
        os.set_blocking(pipe.fileno(), False)
    with selectors.DefaultSelector() as ready:
        ready.register(agent.stdin, selectors.EVENT_WRITE)
        ready.register(agent.stdout, selectors.EVENT_READ)
        ready.register(agent.stderr, selectors.EVENT_READ)
        # Not for standard error: what the agent leaves behind may hold it open.
        while agent.stdout in ready.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return AgentExit(exit_code=None, stderr=stderr.text)
            for key, _ in ready.select(left):
                if key.fileobj is agent.stdin:
                    unsent = _send(agent.stdin, unsent)
                    if not unsent:
                        # It stays open: its end would tell the agent that we are gone.
                        ready.unregister(agent.stdin)
                    continue
                data = os.read(key.fd, CHUNK)
                if not data:
                    ready.unregister(key.fileobj)
                elif key.fileobj is agent.stderr:
                    stderr.feed(data)
                else:
                    _pass_on(lines, data, receive)
    return _ending(agent, stderr)


def _send(pipe: IO[bytes], unsent: memoryview) -> memoryview:
    """What is left to send; nothing, if nobody will take it: the agent's end tells why."""
    try:
        return unsent[os.write(pipe.fileno(), unsent[:CHUNK]) :]
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        return unsent[:0]


def _pass_on(lines: LineDecoder, data: bytes, receive: Callable[[bytes], None]) -> None:
    found = lines.feed(data)
    while True:
        try:
            line = next(found, None)
        except FramingError as error:
            raise malformed_output(error) from error
        if line is None:
            return
        receive(line)


def malformed_output(error: FramingError) -> SandboxError:
    """What is said of output that no agent writes."""
    return SandboxError(
        say("The agent's output cannot be used: {error}.", error=error),
        say("If it happens again, report it with the submission."),
    )


def _ending(agent: "subprocess.Popen[bytes]", stderr: Tail) -> AgentExit:
    try:
        code = agent.wait(timeout=LEAVING)
    except subprocess.TimeoutExpired:
        return AgentExit(exit_code=None, stderr=stderr.text)
    assert agent.stderr is not None
    with suppress(BlockingIOError):
        while data := os.read(agent.stderr.fileno(), CHUNK):
            stderr.feed(data)
    return AgentExit(exit_code=code if code >= 0 else None, stderr=stderr.text)
