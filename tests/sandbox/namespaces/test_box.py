"""What a program can do in its box."""

import os
import time

import pytest

from grader.sandbox.namespaces.sandbox import NamespaceSandbox
from sandbox.attempts import BOXED, STARTS, run_agent, run_boxed

pytestmark = pytest.mark.namespaces


def test_program_sees_only_itself_and_has_no_capabilities(isolated: NamespaceSandbox) -> None:
    code = """
import os, pwd
print([name for name in os.listdir("/proc") if name.isdigit()], os.getppid())
print(os.getuid(), os.getgid(), set(os.getgroups()) - {65534}, pwd.getpwuid(os.getuid()).pw_name)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["CapEff"], 16), int(status["CapBnd"], 16), int(status["NoNewPrivs"]))
"""
    assert run_boxed(isolated, code) == [
        *("['2'] 1", "40000 40000 set() student", "0 0 1"),
        "status 0",
    ]


def test_program_can_neither_read_nor_trace_nor_kill_init(
    isolated: NamespaceSandbox,
) -> None:
    code = """
import ctypes, os, signal
libc = ctypes.CDLL(None, use_errno=True)
for name in ("mem", "environ", "maps", "syscall", "fd/3", "root", "cwd"):
    try:
        print(os.readlink("/proc/1/" + name) if name in ("root", "cwd") else
              open("/proc/1/" + name, "rb").read(10))
    except OSError:
        pass
for request in (16, 0x4206):  # attach, seize
    if libc.ptrace(request, 1, 0, 0) == 0:
        print("traced")
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGCHLD):
    os.kill(1, number)
print("on")
"""
    assert run_boxed(isolated, code) == ["on", "status 0"]


def test_program_can_create_no_namespace_and_change_no_mount(isolated: NamespaceSandbox) -> None:
    code = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for kind in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    if os.fork() == 0:
        os._exit(libc.unshare(kind) == 0)
    print(os.waitstatus_to_exitcode(os.wait()[1]), end="")
print(libc.umount2(b"/proc", 2), libc.mount(b"none", b"/", None, 0x20 | 0x1000, None),
      libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None))
"""
    assert run_boxed(isolated, code) == ["0000000-1 -1 -1", "status 0"]


def test_program_reaches_no_keys_and_no_other_network(isolated: NamespaceSandbox) -> None:
    code = """
import ctypes, errno, os, socket
libc = ctypes.CDLL(None, use_errno=True)
keyctl = {"x86_64": 250, "aarch64": 219}[os.uname().machine]
print(libc.syscall(keyctl, 0, -3, 0), errno.errorcode[ctypes.get_errno()])
print(libc.syscall(435, None, 0), errno.errorcode[ctypes.get_errno()])
for family in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, 40, 17, 38):
    try:
        socket.socket(family, socket.SOCK_RAW if family == 16 else socket.SOCK_STREAM).close()
    except OSError as error:
        print(family, error.strerror)
"""
    refused = "Address family not supported by protocol"
    assert run_boxed(isolated, code) == [
        *("-1 EPERM", "-1 ENOSYS", *(f"{family} {refused}" for family in (40, 17, 38))),
        "status 0",
    ]


def test_threads_and_processes_work_despite_the_filter(isolated: NamespaceSandbox) -> None:
    code = """
import multiprocessing, subprocess, threading
from multiprocessing.shared_memory import SharedMemory
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
process = multiprocessing.get_context("fork").Process(target=print, args=("process",))
process.start()
process.join()
with multiprocessing.Lock():
    memory = SharedMemory(create=True, size=4096)
    memory.close()
    memory.unlink()
print(subprocess.run(["/usr/local/bin/python3", "-c", "pass"]).returncode)
"""
    assert run_boxed(isolated, code) == ["thread", "process", "0", "status 0"]


def test_exit_status_is_reported(isolated: NamespaceSandbox) -> None:
    assert run_boxed(isolated, "raise SystemExit(7)")[-1] == f"status {7 << 8}"
    assert run_boxed(isolated, "import os; os.kill(os.getpid(), 15)")[-1] == "status 15"


def test_init_inherits_orphans(isolated: NamespaceSandbox) -> None:
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while os.getppid() != 1:
            time.sleep(0.001)
        print("orphan", flush=True)
    os._exit(0)
os._exit(3)
"""
    assert run_boxed(isolated, code) == ["orphan", f"status {3 << 8}"]


MEMORY_HOGS = {
    "one": "x = bytearray(1 << 30); print('had it')",
    "many": """
import os, time
for _ in range(30):
    if os.fork() == 0:
        x = bytearray(b"x") * (32 << 20)
        time.sleep(20)
        print("had it")
        os._exit(0)
for _ in range(30):
    os.wait()
""",
    "one whose first thread has ended": """
import ctypes, os, threading, time
def fill():
    while ") Z " not in open("/proc/self/stat").read():
        time.sleep(0.001)
    x = bytearray(b"x") * (1 << 30)
    print("had it", flush=True)
    os._exit(0)
threading.Thread(target=fill).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
""",
}


@pytest.mark.usefixtures("no_groups")
@pytest.mark.parametrize("hog", MEMORY_HOGS)
def test_memory_is_limited_without_control_groups(isolated: NamespaceSandbox, hog: str) -> None:
    began = time.monotonic()
    lines = run_boxed(isolated, MEMORY_HOGS[hog])
    assert "had it" not in lines
    assert lines[-1] != "status 0"
    assert time.monotonic() - began < 15


FULL = """
import time
{before}
for number in range(4):
    with open(f"/data/{{number}}", "wb") as file:
        file.write(bytes(15 << 20))
time.sleep(0.2)
print("had it")
"""


@pytest.mark.usefixtures("no_groups")
@pytest.mark.parametrize(
    ("before", "ended"),
    [("x = bytearray(b'x') * (20 << 20)", False), ("x = bytearray(b'x') * (100 << 20)", True)],
)
def test_files_count_as_memory(isolated: NamespaceSandbox, before: str, ended: bool) -> None:
    source = BOXED.format(code=FULL.format(before=before))
    lines = run_agent(isolated, source, ("/data",), memory=128 << 20)[1]
    assert lines == (["status 9"] if ended else ["had it", "status 0"])


@pytest.mark.usefixtures("no_groups")
def test_deleted_files_count_as_memory(isolated: NamespaceSandbox) -> None:
    code = """
import os, time
files = [open(f"/tmp/{number}", "wb") for number in range(8)]
for number, file in enumerate(files):
    os.unlink(file.name)
    file.write(bytes(15 << 20))
time.sleep(5)
print("had it")
"""
    assert run_boxed(isolated, code, memory=64 << 20, disk=256 << 20) == ["status 9"]


@pytest.mark.usefixtures("no_groups")
@pytest.mark.parametrize(
    ("count", "ending"), [(100, ["all of them", "status 0"]), (250, ["status 9"])]
)
def test_many_sockets_end_it(isolated: NamespaceSandbox, count: int, ending: list[str]) -> None:
    """What their buffers hold is in no process."""
    code = f"""
import os, socket, time
for _ in range(5):
    if os.fork() == 0:
        kept = [socket.socket() for _ in range({count})]
        time.sleep(2)
        os._exit(0)
for _ in range(5):
    os.wait()
print("all of them")
"""
    assert run_boxed(isolated, code) == ending


def test_many_processes_yield_to_others(isolated: NamespaceSandbox) -> None:
    code = """
import os, time
for _ in range(8):
    if os.fork() == 0:
        time.sleep(60)
until = time.monotonic() + 10
while os.getpriority(os.PRIO_PROCESS, 0) == 0 and time.monotonic() < until:
    time.sleep(0.001)
print(os.getpriority(os.PRIO_PROCESS, 0))
os.kill(-1, 9)
"""
    assert run_boxed(isolated, code)[0] == "10"


@pytest.mark.usefixtures("no_groups")
def test_shared_memory_counts_once(isolated: NamespaceSandbox) -> None:
    code = """
import os, time
x = bytearray(b"x") * (100 << 20)
for _ in range(8):
    if os.fork() == 0:
        time.sleep(0.5)
        os._exit(0)
for _ in range(8):
    os.wait()
"""
    assert run_boxed(isolated, code) == ["status 0"]


@pytest.mark.skipif(not os.access("/sys/fs/cgroup/memory", os.W_OK), reason="needs root")
def test_control_groups_include_the_agent(isolated: NamespaceSandbox) -> None:
    ending, lines = run_agent(isolated, "print(1, flush=True); x = bytearray(1 << 30)")
    assert lines == ["1"]
    assert (ending.exit_code, ending.out_of_memory) == (None, True)


@pytest.mark.usefixtures("no_groups")
def test_number_of_processes_is_limited(isolated: NamespaceSandbox) -> None:
    code = """
import os, time
count = 0
try:
    while count < 1000:
        if os.fork() == 0:
            time.sleep(60)
        count += 1
except OSError:
    print(count)
    os.kill(-1, 9)
"""
    lines = run_boxed(isolated, code, processes=20)
    assert 10 <= int(lines[0]) <= 20


def test_error_in_a_box_is_reported_and_starts_nothing(isolated: NamespaceSandbox) -> None:
    source = """
from grader.agent.isolation import linux
from grader.agent.isolation.choose import choose
def fail(*_):
    raise OSError(1, "no mounts today")
linux.mount = fail
try:
    choose(plan).start(lambda *_: print("it runs"), "/", [0, 0], plan["limits"], ())
except ChildProcessError as error:
    print(error)
"""
    assert run_agent(isolated, source)[1] == [
        "cannot create namespaces for the program: [Errno 1] no mounts today"
    ]


WRITES = """
import errno, os
number = int(os.environ["PWD"].split("/")[2])
def attempt(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        print(errno.errorcode[error.errno], *arguments)
for path in ("/work", "/home", f"/work/{number + 1}"):
    attempt(os.chmod, path, 0)
    attempt(os.mkdir, path + "/x")
attempt(os.rename, "/home/student", "/home/x")
attempt(os.rmdir, "/home/tarena")
print("its own")
for path in (f"/work/{number}", "/home/student", "/home/tarena", "/data/x", "/tmp"):
    attempt(os.chmod, path, 0o777)
    attempt(os.makedirs, f"{path}/new{number}")
"""


def test_program_changes_nothing_outside_its_own_folders(isolated: NamespaceSandbox) -> None:
    steps = f"""
for name in ("/home/student", "/home/tarena/day08", "/data/x"):
    os.makedirs(name)
# The second one's box is built ahead.
for number in (1, 2):
    print(play(f"/work/{{number}}", f"/work/{{number + 1}}", code={WRITES!r}))
"""
    lines = run_agent(isolated, STARTS + steps, ("/home/tarena/day08", "/data/x"))[1]
    for number in (1, 2):
        assert lines[: lines.index("")] == [
            "status 0",
            "EROFS /work 0",
            "EROFS /work/x",
            "EROFS /home 0",
            "EROFS /home/x",
            f"EROFS /work/{number + 1} 0",
            f"EROFS /work/{number + 1}/x",
            "EROFS /home/student /home/x",
            "EROFS /home/tarena",
            "its own",
        ]
        del lines[: lines.index("") + 1]
    assert lines == []


def test_source_may_name_the_folder_of_all_homes(isolated: NamespaceSandbox) -> None:
    code = "import os; os.mkdir('/home/x'); os.rename('/home/student', '/home/y')"
    steps = f"""
os.makedirs("/home/student")
play("/work/1", code={code!r})
print(sorted(os.listdir("/home")))
"""
    assert run_agent(isolated, STARTS + steps, ("/home",))[1] == ["status 0", "['x', 'y']"]


def test_kernel_kills_the_program_first_when_memory_runs_out(isolated: NamespaceSandbox) -> None:
    source = """
from grader.agent.server import _prefer_as_victim
""" + BOXED.format(code="print(open('/proc/self/oom_score_adj').read().strip())").replace(
        "isolation.drop_privileges", "_prefer_as_victim(); isolation.drop_privileges"
    )
    assert run_agent(isolated, source)[1] == ["1000", "status 0"]
