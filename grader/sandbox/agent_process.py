"""An agent that is a process of this machine: started, supplied and read through pipes."""

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

EXIT_TIMEOUT = 2.0
"""Seconds from the end of an agent's output until its exit."""

CHUNK = 1 << 16
"""Bytes read or written at once; the capacity of a pipe."""


def start(command: list[str], *, folder: str | None = None) -> "subprocess.Popen[bytes]":
    """Start an agent in a new session, with pipes for its standard streams.

    Args:
        command: the program and its arguments.
        folder: its working folder; None: this process's.

    Raises:
        SandboxError: the process cannot be started.
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
            say("Close some programs and try again."),
        ) from error


def close_pipes(agent: "subprocess.Popen[bytes]") -> None:
    """Close this process's ends of the pipes."""
    for pipe in (agent.stdin, agent.stdout, agent.stderr):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()


def exchange(
    agent: "subprocess.Popen[bytes]", plan: Plan, receive: Callable[[bytes], bool], timeout: float
) -> AgentExit:
    """Send the agent its plan, and pass each line of its output to ``receive``, until it exits.

    After ``timeout`` seconds it is given up. It may then still run; the caller has to kill it.

    Raises:
        SandboxError: its output is malformed.
    """
    assert agent.stdin is not None
    assert agent.stdout is not None
    assert agent.stderr is not None
    encoded = msgspec.json.encode(plan)
    unsent = memoryview(b"%d\n" % len(encoded) + encoded)
    lines, stderr = LineDecoder(), Tail()
    deadline = time.monotonic() + timeout
    for pipe in (agent.stdin, agent.stdout, agent.stderr):
        os.set_blocking(pipe.fileno(), False)
    with selectors.DefaultSelector() as ready:
        ready.register(agent.stdin, selectors.EVENT_WRITE)
        ready.register(agent.stdout, selectors.EVENT_READ)
        ready.register(agent.stderr, selectors.EVENT_READ)
        # Not until the end of standard error: processes that the agent left may keep it open.
        while agent.stdout in ready.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return AgentExit(exit_code=None, stderr=stderr.text)
            for key, _ in ready.select(left):
                if key.fileobj is agent.stdin:
                    unsent = _send(agent.stdin, unsent)
                    if not unsent:
                        # It stays open: at its end, the agent knows that the grader is gone.
                        ready.unregister(agent.stdin)
                    continue
                data = os.read(key.fd, CHUNK)
                if not data:
                    ready.unregister(key.fileobj)
                elif key.fileobj is agent.stderr:
                    stderr.feed(data)
                else:
                    _hand_on(lines, data, receive)
    return _wait(agent, stderr)


def _send(pipe: IO[bytes], unsent: memoryview) -> memoryview:
    """Write what fits and return the rest; nothing if the agent is gone: its exit says why."""
    try:
        return unsent[os.write(pipe.fileno(), unsent[:CHUNK]) :]
    except BlockingIOError:
        return unsent
    except BrokenPipeError:
        return unsent[:0]


def _hand_on(lines: LineDecoder, data: bytes, receive: Callable[[bytes], bool]) -> None:
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
    """Make the error for output that no agent writes."""
    return SandboxError(
        say("The agent's output is malformed: {error}.", error=error),
        say("Grade again. If it happens again, report it and attach the submission."),
    )


def _wait(agent: "subprocess.Popen[bytes]", stderr: Tail) -> AgentExit:
    try:
        code = agent.wait(timeout=EXIT_TIMEOUT)
    except subprocess.TimeoutExpired:
        return AgentExit(exit_code=None, stderr=stderr.text)
    assert agent.stderr is not None
    with suppress(BlockingIOError):
        while data := os.read(agent.stderr.fileno(), CHUNK):
            stderr.feed(data)
    return AgentExit(exit_code=code if code >= 0 else None, stderr=stderr.text)
