"""A byte order mark in front of a JSON file hides none of its leaves."""

import codecs

import pytest

from grader.logs.leaves import Leaf, find_leaves


@pytest.mark.parametrize(
    "data", [b'["one", "two"]', '{"谁": "终端", "text": "你好"}'.encode(), b"<log><r>a</r></log>"]
)
def test_a_byte_order_mark_only_moves_the_leaves(data: bytes):
    mark = len(codecs.BOM_UTF8)
    leaves = find_leaves(data)
    assert leaves
    assert find_leaves(codecs.BOM_UTF8 + data) == [
        Leaf(*(place + mark for place in leaf)) for leaf in leaves
    ]
