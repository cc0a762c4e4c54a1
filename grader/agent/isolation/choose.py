"""Chooses the isolation that a plan asks for."""

from __future__ import annotations

from ..plan import Plan
from .base import Isolation


def choose(plan: Plan) -> Isolation:
    """Return the isolation for ``plan``, importing only what that one needs."""
    if plan["user"] is None:
        from .no_isolation import NoIsolation

        return NoIsolation()
    if plan["namespaces"]:
        from .namespaces import SeparateNamespaces

        return SeparateNamespaces(plan["user"], plan["root"], plan["home"], plan["folders"])
    from .other_user import SeparateUser

    return SeparateUser(plan["user"])
