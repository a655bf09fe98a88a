"""What may be written about a team. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.workflow.errors import check as check_refusal
from casework.workflow.fields import Fields
from hackathon.contest.hackathons.rules import begins_early
from hackathon.contest.teams.machine import FORMING_IN, TEAM
from hackathon.contest.teams.model import Ahead, Profile, Team
from hackathon.contest.teams.settings import TeamSettings

FIELDS = Fields(TEAM.package)
#: What a team that takes part waits for, by the state of its hackathon, and the deadline that ends it.
_TAKING_PART = {
    "announced": ("start", "starts"),
    "registration_open": ("start", "starts"),
    "team_formation_closed": ("start", "starts"),
    "running": ("hand_in", "submissions_close"),
    "submissions_closed": ("judging", None),
    "screening": ("judging", None),
    "judging": ("judging", None),
    "deliberation": ("judging", None),
    "results_provisional": ("results", "appeals_close"),
    "results_final": ("results", None),
    "archived": ("results", None),
}


def scopes_of(team_id: UUID, hackathon_id: UUID) -> frozenset[Scope]:
    """Its members, and the organisers of its hackathon."""
    return frozenset({Scope(ScopeKind.TEAM, team_id), Scope(ScopeKind.HACKATHON, hackathon_id)})


def what_next(team: Team, hackathon_state: str, planned: Mapping[str, datetime], at: datetime) -> Ahead:
    """What a team has to do or to wait for next, and until when."""
    if team.state in {"expired", "withdrawn", "disqualified"}:
        return Ahead("over")
    if hackathon_state in {"postponed", "cancelled"}:
        return Ahead(hackathon_state)
    is_early = begins_early(planned) and hackathon_state in FORMING_IN
    if team.state == "locked":
        has_started = is_early and planned["starts"] <= at
        stage = "running" if has_started else hackathon_state
        what, deadline = _TAKING_PART.get(stage, ("start", "starts"))
        return Ahead(what, None if deadline is None else planned.get(deadline))
    return Ahead(_lacking(team, is_early=is_early), planned.get("team_formation_closes"))


def _lacking(team: Team, *, is_early: bool) -> str:
    if team.state == "eligible":
        return "begin" if is_early else "freeze"
    if team.is_short:
        return "members"
    if team.profile.challenge_id is None:
        return "challenge"
    return "begin" if is_early else "complete"


def check(profile: Profile, settings: TeamSettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    name = profile.name.strip()
    check_refusal(FIELDS.wrong_public_name("name", name, settings.name_characters_max))
    if not 1 <= len(name) <= settings.name_characters_max or not any(map(str.isalnum, name)):
        raise FIELDS.wrong("name", f"1–{settings.name_characters_max}")
    FIELDS.check_text("pitch", profile.pitch, settings.pitch_characters_max, least=0)
    if len(profile.open_roles) > settings.open_roles_max:
        raise FIELDS.wrong("open_roles", f"0–{settings.open_roles_max}")
    for role in profile.open_roles:
        FIELDS.check_text("open_role", role.strip(), settings.role_characters_max)
