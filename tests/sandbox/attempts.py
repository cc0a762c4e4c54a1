"""What a test runs in a sandbox in place of the agent, or as the program that the agent starts."""

from typing import Any

from grader.model.plan import Limits, Plan
from grader.sandbox import AgentExit, Sandbox

NETWORK = """
import socket
print([line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line
       and line.split()[0] not in ("tunl0:", "sit0:", "gre0:", "gretap0:", "ip6tnl0:")])
try:
    socket.create_connection(("192.0.2.1", 80), 5)
except OSError as error:
    print(error.strerror)
for host in ("localhost", socket.gethostname(), "127.0.0.1"):
    server = socket.create_server((host, 0))
    with socket.create_connection(server.getsockname()):
        print(socket.gethostbyname(host))
"""

IPV6 = """
import socket
server = socket.create_server(("::1", 0), family=socket.AF_INET6)
with socket.create_connection(server.getsockname()[:2]):
    print("served")
"""

DISK = """
for folder in ("/work", "/tmp", "/home"):
    try:
        with open(folder + "/flood", "wb", buffering=0) as file:
            for _ in range(1000):
                file.write(bytes(1 << 16))
    except OSError as error:
        print(error.strerror, os.stat(folder + "/flood").st_size)
    os.unlink(folder + "/flood")
"""

BOXED = """
from grader.agent.isolation import box
from grader.agent.isolation.choose import choose
isolation = choose(plan)
def exec_program(*_):
    isolation.drop_privileges(plan["limits"])
    os.execv(sys.executable, [sys.executable, "-c", {code!r}])
program = box.build(exec_program, "/", plan["user"], plan["limits"]["memory"]).wait_until_built()
while not program.reap():
    time.sleep(0.001)
print("status", program.status)
"""
"""An agent that starts ``code`` in a box, as it does with a submission, and prints its status."""

STARTS = """
import types
from grader.agent.isolation.base import PROGRAM
from grader.agent.isolation.choose import choose
from grader.agent.kernel import procfs
from grader.agent.server import Server
from grader.agent.terminal import Terminal
places = types.SimpleNamespace(isolation=choose(plan), home="/")
def play(folder, *following, code="raise SystemExit(7)"):
    places.folder, places.upcoming = folder, following
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/{PROGRAM}", "w") as file:
        file.write(code)
    terminal = Terminal.open(4096)
    server = Server.start(terminal, places, plan["limits"])
    while not server.reap():
        time.sleep(0.001)
    print("status", server.status, flush=True)
    terminal.drain()
    return terminal.output().decode().replace("\\r", "")
def warm():
    found = procfs.descendants(os.getpid())
    return [p for p in found if (call := procfs.call(p, p)) and call.name == "recv"]
def await_warm(count):
    while len(warm()) != count:
        time.sleep(0.001)
"""
"""Defines ``play``, which runs ``code`` in ``folder`` and prepares the starts in ``following``, and
``await_warm``, which waits until ``count`` prepared programs wait for their release."""


ADDRESSES = ("192.168.1.5", "176.140.1.19")
"""Addresses that a sandbox is asked for. (IPv6 has a test of its own.)"""

BIND = """
import socket
for address in {addresses}:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listener, socket.socket(family) as client:
        try:
            listener.bind((address, 0))
            listener.listen()
            client.settimeout(5)
            client.connect(listener.getsockname()[:2])
            print("served" if client.getpeername()[0] == address else "another address")
        except OSError as error:
            print(error.strerror)
"""
"""Connects to a listener on each of ``addresses``."""


def run_agent(
    sandbox: Sandbox,
    source: str,
    folders: tuple[str, ...] = (),
    addresses: tuple[str, ...] = (),
    **limits: Any,
) -> tuple[AgentExit, list[str]]:
    """Run ``source`` in place of the agent. Returns how it ended, and the lines that it wrote."""
    lines: list[str] = []
    wanted = Plan(
        source=source.encode(),
        nonces=(),
        folders=folders,
        addresses=addresses,
        limits=Limits(**limits),
    )
    return sandbox.run(wanted, lambda line: lines.append(line.decode())), lines


def run_boxed(sandbox: Sandbox, code: str, **limits: Any) -> list[str]:
    """Run ``code`` in a box. Returns the lines that it wrote, and last its status."""
    ending, lines = run_agent(sandbox, BOXED.format(code=code), **limits)
    assert ending == AgentExit(exit_code=0)
    return lines
