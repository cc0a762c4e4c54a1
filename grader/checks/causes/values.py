"""Causes of errors about a value of another type than the line needs."""

from grader.model.outcome import Cause
from grader.model.text import say

NONE_VALUE = Cause(
    "none-value",
    say(
        "The value is None. A function without `return` returns None, as `append`, `remove` and "
        "`close` do. Which line assigned it to the variable? (functions: return)"
    ),
)
NOT_CALLED = Cause(
    "not-called",
    say(
        "The value is a function or a method itself, and not what it returns. What makes Python "
        "call it? (functions: parentheses)"
    ),
)
WRONG_TYPE = Cause(
    "wrong-type",
    say(
        "The last line names the type of the value, and what that type cannot do. Is it spelt "
        "right? Or does the line need another value: which line gave the variable this one, or are "
        "a call's arguments in the wrong order? (functions: parameters)"
    ),
)
NOT_A_STRING = Cause(
    "not-a-string",
    say(
        "A string can be joined only with strings, and a text file takes only strings. The last "
        "line names the type of what it got instead: an address is a tuple, a port is an int. "
        "What turns such a value into text? (str, formatting)"
    ),
)
FORMATTING = Cause(
    "formatting",
    say(
        "A format takes as many values as it has places (`%s`), each of the right type. A "
        "tuple after `%`, such as an address, counts as several values. (formatting)"
    ),
)
TOO_SHORT = Cause(
    "too-short",
    say(
        "The list has fewer elements than that line takes for granted. How many does it have "
        "there, and on what does that depend: a client's text, the number of clients, a loop that "
        "removes some? (lists)"
    ),
)
CHANGED_WHILE_ITERATED = Cause(
    "changed-while-iterated",
    say(
        "A dictionary or a set may not change while `for` goes through it. Which line in that loop "
        "adds something to it, or removes something? (loops; dictionaries)"
    ),
)
NUMBER_AS_SOCKET = Cause(
    "number-as-socket",
    say(
        "That is a number, and no socket or file. `select` returns what its lists hold: if a "
        "file's number (`fileno`) was put in, that number comes back, and it is equal to no socket "
        "or file. Where does the program use numbers, and where the files themselves? (fileno; if, "
        "elif)"
    ),
)
NUMBER_OF_A_CLOSED_SOCKET = Cause(
    "number-of-a-closed-socket",
    say(
        "-1 is the `fileno` of a socket that is closed. Does the program ask for the number before "
        "it closes the socket, or after? (close)"
    ),
)
SPLIT_PARTS = Cause(
    "split-parts",
    say(
        "`split` returns as many parts as there are. A client may send any text, without that "
        "separator or with several of it: how many parts does that line take for granted, and what "
        "becomes of such a text? (split; lists)"
    ),
)
EXPECTS_A_FORMAT = Cause(
    "expects-a-format",
    say(
        "The program expects JSON, a number, or another format there. A client may send any text, "
        "and a person may type any: what does the program do with text that is not like that? "
        "(exceptions; strings)"
    ),
)
EVALUATES_TEXT = Cause(
    "evaluates-text",
    say(
        "`eval` and `exec` take a text for a piece of Python code, and few texts are one. Does the "
        "program need them? Which type does `input` return? (strings)"
    ),
)
FIXED_TUPLE = Cause(
    "fixed-tuple",
    say(
        "That is a tuple, and a tuple never changes: nothing can be added to it or removed from "
        "it. Which line made it, and with which brackets or commas? (tuples and lists)"
    ),
)
PLACES_NOT_FILLED = Cause(
    "places-not-filled",
    say(
        "The log holds `{place}`, the place for a value and not the value. What makes Python fill "
        "the places in a string? (f-strings, format, %)"
    ),
)
