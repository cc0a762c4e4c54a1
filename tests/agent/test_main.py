"""Reading the plan."""

import io
import json
from pathlib import Path

import msgspec
import pytest

from agent.agent_process import agent, collect, encode, make_plan
from grader.agent import main
from grader.model import plan
from grader.model.decoding import parse_event

pytestmark = pytest.mark.timeout(60)


def whole(**changes: object) -> bytes:
    text = json.dumps({"version": main.VERSION, **changes}).encode()
    return b"%d\n" % len(text) + text


def test_a_plan_is_read():
    assert main.read_plan(io.BytesIO(whole(root="/x"))) == {"version": main.VERSION, "root": "/x"}


def test_bytes_after_the_plan_are_not_read():
    stream = io.BytesIO(whole() + b"more")
    main.read_plan(stream)
    assert stream.read() == b"more"


def test_truncated():
    text = whole(root="/x")
    for end in range(len(text)):
        with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
            main.read_plan(io.BytesIO(text[:end]))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"x\n{}",
        b"-2\n{}",
        b"0\n",
        b"2\n{]",
        b"2\n[]",
        b"2\n{}",
        b"4\nnull",
        b"1" * 30 + b"\n{}",
        b'2\n\xff"',
        whole(version=main.VERSION + 1),
        whole(version=None),
        whole(version=str(main.VERSION)),
    ],
)
def test_an_invalid_plan_is_refused(text: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        main.read_plan(io.BytesIO(text))


def test_the_models_plan_is_read(tmp_path: Path):
    made = make_plan("pass", tmp_path, folders=("logs",))
    read = main.read_plan(io.BytesIO(encode(made)))
    assert msgspec.convert(read, plan.Plan) == made


def test_the_input_may_stay_open(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan("", tmp_path)))
        process.stdin.flush()
        out, complaint = collect(process)
        assert not process.stdin.closed
        assert process.returncode == 0, complaint
        assert parse_event(out.splitlines()[-1]).complete is False


def test_a_plan_of_another_version_is_refused(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(whole(version=99))
        process.stdin.flush()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert out == b""
        assert f"plans of version {main.VERSION}".encode() in complaint


def test_a_truncated_plan_starts_nothing(tmp_path: Path):
    with agent(tmp_path) as process:
        assert process.stdin
        process.stdin.write(encode(make_plan("", tmp_path))[:-1])
        process.stdin.close()
        out, complaint = collect(process)
        assert process.returncode == 1
        assert out == b""
        assert b"not whole" in complaint
        process.stdin = open("/dev/null", "wb")  # noqa: SIM115, PTH123 (for whoever closes it)
