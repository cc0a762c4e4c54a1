"""One client, alone with the server."""

from ..stage import Stage

PLAIN = 3
"""Messages in ASCII, before the Chinese ones."""

CHINESE = (
    " 你好，服务端：这是第一条中文消息。",
    " 今天天气很好! 1 + 1 = 2, 日志: 第2页（附：资料）",
)
"""No quotation mark, backslash or white space at an end: what a record format may escape or
trim. A comma and a colon, at which many a program cuts what it should not. Every character is in
GB 2312, the smallest encoding that a Chinese program may use."""


def play(stage: Stage) -> None:
    """Send plain messages, watch it idle, send Chinese ones."""
    client = stage.connect()
    for _ in range(PLAIN):
        stage.say(client)
    stage.observe("one client, silent")
    stage.look_for_messages("settled")
    for text in CHINESE:
        stage.say(client, text)
