"""What changes a program's text and not what it does; :mod:`generated.program` carries it out."""

from generated.dimension import dimension
from generated.spelling import COMMENTS, NAMES
from generated.structure import STRUCTURES

DIMENSIONS = (
    dimension("structure", **{name: {} for name in STRUCTURES}),
    dimension("main guard", no={}, yes={}),
    dimension("names", **{name: {} for name in NAMES}),
    dimension("imports", whole={}, **{"from": {}}, star={}, alias={}, one_line={}),
    dimension("quotation marks", single={}, double={}),
    dimension("indentation", four={}, two={}, tab={}),
    dimension("comments", none={}, **{name: {} for name in COMMENTS}),
    dimension("source", plain={}, crlf={}, signed={}, coding={}),
)
