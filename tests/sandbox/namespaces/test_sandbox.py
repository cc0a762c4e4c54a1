"""Walls of namespaces: what an agent can do there, how they end, where they cannot be built."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.agent.kernel import procfs
from grader.model.plan import Plan
from grader.sandbox import AgentExit, SandboxError, agent_process
from grader.sandbox.framing import LineDecoder
from grader.sandbox.namespaces import launch, sandbox
from grader.sandbox.namespaces.sandbox import NamespaceSandbox
from sandbox import attempts
from sandbox.attempts import BOXED, run_agent

pytestmark = pytest.mark.namespaces

TOP = Path(__file__).parents[3]


def below(process: int) -> set[int]:
    """The processes that ``process`` has started, and those that came of them."""
    return set(procfs.descendants(process))


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


# --- the outer namespaces ---


def test_a_run(isolated: NamespaceSandbox) -> None:
    source = "print('ü', plan['user'], os.getuid(), os.getpid()); sys.stderr.write('oh'); exit(7)"
    ending, lines = run_agent(isolated, source.replace("exit", "sys.exit"))
    assert ending == AgentExit(exit_code=7, stderr="oh")
    assert lines == ["ü 40000 0 1"]


def test_an_agent_that_was_prepared_runs_the_next_plan(isolated: NamespaceSandbox) -> None:
    isolated.prepare(Plan(source=b"", nonces=()))
    (launcher,) = isolated._launchers
    ending, lines = run_agent(isolated, "print('here', os.getpid())")
    assert (ending.exit_code, lines) == (0, ["here 1"])
    assert launcher.returncode is not None
    assert run_agent(isolated, "print('again')")[1] == ["again"]


def test_an_agent_that_was_prepared_in_vain_ends(isolated: NamespaceSandbox) -> None:
    isolated.prepare(Plan(source=b"", nonces=()))
    (launcher,) = isolated._launchers
    started = below(launcher.pid)
    isolated.release()
    assert launcher.returncode is not None
    assert not any(Path(f"/proc/{process}").exists() for process in started)
    isolated.prepare(Plan(source=b"", nonces=()))
    (launcher,) = isolated._launchers
    isolated.stop()
    launcher.wait(timeout=20)
    assert run_agent(isolated, "print('here')")[1] == ["here"]


def test_nothing_of_this_machine_is_seen(
    isolated: NamespaceSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "1")
    source = """
print(sorted(os.listdir("/")))
print([name for name in os.listdir("/proc") if name.isdigit()])
print(sorted(os.environ))
print(sorted(name for name in os.listdir("/proc/self/fd")))
mounts = open("/proc/self/mountinfo").read()
print([line.split()[4] for line in mounts.splitlines() if "/dev/" not in line.split()[4]
       and " ro," not in line and line.split()[8] != "tmpfs"])
"""
    _, lines = run_agent(isolated, source)
    names = set(eval(lines[0]))
    assert names - {"lib32", "lib64", "libx32"} == {
        *("bin", "dev", "etc", "home", "lib", "opt", "proc", "root", "tmp", "usr", "work")
    }
    assert lines[1] == "['1']"
    assert lines[2] == "['HOME', 'LANG', 'PATH']"
    assert lines[3] == "['0', '1', '2', '3']"  # the last one is the list's own
    assert lines[4] == "['/proc']"


def test_there_is_no_network_but_the_loopback(isolated: NamespaceSandbox) -> None:
    _, lines = run_agent(isolated, attempts.NETWORK)
    assert lines == ["['lo']", "Network is unreachable", *["127.0.0.1"] * 3]


def test_addresses_that_the_source_names(isolated: NamespaceSandbox) -> None:
    source = attempts.BIND.format(addresses=[*attempts.ADDRESSES, "10.99.0.2"])
    _, lines = run_agent(isolated, source, addresses=attempts.ADDRESSES)
    assert lines == [*("served" for _ in attempts.ADDRESSES), "Cannot assign requested address"]


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 in this kernel")
def test_an_ipv6_address_and_one_that_nobody_can_have(isolated: NamespaceSandbox) -> None:
    addresses = ("255.255.255.255", "2001:db8::7", "no address")
    source = attempts.BIND.format(addresses=["2001:db8::7", "::ffff:192.168.1.5"])
    _, lines = run_agent(isolated, source, addresses=(*addresses, "192.168.1.5"))
    assert lines == ["served", "served"]


def test_a_program_without_rights_may_listen_on_every_port(isolated: NamespaceSandbox) -> None:
    code = "import socket; print(socket.create_server(('', 80)).getsockname()[1])"
    assert "80" in run_agent(isolated, BOXED.format(code=code))[1]


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="no IPv6 in this kernel")
def test_the_ipv6_loopback_works(isolated: NamespaceSandbox) -> None:
    assert run_agent(isolated, attempts.IPV6)[1] == ["served"]


def test_the_agent_is_no_root_of_this_machine(isolated: NamespaceSandbox) -> None:
    source = """
print(*open("/proc/self/uid_map").read().split())
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 1 << 31, status["NoNewPrivs"])
"""
    _, lines = run_agent(isolated, source)
    inside, outside, count = map(int, lines[0].split())
    assert (inside, count) == (0, 1)
    assert outside == os.geteuid() or outside in sandbox.UNPRIVILEGED_USER_IDS
    assert outside != 0
    assert lines[1].split() == ["True", "1"]


def test_folders_can_be_made_where_the_plan_says_and_nowhere_else(
    isolated: NamespaceSandbox,
) -> None:
    folders = ("/home/tarena/day08", "/root/logs", "/Users/x", "/mnt/d/x", "/usr/local/log/me")
    source = """
for folder in [*plan["folders"], plan["home"], plan["root"] + "/1", "/srv/x", "/opt/grader/x"]:
    try:
        os.makedirs(folder, exist_ok=True)
        with open(folder + "/log.txt", "w") as log:
            print("written", file=log)
    except OSError as error:
        print(folder, error.strerror)
for file in ("/etc/passwd", "/dev/null2", "/usr/local/bin/python3"):
    try:
        open(file, "a")
    except OSError as error:
        print(file)
"""
    ending, lines = run_agent(isolated, source, folders)
    assert lines == [
        "/srv/x Read-only file system",
        "/opt/grader/x Read-only file system",
        *("/etc/passwd", "/dev/null2", "/usr/local/bin/python3"),
    ]
    assert ending == AgentExit(exit_code=0)


def test_a_path_that_runs_through_a_file_does_not_stop_the_run(isolated: NamespaceSandbox) -> None:
    assert run_agent(isolated, "print('on')", ("/etc/passwd/x", "/data"))[1] == ["on"]


def test_the_disk_is_limited(isolated: NamespaceSandbox) -> None:
    _, lines = run_agent(isolated, attempts.DISK, disk=1 << 20)
    assert lines == [f"No space left on device {1 << 20}"] * 3


# --- how it ends ---


def test_many_lines_arrive_whole(isolated: NamespaceSandbox) -> None:
    source = "for n in range(5000): print(n, 'x' * 100)\nsys.stderr.write('end')"
    ending, lines = run_agent(isolated, source)
    assert lines == [f"{number} {'x' * 100}" for number in range(5000)]
    assert ending == AgentExit(exit_code=0, stderr="end")


def test_output_without_end_is_cut_off(
    isolated: NamespaceSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_process, "LineDecoder", lambda: LineDecoder(max_total=1 << 20))
    with pytest.raises(SandboxError, match="more than 1048576 bytes"):
        run_agent(isolated, "while True: print('x' * 1000)")
    assert below(os.getpid()) == set()


def test_an_agent_that_kills_itself_has_no_exit_code(isolated: NamespaceSandbox) -> None:
    source = "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    assert run_agent(isolated, source)[0] == AgentExit(exit_code=None)


def test_an_agent_that_does_not_end_is_ended(
    isolated: NamespaceSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "GRACE_PERIOD", 0.5)
    source = "if os.fork(): os.fork()\nprint(1, flush=True); time.sleep(60)"
    ending, lines = run_agent(isolated, source, total=0.0)
    assert ending == AgentExit(exit_code=None)
    assert lines == ["1"] * 3
    assert below(os.getpid()) == set()


def test_ctrl_c_ends_everything(isolated: NamespaceSandbox) -> None:
    def receive(line: bytes) -> None:
        assert len(below(os.getpid())) >= 4
        raise KeyboardInterrupt

    code = "import time; print(1, flush=True); time.sleep(60)"
    with pytest.raises(KeyboardInterrupt):
        isolated.run(Plan(source=BOXED.format(code=code).encode(), nonces=()), receive)
    assert below(os.getpid()) == set()


def test_the_main_thread_ends_the_runs_of_the_others(isolated: NamespaceSandbox) -> None:
    """As `grade` does it: its threads wait for what their agents say."""
    started = threading.Event()
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        wanted = Plan(source=b"print(1, flush=True); time.sleep(60)", nonces=())
        future = pool.submit(isolated.run, wanted, lambda _: started.set())
        assert started.wait(30)
        isolated.stop()
        assert future.result().exit_code is None
    isolated.stop()  # nothing runs any more
    assert time.monotonic() - began < 30


def test_many_run_at_once(isolated: NamespaceSandbox) -> None:
    source = "for n in range(2000): print(n, 'x' * 100)"
    with ThreadPoolExecutor(4) as pool:
        for ending, lines in pool.map(lambda _: run_agent(isolated, source), range(8)):
            assert ending == AgentExit(exit_code=0)
            assert len(lines) == 2000


def test_the_death_of_the_grader_ends_everything(root_folder: Path) -> None:
    code = "import time; print(1, flush=True); time.sleep(60)"
    grading = f"""
from pathlib import Path
from grader.agent.kernel import procfs
from grader.model.plan import Plan
from grader.sandbox.namespaces.sandbox import NamespaceSandbox
plan = Plan(source={BOXED.format(code=code).encode()!r}, nonces=())
NamespaceSandbox(Path({str(root_folder)!r})).run(plan, lambda line: print(line, flush=True))
"""
    with subprocess.Popen(
        [sys.executable, "-c", grading], stdout=subprocess.PIPE, cwd=TOP
    ) as grade:
        assert grade.stdout is not None
        assert grade.stdout.readline()
        started = below(grade.pid)
        assert len(started) >= 4
        grade.send_signal(signal.SIGKILL)
    until(lambda: not any(Path(f"/proc/{process}").exists() for process in started))


# --- as somebody else ---

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root")
def test_an_ordinary_user_builds_them_too(root_folder: Path) -> None:
    code = f"""
from pathlib import Path
from grader.model.plan import Plan
from grader.sandbox.namespaces.sandbox import NamespaceSandbox
source = {BOXED.format(code="import os; print(os.getuid())").encode()!r}
source += b"print(open('/proc/self/uid_map').read().split())"
NamespaceSandbox(Path({str(root_folder)!r})).run(Plan(source=source, nonces=()), print)
"""
    packages = os.pathsep.join([str(TOP), *sys.path])
    for python in (sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"):
        command = [*NOBODY, "env", f"PYTHONPATH={packages}", python]
        # This Python, or the program, may lie where only root gets.
        if subprocess.run(
            [*command, "-c", "import grader, msgspec"], capture_output=True
        ).returncode:
            continue
        done = subprocess.run([*command, "-c", code], capture_output=True, text=True, check=False)
        assert done.stderr == ""
        assert done.stdout.split("\n")[:-1] == [
            *("b'40000'", "b'status 0'"),
            """b"['0', '65534', '1']\"""",
        ]
        return
    pytest.skip("needs a Python, and this program, where all may read them")


# --- where it cannot be had ---


def test_a_sandbox_that_cannot_be_created_is_an_error(
    root_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "PYTHON", "/nonexistent")
    with pytest.raises(SandboxError, match=r"cannot isolate .*: No such file or directory"):
        run_agent(NamespaceSandbox(root_folder), "print(1)")
    with pytest.raises(SandboxError, match="No such file or directory"):
        sandbox.check_isolation(root_folder)


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl kernel.unprivileged_userns_clone=1"),
        (
            "kernel/apparmor_restrict_unprivileged_userns",
            "1",
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        ("user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=10000"),
        ("user/max_user_namespaces", "5", "unshare --user"),
    ],
)
def test_the_remedy_is_the_settings(tmp_path: Path, setting: str, value: str, remedy: str) -> None:
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(value + "\n")
    assert remedy in str(launch.remedy(tmp_path))


def test_a_kernel_that_forbids_namespaces_is_told_of(root_folder: Path) -> None:
    """Here by the setting of a namespace of our own, in which nobody may make more."""
    code = f"""
import os, sys
sys.path.append({str(TOP)!r})
from pathlib import Path
from grader.agent.isolation import linux
from grader.sandbox.namespaces import sandbox as namespaces
user, group = os.geteuid(), os.getegid()
linux.unshare(linux.CLONE_NEWUSER)
linux.map_user(user, user, group)
linux.write_setting("/proc/sys/user/max_user_namespaces", "0")
namespaces.unprivileged_user = lambda rng: None
namespaces.check_isolation(Path({str(root_folder)!r}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        "SandboxError: This machine cannot isolate programs with Linux namespaces: No space left"
        in done.stderr
    )
    assert "sysctl user.max_user_namespaces=10000" in done.stderr
