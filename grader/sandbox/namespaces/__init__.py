"""The sandbox of Linux namespaces, for machines without Docker.

It needs nothing installed and no privileges: the kernel lets every user be root in a new user
namespace. An agent answers 0.05 s after its start (in a Docker container: 0.25 s). Python's
``ctypes`` makes the system calls. Bubblewrap is not used because it creates one level of
namespaces, and two are needed: the agent would have to do most of its work again.

The two levels
    The **outer namespaces** (:mod:`grader.agent.isolation.launcher`) separate the agent from the
    machine. They are new namespaces of every kind, with a root of read-only bind mounts on a small
    tmpfs, six devices, and size-limited tmpfs where the submission may write. None of the machine's
    files, sockets, processes or environment variables exist there. The agent is process 1 and keeps
    one capability, ``SETFCAP``, without which it could not create the second level.

    A **box** (:mod:`grader.agent.isolation.box`), one for each start of the submission, separates
    the submission from the agent. :mod:`grader.agent.isolation` describes it.

Limits
    Everywhere: tmpfs sizes, rlimits, the number of processes (which Linux counts per user namespace
    since 5.14), and memory including tmpfs files, which process 1 of the box measures every 20 ms.
    Where this process may create control groups (:mod:`.cgroups`; as root, or below
    ``user@.service``) they also limit memory, processes and processor time. The measured limit is
    below the control group's: if that filled up first, the kernel might kill the agent.

    This process moves the launcher into its control groups. That takes the kernel milliseconds,
    while the launcher's Python starts; the launcher creates no process until it receives a byte.

Root
    To the kernel's files, root in a new user namespace is still root. So if root grades, the
    launcher first becomes an ordinary user with an id that nobody has.

The end
    The launcher and the agent ask the kernel to kill them when their parent dies
    (``PR_SET_PDEATHSIG``). When process 1 of a PID namespace ends, the kernel kills all others in
    it. So nothing outlives even a killed ``grade``.

The root folder
    :mod:`.rootfs` makes it from this machine's own Python, as :mod:`grader.sandbox.docker.image`
    makes a base, adds the agent, and prepares it with the same program, in such namespaces. It is
    kept in the user's cache folder under a hash of everything that went into it.
"""
