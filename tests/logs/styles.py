"""Strategies: programs in any style, and with any fault."""

from hypothesis import strategies as st

from logs.faults import KINDS, Fault
from logs.files import BESIDE
from logs.grammar import (
    BINARY,
    BLOCKS,
    HEADLINES,
    LAYOUTS,
    LINES,
    NAMES,
    ROTATIONS,
    SPELLINGS,
    TEXTUAL,
    TIMES,
    WHOLE,
    Style,
)

FORMS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("sent", "plain"),),
    (("raw", "bytes"),),
    (("", "bytes"),),
    (("raw", "bytes"), ("回复", "plain")),
)


def valid(style: Style) -> bool:
    """Whether a program of this style is right."""
    textual, binary = style.layout in TEXTUAL, style.layout in BINARY
    return bool(
        style.template in (BLOCKS if style.layout == "blocks" else LINES)
        and (textual or (style.end == "\n" and not style.between))
        and ((textual and not binary) or not (style.headline or style.summary))
        and not (style.receivers and style.who == "nobody")
        and not (style.nicknames and "{who}" not in style.template)
        and not (style.rotation and (style.layout in WHOLE or style.headline or style.summary))
        and ((not style.forms and not style.receivers) or style.every >= 20)
        and (style.rotation or not style.times_known)
        and not (binary and style.encoding == "utf-16")
    )


@st.composite
def styles(draw: st.DrawFn) -> Style:
    """Any style that a right program may have."""

    def one_of(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    layout = one_of(*LAYOUTS)
    textual, binary, whole = layout in TEXTUAL, layout in BINARY, layout in WHOLE
    template = one_of(*(BLOCKS if layout == "blocks" else LINES))
    who = one_of(*(NAMES if "{who}" in template else NAMES[:-1]))
    forms = draw(st.sampled_from(FORMS))
    rotation = one_of("", *ROTATIONS) if not whole else ""
    receivers = one_of("", "others", "all") if who != "nobody" else ""
    once = textual and not binary and not rotation
    style = Style(
        layout=layout,
        template=template,
        end=one_of("\n", "\r\n", "\r") if textual else "\n",
        between=one_of("", "\n") if textual else "",
        encoding=one_of("utf-8", "gbk") if binary else one_of("utf-8", "gbk", "utf-16"),
        spelling=one_of(*SPELLINGS) if not forms else "plain",
        who=who,
        time=one_of(*TIMES),
        label=draw(st.sampled_from([("",), ("got",), ("收到",), ("first", "again")])),
        typed_label=one_of("", "typed", "终端输入"),
        forms=forms,
        typed_forms=draw(st.booleans()),
        receivers=receivers,
        events=draw(st.booleans()),
        headline=one_of("", *HEADLINES) if once else "",
        summary=draw(st.booleans()) if once else False,
        rotation=rotation,
        times_known=draw(st.booleans()) if rotation else False,
        # A file that holds nothing but one text's records may as well be a view of the next one.
        every=draw(st.sampled_from([20, 27] if forms or receivers else [4, 7])),
        beside=one_of("", *BESIDE),
        turned=draw(st.booleans()),
    )
    assert valid(style)
    return style


@st.composite
def faulty(draw: st.DrawFn) -> tuple[Style, Fault]:
    """Any fault, of a program in any style in which it is one."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    style = draw(styles().filter(KINDS[kind].fits))
    return style, Fault(kind, draw(st.integers(0, 99)))
