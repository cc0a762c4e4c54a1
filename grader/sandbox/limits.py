"""Resources of a sandbox beyond those that the plan allows the submission."""

from grader.model.plan import MIB

AGENT_PROCESSES = 16
"""Processes and threads reserved for the agent."""

AGENT_MEMORY = 128 * MIB
"""Bytes reserved for the agent: Python with its modules, the log files that it reads (32 MiB), and
one of them (16 MiB) while it is encoded. With less, a server that floods its log got the agent
killed instead of itself."""

AGENT_FILES = 1024
"""Open files of the agent: the sockets of 50 clients, and the terminal. A rootless engine refuses
more than its own limit."""

SHARED_MEMORY = 4 * MIB
"""Bytes of ``/dev/shm``; a lock of ``multiprocessing`` takes one page."""

CPU_PERIOD = 100_000
"""Microseconds over which processor time is limited; the kernel's default."""

HOSTNAME = "sandbox"

USER_IDS = range(40_000, 41_000)
"""User ids of submissions. The root folder has a name for each (``agent/prepare_image.py``). Few
systems give them to people, and a rootless engine has them."""

GRACE_PERIOD = 30.0
"""Seconds after the plan's time limit until the agent is given up: it needs time to stop the
server and report."""
