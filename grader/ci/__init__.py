"""Grades what a pull request changes, on a machine that trusts nobody who opens one.

What is trusted, and what is not:

- The **base** is the teacher's. Its grader is what is installed and run, its rubric is what
  counts: the rubric is read from the base's own commit, by :mod:`grader.ci.git`.
- The **head** is a stranger's. It is never checked out. Its commits are fetched as objects, and
  what is read of it is read from the object database, with the size asked first: so a link is
  the text of a link, a submodule is nothing at all, and no file of it can stand in the way of
  one of ours (a ``click.py`` beside the program, a ``.gitattributes`` with a filter).
- The **event** is GitHub's, except for what a stranger may choose: titles, texts, branch names.
  Only numbers, object names and the login are read from it.
- **What is printed** is read by the machine's runner, which takes some lines for commands. What
  a student wrote is part of what is printed: see :mod:`grader.ci.runner_log`.
- **Whatever the run leaves behind** is a stranger's as soon as a pull request changes the
  workflow that grades it, which it can, for its own run. So what comments on it later, with the
  right to, believes nothing in it: see :mod:`grader.ci.comment`.
"""
