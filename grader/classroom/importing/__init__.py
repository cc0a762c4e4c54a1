"""Imports what a learning platform exports into the folder of a class.

An *export* is a file or folder: an archive that Canvas, Moodle, Blackboard or Gradescope wrote, a
folder of clones, or just programs. It comes from strangers, and so do the archives in it.

1. ``archives`` reads an export into a *tree*: a list of files, each with the parts of its path.
   What an archive holds is unpacked into numbered files of a scratch folder, so no name in it
   decides where anything is written. ``bounds`` limits how much, ``entry_names`` decodes names and
   refuses those that would leave their folder.
2. ``layouts`` recognizes whose file each one is, by names alone: a list of *hand-ins*.
3. ``contents`` unpacks the archives in a hand-in, and makes programs of notebooks.
4. ``placement`` decides to which student of the roster a hand-in belongs, and so its folder.
5. ``store`` writes it: into the student's folder, or beside what is there (``submissions.hand_in``
   defines how). Nothing is ever overwritten.
6. ``roster_rows`` adds students to the roster.

``importer`` puts these together. Whatever is not imported is a *problem*, with its reason, or is
ignored by a rule of ``submissions.names``.
"""
