"""What the names of files and folders say: which are programs, and which are ignored by which rule.

docs/grading-a-class.md lists the rules.
"""

import re
from collections.abc import Iterable, Sequence

_PROGRAM = (".py", ".pyw")

_COPY = re.compile(r"[(（]\d{1,9}[)）]$")
"""What browsers append to the name of a second download."""

_DOCUMENT = re.compile(
    r"\.(?:docx?|wps|rtf|odt|pdf|ipynb|tar\.\w+|tar|tgz|zip|7z|rar|gz|bz2|xz|txt|md)$",
    re.IGNORECASE,
)

_NO_DATA = re.compile(
    r"\.(?:docx?|wps|rtf|odt|xlsx?|pptx?|pdf|ipynb|tar\.\w+|tar|tgz|zip|7z|rar|gz|bz2|xz|md"
    r"|png|jpe?g|gif|bmp|svg|webp|mp4|mov)$",
    re.IGNORECASE,
)
"""Documents, archives and pictures, which no program of this homework reads."""

_BACKUPS = re.compile(r"^~\$|^#.*#$|~$|\.(?:sw[op]|bak|orig|tmp)$", re.IGNORECASE)
"""What editors and Office leave behind."""

_SYSTEM_FILES = {"thumbs.db", "desktop.ini", "icon\r"}

_COMPILED = re.compile(r"\.py[co]$", re.IGNORECASE)

_PROJECT_FILES = re.compile(
    r"^(?:readme|licen[cs]e|copying|changelog|requirements|makefile|dockerfile)(?:[.\-_].*)?$",
    re.IGNORECASE,
)

_DATA = re.compile(
    r"\.(?:csv|toml|ini|cfg|jsonl?|ya?ml|html?|log)$|(?:^|[_.\-])log\.txt$", re.IGNORECASE
)
"""Settings, tables, web pages, and the logs that a program has left."""

_LOGS = re.compile(r"\.log$|(?:^|[_.\- ])log(?:\.txt)?$|日志[^.]{0,20}(?:\.txt)?$", re.IGNORECASE)

_CLIENT = re.compile(r"(?:^|[^a-z])(?:tcp)?client(?:[^a-z]|$)|客户端", re.IGNORECASE)

_PACKAGE_FILES = {"__init__.py", "__main__.py"}

_ENVIRONMENTS = re.compile(
    r"^(?:venv|env|virtualenv|node_modules|site-packages|.*\.(?:egg|dist)-info)$", re.IGNORECASE
)

_TEST_FOLDERS = {"test", "tests"}

_TESTS = re.compile(r"^(?:test_.*|.*_test|conftest|setup)\.py$", re.IGNORECASE)


def is_program_name(name: str) -> bool:
    """Whether a file of this name is a Python program: ``a.py``, ``a.PY``, or what systems and
    browsers make of it, as ``a.py.txt`` and ``a.py (1)``."""
    return _program_stem(name) is not None


def _program_stem(name: str) -> str | None:
    """The name without what makes it a program's; None: it is no program's."""
    while True:
        name = name.rstrip()
        stem, dot, suffix = name.rpartition(".")
        if (dot + suffix).lower() in _PROGRAM:
            return stem
        if suffix.lower() == "txt":
            name = stem
        elif match := _COPY.search(name):
            name = name[: match.start()]
        else:
            return None


def base_name(name: str) -> str:
    """The part of a submission's name that tells whose it is: ``zhang`` for ``zhang.py`` and
    ``zhang.docx`` as well as for a folder ``zhang``."""
    stem = _program_stem(name)
    if stem is None:
        match = _DOCUMENT.search(name)
        stem = name[: match.start()] if match else name
    return stem or name


def is_submission_path(parts: Iterable[str]) -> bool:
    """Whether a path of these parts may be a student's work, by its folders' names and its own.

    What is hidden or begins with ``__`` (``__pycache__``, ``__MACOSX``) is not, nor are virtual
    environments, compiled files, and what systems and editors leave behind.
    """
    return not any(
        part.startswith((".", "__"))
        or part.lower() in _SYSTEM_FILES
        or any(rule.search(part) for rule in (_BACKUPS, _COMPILED, _ENVIRONMENTS))
        for part in parts
    )


def is_side_file(name: str) -> bool:
    """Whether a file of this name is no program and nobody's hand-in: a README, settings, a table
    or a log."""
    return not is_program_name(name) and bool(_PROJECT_FILES.search(name) or _DATA.search(name))


def is_client(name: str) -> bool:
    """Whether a file of this name is the other side of a server: no student is called so."""
    return bool(_CLIENT.search(name))


def is_package_file(name: str) -> bool:
    """Whether a file of this name makes its folder a package. It is nobody's program, but a part of
    one."""
    return name in _PACKAGE_FILES


def is_beside_program(parts: Sequence[str]) -> bool:
    """Whether a file at this path, from the program's folder, is given to the program when that is
    run: not a test, a README, or a log that an earlier run has left."""
    return not is_test(parts) and not any(
        rule.search(parts[-1]) for rule in (_PROJECT_FILES, _LOGS, _NO_DATA)
    )


def is_test(parts: Sequence[str]) -> bool:
    """Whether a program at this path, from the student's folder, tests or installs another."""
    *folders, name = parts
    return bool(_TESTS.search(name)) or any(each.lower() in _TEST_FOLDERS for each in folders)
