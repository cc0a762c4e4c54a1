"""``grade PATH…`` as a group of commands with a default one, whose name nobody sees."""

import difflib
import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.cli.console import translation
from grader.errors import UserError
from grader.model.text import Text, say

DEFAULT = "submission"
"""The command that is meant if none is named: ``grade PATH`` is ``grade submission PATH``."""

HELP = "help"

EXAMPLES = (
    ("grade server.py", say("Grade one program.")),
    ("grade --verbose server.py", say("Explain each check that failed.")),
    ("grade --only newcomer server.py", say("Play only what one check needs.")),
    ("grade --watch server.py", say("Grade it again whenever it is saved.")),
    ("grade replay server.py newcomer", say("Show step by step what happens in a scenario.")),
    ("grade explain own-record", say("Explain what a check requires.")),
    ("grade class/", say("Grade all programs in a folder.")),
    ("grade book --out grades.csv", say("Write the gradebook of those that were graded.")),
)


class _DefaultContext(click.Context):
    """The context of the default command, which usage errors call ``grade``."""

    @property
    def command_path(self) -> str:
        """The command as a user types it."""
        return self.parent.command_path if self.parent else super().command_path


class DefaultCommand(click.Command):
    """The command that is meant if none is named."""

    context_class = _DefaultContext


class DefaultGroup(click.Group):
    """A group with a default command, listed in the order in which its commands were added."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command if none is named.

        Raises:
            UserError: neither a command nor anything that could be graded is named.
        """
        at = 0
        while args[at:] and args[at].partition("=")[0] == "--lang":
            at += 1 if "=" in args[at] else 2
        if args[at:] and args[at] == HELP and not Path(HELP).exists():
            args = [*args[:at], *args[at + 1 : at + 2], "--help"]
        known = (*self.commands, "--help", "-h", "--version")
        if args[at:] and args[at] not in known:
            if not ctx.resilient_parsing:
                self._check_word(args[at])
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """The names of the commands, those that are used first before the others."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List examples, commands, and the default command's options, which users look for here,
        before the group's."""
        translate = translation()
        with formatter.section(say("Examples").render(translate)):
            formatter.write_dl([(line, text.render(translate)) for line, text in EXAMPLES])
        self.format_commands(ctx, formatter)
        options = (
            p
            for p in self.commands[DEFAULT].params
            if isinstance(p, click.Option) and p.name != "lang"
        )
        records = (option.get_help_record(ctx) for option in options)
        rows = [record for record in records if record]
        with formatter.section(say("Grading options").render(translate)):
            formatter.write_dl(rows)
        click.Command.format_options(self, ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, files, and the options of both this and the default command."""
        default = self.commands[DEFAULT]
        inner = default.make_context(DEFAULT, [], parent=ctx, resilient_parsing=True)
        found = {
            item.value: item
            for item in (
                *super().shell_complete(ctx, incomplete),
                *default.shell_complete(inner, incomplete),
            )
        }
        if incomplete.startswith("-"):
            return list(found.values())
        if not found:
            return [CompletionItem(incomplete, type="file")]
        # bash completes files by itself only if nothing else is offered.
        return [*found.values(), *map(CompletionItem, _programs(incomplete))]

    def _check_word(self, word: str) -> None:
        """Check that ``word`` is no misspelled command.

        Raises:
            UserError: it can only be that.
        """
        if not word.replace("-", "").isalpha() or word.startswith("-") or Path(word).exists():
            return
        visible = [name for name, command in self.commands.items() if not command.hidden]
        raise UserError(
            say("There is no command, file or folder {name}.", name=word),
            _suggestion(word, [*visible, HELP]),
        )


def _programs(incomplete: str) -> Iterator[str]:
    """The programs and folders here whose names begin with ``incomplete``."""
    for path in sorted(Path().glob(f"{glob.escape(incomplete)}*")):
        if path.is_dir() and not path.name.startswith("."):
            yield f"{path}/"
        elif path.suffix == ".py":
            yield str(path)


def _suggestion(word: str, commands: Sequence[str]) -> Text:
    for nearest in difflib.get_close_matches(word, commands, n=1, cutoff=0.7):
        return say("Did you mean `grade {command}`?", command=nearest)
    return say("`grade --help` lists the commands.")
