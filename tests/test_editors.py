"""What docs/editors.md gives editors reads what ``--format editor`` prints."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from report.samples import FINDING, entry, report

from grader.model.outcome import failed, not_judged
from grader.model.text import say
from grader.report.editor import BEGIN, END, render_all

DOCS = Path(__file__).parents[1] / "docs"
VERSIONS = ["editors.md", "editors.zh.md"]


def block(document: str, language: str) -> str:
    text = (DOCS / document).read_text("utf-8")
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return found


def printed(path: str) -> list[str]:
    made = report(
        path=path,
        source=b"import select\n" * 8 + b"    data = c.recv(1024)\n",
        entries=(
            entry("burst", 5, failed(FINDING)),
            entry("crowd", 0, failed(FINDING)),
            entry("starts", 5, not_judged(say("The run was lost."))),
        ),
    )
    other = report(path=path, entries=(entry("crowd", 0, failed(FINDING)),))
    return render_all([made, other]).decode().splitlines()


EXPECTED = [("9", "5", "error"), ("1", "1", "warning"), ("1", "1", "note")]


def tasks(document: str) -> list[dict[str, Any]]:
    return json.loads(block(document, "json"))["tasks"]


@pytest.mark.parametrize("path", ["src/zhang.py", "C:\\my files\\张.py", "a:1:b.py"])
@pytest.mark.parametrize("document", VERSIONS)
def test_vs_code_finds_each_line(document, path):
    lines = printed(path)
    for task in tasks(document):
        pattern = task["problemMatcher"]["pattern"]
        for line, expected in zip(lines, EXPECTED, strict=True):
            found = re.search(pattern["regexp"], line)
            assert found[pattern["file"]] == path
            parts = (pattern["line"], pattern["column"], pattern["severity"])
            assert tuple(found[each] for each in parts) == expected
            assert found[pattern["message"]] == line.partition(f"{expected[2]}: ")[2]


@pytest.mark.parametrize("document", VERSIONS)
def test_vs_code_sees_when_a_grading_begins_and_ends(document):
    _, watching = tasks(document)
    assert "--watch" in watching["args"]
    background = watching["problemMatcher"]["background"]
    assert re.search(background["beginsPattern"], f"{BEGIN} zhang.py")
    assert re.search(background["endsPattern"], f"{END} zhang.py")
    for name in ("beginsPattern", "endsPattern"):
        assert not any(re.search(background[name], line) for line in printed("zhang.py"))


@pytest.mark.skipif(not shutil.which("vim"), reason="needs vim")
@pytest.mark.parametrize("document", VERSIONS)
def test_vim_finds_each_line(document, tmp_path):
    (tmp_path / "zhang.py").touch()
    (tmp_path / "out").write_text("\n".join(printed("zhang.py")))
    (tmp_path / "settings.vim").write_text(block(document, "vim"))
    found = (
        "map(getqflist(), 'json_encode([bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.type])')"
    )
    script = ["source settings.vim", "cgetfile out", f"call writefile({found}, 'found')", "qall!"]
    command = ["vim", "-e", "-s", "-u", "NONE", "-N", *(f"+{each}" for each in script)]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=20, stdin=subprocess.DEVNULL)
    assert [json.loads(line) for line in (tmp_path / "found").read_text().splitlines()] == [
        ["zhang.py", int(line), int(column), level[0]] for line, column, level in EXPECTED
    ]
