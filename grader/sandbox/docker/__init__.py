"""The sandbox of containers: the Docker Engine runs one for each run.

A container has no network but loopback, a read-only root, size-limited tmpfs where the submission
may write, ``no-new-privileges``, and limits on memory (no swap), processes, processor time, file
size and open files. No port is published, and nothing is mounted from the host; so a remote engine
works as well.

The agent is root in the container, with six capabilities. It has a seventh, ``NET_ADMIN``, until it
has added the addresses that the source names to the loopback interface; without any, it never has
it. The submission runs as another user with no capabilities. So it cannot read, signal or trace the
agent, whose output is the container's output. Each container has a user id of its own, because the
kernel counts a user's processes across containers. The id is also part of the container's name, and
the engine keeps names unique.

Containers carry labels with the host, the process and its start time
(:mod:`grader.sandbox.ownership`). A run removes its container however it ends. If ``grade`` itself
is killed, the next one removes the container, and no other process's.

With the storage driver ``fuse-overlayfs``, a container's root has no access control lists that the
kernel could cache: each absolute path that the server uses costs 0.05 ms, and its Python takes half
as long again to start. No image can change that; the drivers that engines choose by
default do not have this problem.

Podman
    Podman provides the same interface::

        systemctl --user start podman.socket     # or: podman system service --time=0 &
        export DOCKER_HOST=unix://$XDG_RUNTIME_DIR/podman/podman.sock
        grade submissions/alice.py

    For root: ``systemctl start podman.socket`` and ``unix:///run/podman/podman.sock``. It was
    tested with Podman 4.3.1 as root, with control groups version 1: the image builds, and the model
    answer gets 100 points in 1.2 s. Rootless Podman has not been tested. The differences:

    - It cannot limit the number of files in a tmpfs (their memory counts as the container's).
    - It does not report that a container ran out of memory; so the report says that the agent was
      killed from outside.
    - It sets more limits than requested, which takes ``CAP_SYS_RESOURCE``. In a virtual machine
      where root lacks that, configure Podman's runtime so that it does not set ``RLIMIT_NPROC``.
    - Its default runtime, ``crun``, refuses machines with control groups of both versions; there
      ``runtime = "runc"`` in ``containers.conf`` helps.

Modules: :mod:`.engine` connects, :mod:`.image` provides the image, :mod:`.containers` knows a
container's limits and removes leftovers, :mod:`.stream` is its input and output, and
:mod:`.sandbox` runs it. None of them imports the Docker SDK before it is used: that takes longer
than everything else that a short command does.
"""
