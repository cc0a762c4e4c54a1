"""GitHub's runner, reduced to the commands that it finds in the output of a step.

From its sources (ActionCommand.cs, ActionCommandManager.cs): the newer form is at the beginning of
a line, after blanks; the older one is anywhere in a line.
"""

import re
from urllib.parse import unquote

_NEW = re.compile(r"::([\w-]+)(?: (.*?))?::(.*)", re.DOTALL)
_OLD = re.compile(r"##\[([\w-]+)[^\]]*\](.*)", re.DOTALL)


def executed(output: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in ``output``, in order: name, properties, text."""
    found, resume = [], None
    for line in re.split("\r\n|\r|\n", output):
        match = _NEW.match(line.lstrip())
        if resume is not None:
            if match and match[1] == resume:
                resume = None
            continue
        if match is None:
            match = _OLD.search(line)
            if match:
                found.append((match[1], {}, match[2]))
            continue
        if match[1] == "stop-commands":
            resume = match[3]
            continue
        properties = dict(each.split("=", 1) for each in (match[2] or "").split(",") if each)
        found.append((match[1], {k: unquote(v) for k, v in properties.items()}, unquote(match[3])))
    return found
