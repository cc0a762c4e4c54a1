"""Reports: what a submission's checks found, in one format per module.

A report is a pure function of values. A format takes :class:`~grader.model.report.Report` values
and a language, and returns bytes (:mod:`~grader.report.terminal`: something that rich prints). It
reads no clock and nothing of the run, so a stored report can be rendered again at any time. Two
limits: what is stored (:mod:`~grader.report.values`) lacks the program and the timelines, and a
report read from ``report.json`` alone stays in the language in which it was written.

**Which text is trusted.** The templates of :class:`~grader.model.text.Text` and the names of checks
are ours. Everything else may hold whatever a student wrote: the values in a text, lines of the log
and the terminal, the names of submissions and folders, the program itself. Such text may contain
control characters, markup, commands for a CI runner, or surrogates that no encoding takes. Each
format makes it harmless for its readers:

=============  ====================================================================================
terminal       ``printable``; never interpreted as rich markup
html           ``visible``, Jinja's escaping, and a policy that allows no script and no request
markdown       ``plain`` in sentences, ``fenced`` for quotations
junit          ``printable``, without the characters that XML forbids
json           control and format characters as ``\\uXXXX``
gradescope     ``printable``; shown as text
=============  ====================================================================================

``values`` is not for readers: it stores a report losslessly, its texts still untranslated.

**To add a format**, write ``grader/report/NAME.py`` with ``render_all(reports, translate)`` and add
a line to :data:`grader.report.formats.FORMATS`. If a file can hold one report only, write
``render(report, translate)`` instead and say ``single=True`` in that line. ``labels`` has the
words and sentences that formats share, ``explanations`` the order in which failures are explained.
"""
