"""What forms say of teams, and who has to do with one."""

from __future__ import annotations

from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from hackathon.contest.hackathons.machine import STAFF
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.teams.machine import CAPTAIN, MEMBERS
from hackathon.contest.teams.model import Profile
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.values import Special, ValueForm


def _roles(form: Form) -> tuple[str, ...]:
    """Each on a line of its own."""
    roles = (line.strip() for line in form.text("open_roles").split("\n"))
    return tuple(role for role in roles if role)


#: What is written about a team.
PROFILE = ValueForm(
    Profile,
    names={"challenge_id": "challenge"},
    special={"open_roles": Special(_roles, lambda roles: {"open_roles": ["\n".join(roles)]})},
)


def is_member(actor: Actor, team_id: UUID) -> bool:
    return holds_any(actor, MEMBERS, [Scope(ScopeKind.TEAM, team_id)])


def is_captain(actor: Actor, team_id: UUID) -> bool:
    return holds_any(actor, CAPTAIN, [Scope(ScopeKind.TEAM, team_id)])


def is_staff(actor: Actor, hackathon_id: UUID) -> bool:
    return holds_any(actor, STAFF, scopes_of(hackathon_id))
