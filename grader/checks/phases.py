"""The phases in which the server is observed with nothing to do."""

from grader.model.event import Observed
from grader.model.history import History, Play
from grader.model.text import Text, say
from grader.model.vocabulary import Phase, ScenarioName

IN_WORDS: dict[Phase, Text] = {
    "before any client": say("before any client connected"),
    "after typing": say("after lines were typed"),
    "one client, silent": say("with one client connected, silent after its messages"),
    "after a departure": say("after a client left"),
    "a client that has said nothing": say(
        "with one client connected that had not sent anything yet"
    ),
    "after a quiet while": say("after a quiet period, once a client had sent something"),
    "several clients, silent": say("with several clients connected, silent after their messages"),
}
"""The phases, as reports say them."""

IDLE_PHASES: tuple[Phase, ...] = (
    *("before any client", "after typing", "one client, silent"),
    *("a client that has said nothing", "several clients, silent", "after a quiet while"),
)
"""The phases in which the server has nothing to do and no client has left."""

OBSERVED_PLAYS: tuple[ScenarioName, ...] = (
    "terminal",
    "client",
    "silent-client",
    "together",
    "quiet",
)
"""The plays in which the server is observed before a client leaves."""

WITH_CLIENTS = frozenset(IDLE_PHASES) - {"before any client", "after typing"}
"""Those of them in which a client is connected."""


def observations(history: History, *phases: Phase) -> list[tuple[Play, Observed]]:
    """All observations in ``phases``, each with its play.

    Where the play that counts did not get as far as an earlier one of its scenario, that one's
    count: what was seen there is a fact, whatever came later.
    """
    found: list[tuple[Play, Observed]] = []
    for scenario in OBSERVED_PLAYS:
        counting = history.play(scenario)
        if counting is None:
            continue
        seen = {
            observed.phase: (play, observed)
            for play in (*(p for p in history.plays if p.scenario == scenario), counting)
            for _, observed in play.observed
            if observed.phase in phases
        }
        found += seen.values()
    return found
