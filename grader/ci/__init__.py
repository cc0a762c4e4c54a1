"""Grading of pull requests, on a machine that trusts nobody who opens one.

What is trusted:

- The **base** belongs to the teacher. Its grader is the one that is installed and run, and its
  rubric is the one that counts, read from the base's own commit.
- The **head** belongs to a stranger. It is never checked out. Its commits are fetched as objects
  and read from the object database (:mod:`grader.ci.git`), size first. So a link is just the text
  of a link, a submodule is nothing at all, and no file of the head can shadow one of ours (a
  ``click.py`` beside the program, a ``.gitattributes`` with a filter).
- The **event** comes from GitHub, but titles, descriptions and branch names in it are a
  stranger's. Only numbers, object names and the login are read (:mod:`grader.ci.github_event`).
- **Printed output** is parsed by the CI runner, which takes some lines for commands. A student's
  text is part of that output, so every line is escaped (:mod:`grader.ci.runner_log`).
- **Artifacts** are untrusted as soon as a pull request changes the workflow that grades it, which
  it can do for its own run. The workflow that comments later, with the right to, believes nothing
  in them (:mod:`grader.ci.comment`).

How the data flows, with effects only at both ends::

    git ──pull_request.read──► PullRequestContents ──grade──► PullRequestResult
                                 changes (which submissions)    │
                                 review (what else)             ├─► annotations, summary, job_log
                                                                └─► artifacts

``changes``, ``review``, ``annotations``, ``summary`` and ``job_log`` are pure.
:func:`grader.ci.grade.grade` returns the result; the command (``grader/cli/ci.py``) prints it.
"""
