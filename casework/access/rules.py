"""Pure answers to "may this person"."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from casework.access.model import HUB, Actor, Role, Scope, ScopeKind


def holds_any(actor: Actor, roles: Iterable[Role], scopes: Iterable[Scope]) -> bool:
    """Whether the actor holds one of the roles in one of the scopes of an object.

    ``PERSON`` means the person whose scope the object has, unless the hub is among its scopes.
    """
    wanted = tuple(scopes)
    return any(actor.has(role, scope) for role in roles for scope in wanted) or any(
        actor.has(role, HUB) for role in roles if role is not Role.PERSON
    )


def objects_of(actor: Actor, roles: Collection[Role], *kinds: ScopeKind) -> list[UUID]:
    """The objects of these kinds in whose scope the actor holds one of the roles."""
    scopes = [grant.scope for grant in actor.grants if grant.role in roles]
    return [one.object_id for one in scopes if one.kind in kinds and one.object_id is not None]
