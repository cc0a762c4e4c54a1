"""What a teacher does with the results of a class.

Everything here reads stored runs (:mod:`grader.runs`) and changes no recorded outcome, so that what
is published is what the students were shown. Only a teacher's decisions are applied again.

- ``results`` loads the latest finished run of each submission, with its decisions.
- ``roster`` maps submissions to students; ``gradebook`` writes their grades as CSV.
- ``diff`` compares two gradings of a class and says why they differ.
- ``mistakes`` groups submissions that fail in the same way; ``similarity`` finds similar programs.
- ``page`` renders the class's page from these, and ``class_page`` writes it.
- ``hand_back`` gives each student their own report.
- ``decide`` records a decision about one run and updates its report.
"""
