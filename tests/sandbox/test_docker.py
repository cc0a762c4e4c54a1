import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import docker.errors
import docker.utils
import pytest
import requests

from grader.model.plan import Limits, Plan
from grader.sandbox import Ending, SandboxError, owner
from grader.sandbox import docker as docker_sandbox
from grader.sandbox.docker import CAPABILITIES, DockerSandbox, remove_own, sweep

if TYPE_CHECKING:
    from docker import DockerClient


def plan(source: str = "", *, folders: tuple[str, ...] = (), **limits: Any) -> Plan:
    return Plan(source=source.encode(), nonces=(), folders=folders, limits=Limits(**limits))


def frame(stream: int, payload: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def refusal(status: int, why: str) -> docker.errors.APIError:
    response = requests.Response()
    response.status_code = status
    return docker.errors.APIError("refused", response=response, explanation=why)


class Engine:
    """Stands in for an engine: what a container sends is prepared, what is asked is kept."""

    def __init__(self, sends: bytes = b"", *, ends: bool = True) -> None:
        self.sends = sends
        self.ends = ends
        self.state: dict[str, Any] = {"Running": False, "ExitCode": 0, "OOMKilled": False}
        self.created: list[dict[str, Any]] = []
        self.alive: dict[str, dict[str, Any]] = {}
        self.refuse_create: Callable[[dict[str, Any]], None] = lambda _: None
        self.refuse_start: Callable[[dict[str, Any]], None] = lambda _: None
        self.got = b""
        self._far: socket.socket | None = None
        self.api = self

    def create_host_config(self, **settings: Any) -> dict[str, Any]:
        return settings

    def create_container(self, image: str, **wanted: Any) -> dict[str, str]:
        self.refuse_create(wanted)
        self.created.append(wanted)
        name = f"c{len(self.created)}"
        self.alive[name] = wanted
        return {"Id": name}

    def attach_socket(self, container: str, params: object) -> socket.socket:
        near, far = socket.socketpair()
        far.sendall(self.sends)
        if self.ends:
            far.shutdown(socket.SHUT_WR)
        self._far = far
        return near

    def start(self, container: str) -> None:
        self.refuse_start(self.alive[container])

    def inspect_container(self, container: str) -> dict[str, Any]:
        assert self._far is not None
        self.got = self._far.recv(1 << 16)
        state: dict[str, Any] = self.state
        return {"State": state}

    def containers(self, *, filters: dict[str, str], **more: object) -> list[dict[str, Any]]:
        name, _, value = filters["label"].partition("=")
        return [
            {"Id": container, "Labels": wanted["labels"]}
            for container, wanted in self.alive.items()
            if wanted["labels"].get(name) == value
        ]

    def remove_container(self, container: str, *, force: bool, v: bool) -> None:
        assert force
        assert v
        if self._far is not None:
            self._far.close()
        del self.alive[container]


def run(engine: Engine, wanted: Plan | None = None) -> tuple[Ending, list[bytes]]:
    lines: list[bytes] = []
    sandbox = DockerSandbox(engine, "image", chance=random.Random(1))  # type: ignore[arg-type]
    return sandbox.run(wanted or plan(), lines.append), lines


def test_lines_come_out_and_the_plan_goes_in() -> None:
    engine = Engine(frame(1, b'{"a":') + frame(2, b"oh") + frame(1, b"1}\nb\ncut off"))
    ending, lines = run(engine, plan("source"))
    assert lines == [b'{"a":1}', b"b"]
    assert ending == Ending(exit_code=0, complaint="oh")
    length, _, encoded = engine.got.partition(b"\n")
    assert int(length) == len(encoded)
    got = json.loads(encoded)
    (wanted,) = engine.created
    assert wanted["name"] == f"select-grader-{got['user']}"
    assert (got["root"], got["home"]) == ("/work", "/home/student")
    assert not engine.alive


@pytest.mark.parametrize(
    ("state", "ending"),
    [
        ({"ExitCode": 3}, Ending(exit_code=3)),
        ({"ExitCode": 137}, Ending(exit_code=None)),
        ({"ExitCode": 137, "OOMKilled": True}, Ending(exit_code=None, out_of_memory=True)),
        # The submission was killed, the agent was not.
        ({"OOMKilled": True}, Ending(exit_code=0, out_of_memory=True)),
    ],
)
def test_how_it_ended_is_told(state: dict[str, Any], ending: Ending) -> None:
    engine = Engine()
    engine.state |= state
    assert run(engine)[0] == ending


@pytest.mark.parametrize(
    ("sends", "what"),
    [
        (frame(1, b"line\n")[:-1], "went away"),
        (b"\x01\0\0", "went away"),
        (b"no frame at all", "cannot be used"),
        (frame(3, b"the engine is ill"), "the engine is ill"),
    ],
)
def test_a_stream_that_is_none_is_the_machines_fault(sends: bytes, what: str) -> None:
    engine = Engine(sends)
    with pytest.raises(SandboxError) as caught:
        run(engine)
    assert what in str(caught.value.what)
    assert not engine.alive


def test_an_agent_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docker_sandbox, "GRACE", 0.05)
    engine = Engine(frame(1, b"one\n"), ends=False)
    ending, lines = run(engine, plan(total=0.0))
    assert (ending.exit_code, lines) == (None, [b"one"])
    assert not engine.alive


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError, TimeoutError])
def test_what_the_receiver_raises_comes_through_and_nothing_stays(
    error: type[BaseException],
) -> None:
    engine = Engine(frame(1, b"one\n"))

    def receive(line: bytes) -> None:
        raise error

    with pytest.raises(error):
        DockerSandbox(engine, "image").run(plan(), receive)  # type: ignore[arg-type]
    assert len(engine.created) == 1
    assert not engine.alive


def test_a_container_is_removed_even_if_its_id_never_came() -> None:
    engine = Engine()
    create = engine.create_container
    engine.alive["another"] = {"labels": owner.this_process().labels(1e12)}

    def interrupted(image: str, **wanted: Any) -> dict[str, str]:
        create(image, **wanted)
        raise KeyboardInterrupt

    engine.create_container = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        run(engine)
    assert set(engine.alive) == {"another"}


def test_no_two_containers_share_a_user() -> None:
    engine = Engine()
    tried: list[str] = []

    def taken(wanted: dict[str, Any]) -> None:
        tried.append(wanted["name"])
        if len(tried) < 3:
            raise refusal(409, "the name is in use")

    engine.refuse_create = taken
    run(engine)
    assert len(set(tried)) == 3
    assert json.loads(engine.got.partition(b"\n")[2])["user"] == int(tried[-1].split("-")[-1])


def test_users_are_ones_that_a_rootless_engine_has() -> None:
    engine = Engine()
    run(engine)
    user = json.loads(engine.got.partition(b"\n")[2])["user"]
    assert 1000 < user < 65_534


def test_a_machine_without_ipv6_is_served_without() -> None:
    engine = Engine()

    def refuse(wanted: dict[str, Any]) -> None:
        if wanted["host_config"]["sysctls"]:
            raise refusal(400, "open /proc/sys/net/ipv6/conf/all/disable_ipv6: no such file")

    engine.refuse_start = refuse
    sandbox: Any = DockerSandbox(engine, "image")  # type: ignore[arg-type]
    sandbox.run(plan(), print)
    sandbox.run(plan(), print)
    # It is learnt once.
    assert [bool(wanted["host_config"]["sysctls"]) for wanted in engine.created] == [
        True,
        False,
        False,
    ]
    assert not engine.alive


def test_a_folder_that_cannot_be_mounted_costs_the_folders_only() -> None:
    engine = Engine()

    def refuse(wanted: dict[str, Any]) -> None:
        if "/a" in wanted["host_config"]["tmpfs"]:
            raise refusal(400, 'mounting "tmpfs" to rootfs at "/a": not a directory')

    engine.refuse_start = refuse
    run(engine, plan(folders=("/a/b",)))
    first, second = (wanted["host_config"]["tmpfs"] for wanted in engine.created)
    assert set(first) - set(second) == {"/a"}
    assert not engine.alive


def test_what_an_engine_refuses_is_told() -> None:
    engine = Engine()

    def refuse(wanted: dict[str, Any]) -> None:
        raise refusal(500, "no space left on device")

    engine.refuse_start = refuse
    with pytest.raises(SandboxError) as caught:
        run(engine, plan(folders=("/a/b",)))
    assert str(caught.value.what) == "The sandbox cannot be started."
    assert "no space left on device" in str(caught.value.remedy)
    assert not engine.alive


def test_a_container_is_kept_to_its_limits() -> None:
    engine = Engine()
    wanted = plan(
        folders=("/root/logs",), memory=100 << 20, processors=1.5, processes=10, disk=1 << 20
    )
    run(engine, wanted)
    settings = engine.created[0]["host_config"]
    assert settings["network_mode"] == "none"
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges"]
    assert settings["log_config"]["Type"] == "none"
    assert not {"binds", "volumes", "mounts", "privileged", "nano_cpus"} & set(settings)
    # What the submission may use, and a reserve for the agent; never swap.
    assert 100 << 20 < settings["mem_limit"] <= 200 << 20
    assert settings["memswap_limit"] == settings["mem_limit"]
    assert settings["cpu_quota"] / settings["cpu_period"] == 1.5
    assert 10 < settings["pids_limit"] <= 32
    assert set(settings["tmpfs"]) == {"/work", "/home", "/tmp", "/root"}
    for options in settings["tmpfs"].values():
        assert {"nosuid", "nodev", f"size={1 << 20}"} <= set(options.split(","))
        assert "nr_inodes=" in options


def test_only_what_is_abandoned_is_swept() -> None:
    engine = Engine()
    mine = owner.this_process()
    dead = owner.Owner(host=mine.host, pid=mine.pid, started="another boot/1")
    elsewhere = owner.Owner(host="elsewhere", pid=mine.pid, started="another boot/1")
    engine.alive = {
        "mine": {"labels": mine.labels(1e12)},
        "dead": {"labels": dead.labels(1e12)},
        "elsewhere": {"labels": elsewhere.labels(0)},
        "foreign": {"labels": {}},
    }
    client: Any = engine
    assert sweep(client) == 1
    assert set(engine.alive) == {"mine", "elsewhere", "foreign"}
    assert remove_own(client) == 1
    assert set(engine.alive) == {"elsewhere", "foreign"}


# From here on with an engine, and an agent that does what the source says.


@pytest.fixture
def sandbox(client: "DockerClient", image_name: str) -> DockerSandbox:
    return DockerSandbox(client, image_name)


def told(sandbox: DockerSandbox, source: str, **more: Any) -> tuple[Ending, list[str]]:
    lines: list[str] = []
    ending = sandbox.run(plan(source, **more), lambda line: lines.append(line.decode()))
    return ending, lines


@pytest.mark.docker
def test_a_run(sandbox: DockerSandbox, client: "DockerClient") -> None:
    source = "print('ü', plan['user'], os.getuid()); sys.stderr.write('oh'); sys.exit(7)"
    ending, lines = told(sandbox, source)
    assert ending == Ending(exit_code=7, complaint="oh")
    assert lines[0].split()[0] == "ü"
    assert lines[0].split()[2] == "0"
    assert f"select-grader-{lines[0].split()[1]}" not in str(client.api.containers(all=True))


@pytest.mark.docker
def test_there_is_no_network_but_the_loopback(sandbox: DockerSandbox) -> None:
    source = """
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
    _, lines = told(sandbox, source)
    assert lines == ["['lo']", "Network is unreachable", *["127.0.0.1"] * 3]


@pytest.mark.docker
@pytest.mark.skipif(not os.path.exists("/proc/net/if_inet6"), reason="no IPv6 in this kernel")  # noqa: PTH110
def test_the_ipv6_loopback_works(sandbox: DockerSandbox) -> None:
    source = """
import socket
server = socket.create_server(("::1", 0), family=socket.AF_INET6)
with socket.create_connection(server.getsockname()[:2]):
    print("served")
"""
    assert told(sandbox, source)[1] == ["served"]


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
    _, lines = told(sandbox, source)
    numbers = {"CHOWN": 0, "DAC_READ_SEARCH": 2, "KILL": 5, "SETGID": 6, "SETUID": 7}
    numbers["SYS_PTRACE"] = 19
    assert set(numbers) == set(CAPABILITIES)
    mask = sum(1 << bit for bit in numbers.values())
    assert lines == [f"{mask} {mask} 1", f"0 {mask} 1"]


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
    ending, lines = told(sandbox, source, folders=folders)
    assert lines == [
        "/srv/x Read-only file system",
        "/opt/grader/x Read-only file system",
    ]
    assert ending == Ending(exit_code=0)


@pytest.mark.docker
def test_a_path_that_runs_through_a_file_does_not_stop_the_run(sandbox: DockerSandbox) -> None:
    ending, lines = told(sandbox, "print('on')", folders=("/.dockerenv/x", "/data"))
    assert (ending, lines) == (Ending(exit_code=0), ["on"])


@pytest.mark.docker
def test_memory_is_limited(sandbox: DockerSandbox) -> None:
    ending, lines = told(sandbox, "print(1, flush=True); x = bytearray(1 << 30)")
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
    _, lines = told(sandbox, source, processes=20)
    assert 20 <= int(lines[0]) < 40


@pytest.mark.docker
def test_the_disk_is_limited(sandbox: DockerSandbox) -> None:
    source = """
for folder in ("/work", "/tmp", "/home"):
    try:
        with open(folder + "/flood", "wb", buffering=0) as file:
            for _ in range(1000):
                file.write(bytes(1 << 16))
    except OSError as error:
        print(error.strerror, os.stat(folder + "/flood").st_size)
    os.unlink(folder + "/flood")
"""
    _, lines = told(sandbox, source, disk=1 << 20)
    assert lines == [f"No space left on device {1 << 20}"] * 3


@pytest.mark.docker
def test_many_lines_arrive_whole_from_many_containers_at_once(
    client: "DockerClient", image_name: str
) -> None:
    source = "for n in range(5000): print(n, 'x' * 100)\nsys.stderr.write('end')"

    def one(_: int) -> tuple[Ending, list[str]]:
        return told(DockerSandbox(client, image_name), source)

    with ThreadPoolExecutor(4) as pool:
        for ending, lines in pool.map(one, range(8)):
            assert lines == [f"{number} {'x' * 100}" for number in range(5000)]
            assert ending == Ending(exit_code=0, complaint="end")


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
    """As `grade` does it: its threads wait in their containers' streams."""
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
    mine = owner.this_process()
    dead = owner.Owner(host=mine.host, pid=mine.pid, started="another boot/1")
    until = time.time() + 600
    ids = [
        client.api.create_container(image_name, labels=who.labels(until))["Id"]
        for who in (mine, dead)
    ]
    try:
        sweep(client)
        left = {container["Id"] for container in client.api.containers(all=True)}
        assert [name in left for name in ids] == [True, False]
    finally:
        client.api.remove_container(ids[0], force=True)
