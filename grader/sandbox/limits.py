"""What a sandbox has, besides what the plan allows the submission."""

from grader.model.plan import MIB

AGENT_PROCESSES = 16
"""Processes and threads of the agent's own, besides the submission's."""

AGENT_MEMORY = 128 * MIB
"""Bytes of the agent's own: Python with what it imports, the log files that it reads (32 MiB),
and one of them (16 MiB) as it is packed. With less a flood ended the agent, and not its program."""

AGENT_FILES = 1024
"""Files that the agent may have open: 50 clients' sockets and the terminal. More than a
rootless engine's own limit would be refused."""

SHARED_MEMORY = 4 * MIB
"""Bytes of ``/dev/shm``: a lock of ``multiprocessing`` takes one page."""

CPU_PERIOD = 100_000
"""Microseconds over which processor time is counted out: the kernel's own value."""

HOSTNAME = "sandbox"
"""The sandbox's name for itself."""

USER_IDS = range(40_000, 41_000)
"""User ids under which submissions run, all of which the root folder knows
(``agent/prepare_image.py``): few systems have people there, and a rootless engine has them."""

GRACE_PERIOD = 30.0
"""Seconds after the agent's own limit until it is given up: it has to stop what it started."""
