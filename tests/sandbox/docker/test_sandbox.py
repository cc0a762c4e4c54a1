import json
import random
from typing import Any

import pytest

from grader.model.plan import Plan
from grader.sandbox import AgentExit, SandboxError, ownership
from grader.sandbox.docker import sandbox as docker_sandbox
from grader.sandbox.docker.containers import remove_abandoned, remove_own
from grader.sandbox.docker.sandbox import DockerSandbox
from grader.sandbox.limits import AGENT_MEMORY
from sandbox.docker.fake_engine import Engine, frame, plan, refusal


def run(engine: Engine, wanted: Plan | None = None) -> tuple[AgentExit, list[bytes]]:
    lines: list[bytes] = []
    sandbox = DockerSandbox(engine, "image", rng=random.Random(1))  # type: ignore[arg-type]
    try:
        return sandbox.run(wanted or plan(), lines.append), lines
    finally:
        sandbox.wait()


def test_lines_come_out_and_the_plan_goes_in() -> None:
    engine = Engine(frame(1, b'{"a":') + frame(2, b"oh") + frame(1, b"1}\nb\ncut off"))
    ending, lines = run(engine, plan("source"))
    assert lines == [b'{"a":1}', b"b"]
    assert ending == AgentExit(exit_code=0, stderr="oh")
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
        ({"ExitCode": 3}, AgentExit(exit_code=3)),
        ({"ExitCode": 137}, AgentExit(exit_code=None)),
        ({"ExitCode": 137, "OOMKilled": True}, AgentExit(exit_code=None, out_of_memory=True)),
        # The submission was killed, the agent was not.
        ({"OOMKilled": True}, AgentExit(exit_code=0, out_of_memory=True)),
    ],
)
def test_how_it_ended_is_told(state: dict[str, Any], ending: AgentExit) -> None:
    engine = Engine()
    engine.state |= state
    assert run(engine)[0] == ending


@pytest.mark.parametrize(
    ("sends", "what"),
    [
        (frame(1, b"line\n")[:-1], "was lost"),
        (b"\x01\0\0", "was lost"),
        (b"no frame at all", "is malformed"),
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
    monkeypatch.setattr(docker_sandbox, "GRACE_PERIOD", 0.05)
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
    engine.alive["another"] = {"labels": ownership.current_process().labels(1e12)}

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
    sandbox.wait()
    assert not engine.alive


def test_an_engine_that_cannot_count_files_is_served_without() -> None:
    engine = Engine()

    def refuse(wanted: dict[str, Any]) -> None:
        if "nr_inodes" in str(wanted["host_config"]["tmpfs"]):
            raise refusal(500, 'unknown mount option "nr_inodes=4096": invalid mount option')

    engine.refuse_start = refuse
    run(engine, plan(folders=("/a/b",)))
    first, second = (wanted["host_config"]["tmpfs"] for wanted in engine.created)
    assert set(first) == set(second)
    assert "/a" in second
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


def test_only_a_source_that_names_an_address_takes_the_capability() -> None:
    engine = Engine()
    run(engine, plan())
    run(engine, plan(addresses=("192.168.1.5",)))
    without, added = (set(wanted["host_config"]["cap_add"]) for wanted in engine.created)
    assert added - without == {"NET_ADMIN"}
    assert without < added


def test_an_engine_that_refuses_the_capability_is_served_without() -> None:
    engine = Engine()

    def refuse(wanted: dict[str, Any]) -> None:
        if "NET_ADMIN" in wanted["host_config"]["cap_add"]:
            raise refusal(500, "unable to apply bounding set: unknown capability NET_ADMIN")

    engine.refuse_start = refuse
    sandbox: Any = DockerSandbox(engine, "image")  # type: ignore[arg-type]
    sandbox.run(plan(addresses=("192.168.1.5",)), print)
    sandbox.run(plan(addresses=("192.168.1.5",)), print)
    # It is learnt once.
    wanted = ["NET_ADMIN" in created["host_config"]["cap_add"] for created in engine.created]
    assert wanted == [True, False, False]
    sandbox.wait()
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
    assert settings["mem_limit"] == (100 << 20) + AGENT_MEMORY
    assert settings["memswap_limit"] == settings["mem_limit"]
    assert settings["cpu_quota"] / settings["cpu_period"] == 1.5
    assert 10 < settings["pids_limit"] <= 32
    assert set(settings["tmpfs"]) == {"/work", "/home", "/tmp", "/root"}
    for options in settings["tmpfs"].values():
        assert {"nosuid", "nodev", f"size={1 << 20}"} <= set(options.split(","))
        assert "nr_inodes=" in options


def test_only_what_is_abandoned_is_swept() -> None:
    engine = Engine()
    mine = ownership.current_process()
    dead = ownership.Owner(host=mine.host, pid=mine.pid, started="another boot/1")
    elsewhere = ownership.Owner(host="elsewhere", pid=mine.pid, started="another boot/1")
    engine.alive = {
        "mine": {"labels": mine.labels(1e12)},
        "dead": {"labels": dead.labels(1e12)},
        "elsewhere": {"labels": elsewhere.labels(0)},
        "foreign": {"labels": {}},
    }
    client: Any = engine
    assert remove_abandoned(client) == 1
    assert set(engine.alive) == {"mine", "elsewhere", "foreign"}
    assert remove_own(client) == 1
    assert set(engine.alive) == {"elsewhere", "foreign"}
