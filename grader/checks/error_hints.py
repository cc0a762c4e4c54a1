"""The hint for each error that Python may have shown on the server's terminal."""

import re
from collections.abc import Sequence

from grader.checks.terminal_output import ERROR_LINE
from grader.model.text import Text, say

_BYTES_OR_TEXT = say(
    "What `recv` returns is bytes, and what is typed is a string: which of the two does this place "
    "want? (strings and bytes: encode, decode)"
)

_CHINESE_MARK = say(
    "That character looks like one of Python's and is another, as a Chinese comma or bracket is "
    "(，（）：“”): in a program they are typed with an English keyboard."
)

_WITH_CODE = (
    (
        re.compile(r"^IndexError\b"),
        re.compile(r"\bargv\b"),
        say("The program is started without arguments, as `python3 program.py`."),
    ),
    (
        re.compile(r"^FileNotFoundError"),
        re.compile(r"\b_execute_child\b"),
        say(
            "It starts another program, which is not there on every computer. Python can do the "
            "same by itself: open a file, write to it, copy it (`shutil`)."
        ),
    ),
    # Behind a digit such a mark is no character of its own to some versions of Python.
    (
        re.compile(r"^SyntaxError: invalid decimal literal"),
        re.compile(r"\d[，；：（）]"),
        _CHINESE_MARK,
    ),
)
"""Hints that an error calls for together with the code that is shown above it."""

_HINTS: tuple[tuple[str, Text], ...] = (
    (
        r"^SyntaxError: invalid (non-printable )?character",
        _CHINESE_MARK,
    ),
    (
        r"^(SyntaxError|IndentationError|TabError)\b",
        say("Python cannot read the program: see the line that it names."),
    ),
    (
        r"^ModuleNotFoundError: No module named '(msvcrt|winsound|winreg|_winapi|win32\w*)",
        say(
            "That module is there on Windows only, and this is Linux, where `select` watches "
            "`sys.stdin` as it watches a socket."
        ),
    ),
    (
        r"^ModuleNotFoundError: No module named '"
        r"(Queue|SocketServer|ConfigParser|Tkinter|StringIO|cPickle|urllib2|thread|commands)'",
        say("In Python 2 a module was called so, and this is Python 3: `queue`, `socketserver`…"),
    ),
    (
        r"^ModuleNotFoundError: No module named",
        say(
            "Only what Python brings with it is here, and only this one file was handed in: the "
            "homework needs no more."
        ),
    ),
    (
        r"Cannot assign requested address",
        say(
            "The address in `bind` is that of your own computer. On any other one it does not "
            "exist: with '0.0.0.0' a server listens on whatever addresses its computer has."
        ),
    ),
    (
        r"Network is unreachable|Name or service not known|Temporary failure in name resolution",
        say(
            "The program asks for another computer, and there is no network here: with '0.0.0.0' "
            "a server need not find out its own address."
        ),
    ),
    (
        r"\[Errno (?:1|13|30)\] .*: '/[^/]+'$",
        say(
            "That file lies directly in the system's root folder, where only an administrator may "
            "make one. With a relative path a log lies beside the program."
        ),
    ),
    (
        r"^FileExistsError",
        say(
            "It makes anew what is there already: a file that is opened with 'x' must not be "
            "there yet, and with 'a' it need not."
        ),
    ),
    (
        r"\[Errno 2\] .*: '[^/\\]+'$",
        say(
            "The program begins in a folder with no file but itself: in which mode does `open` "
            "make one?"
        ),
    ),
    (
        r"\[Errno (?:2|13|30)\] .*: ['\"]",
        say(
            "That file cannot be opened on another computer than yours: is its folder there, and "
            "may everybody write to it? With a relative path a log lies beside the program."
        ),
    ),
    (
        r"^OSError: \[Errno 22\] Invalid argument",
        say("TCP server: socket → bind → listen, and only then accept."),
    ),
    (
        r"^OSError: \[Errno (6|25)\]",
        say(
            "It asks the system for what is not there on every computer, as `os.getlogin` does "
            "where nobody has logged in: does the program need it?"
        ),
    ),
    (
        r"^locale\.Error",
        say("That language is not installed on every computer: does the program need it?"),
    ),
    (
        r"^AttributeError: module '\w+' has no attribute|^ImportError: cannot import name",
        say("Python's modules differ between systems and versions: this one runs Linux."),
    ),
    (
        r"^TypeError: argument must be an int, or have a fileno\(\) method",
        say(
            "Each list that `select` is given holds sockets and files, and nothing else: what "
            "else has been put in? (`accept` returns two things: the socket, and an address)"
        ),
    ),
    (
        r"^TypeError: (select expected|arguments 1-3 must be)",
        say("`select` takes three lists: rlist, wlist, xlist; each may be empty, []."),
    ),
    (
        r"^AttributeError: 'builtin_function_or_method' object has no attribute 'select'",
        say(
            "After `from select import select` the name `select` is the function itself; after "
            "`import select` it is the module, and the function is `select.select`."
        ),
    ),
    (
        r"^AttributeError: '_io\.TextIOWrapper' object has no attribute",
        say(
            "The terminal is a file, and no socket: its text is read by `readline`. Which of the "
            "two is dealt with at that line?"
        ),
    ),
    (
        r"^AttributeError: '(str|bytes)' object has no attribute '(en|de)code'",
        _BYTES_OR_TEXT,
    ),
    (
        r"^AttributeError: 'tuple' object has no attribute",
        say(
            "That is a pair and no socket: `accept` returns two things, the socket and an address. "
            "Which of the two is meant there?"
        ),
    ),
    (
        r"^AttributeError: 'list' object has no attribute "
        r"'(recv|send|sendall|accept|close|fileno|readline|write|strip|(en|de)code)'",
        say(
            "A list holds several things, and what is asked of one of them is not asked of the "
            "list: `for` goes through it, as through what `select` returns."
        ),
    ),
    (
        r"^UnboundLocalError\b",
        say(
            "A name that a function assigns to is that function's own, from its first line to "
            "its last. What stands outside comes in as a parameter (or by `global`). (functions)"
        ),
    ),
    (
        r"^TypeError: 'module' object is not callable",
        say(
            "After `import select` the name `select` is the module: the function in it is "
            "`select.select`."
        ),
    ),
    (
        r"positional argument|^TypeError: .*\btakes? .*argument|argument.* \(\d+ given\)|"
        r"expected at (least|most)|values to unpack",
        say(
            "It has too many or too few: how many does it take, or return? `bind` takes one, the "
            "pair (address, port); `accept` returns two, `select` three. (functions)"
        ),
    ),
    (
        r"^(NameError|AttributeError)\b",
        say(
            "Python names the line and the name: is it spelt there as it was made, and was it "
            "made on every way that leads there?"
        ),
    ),
    (
        r"^TypeError: 'str' object cannot be interpreted as an integer",
        say("A number is wanted there (a port, a size), and it is a text: `int` makes one of it."),
    ),
    (
        r"^TypeError: .*\b(bytes|str)\b",
        _BYTES_OR_TEXT,
    ),
    (
        r"^UnicodeEncodeError",
        say(
            "There is no such character in the encoding that is used there. A file's is told by "
            "`open(…, encoding='utf-8')`. (strings and bytes: encode, decode)"
        ),
    ),
    (
        r"^UnicodeDecodeError",
        say(
            "Bytes become a string by the encoding in which they were made, and only when all "
            "bytes of a character are there. (strings and bytes: encode, decode)"
        ),
    ),
    (
        r"file descriptor cannot be a negative|Bad file descriptor|operation on closed file",
        say(
            "What was closed cannot be used any more: which list, or which variable, still has "
            "it? (close; rlist.remove)"
        ),
    ),
    (
        r"^ValueError: .*not in list|^KeyError",
        say("It was removed before, or never put in: which socket, or which key, is meant there?"),
    ),
    (
        r"^(BrokenPipeError|ConnectionResetError|ConnectionAbortedError)",
        say(
            "The other end has gone: what is sent to it, or asked of it, raises. Where is that "
            "caught, and what becomes of the others? (exceptions)"
        ),
    ),
    (
        r"^BlockingIOError",
        say(
            "What does not block raises when nothing is there yet: is it called only when "
            "`select` says that something is? (non-blocking IO)"
        ),
    ),
)
_PATTERNS = tuple((re.compile(pattern), hint) for pattern, hint in _HINTS)

_SAID = re.compile(
    r"argument must be str, not bytes|a bytes-like object is required|can only concatenate str|"
    r"can't concat str to bytes"
)
"""What Python says of bytes and strings, wherever a program prints it that has caught it."""

_ANY = say(
    "The last line of what the terminal shows names the error, and the lines above it where: what "
    "did the program have there, and what did it expect?"
)


def error_hint(shown: Sequence[str]) -> Text | None:
    """The hint that the last error among a terminal's lines calls for; None: there is no error."""
    for line in reversed(shown):
        if ERROR_LINE.search(line) and "KeyboardInterrupt" not in line:
            for error, code, hint in _WITH_CODE:
                if error.search(line) and any(map(code.search, shown)):
                    return hint
            return next((hint for pattern, hint in _PATTERNS if pattern.search(line)), _ANY)
    return _BYTES_OR_TEXT if any(map(_SAID.search, shown)) else None
