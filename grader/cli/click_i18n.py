"""The command line in another language: its help, and the complaints of click, which makes it."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

from grader.model.text import Translate


def spoken(command: click.Command, translate: Translate) -> click.Command:
    """A copy of ``command``, and of all below it, whose help is in another language."""
    told = copy.copy(command)
    told.help = command.help and translate(command.help)
    told.params = [_option(parameter, translate) for parameter in command.params]
    if isinstance(told, click.Group):
        told.commands = {name: spoken(each, translate) for name, each in told.commands.items()}
    return told


def _option(parameter: click.Parameter, translate: Translate) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    told = copy.copy(parameter)
    told.help = translate(parameter.help)
    return told


def helps(command: click.Command) -> Iterator[str]:
    """The texts that :func:`spoken` translates."""
    if command.help:
        yield command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from helps(each)


@contextmanager
def click_speaking(translate: Translate) -> Iterator[None]:
    """Have click say its own sentences in another language.

    It asks gettext for them, which reads compiled catalogues only; so what it asks is put in
    the place of gettext.
    """

    before = [
        (module, name, getattr(module, name))
        for module in _ASKING
        for name in ("_", "ngettext")
        if hasattr(module, name)
    ]
    try:
        for module, name, _ in before:
            setattr(module, name, translate)
        yield
    finally:
        for module, name, asked in before:
            setattr(module, name, asked)


_ASKING = (
    click.core,
    click.decorators,
    click.exceptions,
    click.formatting,
    click.parser,
    click.types,
)
