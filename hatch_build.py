"""Compiles the catalogues of translations when a wheel is built or the project is installed."""

from pathlib import Path
from typing import Any

from babel.messages.frontend import CommandLineInterface
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogues(BuildHookInterface):
    """Makes each ``grader/locale/LANGUAGE/LC_MESSAGES/grader.mo`` from its ``grader.po``."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Compile them in place: an editable installation reads them there, too."""
        folder = str(Path(self.root, "grader", "locale"))
        command = ["pybabel", "--quiet", "compile", "--domain", "grader", "--directory", folder]
        if CommandLineInterface().run(command):
            raise RuntimeError(f"The catalogues in {folder} cannot be compiled.")
