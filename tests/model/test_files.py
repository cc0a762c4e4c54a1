"""The files of a server that rewrites them unprompted, combined."""

import tracemalloc

import pytest

from grader.model.files import LogFile, combined

NONCES = {"m1": "jxqzjxqzjxqzjxqq", "m2": "zzxqjjxqzzxqjjxq", "m3": "jqqjxzzxjqqjxzzx"}
ONE, TWO, THREE = NONCES.values()


def state(*lines: str, path: str = "log") -> list[LogFile]:
    data = "".join(f"{line}\n" for line in lines).encode()
    return [LogFile(path=path, data=data, size=len(data))]


def text(*states: list[LogFile]) -> str:
    return "|".join(file.data.decode() for file in combined(states, NONCES))


def test_files_that_were_not_rewritten_stay_as_they_are():
    final = [*state(ONE), *state(TWO, path="other")]
    assert combined([final], NONCES) == tuple(final)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([state("a", ONE, TWO), state()], ["a", ONE, TWO]),
        ([state(ONE, TWO), state(THREE)], [ONE, TWO, THREE]),
        ([state(ONE, TWO), state(TWO, THREE)], [ONE, TWO, THREE]),
        ([state(TWO, ONE), state(ONE, TWO, THREE)], [TWO, ONE, THREE]),
        ([state(ONE), state(TWO), state(THREE)], [ONE, TWO, THREE]),
        ([state(f"c: {ONE}", f"c: {ONE}"), state(TWO)], [f"c: {ONE}", f"c: {ONE}", TWO]),
        ([state(ONE.upper()), state(ONE.upper(), TWO)], [ONE.upper(), TWO]),
        ([state(ONE), state("connected", ONE, TWO)], [ONE, "connected", TWO]),
        ([[], state(ONE)], [ONE]),
    ],
    ids=["emptied", "emptied, then more", "trimmed", "sorted", "twice", "two of one", "capitals",
         "another line", "nothing before"],
)  # fmt: skip
def test_each_message_stands_where_it_stood_when_it_was_logged(states, expected):
    assert text(*states) == "".join(f"{line}\n" for line in expected)


def test_a_line_that_was_not_ended_is_ended():
    former = LogFile(path="log", data=ONE.encode(), size=16)
    assert text([former], state(TWO)) == f"{ONE}\n{TWO}\n"


def test_what_is_all_on_one_line_is_not_taken_apart():
    assert text(state(f"[{ONE}]"), state(f"[{ONE}, {TWO}]")) == f"[{ONE}, {TWO}]\n"
    assert text(state(f"[{ONE}, {TWO}]"), state(f"[{TWO}, {THREE}]")) == f"[{ONE}, {TWO}]\n"


def test_a_deleted_file_counts():
    assert text(state(ONE), state(TWO, path="other")) == f"{ONE}\n|{TWO}\n"


def test_the_end_of_a_large_file_stays_unknown():
    former, (latter,) = state(ONE), state(TWO)
    cut = LogFile(path=latter.path, data=latter.data, size=latter.size + 100)
    (file,) = combined([former, [cut]], NONCES)
    assert file.size == len(file.data) + 100


def test_a_flood_that_is_rewritten_takes_little_memory():
    """A list of its lines would take sixteen times as much as they do."""
    flood = b"\n" * (1 << 19)
    states = [[LogFile(path="log.txt", data=flood, size=len(flood))]] * 4
    tracemalloc.start()
    try:
        (file,) = combined(states, {"a": "jqxz" * 4})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.data == flood * 4
    assert peak < 3 * len(file.data)
