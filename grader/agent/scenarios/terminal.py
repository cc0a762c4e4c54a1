"""Scenario ``terminal``: lines are typed before any client connects."""

from collections.abc import Collection

from ..stage import Stage

PLAIN = 3
"""Lines in ASCII that precede the Chinese one."""

CHINESE = " 你好，这一行中文是在终端里输入的。"
"""As in scenario ``client``."""


def play(stage: Stage) -> None:
    """Observe the idle server, type plain lines, observe it again; type a Chinese and a plain line.

    The last line is plain: a server that is always one line late loses that one.
    """
    stage.observe("before any client")
    for _ in range(PLAIN):
        stage.type()
    stage.observe("after typing")
    stage.await_log_writes()
    stage.look_for_messages("settled")
    stage.type(CHINESE)
    stage.type()


def reads_lines(sent: Collection[str], logged: set[str]) -> bool:
    """Whether a server that has ``logged`` these of the messages that were ``sent`` logs what is
    typed.

    What follows a Chinese line that is lost does not count: the program may have ended at that.
    """
    plain = {f"m{number + 1}" for number in range(PLAIN)}
    chinese, last = f"m{PLAIN + 1}", f"m{PLAIN + 2}"
    return plain <= logged and (chinese not in logged or last in logged or last not in sent)
