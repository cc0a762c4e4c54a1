"""Rewrites newer constructs of Python's syntax as older ones: :mod:`.newer_syntax` lists them."""

import ast
import keyword
import re
from itertools import pairwise
from typing import NamedTuple

Version = tuple[int, int]


class Construct(NamedTuple):
    """A construct that a program uses, and the first Python that accepts it."""

    needs: Version
    line: int
    form: str
    """How it is written, as an example."""


class InvalidError(Exception):
    """The text is not a Python program of any version."""


class _Token(NamedTuple):
    kind: str
    """``name``, ``string``, ``other``, ``newline`` (the end of a line), or ``space``."""
    text: str
    line: int
    depth: int
    """Brackets around it; a bracket itself is outside of its pair."""


_BLANK = re.compile(r"[ \t\f]+|\\\r?\n|#[^\r\n]*")
_NEWLINE = re.compile(r"\r?\n|\r")
_STRING = re.compile(r"""(?i)((?:[bfurt]|br|rb|fr|rf|tr|rt)?)('''|\"""|'|")""")
_NAME = re.compile(r"\w+")
_OTHER = re.compile(r"\*\*=?|:=|->|[^\w\s]")

_COMPARED = re.compile(r"![^=]")
_CONVERSION = re.compile(r"![rsa][ ]*(?=[:}])")

_MOST_NESTED = 8
"""Levels of strings within strings, each of which is read twice. No person writes three."""


def _has_default(parameter: str) -> bool:
    """Whether a type parameter has a default.

    Raises:
        InvalidError: it is not a type parameter.
    """
    # Without its stars, it has the form of a function's parameter.
    if re.match(r"\*(?!\*)", parameter):
        parameter = re.sub(r"=\s*\*", "=", parameter)
    function = ast.parse(f"def f({parameter.lstrip('*')}\n): pass").body[0]
    if not isinstance(function, ast.FunctionDef):
        raise InvalidError
    parts = function.args
    others = (*parts.posonlyargs, *parts.kwonlyargs, parts.vararg, parts.kwarg)
    if len(parts.args) != 1 or any(others):
        raise InvalidError
    return bool(parts.defaults)


class Rewriter:
    """Rewrites newer constructs as older ones, token by token."""

    def __init__(self) -> None:
        self.found: list[Construct] = []
        self.caught: set[str] = set()
        """The names in each ``except A, B``. In Python 2, the second one was a new variable."""
        self._nested = 0

    def rewrite(self, text: str, line: int = 1) -> str:
        """Return ``text`` with older constructs only.

        Raises:
            InvalidError: it cannot be divided into tokens.
        """
        tokens = self._tokens(text, line)
        return self._statements(tokens)

    # --- tokens ---

    def _tokens(self, text: str, line: int) -> list[_Token]:
        tokens: list[_Token] = []
        brackets: list[str] = []
        at = 0
        while at < len(text):
            if blank := _BLANK.match(text, at):
                kind, end = "space", blank.end()
                # A comment is left out: what is behind it may be moved.
                piece = " " if blank[0].startswith("#") else blank[0]
            elif newline := _NEWLINE.match(text, at):
                kind, piece, end = "newline" if not brackets else "space", "\n", newline.end()
            elif string := _STRING.match(text, at):
                kind = "string"
                piece, end = self._string(text, string, line)
            elif name := _NAME.match(text, at):
                kind, piece, end = "name", name[0], name.end()
            elif other := _OTHER.match(text, at):
                kind, piece, end = "other", other[0], other.end()
            else:
                raise InvalidError
            if piece in (")", "]", "}") and (not brackets or brackets.pop() != piece):
                raise InvalidError
            tokens.append(_Token(kind, piece, line, len(brackets)))
            if piece in ("(", "[", "{"):
                brackets.append(")]}"["([{".index(piece)])
            line += text.count("\n", at, end)
            at = end
        if brackets:
            raise InvalidError
        return tokens

    def _string(self, text: str, opening: re.Match[str], line: int) -> tuple[str, int]:
        """An older equivalent of the string that ``opening`` begins, and where it ends."""
        prefix, quote = opening[1].lower(), opening[2]
        at = opening.end()
        formatted, raw = "f" in prefix or "t" in prefix, "r" in prefix
        newer = False
        while not text.startswith(quote, at):
            if at >= len(text) or (text[at] == "\n" and len(quote) == 1):
                raise InvalidError
            if text[at] == "\\":
                if formatted and not raw and text.startswith("N{", at + 1):
                    at = text.find("}", at) + 1 or len(text)
                elif formatted and text.startswith(("{", "}"), at + 1):
                    at += 1
                else:
                    at += 2
            elif formatted and text.startswith(("{{", "}}"), at):
                at += 2
            elif formatted and text[at] == "{":
                end, nests = self._field(text, at, quote, line)
                newer = newer or nests
                at = end
            elif formatted and text[at] == "}":
                raise InvalidError
            else:
                at += 1
        end = at + len(quote)
        if "t" in prefix:
            self.found.append(Construct((3, 14), line, 't"…"'))
        elif newer:
            self.found.append(Construct((3, 12), line, 'f"{d["k"]}"'))
        else:
            return text[opening.start() : end], end
        return '""', end

    def _field(self, text: str, start: int, quote: str, line: int) -> tuple[int, bool]:
        """Where the replacement field at ``start`` ends, and whether it takes PEP 701.

        Its expression must be valid, too.
        """
        self._nested += 1
        if self._nested > _MOST_NESTED:
            raise InvalidError
        at, depth, found_before, nests = start + 1, 0, len(self.found), False
        while True:
            if at >= len(text):
                raise InvalidError
            if string := _STRING.match(text, at):
                at = self._string(text, string, line)[1]
            elif name := _NAME.match(text, at):
                at = name.end()
            elif text[at] == "#":
                nests = True
                at = text.find("\n", at) + 1 or len(text)
            elif depth == 0 and (text[at] in "}:" or _COMPARED.match(text, at)):
                break
            else:
                depth += (text[at] in "([{") - (text[at] in ")]}")
                at += 1
        # Whatever the expression contains is found again, and only once, when it is rewritten.
        del self.found[found_before:]
        expression = text[start + 1 : at]
        if not expression.strip():
            raise InvalidError
        older = self.rewrite(re.sub(r"=[ ]*$", "", expression), line)
        ast.parse(f"({older}\n)", mode="eval")
        nests = nests or len(self.found) > found_before or "\\" in expression
        nests = nests or quote in expression or ("\n" in expression and len(quote) == 1)
        if text[at] == "!":
            conversion = _CONVERSION.match(text, at)
            if conversion is None:
                raise InvalidError
            at = conversion.end()
        if text[at] == ":":
            at += 1
            while text[at : at + 1] != "}":
                if at >= len(text) or text.startswith(quote, at):
                    raise InvalidError
                if text[at] == "{":
                    at, inner = self._field(text, at, quote, line)
                    nests = nests or inner
                else:
                    at += 1
        self._nested -= 1
        return at + 1, nests

    # --- statements ---

    def _statements(self, tokens: list[_Token]) -> str:
        words = [index for index, token in enumerate(tokens) if token.kind != "space"]
        pieces = [token.text for token in tokens]

        def word(place: int) -> _Token:
            return tokens[words[place]] if 0 <= place < len(words) else _END

        for place in range(len(words)):
            token = word(place)
            before = word(place - 1)
            begins = token.depth == 0 and (before.kind == "newline" or before.text in ";:")
            following = word(place + 1)
            is_name = following.kind == "name" and not keyword.iskeyword(following.text)
            if begins and token.text == "type" and is_name and word(place + 2).text in ("=", "["):
                self.found.append(Construct((3, 12), token.line, "type X = …"))
                pieces[words[place]] = pieces[words[place] + 1] = ""
                self._type_parameters(tokens, words, pieces, place + 2)
            elif token.text in ("def", "class") and is_name:
                self._type_parameters(tokens, words, pieces, place + 2)
            elif begins and token.text == "except":
                self._except(tokens, words, pieces, place)
            elif begins and token.text == "lazy" and following.text in ("import", "from"):
                # It is allowed at the top level only.
                if words[place] == 0 or tokens[words[place] - 1].kind == "newline":
                    self.found.append(Construct((3, 15), token.line, "lazy import m"))
                    pieces[words[place]] = pieces[words[place] + 1] = ""
            elif token.text in ("(", "[", "{") and following.text in ("*", "**"):
                self._unpacking(tokens, words, pieces, place)
        return "".join(pieces)

    def _group(self, tokens: list[_Token], words: list[int], place: int) -> int:
        """The place of the bracket that closes the one at ``place``."""
        depth = tokens[words[place]].depth
        for end in range(place + 1, len(words)):
            if tokens[words[end]].depth == depth:
                return end
        raise InvalidError

    def _type_parameters(
        self, tokens: list[_Token], words: list[int], pieces: list[str], place: int
    ) -> None:
        """Remove the type parameters at ``place``, if there are any."""
        if place >= len(words) or tokens[words[place]].text != "[":
            return
        end = self._group(tokens, words, place)
        line = tokens[words[place]].line
        defaults = False
        depth = tokens[words[place]].depth + 1
        commas = [
            index
            for index in range(words[place], words[end])
            if tokens[index].text == "," and tokens[index].depth == depth
        ]
        for first, last in pairwise([words[place], *commas, words[end]]):
            parameter = "".join(pieces[first + 1 : last]).strip()
            if parameter or last != words[end] or not commas:
                defaults = _has_default(parameter) or defaults
        self.found.append(
            Construct((3, 13), line, "def f[T = int]()")
            if defaults
            else Construct((3, 12), line, "def f[T]()")
        )
        for index in range(words[place], words[end] + 1):
            pieces[index] = ""

    def _except(
        self, tokens: list[_Token], words: list[int], pieces: list[str], place: int
    ) -> None:
        """Put the exceptions of ``except A, B:`` into parentheses."""
        first = place + 1
        if first < len(words) and tokens[words[first]].text == "*":
            first += 1
        last = first
        commas = False
        while last < len(words):
            token = tokens[words[last]]
            if token.depth == 0 and (token.text == ":" or token.kind == "newline"):
                break
            if token.text == "as" or token.text in ("(", "["):
                return
            commas = commas or token.text == ","
            last += 1
        if not commas or last >= len(words) or tokens[words[last]].text != ":":
            return
        self.found.append(Construct((3, 14), tokens[words[place]].line, "except A, B:"))
        listed = "".join(pieces[words[first] : words[last]])
        self.caught |= {part.strip().partition(".")[0].strip() for part in listed.split(",")}
        pieces[words[first]] = "(" + pieces[words[first]]
        pieces[words[last]] = "):"

    def _unpacking(
        self, tokens: list[_Token], words: list[int], pieces: list[str], place: int
    ) -> None:
        """Remove the star of ``[*x for x in xs]``."""
        end = self._group(tokens, words, place)
        depth = tokens[words[place]].depth + 1
        for index in range(place + 2, end):
            token = tokens[words[index]]
            if token.depth == depth and token.text == ",":
                return
            if token.depth == depth and token.text == "for":
                self.found.append(Construct((3, 15), token.line, "[*x for x in xs]"))
                pieces[words[place + 1]] = ""
                return


_END = _Token("newline", "", 0, 0)
