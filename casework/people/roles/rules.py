"""Who may give which role where. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from casework.access.model import HUB, Actor, Grant, Role, ScopeKind
from casework.people.errors import GrantRefused

_STAFF = frozenset({Role.ADMINISTRATOR})

#: In which kinds of scope a role that is given can be held. What is missing follows from what
#: somebody does: who is in a team is its member, whatever anybody grants.
SCOPES: Mapping[Role, frozenset[ScopeKind]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset({ScopeKind.HUB}),
        Role.EDITOR: frozenset({ScopeKind.HUB}),
        Role.PLANNER: frozenset({ScopeKind.HUB}),
        Role.COORDINATOR: frozenset({ScopeKind.HUB}),
        Role.DUTY_OFFICER: frozenset({ScopeKind.HUB}),
        Role.OFFICER: frozenset({ScopeKind.ORGANISATION}),
        Role.VENDOR: frozenset({ScopeKind.ORGANISATION}),
        Role.ORGANISER: frozenset({ScopeKind.HUB, ScopeKind.HACKATHON, ScopeKind.EVENT}),
        Role.JUDGE: frozenset({ScopeKind.HACKATHON}),
        Role.MENTOR: frozenset({ScopeKind.HACKATHON}),
        Role.REVIEWER: frozenset({ScopeKind.CALL, ScopeKind.EVENT}),
        Role.PROGRAMME_OFFICER: frozenset({ScopeKind.HUB, ScopeKind.CALL}),
        Role.FINANCE: frozenset({ScopeKind.HUB, ScopeKind.CALL}),
        Role.HANDLER: frozenset({ScopeKind.ORGANISATION, ScopeKind.CASE}),
        Role.MODERATOR: frozenset({ScopeKind.HUB, ScopeKind.SESSION}),
        Role.FACILITATOR: frozenset({ScopeKind.HUB, ScopeKind.SURVEY, ScopeKind.SESSION}),
    }
)

#: Who gives it, in that scope or above it; administrators of the hub give all.
GIVERS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.OFFICER: frozenset({Role.OFFICER}),
        Role.VENDOR: frozenset({Role.VENDOR}),
        Role.ORGANISER: frozenset({Role.ORGANISER}),
        Role.JUDGE: frozenset({Role.ORGANISER}),
        Role.MENTOR: frozenset({Role.ORGANISER}),
        Role.REVIEWER: frozenset({Role.ORGANISER, Role.PROGRAMME_OFFICER}),
        Role.PROGRAMME_OFFICER: frozenset({Role.PROGRAMME_OFFICER}),
        Role.HANDLER: frozenset({Role.OFFICER}),
        Role.MODERATOR: frozenset({Role.FACILITATOR, Role.PROGRAMME_OFFICER}),
        Role.FACILITATOR: frozenset({Role.PROGRAMME_OFFICER}),
    }
)


def why_not_given(giver: Actor, person_id: UUID, grant: Grant, at: datetime) -> GrantRefused | None:
    """What stands against this actor giving that role to that person."""
    if grant.role not in SCOPES:
        return GrantRefused(reason="implied")
    if grant.scope.kind not in SCOPES[grant.role]:
        return GrantRefused(reason="scope")
    if grant.until is not None and grant.until <= at:
        return GrantRefused(reason="past")
    if giver.person_id == person_id:
        return GrantRefused(reason="self")
    return None if may_manage(giver, grant, at) else GrantRefused(reason="not_yours")


def may_manage(actor: Actor, grant: Grant, at: datetime) -> bool:
    """Whether the actor gives and takes away such roles. Nobody widens their own: an organiser of one
    hackathon makes no organiser of the hub.
    """
    current = actor.at(at)
    if current.has(Role.SYSTEM, HUB):
        return True
    givers = _STAFF | GIVERS.get(grant.role, frozenset())
    return any(current.has(role, grant.scope) for role in givers)


def why_not_taken(taker: Actor, person_id: UUID, grant: Grant, at: datetime) -> GrantRefused | None:
    """What stands against this actor taking that role from that person; one's own can be laid down."""
    if taker.person_id == person_id or may_manage(taker, grant, at):
        return None
    return GrantRefused(reason="not_yours")
