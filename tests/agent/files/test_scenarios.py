"""What a scenario has added to a server's files, where that stands for itself."""

import pytest

from grader.agent.files.logs import LogFile
from grader.agent.files.scenarios import FilesOfScenarios

A, B = "jqxzjqxzjqxzjqxx", "zzxqjjqxzjxqzxqj"


def files(**data):
    return {name: LogFile(name, len(text), text) for name, text in data.items()}


def line(nonce):
    return f"{nonce} Hello\n".encode()


def begun(text=b""):
    """The files after a first scenario, which has logged ``A``."""
    text = text or line(A)
    shared = FilesOfScenarios()
    assert shared.end(files(log=text), [A], len(A)) is not None
    return shared


def test_the_first_scenario_has_written_all_files():
    (added,) = FilesOfScenarios().end(files(log=line(A)), [A], len(A))
    assert added.data == line(A)


def test_a_later_one_has_written_the_rest():
    (added,) = begun().end(files(log=line(A) + line(B)), [B], len(B))
    assert (added.data, added.size) == (line(B), len(line(B)))


def test_what_has_not_changed_is_left_out():
    added = begun().end(files(log=line(A), another=line(B)), [B], len(B))
    assert [file.path for file in added] == ["another"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-be"])
def test_the_rest_can_be_decoded(encoding):
    text = line(A).decode()
    first = text.encode(encoding)
    rest = line(B).decode().encode(encoding.replace("utf-16", "utf-16-le").replace("le-be", "be"))
    rest = rest.removeprefix(b"\xef\xbb\xbf")
    (added,) = begun(first).end(files(log=first + rest), [B], len(B))
    assert added.data.decode("utf-16-be" if encoding == "utf-16-be" else encoding).endswith(
        line(B).decode()
    )


@pytest.mark.parametrize(
    "later",
    [
        pytest.param({"log": line(B)}, id="written anew"),
        pytest.param({"log": line(B) + line(A)}, id="newest on top"),
        pytest.param({"log": line(A)[:-1] + line(B)}, id="in the middle of a line"),
        pytest.param({"another": line(B)}, id="gone"),
        pytest.param({"log": line(A) + line(B) + line(A)}, id="an earlier message once more"),
        pytest.param({"log": line(A) + line(B)[:-1]}, id="no end of a line"),
        pytest.param({"log": line(A) + b"Hello\n"}, id="a message is not whole"),
    ],
)
def test_what_does_not_stand_for_itself(later):
    assert begun().end(files(**later), [B], len(B)) is None


def test_a_lines_end_may_stand_in_front():
    shared = begun(b"\n" + line(A)[:-1])
    (added,) = shared.end(files(log=b"\n" + line(A)[:-1] + b"\n" + line(B)[:-1]), [B], len(B))
    assert added.data == b"\n" + line(B)[:-1]


@pytest.mark.parametrize(
    ("later", "intact"),
    [
        ({"log": line(A)}, True),
        ({"log": line(A) + b"The end\n"}, True),
        ({"log": line(A) + line(B)}, True),
        ({"log": line(A) + line(A)}, False),
        ({"log": line(A)[1:]}, False),
        ({}, False),
    ],
)
def test_a_server_that_ends_leaves_alone_what_it_has_logged(later, intact):
    assert begun().intact(files(**later)) is intact


def test_a_server_that_is_started_again_may_empty_its_log():
    shared = begun()
    shared.begun_anew = True
    (added,) = shared.end(files(log=line(B)), [A, B], 32)
    assert added.data == line(B)
    assert shared.end(files(log=b""), [], 0) is None, "once"
