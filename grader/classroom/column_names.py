"""What the gradebook's columns and cells are called, in the reader's language.

In English, these are fixed names that a program may look for.
"""

from grader.model.text import Text, Translate, say
from grader.report.titles import title

_WORDS: dict[str, Text] = {
    text.template: text
    for text in (
        say("submission"),
        say("name"),
        say("id"),
        say("number"),
        say("login"),
        say("section"),
        say("email"),
        say("participant"),
        say("status"),
        say("points"),
        say("possible"),
        say("passed"),
        say("decisions"),
        say("run"),
        say("reason"),
        say("graded"),
        say("missing"),
        say("not-judged"),
        say("pass"),
        say("fail"),
        say("skipped"),
        say("yes"),
        say("no"),
    )
}


def word(name: str, translate: Translate) -> str:
    """What a column or a cell's value is called."""
    return _WORDS[name].render(translate)


def check_column(name: str, translate: Translate) -> str:
    """The heading of a check's column."""
    return title(name).render(translate)
