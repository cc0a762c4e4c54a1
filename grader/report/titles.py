"""What people call a check and a scenario, in their language.

In English that is its identifier. A translation has a title of its own, so where a person may have
to type the identifier, it stands behind the title.
"""

from collections.abc import Iterable

from grader.model.text import Text, Translate, say
from grader.model.vocabulary import ScenarioName

_CHECKS: dict[str, Text] = {
    text.template: text
    for text in (
        say("starts"),
        say("client-logged"),
        say("terminal-logged"),
        say("one-log"),
        say("every-message"),
        say("exact-text"),
        say("own-record"),
        say("client-order"),
        say("terminal-order"),
        say("arrival-order"),
        say("silent-client"),
        say("newcomer"),
        say("waits-in-select"),
        say("rests-when-idle"),
        say("departure"),
        say("rests-after-departure"),
        say("prompt"),
        say("reset"),
        say("hasty-departure"),
        say("closes-sockets"),
        say("return"),
        say("burst"),
        say("large-message"),
        say("split-character"),
        say("crowd"),
        say("end-of-typing"),
        say("clean-stop"),
        say("restart"),
        say("functions"),
    )
}

_SCENARIOS: dict[ScenarioName, Text] = {
    "terminal": say("terminal"),
    "client": say("client"),
    "halves": say("halves"),
    "together": say("together"),
    "quiet": say("quiet"),
}
"""Those that are called like no check."""


def title(name: str) -> Text:
    """The title of the check or the scenario ``name``; of any other, such as a teacher's own check,
    the name itself."""
    for each, text in (*_CHECKS.items(), *_SCENARIOS.items()):
        if each == name:
            return text
    return say("{name}", name=name)


def titles(found: Iterable[str]) -> tuple[Text, ...]:
    """The titles of several, for an enumeration."""
    return tuple(map(title, found))


def full_title(name: str, translate: Translate) -> Text:
    """The title with the identifier, unless these are the same."""
    if identifier(name, translate):
        return say("{title} ({name})", title=title(name), name=name)
    return title(name)


def full_titles(found: Iterable[str], translate: Translate) -> tuple[Text, ...]:
    """The titles of several, each with its identifier."""
    return tuple(full_title(name, translate) for name in found)


def identifier(name: str, translate: Translate) -> str:
    """The identifier, where the title is another word; else empty."""
    return "" if title(name).render(translate) == name else name
