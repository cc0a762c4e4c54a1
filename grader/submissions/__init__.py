"""Finds and reads what students handed in, without running it.

A submission is a program: a file that is run, and what lies beside it in a student's folder. A
file's submission is named after the file, a folder's after the folder: ``zhang_san/server.py`` is
``zhang_san``, because many students call their file ``server.py``. The grader does not guess which
of several programs counts, and grades neither of two submissions with the same name. Whatever else
was handed in is refused with its reason, or ignored by a rule.

- ``names`` holds the rules: which names are programs', and which are ignored.
- ``kinds`` tells what a file is by its first bytes.
- ``discovery`` finds the programs that the paths of a command line mean: ``candidate`` is what it
  finds, ``student_folder`` the program in a student's folder, ``entry`` the file that is run there.
- ``submission`` reads one, with limits: it comes from a stranger. A syntax error is graded like any
  other mistake; a file that Python could not even read as text is rejected.
- ``named_folders`` finds the folders in which the source says that files are, so that a log at
  ``/home/tarena/day08/log.txt`` can be opened in the sandbox.
- ``named_addresses`` finds the IP addresses that it names, so that the sandbox has them.
- ``hidden_modules`` finds the standard module that it hides from itself by its name.
- ``missing_folders`` finds, on the terminal of a program that has run, those that it overlooked.
"""
