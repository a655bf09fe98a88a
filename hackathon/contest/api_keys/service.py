"""Keys of a team: its captain makes, replaces and revokes them, its members see what was asked with them.

They end without anybody's doing: at their instant, and when the database sees the team or the hackathon end.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from casework.access.model import Actor, Role
from casework.access.rules import holds_any
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal, check
from casework.workflow.model import Standing
from citycore.clock import CITY_ZONE
from citycore.keys import API_KEY_PREFIX, KEY_BYTES, build_key, digest_of
from hackathon.contest.api_keys import repository
from hackathon.contest.api_keys.errors import TeamKeyGone
from hackathon.contest.api_keys.model import Issued, Overview, TeamKey
from hackathon.contest.api_keys.rules import first_day, valid, why_no_more, why_none, without_gaps
from hackathon.contest.api_keys.settings import TeamKeySettings
from hackathon.contest.teams.machine import CAPTAIN, MEMBERS, STAFF
from hackathon.contest.teams.repository import TEAMS


def get_overview(session: Session, team_id: UUID) -> Overview:
    """A team's keys and their use, for its members and the organisers; for others there is nothing to see."""
    at = session.now()
    standing = session.look(TEAMS, team_id)
    if not session.holds(MEMBERS | STAFF, standing.scopes):
        raise NoSuchObject
    today, days = at.astimezone(CITY_ZONE).date(), session.of(TeamKeySettings).usage_days
    keys = repository.find_keys(session.connection, team_id, today)
    used = repository.find_usage(session.connection, team_id, first_day(today, days))
    quota = max((key.requests_per_day for key in valid(keys, at)), default=0)
    return Overview(tuple(keys), without_gaps(used, today, days), quota)


def why_not_issued(session: Session, team_id: UUID) -> Refusal | None:
    """What stands against one more key, for a page that offers it."""
    at = session.now()
    standing = session.look(TEAMS, team_id)
    _, refusal = _season(session, standing, at)
    return refusal or why_no_more(_keys(session, team_id, at), session.of(TeamKeySettings), at)


def issue(session: Session, team_id: UUID) -> Issued:
    """A new key, shown this once."""
    standing, at = _lock(session, team_id)
    until = _until(session, standing, at)
    check(why_no_more(_keys(session, team_id, at), session.of(TeamKeySettings), at))
    return _issue(session, standing, "issue_api_key", at, until)


def replace(session: Session, team_id: UUID, key_id: int) -> Issued:
    """A new key in the place of one that counts, which ends with it; :class:`TeamKeyGone`."""
    standing, at = _lock(session, team_id)
    until = _until(session, standing, at)
    _end(session, team_id, key_id, at)
    check(why_no_more(_keys(session, team_id, at), session.of(TeamKeySettings), at))
    return _issue(session, standing, "replace_api_key", at, until)


def revoke(session: Session, team_id: UUID, key_id: int) -> None:
    """End a key; :class:`TeamKeyGone`. It may be revoked whatever has become of the team."""
    standing, at = _lock(session, team_id)
    _end(session, team_id, key_id, at)
    session.note(TEAMS, standing, "revoke_api_key", at)


def _lock(session: Session, team_id: UUID) -> tuple[Standing[Any], datetime]:
    """The team, if the actor is its captain. Its members may know that; for others there is nothing to see."""
    standing = session.lock(TEAMS, team_id)
    at = session.now()
    if not _is(session.actor, MEMBERS | STAFF, standing, at):
        raise NoSuchObject
    if not _is(session.actor, CAPTAIN, standing, at):
        raise NotAllowed
    return standing, at


def _is(actor: Actor, roles: Collection[Role], standing: Standing[Any], at: datetime) -> bool:
    return holds_any(actor.at(at), roles, standing.scopes)


def _season(
    session: Session, standing: Standing[Any], at: datetime
) -> tuple[datetime | None, Refusal | None]:
    """Until when a key would count, and what stands against any."""
    hackathon_state, last = repository.find_season(session.connection, standing.object_id)
    until = None if last is None else last + timedelta(days=session.of(TeamKeySettings).days_after_end)
    return until, why_none(standing.state, hackathon_state, until, at)


def _until(session: Session, standing: Standing[Any], at: datetime) -> datetime:
    until, refusal = _season(session, standing, at)
    if refusal is not None:
        raise refusal
    assert until is not None
    return until


def _keys(session: Session, team_id: UUID, at: datetime) -> list[TeamKey]:
    return repository.find_keys(session.connection, team_id, at.astimezone(CITY_ZONE).date())


def _end(session: Session, team_id: UUID, key_id: int, at: datetime) -> None:
    if not repository.revoke_key(session.connection, team_id, key_id, at):
        raise TeamKeyGone


def _issue(session: Session, standing: Standing[Any], event: str, at: datetime, until: datetime) -> Issued:
    text, settings = (
        build_key(session.programme.random(KEY_BYTES), API_KEY_PREFIX),
        session.of(TeamKeySettings),
    )
    parameters = {
        "team_id": standing.object_id,
        "digest": bytes.fromhex(digest_of(text)),
        "requests_per_minute": settings.requests_per_minute,
        "requests_per_day": settings.requests_per_day,
        "at": at,
        "until": until,
    }
    session.connection.execute(repository.QUERIES["issue"], parameters)
    session.note(TEAMS, standing, event, at)
    return Issued(text, len(_keys(session, standing.object_id, at)), until)
