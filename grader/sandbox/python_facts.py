"""What the grader must know of a Python in order to take it into a sandbox.

Another Python runs this file as a script, so it imports the standard library only.
"""

import json
import os
import sys
import sysconfig


def facts() -> dict[str, object]:
    """The fields of :class:`grader.sandbox.interpreter.Interpreter` for the Python that runs."""
    return {
        # In a virtual environment, the interpreter that its link leads to.
        "binary": os.path.realpath(sys.executable),
        "library": sysconfig.get_path("stdlib"),
        "extensions": sysconfig.get_config_var("DESTSHARED") or "",
        "version": sys.version,
        "number": list(sys.version_info[:3]),
        "implementation": sys.implementation.name,
        "cache_tag": sys.implementation.cache_tag or "",
        "platlibdir": sys.platlibdir,
    }


if __name__ == "__main__":
    print(json.dumps(facts()))  # noqa: T201
