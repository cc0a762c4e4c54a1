"""What is stored of gradings, so that everything can be judged, shown and compared again.

A folder of runs holds one folder for each run (``run``), a teacher's decisions
(``overrides.toml``, ``decisions``), the hashes of all that was stored (``ledger.jsonl``,
``ledger``), the lock of whoever changes any of these (``.lock``, ``lock``), and the class's page
(``index.html``, written by :mod:`grader.classroom`).

A run's folder is written in three phases. Each file is replaced atomically, so it is whole or
absent, even if the power fails:

1. Before anything is played: ``submission.py``, and in ``submission/`` what lay beside it;
   ``plan.json`` (what the agent will do), ``rubric.json`` and ``versions.json`` (with what the run
   was made).
2. After it was played: ``logs/`` and ``terminal/`` for people, and last ``events.jsonl``, which
   holds everything. A run is *finished* if this file exists. A run that ended before that is
   *lost*: ``lost.jsonl`` holds what is known instead, and ``lost.json`` what ended it. It is judged
   like one that ran out of time, and stands for no other: the next grading plays it again.
3. Whenever it is judged: ``report.values.json`` and ``report.json`` (``reports``), and
   ``report.html``. These replace earlier ones.

A run for some checks only (``grade --only``) has ``partial.json`` instead of ``versions.json`` and
no report, so nothing takes it for a grade.

What was recorded is never changed by a decision: decisions are applied when a report is made.
"""
