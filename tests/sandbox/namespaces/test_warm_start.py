"""A program that starts warm finds the same environment as any other."""

import json

import pytest

from grader.model.decoding import parse_event
from grader.model.history import read_history
from grader.model.plan import Plan, nonces
from grader.sandbox import Sandbox
from grader.sandbox.local import LocalSandbox
from grader.sandbox.namespaces import rootfs
from grader.sandbox.namespaces.sandbox import NamespaceSandbox

pytestmark = pytest.mark.namespaces

FACTS = """
import json, os, signal, socket, subprocess, sys, time, traceback

streams = (sys.stdin, sys.stdout, sys.stderr, sys.__stdin__, sys.__stdout__, sys.__stderr__)
own = os.ttyname(0)
try:
    1 / 0
except ZeroDivisionError:
    shown = traceback.format_exc().replace(os.getcwd(), "HERE")
started = json.loads(subprocess.check_output([sys.executable, "-c", '''
import json, os, sys
environment = sorted(os.environ)
print(json.dumps({"environment": environment, "path": sys.path, "held": sys.flags.no_user_site}))
''']))
facts = {
    "arguments": sys.argv,
    "name": __name__,
    "file": os.path.basename(__file__),
    "path": [sys.path[0] == os.getcwd() == os.environ["PWD"], sys.path[1:] == started["path"][1:]],
    "environment": sorted(os.environ),
    "what it starts": started | {"path": []},
    "streams": [(s.fileno(), s.isatty(), s.line_buffering, s.encoding, s.errors) for s in streams],
    "one terminal": [os.ttyname(number) == own for number in (1, 2)],
    "its own": [os.getsid(0) == os.getpid(), os.tcgetpgrp(0) == os.getpgrp()],
    "size": os.get_terminal_size(),
    "next file": os.open("/dev/null", os.O_RDONLY),
    "signals": [str(signal.getsignal(n)) for n in sorted(signal.valid_signals() - {32, 33})],
    "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())],
    "mask": os.umask(0),
    "traceback": shown,
    "in main": sorted(globals()),
    "used before": time.process_time() < 1,
}
print(json.dumps(facts))
server = socket.create_server(("127.0.0.1", 0))
while True:
    server.accept()
"""


def facts_of_all_plays(sandbox: Sandbox) -> list[dict[str, object]]:
    """What the program prints in each play."""
    plan = Plan(source=FACTS.encode(), nonces=nonces(0), folders=())
    lines: list[bytes] = []
    sandbox.run(plan, lines.append)
    plays = read_history(map(parse_event, lines)).plays
    return [json.loads(play.terminal.partition(b"\r\n")[0]) for play in plays]


def test_warm_start_is_indistinguishable_from_a_cold_one() -> None:
    warm = facts_of_all_plays(NamespaceSandbox(rootfs.ensure(print)))
    assert len(warm) > 1
    (expected, *_) = facts_of_all_plays(LocalSandbox())
    for facts in warm:
        assert facts == expected


def test_a_file_beside_the_program_takes_a_modules_place_as_in_a_cold_start() -> None:
    """Even if the module was imported ahead."""
    source = b"""
import socket
print(socket.OWN, flush=True)
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
while True:
    server._accept()
"""
    # Not select.py: that is a part of some Pythons, whose place no file takes.
    files = {"socket.py": b"from _socket import socket\nOWN = 'own'\n"}
    plan = Plan(source=source, nonces=nonces(0), files=files)
    lines: list[bytes] = []
    NamespaceSandbox(rootfs.ensure(print)).run(plan, lines.append)
    shown = [play.terminal for play in read_history(map(parse_event, lines)).plays]
    assert len(shown) > 1
    assert {text.partition(b"\r\n")[0] for text in shown} == {b"own"}
