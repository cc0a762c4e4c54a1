"""Grades one submission, end to end; and many at once.

The way of the data, and where errors are caught:

1. *Plan*: ``pipeline`` makes a :class:`~grader.model.plan.Plan` of the source, nonces from the
   seed, the folders that the source names, and the rubric's limits.
2. *Run*: it creates a run's folder with the plan (:mod:`grader.runs`). If the class was interrupted
   and a finished run with the same key exists, that one is judged instead.
3. *Events*: the sandbox gives the plan to the agent and returns its lines. Each is decoded
   strictly, because it comes from where untrusted code ran. An invalid one, an agent that ends
   early, and any failure of the sandbox end the run: it is *lost*, stored with the reason, and
   judged by the scenarios that ended (:class:`.pipeline.RunLostError` has the report). In a class
   it is played once more after all others, if the sandbox works: the machine may have been at
   fault. No more than once, because the program may be. If the sandbox runs out of memory, so that
   the kernel kills the agent, everything is played once more at once. If that happens again, the
   run is not lost, but over: the program is to blame, and what is missing fails.
4. *History*: the events become plays (:mod:`grader.model.history`). If the terminal shows that a
   folder was missing, everything is played again with that folder, in at most
   :data:`.playing.MAX_ROUNDS` rounds. Then the events are stored, which finishes the run.
5. *Outcomes*: ``judge`` applies the checks in order. It skips a check whose needs have failed, and
   turns an exception in a check into *not judged*: a defect of the grader is never the student's.
   ``limits`` has what is large judged in a process of its own, which the system stops if that takes
   too long or too much memory: then the program is to blame, and what is left to judge fails.
6. *Report*: ``pipeline`` adds the ``timeline`` of each play and the teacher's decisions, and stores
   the report in the run.

``rubric_file`` and ``custom_checks`` read what a teacher changes: points and limits, and checks of
their own. ``scheduler`` runs this for a class: errors of the sandbox and of storing a run belong to
one submission, any other ends the class.

Judging starts from the stored run alone, so step 5 can be repeated at any time, by another rubric
or other checks, without running the program.
"""
