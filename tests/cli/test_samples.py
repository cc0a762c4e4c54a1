"""The streams in ``cli.samples`` are valid."""

from cli.samples import CROWDED, DEAF, RIGHT
from grader.model.decoding import parse_event


def test_every_line_of_the_streams_is_an_event():
    for line in (*RIGHT, *DEAF, *CROWDED):
        parse_event(line)
