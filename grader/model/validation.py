"""Translatable texts for msgspec's validation errors."""

import re

from grader.model.text import Text, say


def describe_error(message: str) -> Text:
    """The text of an error message of msgspec that does not include the path of the value."""
    if found := re.fullmatch(r"Expected `([^`]+)`, got `([^`]+)`", message):
        return say("expected `{wanted}`, got `{got}`", wanted=found[1], got=found[2])
    if found := re.fullmatch(r"Expected `([^`]+)` (>=|<=|>|<|==) (\S+)", message):
        wanted, relation, bound = found.groups()
        return say(
            "expected `{wanted}` {relation} {bound}", wanted=wanted, relation=relation, bound=bound
        )
    if found := re.fullmatch(r"Invalid enum value (.+)", message):
        return say("invalid enum value {value}", value=found[1])
    if found := re.fullmatch(r"Object missing required field `([^`]+)`", message):
        return say("missing required field `{field}`", field=found[1])
    return say("{reason}", reason=message[:1].lower() + message[1:])
