"""What a program can do in a container; the agent is replaced by one that runs the source."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.plan import Limits, Plan
from grader.sandbox import AgentExit, SandboxError, ownership
from grader.sandbox.docker.containers import CAPABILITIES, remove_abandoned, remove_own
from grader.sandbox.docker.sandbox import DockerSandbox
from sandbox import attempts

if TYPE_CHECKING:
    from docker import DockerClient


def plan(
    source: str = "",
    *,
    folders: tuple[str, ...] = (),
    addresses: tuple[str, ...] = (),
    **limits: Any,
) -> Plan:
    return Plan(
        source=source.encode(),
        nonces=(),
        folders=folders,
        addresses=addresses,
        limits=Limits(**limits),
    )


@pytest.fixture
def sandbox(client: "DockerClient", image_name: str) -> DockerSandbox:
    return DockerSandbox(client, image_name)


def run_agent(sandbox: DockerSandbox, source: str, **more: Any) -> tuple[AgentExit, list[str]]:
    lines: list[str] = []
    ending = sandbox.run(plan(source, **more), lambda line: lines.append(line.decode()))
    return ending, lines


@pytest.mark.docker
def test_a_run(sandbox: DockerSandbox, client: "DockerClient") -> None:
    source = "print('ü', plan['user'], os.getuid()); sys.stderr.write('oh'); sys.exit(7)"
    ending, lines = run_agent(sandbox, source)
    assert ending == AgentExit(exit_code=7, stderr="oh")
    assert lines[0].split()[0] == "ü"
    assert lines[0].split()[2] == "0"
    sandbox.wait()
    assert f"select-grader-{lines[0].split()[1]}" not in str(client.api.containers(all=True))


@pytest.mark.docker
def test_a_container_that_was_prepared_runs_the_next_plan(
    sandbox: DockerSandbox, client: "DockerClient"
) -> None:
    def own() -> list[str]:
        label = f"{ownership.LABEL}.pid={os.getpid()}"
        return [each["Id"] for each in client.api.containers(filters={"label": label})]

    sandbox.prepare(plan())
    (prepared,) = own()
    assert run_agent(sandbox, "print('here')")[1] == ["here"]
    sandbox.wait()
    assert own() == []
    sandbox.prepare(plan())
    (lost,) = own()
    assert lost != prepared
    client.api.remove_container(lost, force=True)
    assert run_agent(sandbox, "print('here')")[1] == ["here"]
    sandbox.prepare(plan())
    sandbox.release()
    sandbox.wait()
    assert own() == []


@pytest.mark.docker
def test_nobody_waits_for_the_exit_of_a_run_that_is_complete(sandbox: DockerSandbox) -> None:
    source = "print('the last line'); sys.exit(7)"
    assert sandbox.run(plan(source), lambda line: line == b"the last line") == AgentExit(
        exit_code=0
    )


@pytest.mark.docker
def test_there_is_no_network_but_the_loopback(sandbox: DockerSandbox) -> None:
    _, lines = run_agent(sandbox, attempts.NETWORK)
    assert lines == ["['lo']", "Network is unreachable", *["127.0.0.1"] * 3]


@pytest.mark.docker
@pytest.mark.skipif(not os.path.exists("/proc/net/if_inet6"), reason="no IPv6 in this kernel")  # noqa: PTH110
def test_the_ipv6_loopback_works(sandbox: DockerSandbox) -> None:
    assert run_agent(sandbox, attempts.IPV6)[1] == ["served"]


@pytest.mark.docker
def test_the_agent_has_few_rights_and_a_submission_none(sandbox: DockerSandbox) -> None:
    source = """
def rights():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(int(status["CapEff"], 16), int(status["CapBnd"], 16), int(status["NoNewPrivs"]))
rights()
os.setgroups([]); os.setgid(plan["user"]); os.setuid(plan["user"])
rights()
"""
    _, lines = run_agent(sandbox, source)
    numbers = {"CHOWN": 0, "DAC_READ_SEARCH": 2, "KILL": 5, "SETGID": 6, "SETUID": 7}
    numbers["SYS_PTRACE"] = 19
    assert set(numbers) == set(CAPABILITIES)
    mask = sum(1 << bit for bit in numbers.values())
    assert lines == [f"{mask} {mask} 1", f"0 {mask} 1"]


@pytest.mark.docker
def test_the_agent_adds_addresses_and_can_no_more_than_before(sandbox: DockerSandbox) -> None:
    source = """
import subprocess
from grader.agent.isolation.other_user import SeparateUser
def network_rights(text):
    rights = dict(line.split(":", 1) for line in text.splitlines())
    return [int(rights[f"Cap{kind}"], 16) >> 12 & 1 for kind in ("Eff", "Prm", "Inh", "Amb")]
print(network_rights(open("/proc/self/status").read()))
SeparateUser(plan["user"]).prepare(plan["addresses"])
print(network_rights(open("/proc/self/status").read()))
child = [sys.executable, "-c", "print(end=open('/proc/self/status').read())"]
print(network_rights(subprocess.check_output(child, text=True)))
""" + attempts.BIND.format(addresses=[*attempts.ADDRESSES, "10.99.0.2"])
    _, lines = run_agent(sandbox, source, addresses=attempts.ADDRESSES)
    assert lines == [
        "[1, 1, 0, 0]",
        "[0, 0, 0, 0]",
        "[0, 0, 0, 0]",
        *("served" for _ in attempts.ADDRESSES),
        "Cannot assign requested address",
    ]


@pytest.mark.docker
def test_folders_can_be_made_where_the_plan_says_and_nowhere_else(
    sandbox: DockerSandbox,
) -> None:
    folders = ("/home/tarena/day08", "/root/logs", "/Users/x", "/mnt/d/x", "/var/log/me")
    source = """
for folder in [*plan["folders"], plan["home"], plan["root"] + "/1", "/srv/x", "/opt/grader/x"]:
    try:
        os.makedirs(folder)
        os.chown(folder, plan["user"], plan["user"])
    except OSError as error:
        print(folder, error.strerror)
os.setgroups([]); os.setgid(plan["user"]); os.setuid(plan["user"])
for folder in [*plan["folders"], plan["home"], "/tmp"]:
    with open(folder + "/log.txt", "w") as log:
        print("written", file=log)
"""
    ending, lines = run_agent(sandbox, source, folders=folders)
    assert lines == [
        "/srv/x Read-only file system",
        "/opt/grader/x Read-only file system",
    ]
    assert ending == AgentExit(exit_code=0)


@pytest.mark.docker
def test_a_path_that_runs_through_a_file_does_not_stop_the_run(sandbox: DockerSandbox) -> None:
    ending, lines = run_agent(sandbox, "print('on')", folders=("/.dockerenv/x", "/data"))
    assert (ending, lines) == (AgentExit(exit_code=0), ["on"])


@pytest.mark.docker
def test_memory_is_limited(sandbox: DockerSandbox) -> None:
    ending, lines = run_agent(sandbox, "print(1, flush=True); x = bytearray(1 << 30)")
    assert lines == ["1"]
    assert (ending.exit_code, ending.out_of_memory) == (None, True)


@pytest.mark.docker
def test_processes_are_limited(sandbox: DockerSandbox) -> None:
    source = """
count = 0
try:
    while count < 1000:
        if os.fork() == 0:
            time.sleep(60)
        count += 1
except OSError:
    print(count)
"""
    _, lines = run_agent(sandbox, source, processes=20)
    assert 20 <= int(lines[0]) < 40


@pytest.mark.docker
def test_the_disk_is_limited(sandbox: DockerSandbox) -> None:
    _, lines = run_agent(sandbox, attempts.DISK, disk=1 << 20)
    assert lines == [f"No space left on device {1 << 20}"] * 3


@pytest.mark.docker
def test_many_lines_arrive_whole_from_many_containers_at_once(
    client: "DockerClient", image_name: str
) -> None:
    source = "for n in range(5000): print(n, 'x' * 100)\nsys.stderr.write('end')"

    def one(_: int) -> tuple[AgentExit, list[str]]:
        return run_agent(DockerSandbox(client, image_name), source)

    with ThreadPoolExecutor(4) as pool:
        for ending, lines in pool.map(one, range(8)):
            assert lines == [f"{number} {'x' * 100}" for number in range(5000)]
            assert ending == AgentExit(exit_code=0, stderr="end")


@pytest.mark.docker
def test_a_container_that_is_taken_away_is_told(
    sandbox: DockerSandbox, client: "DockerClient"
) -> None:
    def take(line: bytes) -> None:
        client.api.remove_container(f"select-grader-{line.decode()}", force=True)

    source = "print(plan['user'], flush=True); time.sleep(60)"
    with pytest.raises(SandboxError) as caught:
        sandbox.run(plan(source), take)
    assert "removed while the submission ran" in str(caught.value.what)


@pytest.mark.docker
def test_ctrl_c_in_the_main_thread_ends_the_runs_of_the_others(
    sandbox: DockerSandbox, client: "DockerClient"
) -> None:
    """As in `grade`, whose threads wait for their containers' output."""
    started = threading.Event()
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        source = "print(1, flush=True); time.sleep(60)"
        future = pool.submit(sandbox.run, plan(source), lambda _: started.set())
        assert started.wait(30)
        assert remove_own(client) >= 1
        # Whether the thread still finds the container, dead, or none any more, is chance.
        error = future.exception()
        assert isinstance(error, SandboxError) or future.result().exit_code is None
    assert time.monotonic() - began < 30


@pytest.mark.docker
def test_a_dead_graders_container_is_swept_and_a_living_ones_is_not(
    client: "DockerClient", image_name: str
) -> None:
    mine = ownership.current_process()
    dead = ownership.Owner(host=mine.host, pid=mine.pid, started="another boot/1")
    until = time.time() + 600
    ids = [
        client.api.create_container(image_name, labels=who.labels(until))["Id"]
        for who in (mine, dead)
    ]
    try:
        remove_abandoned(client)
        left = {container["Id"] for container in client.api.containers(all=True)}
        assert [name in left for name in ids] == [True, False]
    finally:
        client.api.remove_container(ids[0], force=True)


@pytest.mark.docker
def test_another_runtime_can_be_named_and_has_to_be_there(
    client: "DockerClient", image_name: str
) -> None:
    absent = DockerSandbox(client, image_name, runtime="no-such-runtime")
    assert absent.identity == f"{image_name} no-such-runtime"
    with pytest.raises(SandboxError, match="no-such-runtime"):
        absent.run(plan(), lambda _: None)
    assert run_agent(DockerSandbox(client, image_name, runtime="runc"), "print('ran')")[1] == [
        "ran"
    ]
