"""Causes of messages that are not read or not logged."""

from grader.model.outcome import Cause
from grader.model.text import say

DROPS_CLIENT = Cause(
    "drops-client",
    say(
        "A connection closes on `close`, at the end of a `with` block, or when no variable refers "
        "to its socket any more. Which of these happens here? Does the program limit the number of "
        "clients, or can another client take the place where it keeps this one's socket? (if and "
        "else; lists, dictionaries)"
    ),
)
CLOSES_ITS_ONLY_CLIENT = Cause(
    "closes-its-only-client",
    say(
        "A connection closes on `close`, at the end of a `with` block, or when no variable refers "
        "to its socket any more. Which of these happens here, although the client has not left? "
        "(empty `recv`; if and else)"
    ),
)
LOSES_MESSAGES = Cause(
    "loses-messages",
    say(
        "The server read everything, and nothing blocked it. Does every path through the program "
        "write to the log, whoever else is connected and whatever came just before? (branches, "
        "loops)"
    ),
)
NOT_IN_RLIST = Cause(
    "not-in-rlist",
    say(
        "`select` reports only on what is in the lists it is given. Was {who} ever put in, and "
        "what took it out? (rlist)",
    ),
)
IN_ANOTHER_LIST = Cause(
    "in-another-list",
    say(
        "Line {line} is `{code}`. Its first list is for IO to read from, the second one for IO to "
        "write to, the third one for errors. In which of them is {who}, and in which does it "
        "belong? (rlist, wlist, xlist)"
    ),
)
OUTPUT_IN_RLIST = Cause(
    "output-in-rlist",
    say(
        "Line {line} is `{code}`, and `sys.stdout` is in its first list. The program writes to "
        "`sys.stdout`; which file does it read what is typed from? (rlist)"
    ),
)
SEVERAL_SELECTS = Cause(
    "several-selects",
    say(
        "The program calls `select` on lines {lines}. Each of these calls blocks until something "
        "in its own lists is ready, whatever else arrives. How many calls does it take to wait for "
        "everything at once? (IO multiplexing)"
    ),
)
ALWAYS_TRUE = Cause(
    "always-true",
    say(
        "Line {line} is `{code}`. Python compares only what stands next to `is` or `==`; a value "
        "on the other side of `or` counts by itself, and this one is always true. What happens "
        "there to all other IO? (if; or)"
    ),
)
BLOCKS = Cause(
    "blocks",
    say(
        "`accept`, `recv` and `input` block the whole program until their own IO is ready, "
        "whatever else is waiting. Does the program call each one only for what `select` has just "
        "returned, and only once? (blocking IO)"
    ),
)
WAITS_APART = Cause(
    "waits-apart",
    say(
        "The program waits for {who} in a call of its own (`input`, `accept`, `recv`), which "
        "blocks everything else, and `select` never watches {who}. If it did, when would the "
        "program make that call? (rlist; blocking IO)"
    ),
)
NO_SELECT = Cause(
    "no-select",
    say(
        "No line of the program calls `select`. Which call waits for the listening socket, every "
        "client and the terminal at once, until one of them is ready? (IO multiplexing: "
        "使用select完成)"
    ),
)
SLEEPS = Cause(
    "sleeps",
    say(
        "While the program sleeps (`time.sleep`), nothing that arrives can wake it. `select` "
        "waits, too, and returns as soon as something has arrived. What is the sleep for?"
    ),
)
WAITS_FOR_A_LOCK = Cause(
    "waits-for-a-lock",
    say(
        "It waits for a lock, a queue or another thread, and nothing that arrives ends that wait. "
        "Who would have to release it, and can that part still run? (threads)"
    ),
)
CLOSES_THE_LISTENER = Cause(
    "closes-the-listener",
    say(
        "The server runs on, but nobody can connect any more. Which line closes the listening "
        "socket, or gives its variable another value? (close)"
    ),
)
READY_NOT_READ = Cause(
    "ready-not-read",
    say(
        "`select` reports the same IO again and again until somebody takes what has arrived "
        "there. Which call takes it, and does the program get to that call? (accept, recv, "
        "readline)"
    ),
)
CLIENT_TEXT_UNUSED = Cause(
    "client-text-unused",
    say(
        "`select` returns the client's socket as ready, and `recv` returns its text. What does "
        "the program do with that text? (IO multiplexing; network IO: recv)"
    ),
)
SECOND_RECV = Cause(
    "second-recv",
    say(
        "The program has read the client's text and now blocks in another `recv` from the same "
        "client, waiting for more. That call returns only when the client sends again or leaves. "
        "Each time `select` returns a socket, only one `recv` is sure not to block. (blocking IO)"
    ),
)
SECOND_READLINE = Cause(
    "second-readline",
    say(
        "The program has read the typed line and now blocks in another `readline` or `input`, "
        "which waits for the next line. How often does it read each time `select` returns the "
        "terminal, and what becomes of each line? (blocking IO; variables)"
    ),
)
TERMINAL_NOT_WATCHED = Cause(
    "terminal-not-watched",
    say(
        "The terminal is an IO like any other. What does `select` watch, and does the program "
        "reach the terminal at all before a client connects? (rlist: the IO events to wait for)"
    ),
)
FIRST_MESSAGE_TAKEN = Cause(
    "first-message-taken",
    say(
        "Only the first message of each source is missing. What does the program do with what it "
        "reads first: does it take it for a name, or read it without writing it? (recv, readline)"
    ),
)
WRITTEN_WITH_THE_NEXT = Cause(
    "written-with-the-next",
    say(
        "Only what came last is missing. When does the program write a message: when it has read "
        "it, or when the next one comes? (variables in a loop)"
    ),
)
WRITTEN_BY_THE_LOT = Cause(
    "written-by-the-lot",
    say(
        "What came last is missing, in one play as in another; what came before it is logged. Does "
        "the program write each message when it has read it, or several together (a counter, the "
        "length of a list, a buffer)? And what becomes of the rest? (if and else; files)"
    ),
)
DROPS_WHAT_IT_READS = Cause(
    "drops-what-it-reads",
    say(
        "Line {line} reads, and keeps nothing of what it has read: {code}. The next call of "
        "`recv`, `readline` or `input` returns what comes after that. How often does the program "
        "read for each message? (variables)"
    ),
)
BEGINNING_READ_APART = Cause(
    "beginning-read-apart",
    say(
        "The log holds a message without its beginning ({count} of its characters). Which call "
        "read that? Each byte is returned once, and a client may send any text, without a header. "
        "(recv)"
    ),
)
HANDLER_NOT_ADDED = Cause(
    "handler-not-added",
    say(
        "Line {line} makes a handler that writes to a file: {code}. Which logger sends its records "
        "to that handler? (logging)"
    ),
)
FORMAT_WITHOUT_MESSAGE = Cause(
    "format-without-message",
    say(
        "Line {line} says what a record of the log looks like: {code}. Which part of it stands for "
        "the message? (logging)"
    ),
)
FOLLOW_THE_TEXT = Cause(
    "follow-the-text",
    say(
        "Line {line} reads the text: {code}. Follow it from there: through which lines does it "
        "come to the log, and what happens to it on the way? (variables; if and else)"
    ),
)
FOLLOW_THE_LINE = Cause(
    "follow-the-line",
    say(
        "Line {line} reads what is typed: {code}. Follow it from there, with no client connected: "
        "through which lines does it come to the log? (variables; if and else)"
    ),
)
HIDES_ERRORS = Cause(
    "hides-errors",
    say(
        "Line {line} catches errors and does not show them: {code}. What would you see if the "
        "program printed the error there? (exceptions)"
    ),
)
LOGGING_LEVEL = Cause(
    "logging-level",
    say(
        "`logging` drops whatever is below its level, which is WARNING unless the program sets "
        "it. Which level does line {line} have: {code}? (logging)"
    ),
)
NEVER_GETS_TO_THE_LOG = Cause(
    "never-gets-to-the-log",
    say(
        "There is no log. The program writes it behind a loop, at line {line}: {code}. What ends "
        "that loop, and does the program get there if Ctrl-C ends it? (loops, exceptions)"
    ),
)
LINE_UNUSED = Cause(
    "line-unused",
    say(
        "The line was read. What does the program do with it while no client is connected, and "
        "does every path through the program write it? (terminal IO; branches)"
    ),
)
READS_TO_THE_END = Cause(
    "reads-to-the-end",
    say(
        "The program blocks in a read of the terminal that wants more than one line: `read`, "
        "`readlines` and `for line in sys.stdin` continue to the end of all input, `readline` to "
        "the end of one line."
    ),
)
NOT_EACH_READY = Cause(
    "not-each-ready",
    say(
        "`select` returns every IO that is ready, perhaps several at once. Does the program "
        "handle each of them, and read from *that* one? (multiplexing: iterate over the returned "
        "list)"
    ),
)
LOOP_ENDS = Cause(
    "loop-ends",
    say(
        "The program exited and showed no error, as if it had finished. A server runs until it is "
        "stopped. What ends its loop (`break`, `return`, `exit`, a counter)?"
    ),
)
BLOCKS_FOR_A_SILENT_CLIENT = Cause(
    "blocks-for-a-silent-client",
    say(
        "`recv`, `accept` and `input` block the whole program until their own IO is ready, and a "
        "silent client's may never be. (blocking IO)"
    ),
)
NEWCOMER_NOT_WATCHED = Cause(
    "newcomer-not-watched",
    say(
        "The listening socket is IO to watch, too, and not only at the start. (accept in the loop)"
    ),
)
