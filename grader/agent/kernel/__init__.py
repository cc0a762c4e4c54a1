"""Reads the server's state from the kernel. Nothing here changes anything.

- ``procfs``: processes, threads and open files, from ``/proc``. Opening such a file takes five
  times as long as reading it, so those of the server's threads stay open. Each fails once its
  process is gone, except ``children``, which is read only of a process just seen alive.
- ``syscalls``: which calls in ``/proc/PID/task/TID/syscall`` block, and which have a timeout.
- ``snapshot``: all threads at one moment. A snapshot of the usual server, one process with one
  thread, takes 0.05 ms.
- ``sock_diag``: the states and queues of TCP sockets, over netlink: 0.02 ms for one socket.
  ``/proc/net/tcp`` says the same, but walks a hash table sized for the whole machine: 4.3 ms on one
  with 24 GiB, nine tenths of a scenario's time. It is the fallback where there is no netlink.
- ``oom``: how many processes the kernel has killed for lack of memory.
"""
