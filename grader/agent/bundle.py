"""Starts the agent with all of its modules out of one file, which is written with the image.

Each sandbox is new, so nothing that an earlier agent read is in memory where the file system is a
program of its own, as Docker's may be; there, opening the 130 files that the agent imports takes
longer than running them.
"""

from __future__ import annotations

import marshal
import os
import sys
from _frozen_importlib import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    Modules = dict[str, tuple[str, bool, bytes]]
    """By name: the source file, whether it is a package, and the marshalled code."""

FILE = "/opt/grader/agent.modules"


def main() -> None:
    """Run the agent, as ``grader.agent.main`` does."""
    try:
        with open(FILE, "rb") as file:
            sys.meta_path.insert(0, Bundle(marshal.load(file)))
    except FileNotFoundError:
        pass  # They are imported from their own files.
    from .main import main

    main()


def write(path: str) -> None:
    """Write the agent's modules, and those that they import, to ``path``: all that have a file.

    Any error of an import is passed on: this Python cannot run the agent.
    """
    from . import main as _  # noqa: F401

    modules: Modules = {}
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec and spec.name == name and spec.has_location and spec.origin.endswith(".py"):
            package = spec.submodule_search_locations is not None
            code = marshal.dumps(spec.loader.get_code(name))
            modules[name] = spec.origin, package, code
    with open(path, "wb") as file:
        marshal.dump(modules, file)


class Bundle:
    """Finds and loads ``modules``: an entry of ``sys.meta_path``."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        """Return a module's spec; None where it is not bundled, so that it has a file."""
        if name not in self._modules:
            return None
        origin, package, _ = self._modules[name]
        spec = ModuleSpec(name, self, origin=origin, is_package=package)  # type: ignore[arg-type]
        if package:
            spec.submodule_search_locations = [os.path.dirname(origin)]
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """Return None: Python creates the module itself."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a new module's code."""
        origin, _, code = self._modules[module.__name__]
        module.__file__ = origin
        exec(marshal.loads(code), module.__dict__)
