"""The command line in another language: our help texts, and click's own messages.

Click takes its messages from gettext. They are in our catalogues, so gettext only has to be pointed
there, and to the language that the user chose.
"""

import copy
import gettext
import inspect
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from grader.i18n import DOMAIN, LOCALES
from grader.model.text import Translate

_LANGUAGE = "LANGUAGE"
"""The environment variable that gettext asks first."""


def localized(command: click.Command, translate: Translate) -> click.Command:
    """A copy of ``command`` and its subcommands whose help is translated."""
    local = copy.copy(command)
    local.help = command.help and translate(message_id(command.help))
    local.short_help = command.short_help and translate(command.short_help)
    local._help_option = None  # click keeps it in the language of its first use
    local.params = [_localized_option(parameter, translate) for parameter in command.params]
    if isinstance(local, click.Group):
        local.commands = {name: localized(each, translate) for name, each in local.commands.items()}
    return local


def _localized_option(parameter: click.Parameter, translate: Translate) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    local = copy.copy(parameter)
    local.help = translate(message_id(parameter.help))
    return local


def help_messages(command: click.Command) -> Iterator[str]:
    """The message ids of all texts that :func:`localized` translates."""
    if command.help:
        yield message_id(command.help)
    if command.short_help:
        yield command.short_help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield message_id(parameter.help)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from help_messages(each)


def message_id(text: str) -> str:
    """A help text as catalogues have it: without the indentation of a docstring, which Python's
    compiler strips since 3.13."""
    return inspect.cleandoc(text).strip()


@contextmanager
def click_in(language: str) -> Iterator[None]:
    """Have click say its own messages in ``language``.

    This changes the process's environment and gettext's domain, and restores both: use it around
    a whole command, before any thread is started.
    """
    domain, before = gettext.textdomain(), os.environ.get(_LANGUAGE)
    gettext.bindtextdomain(DOMAIN, LOCALES)
    gettext.textdomain(DOMAIN)
    os.environ[_LANGUAGE] = language
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ[_LANGUAGE]
        else:
            os.environ[_LANGUAGE] = before
