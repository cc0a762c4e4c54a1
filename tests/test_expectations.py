"""The headers that state what a server must get."""

from pathlib import Path

import expectations
import pytest
from expectations import Expectation, HeaderError

CAUSE = "# cause: It writes late.\n"


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str | bytes, sandbox: str | None = None) -> Expectation:
        path = tmp_path / "server.py"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return expectations.read(path, sandbox)

    return read_text


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("# expect: pass\n", Expectation("It writes late.")),
        (
            "# expect: fail client-order, arrival-order\n",
            Expectation("It writes late.", fails=frozenset({"client-order", "arrival-order"})),
        ),
        (
            "# expect: fail client-order,\n#   arrival-order\n# craft: pass\n",
            Expectation(
                "It writes late.",
                fails=frozenset({"client-order", "arrival-order"}),
                craft=frozenset(),
            ),
        ),
        (
            "# expect: pass\n# craft: fail prompt, restart\n# skipped: burst\n",
            Expectation(
                "It writes late.",
                craft=frozenset({"prompt", "restart"}),
                skipped=frozenset({"burst"}),
            ),
        ),
        ("# expect: not-judged\n", Expectation("It writes late.", not_judged=True)),
        (
            "# expect: at most 92 points\n# limits: patience 1.0, total 12\n",
            Expectation("It writes late.", at_most=92, limits={"patience": 1, "total": 12}),
        ),
        (
            "# expect: pass\n# notes: open: No space left\n",
            Expectation("It writes late.", notes="open: No space left"),
        ),
    ],
)
def test_a_header_is_read(read, header: str, expected: Expectation) -> None:
    assert read(header + CAUSE + "\n# A comment of the student's.\nimport socket\n") == expected
    assert read(header + CAUSE + "import socket\n") == expected
    assert read((header + CAUSE).replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    "before",
    [b"#!/usr/bin/env python3\n# coding=gbk\n", b"# -*- coding: gbk -*-\n", b"\xef\xbb\xbf"],
)
def test_lines_that_must_come_first_precede_the_header(read, before: bytes) -> None:
    text = before + b"# expect: fail starts\n" + CAUSE.encode() + "# 注释".encode("gbk")
    with pytest.raises(HeaderError, match="expected `# KEY"):
        read(text)
    assert read(text.replace(b"late.\n", b"late.\n\n")).fails == {"starts"}


def test_a_sandbox_may_differ(read) -> None:
    header = "# expect: fail starts\n# expect in namespaces: not-judged\n# notes in docker: no\n"
    general, docker, namespaces = (
        read(header + CAUSE, sandbox) for sandbox in (None, "docker", "namespaces")
    )
    assert (general.fails, general.not_judged, general.notes) == ({"starts"}, False, "")
    assert (docker.fails, docker.not_judged, docker.notes) == ({"starts"}, False, "no")
    assert (namespaces.fails, namespaces.not_judged, namespaces.notes) == (set(), True, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line `# expect: …`"),
        ("import socket\n# expect: pass\n", "no line"),
        ("# expect: pass\n", "no line `# cause: …`"),
        (CAUSE, "no line `# expect: …`"),
        ("# expect in docker: pass\n" + CAUSE, "no line `# expect: …`"),
        ("# why: it is late\n", "line 1: expected `# KEY: …` with a KEY of expect, craft"),
        ("# expect: pass\n# crfat: pass\n" + CAUSE, "line 2: expected `# KEY: …`"),
        ("# expect:\n" + CAUSE, "line 1: expected `# KEY: …`"),
        ("#   pass\n" + CAUSE, "line 1: expected `# KEY: …`"),
        ("# expect: pass\n# expect: pass\n" + CAUSE, "line 2: `# expect` is stated twice"),
        ("# expect: passes\n" + CAUSE, "expected `pass` or `fail CHECK, CHECK`, not `passes`"),
        ("# expect: fail\n" + CAUSE, "expected `pass` or"),
        ("# expect: fail order\n" + CAUSE, "`order` is not one of the checks"),
        ("# expect: fail prompt\n" + CAUSE, "`prompt` is not one of the checks"),
        ("# expect: fail starts starts\n" + CAUSE, "`starts starts` is not one of"),
        ("# expect: fail starts, starts\n" + CAUSE, "named twice"),
        ("# expect: pass\n# craft: fail starts\n" + CAUSE, "`starts` is not one of the checks"),
        ("# expect: pass\n# skipped: all\n" + CAUSE, "`all` is not one of the checks"),
        ("# expect: pass\n# limits: total\n" + CAUSE, "a name and a number, not `total`"),
        ("# expect: pass\n# expect in docker: no\n" + CAUSE, "`pass` or `fail"),
        ("# expect: pass\n# expect in vm: pass\n" + CAUSE, "sandboxes are docker, namespaces"),
        ("# expect: pass\n# craft in docker: pass\n" + CAUSE, "only expect, notes differ"),
    ],
)
def test_a_malformed_header_is_reported_with_its_file(read, text: str, message: str) -> None:
    with pytest.raises(HeaderError, match=message) as caught:
        read(text)
    assert "server.py: " in str(caught.value)


def differences(expected: Expectation, points: float = 100, **outcomes: str) -> list[str]:
    named = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    return list(expected.differences(named, points))


def test_outcomes_are_compared() -> None:
    late = Expectation("", fails=frozenset({"client-order"}))
    assert differences(late, client_order="fail", prompt="fail", starts="pass") == []
    assert differences(late, starts="fail") == ["fail: starts; expected: client-order"]
    assert differences(late, client_order="fail", starts="not-judged") == ["not judged: starts"]

    careful = Expectation("", craft=frozenset())
    assert differences(careful, starts="pass", prompt="skipped") == []
    assert differences(careful, prompt="fail") == ["fail: prompt; expected: "]

    lost = Expectation("", not_judged=True)
    assert differences(lost, starts="not-judged") == []
    assert differences(lost, starts="pass", prompt="not-judged") == [
        "not judged: no check worth points"
    ]
    assert differences(lost, starts="not-judged", newcomer="fail") == ["fail: newcomer; expected: "]

    slow = Expectation("", at_most=92)
    assert differences(slow, 92, starts="fail", newcomer="not-judged") == []
    assert differences(slow, 93) == ["93 points, expected at most 92"]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (Expectation(""), "pass"),
        (Expectation("", craft=frozenset()), "pass; craft: pass"),
        (
            Expectation("", frozenset({"departure", "starts"}), craft=frozenset({"prompt"})),
            "fail starts, departure; craft: fail prompt",
        ),
        (Expectation("", fails=frozenset({"departure", "starts"})), "fail starts, departure"),
        (Expectation("", not_judged=True), "not-judged"),
        (Expectation("", at_most=92), "at most 92 points"),
    ],
)
def test_an_expectation_is_written_as_in_a_header(expected: Expectation, text: str) -> None:
    assert str(expected) == text
