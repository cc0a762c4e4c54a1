"""The comparison of mutants with the list of those that may survive."""

import ast
import json
from collections.abc import Iterator
from fnmatch import filter as matching

import pytest

from mutation.survivors import LISTED, ROOT, Entry, compare, read_entries, read_mutants

MODULE = '''
class Words:
    def xǁWordsǁfind__mutmut_orig(self, text):
        """Find it."""
        return text.find("a")

    def xǁWordsǁfind__mutmut_1(self, text):
        """Find it."""
        return text.rfind("a")


def x_limit__mutmut_orig(size):
    if size > 10:
        return 10
    return size


def x_limit__mutmut_1(size):
    if size >= 10:
        return 10
    return size


def x_limit__mutmut_2(size):
    if size > 11:
        return 10
    return size
'''


def meta(find, first, second):
    keys = {
        "grader.logs.search.xǁWordsǁfind__mutmut_1": find,
        "grader.logs.search.x_limit__mutmut_1": first,
        "grader.logs.search.x_limit__mutmut_2": second,
    }
    return json.dumps({"exit_code_by_key": keys})


def mutants(find=1, first=0, second=1):
    return list(read_mutants(MODULE, meta(find, first, second)))


LIST = """
[[survivor]]
function = "grader.logs.search.limit"
change = '''
- if size > 10:
+ if size >= 10:
'''
reason = "10 is 10"
"""
FIRST = Entry("grader.logs.search.limit", "- if size > 10:\n+ if size >= 10:", "10 is 10")


def test_a_mutant_is_its_function_and_its_changed_lines():
    find, first, _ = mutants()
    assert find.function == "grader.logs.search.Words.find"
    assert find.change == '- return text.find("a")\n+ return text.rfind("a")'
    assert (first.module, first.function) == ("grader.logs.search", "grader.logs.search.limit")
    assert first.change == FIRST.change


@pytest.mark.parametrize(
    ("status", "killed"),
    [(0, False), (33, False), (1, True), (3, True), (36, True), (-24, True), (None, None)],
)
def test_the_exit_status_says_whether_a_mutant_is_killed(status, killed):
    assert mutants(find=status)[0].killed is killed


def test_a_list_is_read():
    assert read_entries(LIST) == [FIRST]
    assert read_entries(LIST.replace("survivor", "rule"))[0].rule


def test_a_listed_survivor_is_right():
    summary, wrong = compare(mutants(), read_entries(LIST))
    assert wrong == []
    assert summary == [
        "grader.logs.search                 3 mutants:    2 killed,    1 listed,    0 unlisted",
        "in all                             3 mutants:    2 killed,    1 listed,    0 unlisted",
    ]


def test_an_unlisted_survivor_is_reported():
    _, (wrong,) = compare(mutants(second=0), read_entries(LIST))
    assert wrong == (
        "survives, and is not listed: grader.logs.search.limit\n- if size > 10:\n+ if size > 11:\n"
    )


def test_a_listed_mutant_that_is_killed_is_reported():
    _, (wrong,) = compare(mutants(first=1), read_entries(LIST))
    assert wrong.startswith("is listed, and does not survive: grader.logs.search.limit\n")


def test_a_rule_covers_several_and_may_cover_killed_ones():
    rule = Entry("grader.logs.*", r".*if size >=? \d+:", "bounds", rule=True)
    assert compare(mutants(second=0), [rule])[1] == []
    assert compare(mutants(), [rule])[1] == []
    assert len(compare(mutants(first=1), [rule])[1]) == 1, "it covers no survivor"


def test_a_run_that_was_cut_short_is_reported():
    assert "1 mutants were not checked" in compare(mutants(find=None), [FIRST])[1][0]
    assert compare([], [])[1] == ["there are no mutants: run mutmut first"]


def test_each_listed_mutant_has_a_reason():
    for entry in read_entries(LISTED.read_text(encoding="utf-8")):
        assert entry.function.startswith("grader.")
        assert entry.reason.strip()


def functions() -> Iterator[tuple[str, list[str]]]:
    """The functions that mutmut changes, with their modules and classes, and their lines."""
    for path in [*ROOT.glob("grader/checks/**/*.py"), *ROOT.glob("grader/logs/**/*.py")]:
        text = path.read_text(encoding="utf-8")
        lines = [line.strip() for line in text.splitlines()]
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(text)
        within = [(module, tree.body)]
        within += [(f"{module}.{c.name}", c.body) for c in tree.body if isinstance(c, ast.ClassDef)]
        for name, body in within:
            for node in body:
                if isinstance(node, ast.FunctionDef):
                    yield f"{name}.{node.name}", lines[node.lineno - 1 : node.end_lineno]


def test_what_a_listed_mutant_changes_is_still_there():
    code = dict(functions())
    for entry in read_entries(LISTED.read_text(encoding="utf-8")):
        assert matching(code, entry.function), f"there is no {entry.function}"
        if not entry.rule:
            removed = [line[2:] for line in entry.change.splitlines() if line[0] == "-"]
            lines = "\n".join(code[entry.function])
            assert "\n".join(removed) in lines, f"{entry.function} has changed: {removed}"
