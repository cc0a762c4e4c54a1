"""Scenario ``client``: one client, alone."""

from ..stage import Stage

PLAIN = 2
"""Messages in ASCII that precede the Chinese ones."""

CHINESE = (
    " 你好，服务端：这是第一条中文消息。",
    " 今天天气很好! 1 + 1 = 2, 日志: 第2页（附：资料）",
)
"""They contain no quotation mark or backslash, which a record format may escape, and no white space
at their ends, which it may trim; but a comma and a colon, at which many programs split text. Every
character is in GB 2312, the smallest encoding that a Chinese program may use."""


def play(stage: Stage) -> None:
    """Send plain messages, observe the idle server, send Chinese messages and a plain one.

    The last message is plain: a server that is always one message late loses that one.
    """
    client = stage.connect()
    for _ in range(PLAIN):
        stage.say(client)
    stage.observe("one client, silent")
    stage.await_log_writes()
    stage.look_for_messages("settled")
    for text in CHINESE:
        stage.say(client, text)
    stage.say(client)
