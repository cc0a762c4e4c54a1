"""What an agent that is a process of this machine gets from the grader."""

import sys

from grader.sandbox import agent_process

SHOW = "import os; print(os.environ.get('LANGUAGE'), os.environ['PATH'])"


def test_an_agent_does_not_get_the_language_of_the_report(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "zh")
    monkeypatch.setenv("PATH", "/usr/bin")
    agent = agent_process.start([sys.executable, "-c", SHOW])
    out, _ = agent.communicate(timeout=60)
    assert out == b"None /usr/bin\n"
