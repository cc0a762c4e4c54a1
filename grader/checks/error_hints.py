"""Hints for the errors that Python shows on the server's terminal.

Patterns are tried from the top, so a special case stands before the general one. A hint names the
part of the lecture that explains the error; it never gives the corrected line.
"""

import re
from collections.abc import Sequence

from grader.checks.terminal_output import ERROR_LINE
from grader.model.text import Text, say

_BYTES_OR_TEXT = say(
    "`recv` returns bytes, and typed text is a string. Which of the two does that line need? "
    "(strings and bytes: encode, decode)"
)

_CHINESE_MARK = say(
    "That character looks like a Python symbol but is another one, such as a Chinese comma or "
    "bracket (，（）：“”). Programs are typed with an English keyboard."
)

_WITH_CODE = (
    (
        re.compile(r"^IndexError\b"),
        re.compile(r"\bargv\b"),
        say("The grader starts the program without arguments: `python3 program.py`."),
    ),
    (
        re.compile(r"^FileNotFoundError"),
        re.compile(r"\b_execute_child\b"),
        say(
            "It starts another program, which not every computer has. Python can do the same "
            "without it: open a file, write to it, copy it (`shutil`)."
        ),
    ),
    # After a digit, some versions of Python report such a character as a bad literal.
    (
        re.compile(r"^SyntaxError: invalid decimal literal"),
        re.compile(r"\d[，；：（）]"),
        _CHINESE_MARK,
    ),
)
"""Hints that depend on the error and on the code shown above it: error, code, hint."""

_HINTS: tuple[tuple[str, Text], ...] = (
    (
        r"^SyntaxError: invalid (non-printable )?character",
        _CHINESE_MARK,
    ),
    (
        r"^(SyntaxError|IndentationError|TabError)\b",
        say("Python cannot parse the program: look at the line it names."),
    ),
    (
        r"^ModuleNotFoundError: No module named '(msvcrt|winsound|winreg|_winapi|win32\w*)",
        say(
            "That module exists on Windows only. This is Linux, where `select` watches `sys.stdin` "
            "just like a socket."
        ),
    ),
    (
        r"^ModuleNotFoundError: No module named '"
        r"(Queue|SocketServer|ConfigParser|Tkinter|StringIO|cPickle|urllib2|thread|commands)'",
        say("That was a module's name in Python 2, and this is Python 3: `queue`, `socketserver`…"),
    ),
    (
        r"^ModuleNotFoundError: No module named",
        say(
            "Only Python's standard library is available, and only this one file was submitted. "
            "The homework needs nothing else."
        ),
    ),
    (
        r"Cannot assign requested address",
        say(
            "The address in `bind` belongs to your own computer and exists on no other. With "
            "'0.0.0.0', a server listens on every address that its computer has."
        ),
    ),
    (
        r"Network is unreachable|Name or service not known|Temporary failure in name resolution",
        say(
            "The program contacts another computer, and there is no network here. With '0.0.0.0', "
            "a server does not need to find out its own address."
        ),
    ),
    (
        r"\[Errno (?:1|13|30)\] .*: '/[^/]+'$",
        say(
            "That file is directly in the system's root folder, where only an administrator may "
            "create one. With a relative path, a log is next to the program."
        ),
    ),
    (
        r"^FileExistsError",
        say(
            "It creates something that already exists. Mode 'x' demands a file that does not exist "
            "yet; mode 'a' does not."
        ),
    ),
    (
        r"\[Errno 2\] .*: '[^/\\]+'$",
        say(
            "The program starts in a folder that holds no other file. In which mode does `open` "
            "create one?"
        ),
    ),
    (
        r"\[Errno (?:2|13|30)\] .*: ['\"]",
        say(
            "That file cannot be opened on a computer other than yours. Does its folder exist "
            "there, and may everybody write to it? With a relative path, a log is next to the "
            "program."
        ),
    ),
    (
        r"^OSError: \[Errno 22\] Invalid argument",
        say("TCP server: socket → bind → listen, and only then accept."),
    ),
    (
        r"^OSError: \[Errno (6|25)\]",
        say(
            "It asks the system for something that not every computer has, as `os.getlogin` does "
            "where nobody has logged in. Does the program need it?"
        ),
    ),
    (
        r"^locale\.Error",
        say("Not every computer has that language installed. Does the program need it?"),
    ),
    (
        r"^AttributeError: module '\w+' has no attribute|^ImportError: cannot import name",
        say("Python's modules differ between systems and versions, and this system is Linux."),
    ),
    (
        r"^TypeError: argument must be an int, or have a fileno\(\) method",
        say(
            "The lists for `select` may hold only sockets and files. What else has been put in? "
            "(`accept` returns two things: the socket and an address)"
        ),
    ),
    (
        r"^TypeError: (select expected|arguments 1-3 must be)",
        say("`select` takes three lists: rlist, wlist, xlist. Each may be empty, []."),
    ),
    (
        r"^AttributeError: 'builtin_function_or_method' object has no attribute 'select'",
        say(
            "After `from select import select`, the name `select` is the function itself; after "
            "`import select`, it is the module, and the function is `select.select`."
        ),
    ),
    (
        r"^AttributeError: '_io\.TextIOWrapper' object has no attribute",
        say(
            "The terminal is a file, not a socket: its text is read with `readline`. Which of the "
            "two does that line handle?"
        ),
    ),
    (
        r"^AttributeError: '(str|bytes)' object has no attribute '(en|de)code'",
        _BYTES_OR_TEXT,
    ),
    (
        r"^AttributeError: 'tuple' object has no attribute",
        say(
            "That is a tuple, not a socket: `accept` returns two things, the socket and an "
            "address. Which of the two does that line need?"
        ),
    ),
    (
        r"^AttributeError: 'list' object has no attribute "
        r"'(recv|send|sendall|accept|close|fileno|readline|write|strip|(en|de)code)'",
        say(
            "A list holds several things, and what one of them can do, the list cannot. `for` goes "
            "through a list, also through those that `select` returns."
        ),
    ),
    (
        r"^UnboundLocalError\b",
        say(
            "A name that a function assigns to is local to it, from its first line to its last. A "
            "value from outside comes in as a parameter (or with `global`). (functions)"
        ),
    ),
    (
        r"^TypeError: 'module' object is not callable",
        say(
            "After `import select`, the name `select` is the module; the function in it is "
            "`select.select`."
        ),
    ),
    (
        r"positional argument|^TypeError: .*\btakes? .*argument|argument.* \(\d+ given\)|"
        r"expected at (least|most)|values to unpack",
        say(
            "There are too many or too few values: how many does it take, or return? `bind` takes "
            "one, the pair (address, port); `accept` returns two, `select` three. (functions)"
        ),
    ),
    (
        r"^(NameError|AttributeError)\b",
        say(
            "Python names the line and the name. Is it spelt there as in its definition, and is it "
            "defined on every path that leads there?"
        ),
    ),
    (
        r"^TypeError: 'str' object cannot be interpreted as an integer",
        say(
            "A number is needed there (a port, a size), but the value is a string: `int` converts "
            "it."
        ),
    ),
    (
        r"^TypeError: .*\b(bytes|str)\b",
        _BYTES_OR_TEXT,
    ),
    (
        r"^UnicodeEncodeError",
        say(
            "The encoding in use there has no such character. `open(…, encoding='utf-8')` sets a "
            "file's encoding. (strings and bytes: encode, decode)"
        ),
    ),
    (
        r"^UnicodeDecodeError",
        say(
            "Bytes turn back into a string only in the encoding they were made with, and only when "
            "all bytes of a character are there. (strings and bytes: encode, decode)"
        ),
    ),
    (
        r"file descriptor cannot be a negative|Bad file descriptor|operation on closed file",
        say(
            "A closed socket or file cannot be used any more. Which list, or which variable, still "
            "holds it? (close; rlist.remove)"
        ),
    ),
    (
        r"^ValueError: .*not in list|^KeyError",
        say(
            "It was removed earlier, or never put in. Which socket, or which key, does that line "
            "mean?"
        ),
    ),
    (
        r"^(BrokenPipeError|ConnectionResetError|ConnectionAbortedError)",
        say(
            "The other end has gone, so sending to it or receiving from it raises an exception. "
            "Where does the program catch that, and what happens to the other clients? (exceptions)"
        ),
    ),
    (
        r"^BlockingIOError",
        say(
            "A non-blocking call raises an exception when no data is there yet. Does the program "
            "call it only when `select` reports that there is some? (non-blocking IO)"
        ),
    ),
)
_PATTERNS = tuple((re.compile(pattern), hint) for pattern, hint in _HINTS)

_BYTES_OR_TEXT_ERROR = re.compile(
    r"argument must be str, not bytes|a bytes-like object is required|can only concatenate str|"
    r"can't concat str to bytes"
)
"""Python's complaints about bytes and strings, for programs that catch an error and print it."""

_ANY_ERROR = say(
    "The terminal's last line names the error, and the lines above it say where it happened. What "
    "did the program have there, and what did it expect?"
)


def error_hint(shown: Sequence[str]) -> Text | None:
    """The hint for the last error in ``shown``, a terminal's lines; None: there is no error."""
    for line in reversed(shown):
        if ERROR_LINE.search(line) and "KeyboardInterrupt" not in line:
            for error, code, hint in _WITH_CODE:
                if error.search(line) and any(map(code.search, shown)):
                    return hint
            return next((hint for pattern, hint in _PATTERNS if pattern.search(line)), _ANY_ERROR)
    return _BYTES_OR_TEXT if any(map(_BYTES_OR_TEXT_ERROR.search, shown)) else None
