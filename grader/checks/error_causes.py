"""Causes of the errors that Python shows on the server's terminal.

Patterns are tried from the top, so a special case stands before the general one. A cause's hint
names the part of the lecture that explains the error; it never gives the corrected line.

A program writes what it likes to its terminal, so each pattern takes time that is linear in the
text: between two fixed parts, it excludes what the former one begins with.
"""

import re
from collections.abc import Sequence

from grader.checks.causes import craft, errors, names, serving, startup, values
from grader.checks.select_lists import misplaced_input, watched_output
from grader.checks.source_suspects import always_true, replaced_listener
from grader.checks.terminal_output import ERROR_LINE
from grader.model.outcome import Cause
from grader.model.text import say

_WITH_CODE = (
    (
        re.compile(r"^(IndexError\b|ValueError: not enough values)"),
        re.compile(r"\bargv\b"),
        errors.NEEDS_ARGUMENTS,
    ),
    # A `ConfigParser` reads nothing, and says nothing, where there is no file.
    (
        re.compile(r"^(KeyError|configparser\.No(Section|Option)Error)"),
        re.compile(r"\bconfigparser\b"),
        errors.MISSING_FILE,
    ),
    (
        re.compile(r"^(SyntaxError|NameError)"),
        re.compile(r"\b(eval|exec)\("),
        values.EVALUATES_TEXT,
    ),
    (
        re.compile(r"^FileNotFoundError"),
        re.compile(r"\b_execute_child\b"),
        errors.STARTS_ANOTHER_PROGRAM,
    ),
    (
        re.compile(r"^OSError: \[Errno 22\]"),
        re.compile(r"accept\("),
        errors.NOT_LISTENING,
    ),
    (
        re.compile(r"^(TypeError|OverflowError)"),
        re.compile(r"\bbind\("),
        errors.ADDRESS_PAIR,
    ),
    # `select` also takes the numbers of descriptors.
    (
        re.compile(r"Bad file descriptor"),
        re.compile(r"\bselect\("),
        errors.WATCHES_WHAT_IS_CLOSED,
    ),
    (
        re.compile(r"^TypeError: 'module' object is not callable"),
        re.compile(r"(?<![\w.])select\("),
        errors.SELECT_IS_THE_MODULE,
    ),
    (
        re.compile(r"^ValueError: (not enough|too many) values to unpack"),
        re.compile(r"\.split\("),
        values.SPLIT_PARTS,
    ),
    (
        re.compile(r"^ConnectionRefusedError"),
        re.compile(r"\.connect\("),
        startup.CONNECTS,
    ),
    # After a digit, some versions of Python report such a character as a bad literal.
    (
        re.compile(r"^SyntaxError: invalid decimal literal"),
        re.compile(r"\d[，；：（）]"),
        errors.CHINESE_PUNCTUATION,
    ),
)
"""Causes that depend on the error and on the code shown above it."""

_CAUSES: tuple[tuple[str, Cause], ...] = (
    (r"^SyntaxError: invalid (non-printable )?character", errors.CHINESE_PUNCTUATION),
    (r"^SyntaxError: Missing parentheses in call to 'print'", errors.PYTHON_2_PRINT),
    (r"^(IndentationError|TabError)\b", errors.INDENTATION),
    (r"^SyntaxError\b", errors.SYNTAX_ERROR),
    (
        r"^ModuleNotFoundError: No module named '(msvcrt|winsound|winreg|_winapi|win32\w*)",
        errors.WINDOWS_MODULE,
    ),
    (
        r"^ModuleNotFoundError: No module named '"
        r"(Queue|SocketServer|ConfigParser|Tkinter|StringIO|cPickle|urllib2|thread|commands)'",
        errors.PYTHON_2_MODULE,
    ),
    (
        r"^ModuleNotFoundError: No module named '_?tkinter|^ImportError: libt(k|cl)|\bTclError\b",
        errors.NEEDS_A_SCREEN,
    ),
    (r"^ModuleNotFoundError: No module named", errors.MISSING_MODULE),
    (r"Cannot assign requested address", errors.FOREIGN_ADDRESS),
    (
        r"Network is unreachable|Name or service not known|Temporary failure in name resolution",
        errors.CONTACTS_THE_NETWORK,
    ),
    (
        r"\[Errno (?:1|13|30)\] [^:\[]*: '/[^/']+'(?: -> '[^/']+')?$",
        errors.ROOT_FOLDER,
    ),
    (r"^FileExistsError", errors.CREATES_WHAT_EXISTS),
    (r"\[Errno 2\] [^:\[]*: '[^/\\']+'(?: -> '[^/\\']+')?$", errors.MISSING_FILE),
    (r"\[Errno (?:2|13|30)\] [^:\[]*: ['\"]", errors.FOREIGN_PATH),
    (r"^OSError: \[Errno 22\] Invalid argument", errors.SOCKET_STEPS),
    (r"^OSError: \[Errno (6|25)\]", errors.MISSING_DEVICE),
    (r"\[Errno 107\]", errors.RECV_ON_THE_LISTENER),
    (r"^locale\.Error", errors.MISSING_LOCALE),
    (
        r"^(?:AttributeError: module '\w+' has no attribute|ImportError: cannot import name) "
        r"'(startfile|getch\w*|kbhit|clock|poll|epoll|kqueue|devpoll|SIO_\w+|AF_\w+|CTRL_\w+|O_\w+|"
        r"SO_\w+|SIG[A-Z]\w*|STARTUP\w+|CREATE_\w+|ioctl|windll|WinDLL)'",
        errors.OTHER_SYSTEM,
    ),
    (
        r"^AttributeError: module '\w+' has no attribute|^ImportError: cannot import name",
        names.NOT_IN_THE_MODULE,
    ),
    (
        r"^AttributeError: type object '(socket|datetime\.\w+|\w*Selector)' has no attribute|"
        r"^AttributeError: 'builtin_function_or_method' object has no attribute "
        r"'(time|sleep|ctime|strftime|localtime)'",
        names.NOT_THE_MODULE,
    ),
    (
        r"^TypeError: argument must be an int, or have a fileno\(\) method",
        errors.SELECT_LISTS_HOLD_OTHER_THINGS,
    ),
    (r"^TypeError: (select expected|arguments 1-3 must be)", errors.SELECT_TAKES_THREE_LISTS),
    (
        r"^AttributeError: 'builtin_function_or_method' object has no attribute 'select'",
        errors.SELECT_IS_THE_FUNCTION,
    ),
    (r"^(AttributeError|TypeError): .*\bNoneType\b", values.NONE_VALUE),
    (
        r"^(AttributeError|TypeError): [^\n]*\b(builtin_function_or_method|method|function)\b"
        r"(?!' object is not callable)",
        values.NOT_CALLED,
    ),
    (
        r"^AttributeError: '_io\.TextIOWrapper' object has no attribute "
        r"'(recv\w*|send\w*|accept|getpeername|getsockname|setblocking|shutdown)'",
        errors.TERMINAL_AS_SOCKET,
    ),
    (
        r"^AttributeError: '(str|bytes)' object has no attribute '(en|de)code'",
        errors.BYTES_AND_TEXT,
    ),
    (
        r"^AttributeError: 'tuple' object has no attribute "
        r"'(append|remove|extend|insert|pop|clear|sort|reverse)'",
        values.FIXED_TUPLE,
    ),
    (r"^AttributeError: 'tuple' object has no attribute", errors.TUPLE_AS_SOCKET),
    (
        r"^AttributeError: 'list' object has no attribute "
        r"'(recv|send|sendall|accept|close|fileno|readline|write|strip|(en|de)code)'",
        errors.LIST_AS_SOCKET,
    ),
    (r"^UnboundLocalError\b", errors.LOCAL_NAME),
    (r"^TypeError: 'module' object is not callable", names.MODULE_CALLED),
    (
        r"^TypeError: '(str|bytes|int|float|bool|list|tuple|dict|set|socket|_io\.\w+)' object is "
        r"not callable",
        names.NAME_HOLDS_A_VALUE,
    ),
    (
        r"^TypeError: (?!socket\.)(?:\w+\.)+\w+\(\) takes \d+ positional arguments? but \d+ w|"
        r"^TypeError: .*missing \d+ required positional arguments?: 'self'",
        names.LACKS_SELF,
    ),
    (
        r"^TypeError: (not enough arguments for format|not all arguments converted|%\w format|"
        r"unsupported format string)|^ValueError: unsupported format character",
        values.FORMATTING,
    ),
    (
        r"positional argument|^TypeError: (?:(?!\btakes? ).)*takes? .*argument|\(\d+ given\)|"
        r"expected at (least|most)|values to unpack",
        errors.ARGUMENT_COUNT,
    ),
    (
        r"^NameError: name '(datetime|json|logging|os|re|select|signal|socket|sys|threading|time)'",
        errors.MISSING_IMPORT,
    ),
    (
        r"^AttributeError: 'int' object has no attribute "
        r"'(recv|send|sendall|accept|close|fileno|readline|getpeername)'$",
        values.NUMBER_AS_SOCKET,
    ),
    (
        r"^AttributeError: '(str|bytes|bytearray|int|float|list|tuple|dict|set|socket)' "
        r"object has no attribute '\w+'$",
        values.WRONG_TYPE,
    ),
    (r"^(NameError|AttributeError)\b", errors.UNKNOWN_NAME),
    (r"^TypeError: 'str' object cannot be interpreted as an integer", errors.TEXT_AS_NUMBER),
    (
        r"^TypeError: (can only concatenate str \(not \"(?!bytes)|"
        r"can only concatenate (tuple|list) \(not \"str\"|"
        r"write\(\) argument must be str, not (?!bytes)|sequence item \d+: expected str instance, "
        r"(?!bytes)|unsupported operand type\(s\) for \+=?: '(?!bytes|NoneType)[\w.]+' and 'str'$)",
        values.NOT_A_STRING,
    ),
    (
        r"^TypeError: (can only concatenate (tuple|list) \(not|"
        r"'[\w.]+' object (is not|does not support)|\w+ indices must be|"
        r"cannot unpack non-iterable|unhashable type|expected str, bytes or os\.PathLike object)",
        values.WRONG_TYPE,
    ),
    (r"^TypeError: .*\b(bytes|str)\b", errors.BYTES_AND_TEXT),
    (r"^TypeError: unsupported operand", values.WRONG_TYPE),
    (r"^IndexError", values.TOO_SHORT),
    (r"^RecursionError", names.CALLS_ITSELF),
    (
        r"^json\.decoder\.JSONDecodeError|^struct\.error|^\w*pickle\.\w*Error|^binascii\.Error|"
        r"^ValueError: (invalid literal for int\(\)|could not convert string to float)",
        values.EXPECTS_A_FORMAT,
    ),
    (r"changed size during iteration", values.CHANGED_WHILE_ITERATED),
    (r"^UnicodeEncodeError", errors.CANNOT_ENCODE),
    (r"^UnicodeDecodeError: .*: unexpected end of data$", errors.CUT_CHARACTER),
    (r"^UnicodeDecodeError", errors.CANNOT_DECODE),
    (r"file descriptor cannot be a negative", errors.WATCHES_WHAT_IS_CLOSED),
    (r"UnsupportedOperation: not (readable|writable)", errors.WRONG_MODE),
    (r"operation on closed file", errors.USES_A_CLOSED_FILE),
    (r"Bad file descriptor", errors.USES_WHAT_IS_CLOSED),
    (r"^KeyError: -1$", values.NUMBER_OF_A_CLOSED_SOCKET),
    (r"^KeyError: \d+$", errors.UNKNOWN_NUMBER),
    (r"^ValueError: .*not in list|^KeyError", errors.NOT_IN_LIST),
    (r"^(BrokenPipeError|ConnectionResetError|ConnectionAbortedError)", errors.PEER_GONE),
    (r"^BlockingIOError", errors.NOTHING_THERE_YET),
    (r"^(TimeoutError|socket\.timeout): timed out", errors.TIMES_OUT),
    (r"^EOFError", craft.END_OF_INPUT),
)
_PATTERNS = tuple((re.compile(pattern), cause) for pattern, cause in _CAUSES)

_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"write\(\) argument must be str|a bytes-like object is required|"
            r"can only concatenate|can't concat str to bytes|unsupported operand type|"
            r"'[\w.]+' object (?:is not|does not support)|\b\w{1,40}\(\) (?:takes|missing) |"
            r"not all arguments converted|not enough arguments for format"
        ),
        "TypeError",
    ),
    (re.compile(r"name '\w+' is not defined"), "NameError"),
    (re.compile(r"(?:cannot access )?local variable '"), "UnboundLocalError"),
    (re.compile(r"'[\w.]+' object has no attribute"), "AttributeError"),
    (re.compile(r"'[\w-]+' codec can't decode"), "UnicodeDecodeError"),
    (re.compile(r"'[\w-]+' codec can't encode"), "UnicodeEncodeError"),
    (
        re.compile(r"list\.remove\(x\): x not in list|I/O operation on closed file"),
        "ValueError",
    ),
    (re.compile(r"(?:list|tuple|string) index out of range"), "IndexError"),
)
"""How Python describes a program's own mistakes, with the names of the errors: many a program
catches an error and prints only its message."""


def printed_mistake(shown: Sequence[str]) -> str:
    """The last mistake in ``shown`` of which the program printed only the message, as Python shows
    it; empty: there is none."""
    for line in reversed(shown):
        for message, error in _MESSAGES:
            if found := message.search(line):
                return f"{error}: {line[found.start() :]}"
    return ""


def error_cause(shown: Sequence[str], source: bytes = b"") -> Cause | None:
    """The cause of the last error in ``shown``, a terminal's lines; None: there is no error.

    ``source``, the program's text, may name the line that led to it.
    """
    cause = _last_error(shown)
    return (cause and _by_source(cause, shown, source)) or cause


def _by_source(cause: Cause, shown: Sequence[str], source: bytes) -> Cause | None:
    """The cause of an error with one socket or file in the place of another, if a line of the
    program is to blame for that; None: there is no such line."""
    if cause not in _MIXED_UP and not re.search(r"has no attribute 'accept'", shown[-1]):
        return None
    if cause is errors.TERMINAL_AS_SOCKET and (call := watched_output(source)):
        return serving.OUTPUT_IN_RLIST.about(line=call.number, code=call.code)
    misplaced = misplaced_input(source)
    if misplaced and cause is errors.TERMINAL_AS_SOCKET and "terminal" in misplaced.kinds:
        line = misplaced.call
        return serving.IN_ANOTHER_LIST.about(
            line=line.number, code=line.code, who=say("the terminal")
        )
    if condition := always_true(source):
        return serving.ALWAYS_TRUE.about(line=condition.number, code=condition.code)
    replaced = replaced_listener(source)
    if replaced and cause is not errors.TERMINAL_AS_SOCKET:
        name, line = replaced
        return names.LISTENER_REPLACED.about(name=name, line=line.number, code=line.code)
    return None


_MIXED_UP = (errors.TERMINAL_AS_SOCKET, errors.RECV_ON_THE_LISTENER, errors.NOT_LISTENING)


def _last_error(shown: Sequence[str]) -> Cause | None:
    for line in reversed(shown):
        if ERROR_LINE.search(line) and "KeyboardInterrupt" not in line:
            for error, code, cause in _WITH_CODE:
                if error.search(line) and any(map(code.search, shown)):
                    return cause
            return _by_pattern(line)
    mistake = printed_mistake(shown)
    return _by_pattern(mistake) if mistake else None


def _by_pattern(line: str) -> Cause:
    """The cause of the error of which ``line`` is the last line."""
    return next(
        (cause for pattern, cause in _PATTERNS if pattern.search(line)), errors.UNCAUGHT_ERROR
    )
