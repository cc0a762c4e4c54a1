"""On a busy machine nothing counts as settled or stuck too early."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from agent.servers import RIGHT, server
from grader.model import event

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

BUSY = "import time\nend = time.monotonic() + 30\nwhile time.monotonic() < end: pass"


@pytest.fixture
def busy() -> Iterator[None]:
    """Processes that leave the two processors of a small machine no rest."""
    processes = [subprocess.Popen([sys.executable, "-I", "-S", "-c", BUSY]) for _ in range(3)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


STEPS = """
clients = [stage.connect() for _ in range(3)]
late = []
for number in range(24):
    if number % 4 == 3: stage.type()
    else: stage.say(clients[number % 3])
    with open(workspace.folder + "/server.log", "rb") as file: data = file.read()
    late += [name for name, nonce in stage.messages.nonces.items() if nonce.encode() not in data]
events.write("found", when="settled", messages=late)
"""
"""After each message: all that were settled are logged."""

WRITE = "write = log\nimport queue, threading\n"

WAYS = {
    "itself": "",
    "a thread for each": """
def log(data): threading.Thread(target=write, args=(data,)).start()
""",
    "another thread": """
def work():
    while True: write(waiting.get())
waiting = queue.Queue()
threading.Thread(target=work, daemon=True).start()
log = waiting.put
""",
    "a chain of threads": """
def work(here, there):
    while True: there(here.get())
steps = [queue.Queue() for _ in range(3)]
for here, there in zip(steps, [*(step.put for step in steps[1:]), write]):
    threading.Thread(target=work, args=(here, there), daemon=True).start()
log = steps[0].put
""",
    "a process for each": """
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
def log(data):
    if os.fork() == 0:
        write(data)
        os._exit(0)
""",
    "a daemon for each": """
def log(data):
    if os.fork() == 0:
        if os.fork() == 0: write(data)
        os._exit(0)
    os.wait()
""",
    "after much output": """
def log(data):
    os.write(1, b"x" * 100000)
    write(data)
""",
}


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_settled_messages_are_logged_under_load(drive, way: str):
    run = drive(server(WRITE + way), STEPS, limits={"patience": 8.0})
    assert run.play().failure is None, run.explain()
    assert run.play().found["settled"] == frozenset()
    assert all(e.asleep for e in run.of(event.Settled))


@pytest.mark.usefixtures("busy")
def test_a_right_server_is_right_under_load(run):
    done = run(RIGHT, limits={"patience": 8.0})
    assert done.events[-1].complete
    assert [play.failure for play in done.plays] == [None] * 6, done.explain()
