"""Waits for facts about the server, instead of sleeping.

Each step of a scenario waits until the server has reached a known state. Where the kernel can
prove that state, no time limit decides, so a busy machine changes nothing.

Definitions
===========

**Asleep**: every thread of the server is in a blocking call, and was given no processor while this
was checked (``kernel.snapshot``). Reading a regular file does not count as sleeping. What is read
in the middle of such a snapshot, such as the queues, is consistent: it was true at one moment.

**Pending** input (``pending``): a connection that waits to be accepted; bytes or an end of file
that a client sent; bytes that were typed. It is **in flight** while it is handed to the kernel, but
not yet in a queue of the server.

**Settled** (``settle``): nothing is pending or in flight, and the server is asleep or sleepless. A
server with one thread that has consumed its input, and is found asleep for a moment later, has
settled, too: with a tiny timeout, it never sleeps for as long as a snapshot takes.
Where the kernel hides system calls, 150 ms without pending input stand for sleep.

**Sleepless** (``settle``): the server has consumed its input, and then used 300 ms of processor
time without being found asleep: 100 ms if an earlier start of it was sleepless, and 10 ms if this
one is. Time in which it computes, and spends next to nothing in the kernel, does not count: it is
still at work on its input. It also counts as sleepless if it is not found asleep within
``patience`` seconds, however little it runs. That is no proof, but nothing is pending either.

**Slow** (``settle``): it was taken to be sleepless, and then left the next input pending for 10 ms
of its processor time before it consumed it. A loop would have come round to it; this one was still
at work on what it had consumed before. What was seen of it until then proves nothing, so the
scenario is played once more; and from then on, both budgets on its processor time are ``patience``.
A server that needs more than that counts as sleepless for good.

**Stuck** (``settle``): something is pending, nothing is in flight, and every thread has slept for
50 ms in calls without a timeout, without being given a processor. Then the server will never
consume its input. The 50 ms are needed because input is in a queue a moment before its reader is
woken. A process that has a timer, or handles the signal of an alarm, which the kernel does not
show, is never stuck.

Before it listens (``startup.wait_until_listening``), no client can send it anything; there it is
stuck as soon as it sleeps like that, with pending input or without.

**Gave up** (``settle``): the server has left its input pending, and is proved neither settled nor
stuck, like one that polls. That is ``busy`` after one second of its processor time (``patience``,
if it is slow, or may be), and ``waiting`` after ``patience`` seconds (twice as many before it
listens). The seconds are the agent's own: a pause that took longer than requested, as on a busy
machine, counts as the requested time, doubled at most. What a file system takes, as to rename a
file, does not count. A scenario that the agent gave up proves nothing, and is played once more.
That a server computes is no proof that it will ever be done: an endless loop looks the same, and
would use up the run's time at the first message. So ``patience`` holds for its processor time, too.

**Idle** (``idle``): the server has settled and nothing is sent to it. Its processor time is that of
all that ran for it, ended processes included (``cpu_use``). Then it does one of these:

- It *rests*: it is asleep, no call has a timeout, and it has no timer. Nothing more can happen, so
  the observation ends at once.
- It *sleeps with a timeout*, or does not sleep. It is observed for a while: it is *calm* if it
  hardly runs, and *spins* if it uses most of the time and does not sleep at each turn of its loop:
  with a timeout, however tiny, it does, and the kernel counts that. One that sleeps with a timeout
  also gets the scenario ``quiet``, which sends nothing until the timeout has passed.

Where it rests is noted whenever it has settled, unless it is one thread that waits for all of its
input in ``select`` or ``poll``: an observation could be staged, since it comes at a known moment.

**Listening** (``startup``): a socket of the server listens, and the server has settled. A program
that listens for a moment and ends has not started: whether that moment is seen would be chance.
Where a program reads from its terminal first, Enter is pressed, eight times at most: many take a
default then.

Settled does not mean written: a server may sleep before it writes its log. So before it is stopped,
and where the order matters before the next message, the agent also waits until its files contain
all messages, as long as the server sleeps with a timeout. The longest fruitless wait is not
repeated. Where the server ends in such a wait, the silence may be why: so the scenario is played
once more, and no log is waited for any longer. ``quiet`` is where it may end.

A server is stopped (``shutdown``) as a person does it, with Ctrl-C; the traceback then shows where
it was. It has two seconds, or five if it then begins to sleep: it may count down, and write its log
at the end.

Why these rules hold
====================

- ``send`` on loopback returns when the bytes are in the receiver's queue and its reader is woken,
  except under load, when ``ksoftirqd`` does both later. So bytes that are not acknowledged, while
  the receiver's queue is empty, are in flight.
- Typed bytes reach the terminal's queue in a kernel thread, a moment after ``write`` returns. The
  echo shows that this has begun, and ``FIONREAD`` takes the lock (``termios_rwsem``) under which it
  is done. A server may switch the echo off: so after half a second none is expected.
- Likewise, output of the server reaches the agent's end of the terminal a moment after its
  ``write``. A server that sleeps in ``write`` on a terminal or connection that the agent reads is
  waiting for the agent, and not asleep.
- During a snapshot a thread may start another one and fall asleep. So all threads are listed twice,
  except for the usual server with one thread: whatever that starts, it starts in a timeslice, which
  its processor time shows.
- The files that ``select`` watches are in the server's own memory, where the arguments of
  ``pselect6`` point: so a report can say that a server does not watch its terminal. The server may
  write what it likes there: so it proves what a server does not watch, rather than what it does.
- The side that closes a connection first leaves the port in TIME_WAIT, so the next server cannot
  bind it. Where the server closed first, its client closes with a reset, which ends that state.
- A client that leaves while the server is busy may see an orderly close or a reset, by chance. So
  the server is suspended while several things have to happen at once.
"""
