"""Causes that the error on the server's terminal names."""

from grader.model.outcome import Cause
from grader.model.text import say

NEEDS_ARGUMENTS = Cause(
    "needs-arguments", say("The grader starts the program without arguments: `python3 program.py`.")
)
STARTS_ANOTHER_PROGRAM = Cause(
    "starts-another-program",
    say(
        "It starts another program, which not every computer has. Python can do the same without "
        "it: open a file, write to it, copy it (`shutil`)."
    ),
)
CHINESE_PUNCTUATION = Cause(
    "chinese-punctuation",
    say(
        "That character looks like a Python symbol but is another one, such as a Chinese comma or "
        "bracket (，（）：“”). Programs are typed with an English keyboard."
    ),
)
SYNTAX_ERROR = Cause(
    "syntax-error", say("Python cannot parse the program: look at the line it names.")
)
PYTHON_2_PRINT = Cause(
    "python-2-print",
    say("That is how Python 2 prints. This is Python 3, in which `print` is a function."),
)
INDENTATION = Cause(
    "indentation",
    say(
        "Indentation says which lines form a block. Are all lines of that block indented by the "
        "same amount, without mixing tabs and spaces?"
    ),
)
WINDOWS_MODULE = Cause(
    "windows-module",
    say(
        "That module exists on Windows only. This is Linux, where `select` watches `sys.stdin` "
        "just like a socket."
    ),
)
PYTHON_2_MODULE = Cause(
    "python-2-module",
    say("That was a module's name in Python 2, and this is Python 3: `queue`, `socketserver`…"),
)
NEEDS_A_SCREEN = Cause(
    "needs-a-screen",
    say(
        "The program opens a window, and there is no screen here, as on most servers. The "
        "homework needs only a terminal: can the program do without the window?"
    ),
)
MISSING_MODULE = Cause(
    "missing-module",
    say(
        "Only Python's standard library is available, and only this one file was submitted. The "
        "homework needs nothing else."
    ),
)
FOREIGN_ADDRESS = Cause(
    "foreign-address",
    say(
        "The address in `bind` belongs to your own computer and exists on no other. With "
        "'0.0.0.0', a server listens on every address that its computer has."
    ),
)
CONTACTS_THE_NETWORK = Cause(
    "contacts-the-network",
    say(
        "The program contacts another computer, and there is no network here. With '0.0.0.0', a "
        "server does not need to find out its own address."
    ),
)
ROOT_FOLDER = Cause(
    "root-folder",
    say(
        "That file is directly in the system's root folder, where only an administrator may "
        "create one. With a relative path, a log is next to the program."
    ),
)
CREATES_WHAT_EXISTS = Cause(
    "creates-what-exists",
    say(
        "It creates something that already exists. Mode 'x' demands a file that does not exist "
        "yet; mode 'a' does not."
    ),
)
MISSING_FILE = Cause(
    "missing-file",
    say(
        "The program opens a file that does not exist: it starts in a folder that holds nothing "
        "else. In which mode does `open` create a file, and does the program need one that was "
        "not submitted?"
    ),
)
FOREIGN_PATH = Cause(
    "foreign-path",
    say(
        "That file cannot be opened on a computer other than yours. Does its folder exist there, "
        "and may everybody write to it? With a relative path, a log is next to the program."
    ),
)
SOCKET_STEPS = Cause(
    "socket-steps",
    say("TCP server: socket → bind → listen, each once and in this order, and only then accept."),
)
MISSING_DEVICE = Cause(
    "missing-device",
    say(
        "It asks the system for something that not every computer has, as `os.getlogin` does "
        "where nobody has logged in. Does the program need it?"
    ),
)
MISSING_LOCALE = Cause(
    "missing-locale",
    say("Not every computer has that language installed. Does the program need it?"),
)
OTHER_SYSTEM = Cause(
    "other-system",
    say("Python's modules differ between systems and versions, and this system is Linux."),
)
SELECT_LISTS_HOLD_OTHER_THINGS = Cause(
    "select-lists-hold-other-things",
    say(
        "The lists for `select` may hold only sockets and files. What else has been put in? "
        "(`accept` returns two things: the socket and an address)"
    ),
)
SELECT_TAKES_THREE_LISTS = Cause(
    "select-takes-three-lists",
    say(
        "`select` takes three lists: rlist, wlist, xlist. Each may be empty, []. Is each variable "
        "still a list there, or which line gave it another value (`append` returns None)?"
    ),
)
SELECT_IS_THE_FUNCTION = Cause(
    "select-is-the-function",
    say(
        "After `from select import select`, the name `select` is the function itself; after "
        "`import select`, it is the module, and the function is `select.select`."
    ),
)
SELECT_IS_THE_MODULE = Cause(
    "select-is-the-module",
    say(
        "After `import select`, the name `select` is the module; the function in it is "
        "`select.select`."
    ),
)
NOT_LISTENING = Cause(
    "not-listening",
    say(
        "Only a listening socket accepts: socket → bind → listen. Does the variable hold that "
        "socket at this line, or has another line given it another value? (accept; assignment)"
    ),
)
RECV_ON_THE_LISTENER = Cause(
    "recv-on-the-listener",
    say(
        "That socket is connected to nobody. A listening socket only accepts; to receive from a "
        "client, or to send to it, takes the socket that `accept` returned. Which of the two does "
        "that line use, and in which branch or loop? (accept, recv, send; if, elif, else)"
    ),
)
TERMINAL_AS_SOCKET = Cause(
    "terminal-as-socket",
    say(
        "The terminal is a file, not a socket: its text is read with `readline`. Which of the two "
        "does that line handle?"
    ),
)
BYTES_AND_TEXT = Cause(
    "bytes-and-text",
    say(
        "`recv` returns bytes, and typed text is a string. Which of the two does that line need? "
        "(strings and bytes: encode, decode)"
    ),
)
TUPLE_AS_SOCKET = Cause(
    "tuple-as-socket",
    say(
        "That is a tuple, not a socket: `accept` returns two things, the socket and an address. "
        "Which of the two does that line need?"
    ),
)
LIST_AS_SOCKET = Cause(
    "list-as-socket",
    say(
        "A list holds several things, and what one of them can do, the list cannot. `for` goes "
        "through a list, also through those that `select` returns. Or are a call's arguments in "
        "the wrong order? (functions: parameters)"
    ),
)
LOCAL_NAME = Cause(
    "local-name",
    say(
        "A name that a function assigns to is local to it, from its first line to its last. A "
        "value from outside comes in as a parameter (or with `global`). (functions)"
    ),
)
ARGUMENT_COUNT = Cause(
    "argument-count",
    say(
        "There are too many or too few values: how many does it take, or return? `bind` takes "
        "one, the pair (address, port); `accept` returns two, `select` three. (functions)"
    ),
)
MISSING_IMPORT = Cause(
    "missing-import",
    say(
        "That is the name of a module, and a program knows a module by its name only after "
        "`import`. Which line imports this one? (`from … import …` does not give its name)"
    ),
)
UNKNOWN_NAME = Cause(
    "unknown-name",
    say(
        "Python names the line and the name. Is it spelt there as in its definition, and is it "
        "defined on every path that leads there?"
    ),
)
TEXT_AS_NUMBER = Cause(
    "text-as-number",
    say("A number is needed there (a port, a size), but the value is a string: `int` converts it."),
)
ADDRESS_PAIR = Cause(
    "address-pair",
    say(
        "`bind` takes one value, a pair: the address as a string, then the port as a number from 0 "
        "to 65535. (tuples)"
    ),
)
TIMES_OUT = Cause(
    "times-out",
    say(
        "After `settimeout`, `accept` and `recv` raise an exception when the time is over. A "
        "client that is silent has done nothing wrong. Does the program call them only for what "
        "`select` has returned? (timeout)"
    ),
)
CANNOT_ENCODE = Cause(
    "cannot-encode",
    say(
        "The encoding in use there has no such character. `open(…, encoding='utf-8')` sets a "
        "file's encoding. (strings and bytes: encode, decode)"
    ),
)
CANNOT_DECODE = Cause(
    "cannot-decode",
    say(
        "Bytes turn back into a string only in the encoding they were made with, and only when "
        "all bytes of a character are there. (strings and bytes: encode, decode)"
    ),
)
CUT_CHARACTER = Cause(
    "cut-character",
    say(
        "The bytes end within a character: a Chinese one has three in UTF-8. One `recv` or `read` "
        "returns what has arrived, up to the requested size. Which size is that here, and what "
        "does the program do with half a character? (strings and bytes: decode; recv's buffer "
        "size)"
    ),
)
WATCHES_WHAT_IS_CLOSED = Cause(
    "watches-what-is-closed",
    say(
        "`select` was given a socket that is closed. Which line closed it: `close`, the end of a "
        "`with` block, or one after which no variable refers to it? And which list still holds it? "
        "(close; rlist.remove)"
    ),
)
WRONG_MODE = Cause(
    "wrong-mode",
    say(
        "The mode in which the program opened that file does not allow this: without a mode, a "
        "file can only be read. In which mode does `open` open it? (files: 'r', 'w', 'a')"
    ),
)
USES_A_CLOSED_FILE = Cause(
    "uses-a-closed-file",
    say(
        "A closed file cannot be used any more. Which line closes it, and does the program open "
        "it again before the next message? (`close`; a `with` block closes its file at the end)"
    ),
)
USES_WHAT_IS_CLOSED = Cause(
    "uses-what-is-closed",
    say(
        "A closed socket cannot be used any more. Which line closes it, how does the program "
        "get from there to the line of the error, and does a list still hold it? (close; continue, "
        "if and else; remove)"
    ),
)
NOT_IN_LIST = Cause(
    "not-in-list",
    say(
        "It was removed earlier, or never put in. Which socket, or which key, does that line mean?"
    ),
)
UNKNOWN_NUMBER = Cause(
    "unknown-number",
    say(
        "It was removed earlier, or never put in. Is it the number of a file, as `poll`, `epoll` "
        "and `fileno` give it? Then which file has that number (0 is the terminal), and which "
        "branch should have handled it? (fileno; if, elif)"
    ),
)
PEER_GONE = Cause(
    "peer-gone",
    say(
        "The other end has gone, so sending to it or receiving from it raises an exception. Where "
        "does the program catch that, and what happens to the other clients? (exceptions)"
    ),
)
NOTHING_THERE_YET = Cause(
    "nothing-there-yet",
    say(
        "A non-blocking call raises an exception when no data is there yet. Does the program call "
        "it only when `select` reports that there is some? (non-blocking IO)"
    ),
)
UNCAUGHT_ERROR = Cause(
    "uncaught-error",
    say(
        "The terminal's last line names the error, and the lines above it say where it happened. "
        "What did the program have there, and what did it expect?"
    ),
)
