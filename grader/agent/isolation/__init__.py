"""Separates the student's program from the agent.

The program is untrusted. It must not read, signal or trace the agent, outlive its scenario, or
change anything that a later scenario depends on. There are three kinds of isolation, and
:mod:`.choose` picks one by the plan:

- :class:`.base.Isolation`: none. One's own program on one's own computer.
- :class:`.other_user.SeparateUser`: in a Docker container. The agent is root there, and the program
  another user.
- :class:`.namespaces.SeparateNamespaces`: without Docker. An ordinary user cannot switch to another
  user, so each start of the program gets a *box*: namespaces in which the agent does not exist.

Theory of operation
===================

The rest of this page is about namespaces; the other two kinds are its last section. Processes, each
a child of the one above it, and the namespaces that are created on the way::

    grader                 the command, outside of all this
      |
      |  user, mount, PID, network, IPC, UTS and cgroup namespaces: the sandbox
    container              container.py; waits, and exits with the agent's status
      |
    agent                  grader.agent.main; process 1 of the sandbox
      |\\
      | \\ user, PID, mount and IPC namespaces: a box, one for each start of the program
      |  builder           box.py; exits as soon as init exists, which the agent then inherits
      |
    init                   init.py; process 1 of the box
      |
    program                Python with submission.py, after a wait in warm/sitecustomize.py
      |
    its descendants        if their parent ends, init inherits them

**Container** is the machine's own Python. It creates the namespaces, forks a child that assembles a
new root folder from bind mounts and tmpfs, drops all capabilities but one and executes the agent.

**Builder** is a fork of the agent. It creates the box's namespaces and forks init into them.

**Init** is a fork, too, so it holds a copy of the agent's memory; therefore it is not dumpable, and
the program cannot read it. It mounts a ``/proc`` of its own, makes everything read-only that is not
the program's, forks the program and supervises it: it reaps orphans, reports how the program's
first process ended, and adds up the memory in use every 20 ms.

**Program** executes Python, which imports ``sitecustomize`` and waits there for its release. So the
next scenario's Python starts while the current scenario is played (a *warm start*). Right before
exec, the program loses its privileges and gets a system call filter (:mod:`.seccomp`).

Channels
--------

========== ================== ==================================================================
setup pipe builder, init -> a The box is ready when the last writer closes it, which the program's
                              exec does. Content: init's process id, in decimal; any other text is
                              the reason why there is no box.
channel    a <-> box          A SOCK_SEQPACKET pair, one per box. In this order:
                              agent to program: the path of a terminal (the *release*);
                              program to agent: 0xff, and why it cannot begin, if so (the *reply*);
                              init to agent: a wait status, four bytes (the *report*).
                              End of file without a report: init was killed.
error pipe program -> a       Why the program could not be started. Without a box, the new process
                              writes to it, and exec closes it; with one, the agent copies the
                              reply into it.
terminal   a <-> program      The program's standard streams. A warm Python starts on a private
                              terminal, because it examines its streams only once; the release
                              replaces that one.
========== ================== ==================================================================

(*a* is the agent.)

Who may kill whom
-----------------

- The kernel kills everything in a PID namespace when its process 1 ends. So the agent's end is the
  end of all boxes, and init's end is the end of the program and its descendants.
- The grader kills container; SIGTERM makes container kill the agent. The kernel kills container if
  the grader ends, and the agent if container ends (``PR_SET_PDEATHSIG``).
- The agent kills init: to end a scenario (:meth:`.BoxedTree.reap_all`), and to discard a box that
  was built ahead for a folder that is not used. It also sends SIGTERM to the program's first
  process, and SIGSTOP and SIGCONT to all of its processes.
- Init kills everything else in its box if it exceeds the memory limit.
- The program can kill its own descendants. It has no process id for anything outside its box, and
  the kernel drops signals that are sent to init from inside.

Without namespaces
------------------

There is neither container, builder nor init; the agent forks the program itself. It is process 1 of
a Docker container, or, on one's own computer, a *subreaper*; so it inherits the program's orphans.

- ``SeparateUser``: to end a scenario, the agent forks a *killer*, which becomes the program's user
  and kills all processes of this user in a single call, so that none can fork away from it.
- ``Isolation``: the agent kills all of its descendants, again and again, until none is left.
"""
