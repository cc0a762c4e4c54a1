"""The texts of a file that is JSON or XML as a whole are records, in any layout."""

import json
import time

import pytest
from checks.histories import play, says, text, types
from hypothesis import given
from hypothesis import strategies as st

from grader.logs.evidence import PlayEvidence
from grader.logs.leaves import LONGEST, LeafRecords, find_leaves


def leaves(text: str, encoding: str = "utf-8") -> list[str]:
    data = text.encode(encoding)
    return [data[leaf.start : leaf.end].decode(encoding) for leaf in find_leaves(data)]


def around(text: str, leaf: str) -> str:
    """What says more about the leaf that is written so."""
    (found,) = [each for each in find_leaves(text.encode()) if text[each.start : each.end] == leaf]
    return text[found.first : found.last]


def test_what_stands_between_leaves_belongs_to_the_next_one():
    records = LeafRecords(find_leaves(b'["aa", 1, "bb", 2]'))
    assert [records.end(offset) for offset in (0, 2, 3, 4, 7, 12, 17)] == [2, 4, 4, 11, 11, 13, 17]


# --- JSON ---


@pytest.mark.parametrize(
    "document",
    ['["a", "b"]', '[\n "a",\n "b"\n]', '"a" "b"', '"a", "b"', '{"1": "a", "2": "b"}',
     '{"x": "a"}{"x": "b"}', '{"x": "a"}\n{"x": "b"}\n', '[["a"], [{"y": [1, "b"]}]]', '["a", "b",',
     '[{"x": "a"}, {"x": "b"}'],
)  # fmt: skip
def test_the_strings_of_json(document):
    assert leaves(document) == ["a", "b"]


def test_a_name_that_is_a_message_is_a_leaf():
    message = text("a")
    assert leaves(json.dumps({message: "12:00", "b": "c"})) == [message, "12:00", "c"]


def test_a_string_may_hold_anything():
    strings = ['a "quoted" \\ \n one', "{[}]", "你好", "\U0001f600", ""]
    for ensure_ascii in (False, True):
        document = json.dumps(strings, ensure_ascii=ensure_ascii)
        assert [json.loads(f'"{leaf}"') for leaf in leaves(document)] == strings
    assert leaves(json.dumps(["你好", "早上"], ensure_ascii=False), "gbk") == ["你好", "早上"]


def test_the_object_of_a_string_says_more_about_it():
    assert around('[{"who": "x", "text": "a"}, {"text": "b"}]', "a") == '{"who": "x", "text": "a"}'
    assert around('["a", "b"]', "a") == "a"
    assert around('{"all": [["a"], "b"]}', "b") == "b"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def strings_of(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [string for each in value for string in strings_of(each)]
        case dict():
            return [string for each in value.values() for string in strings_of(each)]
    return []


@given(st.lists(json_values, min_size=1, max_size=5), st.sampled_from([None, 2]), st.booleans())
def test_any_json(values, indent, ensure_ascii):
    document = json.dumps(values, indent=indent, ensure_ascii=ensure_ascii)
    found = leaves(document.encode("utf-8", "replace").decode())
    expected = strings_of(json.loads(document.encode("utf-8", "replace")))
    assert [json.loads(f'"{leaf}"', strict=False) for leaf in found] == expected


# --- XML ---


@pytest.mark.parametrize(
    "document",
    ["<l><m>a</m><m>b</m></l>", "<l>\n <m>a</m>\n <m>b</m>\n</l>", "<m>a</m><m>b</m>",
     "<m t='a'/><m t=\"b\"/>", '<?xml version="1.0"?><l><m>a</m><m>b</m></l>',
     "<l><m>a</m><!-- x --><m>b</m>", "<m>a</m>b", "<l><m><t>a</t></m><m><t>b</t></m></l>"],
)  # fmt: skip
def test_the_texts_and_attributes_of_xml(document):
    assert leaves(document) == ["a", "b"]


def test_the_element_of_a_text_says_more_about_it():
    record = '<m to="x"><who>y</who><t>a</t></m>'
    assert around(f"<l>{record}{record.replace('a', 'b')}</l>", "a") == record
    assert around(f"{record}{record.replace('a', 'b')}", "b") == record.replace("a", "b")
    assert around("<l><m>a</m><m>b</m></l>", "a") == "<m>a</m>"
    assert around('<l><m t="a"/><m t="b"/></l>', "a") == '<m t="a"/>'


@pytest.mark.parametrize(
    "no_document",
    ["", "plain", "[12:00] a", "<Li> a\n<Wang> b\n", "<a", "<m>a</n>", "[1] a", "{a}", '"a" b',
     "<p>a<br>b</p>", '<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>', "{'a': 'b'}"],
)  # fmt: skip
def test_what_is_neither_has_no_leaves(no_document):
    assert leaves(no_document) == []


@given(st.text() | st.text(st.sampled_from("<>/\"'[]{},:a \n\\")))
def test_any_text(anything):
    data = anything.encode("utf-8", "replace")
    found = find_leaves(data)
    assert all(
        0 <= leaf.first <= leaf.start <= leaf.end <= leaf.last <= len(data) for leaf in found
    )
    assert found == sorted(found)


def test_very_long_files_are_not_parsed():
    assert len(leaves('["a"]' + " " * (LONGEST - 5))) == 1
    assert leaves('["a"]' + " " * LONGEST) == []


@pytest.mark.parametrize("part", ["[", "{", '"a",', "<a>", '<a b="c"/>', "[]", "<a>b</a>", '["a"]'])
def test_a_long_file_is_parsed_in_time(part):
    start = time.process_time()
    find_leaves((part * LONGEST)[:LONGEST].encode())
    assert time.process_time() - start < 10  # half a second here


# --- in a log ---

STEPS = says("a"), types("b"), says("c", "client 2"), says("d")
ORDER = "abcd"


def judged(log: str) -> tuple[bool, list[str], bool]:
    """Whether messages share a record, which are repeated, and whether the order is wrong."""
    found = PlayEvidence(play(*STEPS, log=log))
    return (
        found.shared_record(found.play.messages, joins_client=False) is not None,
        [message.name for message in found.repeated[1]] if found.repeated else [],
        found.crossing(found.play.messages) is not None,
    )


LAYOUTS = {
    "an array": lambda parts: f"[{', '.join(parts)}]",
    "an indented array": lambda parts: "[\n" + ",\n".join(parts) + "\n]",
    "values on one line": "".join,
    "values on lines": "\n".join,
    "never closed": lambda parts: f"[{', '.join(parts)},",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("record", ['"{%s}"', '{"who": "x", "text": "{%s}", "at": "12:00"}'])
def test_a_log_in_json(layout, record):
    records = [record.replace("%s", name) for name in ORDER]
    assert judged(layout(records)) == (False, [], False)
    assert judged(layout(records[::-1])) == (False, [], True)
    assert judged(layout([*records, records[1]])) == (False, ["b"], False)
    joined = [records[0], record.replace("{%s}", "{b}{c}"), records[3]]
    assert judged(layout(joined)) == (True, [], False)


@pytest.mark.parametrize("log", ["<l>%s</l>", "%s", '<?xml version="1.0"?>\n<l>\n%s\n</l>\n'])
@pytest.mark.parametrize("record", ["<m>{%s}</m>", '<m t="{%s}"/>', "<m><t>x</t><w>{%s}</w></m>"])
def test_a_log_in_xml(log, record):
    records = [record.replace("%s", name) for name in ORDER]
    assert judged(log.replace("%s", "".join(records))) == (False, [], False)
    assert judged(log.replace("%s", "".join(records[::-1]))) == (False, [], True)
    assert judged(log.replace("%s", "".join([*records, records[1]]))) == (False, ["b"], False)


def test_receivers_may_stand_in_another_member_of_the_object():
    record = '{"to": "%d", "text": "{%s}"}'
    log = [record % (to, name) for name in ORDER for to in (5, 6)]
    assert judged(f"[{', '.join(log)}]") == (False, [], False)
    assert judged(f"[{', '.join(log[:1] + log)}]") == (False, [*ORDER], False)


def test_a_nickname_may_stand_in_another_member_of_the_object():
    steps = [says(name) for name in ORDER]
    log = ", ".join(f'{{"user": "{{a}}", "time": "x", "text": "{{{name}}}"}}' for name in "bcd")
    assert PlayEvidence(play(*steps, log=f"[{log}]")).nicknames == {"a"}


def test_a_message_in_pieces_is_found_in_json_on_one_line():
    pieces = [text("a")[at : at + 5] for at in range(0, 16, 5)]
    found = PlayEvidence(play(says("a"), log=json.dumps([{"text": piece} for piece in pieces])))
    assert found.play.messages[0] in found
