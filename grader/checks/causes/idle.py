"""Causes of a server that does not wait, or waits elsewhere."""

from grader.model.outcome import Cause
from grader.model.text import say

OTHER_MULTIPLEXER = Cause(
    "other-multiplexer",
    say(
        "It waits for all IO at once, which is right. But the homework asks for `select`, and this "
        "is another call that can do that. (使用select完成)"
    ),
)
WAITS_ELSEWHERE = Cause(
    "waits-elsewhere",
    say(
        "`select` watches all IO at once and blocks until some of it is ready. Which call does the "
        "program wait in, and for whom? (IO multiplexing: 阻塞等待IO事件的发生)"
    ),
)
TIMEOUT_ENDS_IT = Cause(
    "timeout-ends-it",
    say(
        "When its timeout expires, `select` returns three empty lists. A quiet period is not the "
        "end, and anyone may send next: what does the program do then? (timeout)"
    ),
)
NEVER_WAITS = Cause(
    "never-waits",
    say(
        "A socket in `wlist` is nearly always ready, and a file on disk always is, so `select` "
        "returns at once (wlist中如果存在IO事件，则select立即将其返回). With a timeout "
        "of 0, it never waits."
    ),
)
DEPARTURE_NOT_HANDLED = Cause(
    "departure-not-handled",
    say(
        "When the other end has gone, `recv` returns empty at once, again and again. What does the "
        "program do with that socket then, and with the list that holds it? (recv立即返回空字符串)"
    ),
)
WATCHES_WHO_HAS_LEFT = Cause(
    "watches-who-has-left",
    say(
        "A socket whose other end has gone stays readable forever, and `recv` returns empty each "
        "time. What still watches it? (empty recv; rlist.remove)"
    ),
)
