"""The samples of the other tests are valid themselves."""

from cli.samples import CROWDED, DEAF, RIGHT
from grader.model.event import parse_event


def test_the_streams_are_what_an_agent_writes():
    for line in (*RIGHT, *DEAF, *CROWDED):
        parse_event(line)
