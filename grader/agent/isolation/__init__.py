"""Separates the student's program from the agent.

The program is untrusted. It must not read, signal or trace the agent, outlive its scenario, or
change anything that a later scenario depends on. There are three kinds of isolation, and
:mod:`.choose` picks one by the plan:

- :class:`.no_isolation.NoIsolation`: no isolation, for one's own program on one's own computer.
- :class:`.other_user.SeparateUser`: in a Docker container. The agent is root there, and the program
  runs as another user.
- :class:`.namespaces.SeparateNamespaces`: without Docker. An ordinary user cannot switch to another
  user, so each start of the program gets a *box*: namespaces in which the agent does not exist.

The following describes namespaces; the last section describes the other two.

Processes
=========

Each process and its parent, in the PID namespace to which it belongs::

    machine        | sandbox                   | box, one for each start of the program
    ---------------+---------------------------+---------------------------------------
    grader         |                           |
      `- launcher  |                           |
           `-------|- agent (process 1)        |
                   |    |- builder (exits)     |
                   |    `----------------------|- init (process 1)
                   |                           |    `- program
                   |                           |         `- its descendants

The builder creates init and exits at once, which makes init the agent's child.

Launcher (:mod:`.launcher`)
    The machine's own Python, as an ordinary user. Creates the sandbox's namespaces and forks a
    child, which assembles a new root folder from bind mounts and tmpfs, drops all capabilities but
    one, and executes the agent. The launcher waits for it and exits with its status.
Agent (``grader.agent.main``)
    Plays the scenarios. For each start of the program it forks a builder (:mod:`.box`).
Builder
    A fork of the agent. Creates the box's namespaces, forks init into them and exits.
Init (:mod:`.init`)
    A fork of the agent, too. It has a copy of the agent's memory, so it is not dumpable: the
    program cannot read it. Mounts a ``/proc`` of its own, makes everything read-only but the
    program's folders, forks the program and supervises it: reaps orphans, reports how the program's
    first process ended, and checks the memory in use every 20 ms.
Program
    Gives up its privileges, installs a system call filter (:mod:`.seccomp`) and executes Python.
    Python imports ``warm/sitecustomize.py``, which waits there for the *release*, then runs
    ``submission.py``. So it can start while the previous scenario is played: a *warm start*
    (:mod:`.warm_start`).

Channels
========

Standard input and output
    From the grader to the agent, the plan; from the agent to the grader, the events.
Setup pipe, from builder and init to the agent
    Init's process id in decimal. Any other text is the reason why the box could not be built. The
    program's exec closes the last writer; then the box is ready.
Channel, a ``SOCK_SEQPACKET`` pair between the agent and the box
    1. Agent to program, the *release*: the path of the terminal on which to begin.
    2. Program to agent, the *reply*: ``0xff``, and the reason if the program cannot begin.
    3. Init to agent, the *report*: the wait status of the first process, as a C int.

    The end of file without a report means that init was killed.
Error pipe, from the program to the agent
    The reason why the program could not be started. For a program in a box, errors until exec go
    through the setup pipe; after that, the agent copies the reply into the error pipe.
Terminal, between the agent and the program
    The program's standard streams. A warm Python starts on a private terminal, because it examines
    its streams only once, at its start; after the release it is on the agent's. There, the agent
    types Ctrl-C, for which the kernel sends SIGINT to the program's foreground processes.

Who may kill whom
=================

- When process 1 of a PID namespace ends, the kernel kills everything in that namespace. So the end
  of the agent is the end of all boxes, and the end of init is the end of its program.
- The grader ends the launcher with SIGTERM; the launcher then kills the agent. The kernel kills the
  launcher when the grader ends, and the agent when the launcher ends (``PR_SET_PDEATHSIG``).
- The agent kills init at the end of a scenario, and when a box that was built ahead is not needed.
  Before that it stops the server with Ctrl-C on the terminal, then with SIGTERM to the program's
  first process. It suspends all of the program's processes with SIGSTOP, and resumes them with
  SIGCONT.
- Init kills all other processes in its box when they exceed the memory limit.
- The program can kill its own processes only. Processes outside the box have no id in it, and the
  kernel ignores signals to init that come from inside.

Without namespaces
==================

There is no launcher, builder or init. The agent forks the program itself, and inherits its orphans
as process 1 of the Docker container or, if it has another id, as a *subreaper*. It sends the
program the same signals.

- ``SeparateUser``: at the end of a scenario, the agent forks a *killer*, which becomes the
  program's user and kills all of its processes in one system call, so that none can fork away. The
  grader removes the container at the end of a run (``remove_container``); then the Docker Engine
  kills everything in it, the agent included.
- ``NoIsolation``: the agent kills all of its descendants, again and again, until none is left. The
  grader ends the agent with SIGTERM; if that fails, it kills the agent and its descendants.
"""
