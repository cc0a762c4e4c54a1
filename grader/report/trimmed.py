"""What rich prints, without blanks at the ends of lines: they end up in files, diffs and copies."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment


class Trimmed:
    """Prints ``renderable`` without blanks at the ends of its lines."""

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in console.render_lines(self._renderable, options, pad=False):
            yield from reversed(list(_without_blanks(line)))
            yield Segment.line()


def _without_blanks(line: list[Segment]) -> Iterator[Segment]:
    """The segments of ``line``, the last one first, without the blanks at its end."""
    ended = False
    for text, style, control in reversed(line):
        shown = text if ended else text.rstrip(" ")
        if shown or control:
            ended = ended or bool(shown)
            yield Segment(shown, style, control)
