"""Options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

SANDBOX_NAMES = ("auto", "docker", "namespaces", "none")
"""What ``--sandbox`` takes; :data:`grader.sandbox.choice.SANDBOXES` is what they mean."""


def kept_in(told: str) -> Callable[[Any], Any]:
    """``--runs DIR``; ``told`` is its help."""
    return click.option(
        "--runs",
        "runs_folder",
        metavar="DIR",
        type=click.Path(path_type=Path),
        default=Path("runs"),
        show_default=True,
        help=told,
    )
