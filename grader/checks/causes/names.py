"""Causes of a name that means something else than the line takes it for."""

from grader.model.outcome import Cause
from grader.model.text import say

MODULE_CALLED = Cause(
    "module-called",
    say(
        "After `import x`, the name `x` is the module, and a module cannot be called. Which class "
        "or function in it does that line mean: `socket.socket`, `time.time`, `datetime.datetime`? "
        "(import)"
    ),
)
NOT_THE_MODULE = Cause(
    "not-the-module",
    say(
        "After `from x import y` or `from x import *`, the name is the class or function itself, "
        "not a module that has it. How does the program import it, and how does that line write "
        "it? (import)"
    ),
)
NOT_IN_THE_MODULE = Cause(
    "not-in-the-module",
    say(
        "The module itself has no such name. Is it spelt as in the documentation? Or does it "
        "belong to something in the module: a class, such as `datetime.datetime`, or the socket "
        "that `socket.socket()` returned? (import)"
    ),
)
NAME_HOLDS_A_VALUE = Cause(
    "name-holds-a-value",
    say(
        "What stands before the parentheses is a value and no function. Which line gave that name "
        "its value, perhaps the name of a function? Or is an operator, a dot or a comma missing "
        "there? (variables; functions)"
    ),
)
LISTENER_REPLACED = Cause(
    "listener-replaced",
    say(
        "Line {line} gives `{name}`, the name of the listening socket, another value: {code}. "
        "What do the lines get that use `{name}` after that? (variables)"
    ),
)
LACKS_SELF = Cause(
    "lacks-self",
    say(
        "Python gives a method the object that it is called on as its first argument, `self`. "
        "Does its `def` begin with `self`, and is it called on an object, not on the class? "
        "(classes)"
    ),
)
CALLS_ITSELF = Cause(
    "calls-itself",
    say(
        "A function calls itself, again and again. The lines above show which one: does it mean "
        "another function of that name, and what ends its calls? (functions)"
    ),
)
