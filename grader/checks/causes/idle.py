"""Causes of a server that does not wait, or waits elsewhere."""

from grader.model.outcome import Cause
from grader.model.text import say

OTHER_MULTIPLEXER = Cause(
    "other-multiplexer",
    say(
        "It waits for all IO at once, which is right. But the homework asks for `select`, and "
        "this is another call that can do that. (使用select完成)"
    ),
)
SEVERAL_THREADS = Cause(
    "several-threads",
    say(
        "With `select`, one process with one thread waits for everybody. What does each of the "
        "others wait for, and could `select` watch that, too? (IO multiplexing: "
        "阻塞等待IO事件的发生)"
    ),
)
WAITS_ELSEWHERE = Cause(
    "waits-elsewhere",
    say(
        "`select` watches all IO at once and blocks until some of it is ready. Which call does "
        "the program wait in, and for whom? (IO multiplexing: 阻塞等待IO事件的发生)"
    ),
)
SERVES_UNWATCHED = Cause(
    "serves-unwatched",
    say(
        "`select` waits for all that is in its lists, and for nothing else. How does the program "
        "find out that there is something from {who}? (rlist)"
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
        "A call that waits for input returns at once as long as any is ready, or if its timeout "
        "is 0. What is always ready here, or how long may the call wait?"
    ),
)
ALWAYS_READY = Cause(
    "always-ready",
    say(
        "Line {line} is `{code}`. It returns at once as long as anything in its lists is ready. "
        "What is in them with nothing to do, and is always ready? (rlist, wlist)"
    ),
)
WRITABLE_IS_READY = Cause(
    "writable-is-ready",
    say(
        "Line {line} is `{code}`. A socket in `wlist` is nearly always ready, and a file on disk "
        "always is, so `select` returns at once (wlist中如果存在IO事件，则select立即将其返回). "
        "What is in that list with nothing to write?"
    ),
)
TIMEOUT_OF_ZERO = Cause(
    "timeout-of-zero",
    say(
        "Line {line} is `{code}`. How long does `select` wait there if nothing is ready? (timeout)"
    ),
)
KEEPS_SENDING = Cause(
    "keeps-sending",
    say(
        "It sends to a client that has left, and the error comes again at each turn. What happens "
        "to a client's socket once sending to it has failed? (BrokenPipeError; remove, close)"
    ),
)
DEPARTURE_NOT_HANDLED = Cause(
    "departure-not-handled",
    say(
        "When the other end has gone, `recv` returns empty at once, again and again. What does "
        "the program do with that socket then, and with the list that holds it? "
        "(recv立即返回空字符串)"
    ),
)
WATCHES_WHO_HAS_LEFT = Cause(
    "watches-who-has-left",
    say(
        "A socket whose other end has gone stays readable forever, and `recv` returns empty each "
        "time. What still watches it? (empty recv; rlist.remove)"
    ),
)
