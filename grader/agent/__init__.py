"""Runs inside the sandbox: starts a server, plays scenarios against it, writes what happened.

The agent judges nothing, and knows no expected result: the checks do that later, from its events.
It is shipped into the sandbox alone, so it imports only the standard library and itself, and
nothing else imports it. It avoids modules that are slow to import: a scenario takes milliseconds.

Processes
=========

The agent is one process with one thread. It simulates the clients (``clients``) and the person at
the terminal (``terminal``) itself. The student's server runs in processes of its own (``server``),
which ``isolation`` separates from the agent and from the rest of the machine. The agent observes
them through the kernel (``kernel``, ``watching``), and never through code of its own within them.

The life of a run
=================

1. ``main`` reads a plan from standard input.
2. ``director`` chooses the scenarios, the simplest first. What a scenario shows decides what is
   played later: where typing is pointless, nothing more is typed; where one client's messages are
   not logged, no more clients are played; where the server logs whole lines only, clients send a
   line ending. A scenario that the agent gave up is played once more.
3. It makes an empty folder (``files.workspace``), starts the server on a new terminal, and waits
   until it listens. A scenario (``scenarios``) is a function of a ``stage``, whose methods are its
   steps; the ``supervisor`` waits after each step until the server has settled.
4. If the scenario leaves the server well, the next one goes on with it: what each has added to the
   files stands for itself (``files.scenarios``). If not, the server is stopped, its files are read
   (``files.logs``), and the next scenario gets a fresh one.
5. All of it is written as ``events``, one line of JSON each, to standard output. ``vocabulary`` has
   their fixed strings.

However a run ends, the agent kills all processes that it started, directly or not.
"""
