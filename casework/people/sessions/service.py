"""Beginning, resuming and ending sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from casework.access.shown import FactorKind, Shown, Way
from casework.access_tokens.service import end_sign_ins, revoke_all
from casework.people.addresses import network_of
from casework.people.errors import SessionEnded
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.sessions import repository
from casework.people.sessions.model import NewSession, OpenSession, Signed
from casework.people.settings import PeopleSettings
from casework.people.tokens import new_token, token_digest
from casework.programme import Session
from casework.second_factor.duties import awake
from casework.second_factor.settings import SecondFactorSettings

DEVICE_CHARACTERS_MAX = 200

log = structlog.get_logger()


def resume(session: Session, token: str) -> Signed:
    """Who the browser with this token is; :class:`SessionEnded`."""
    at, settings = session.now(), session.of(PeopleSettings)
    found = repository.find_signed(session.connection, token_digest(token), at)
    if found is None:
        raise SessionEnded
    if at - found.last_used_at >= timedelta(seconds=settings.session_touch_seconds):
        idle_at = at + timedelta(hours=settings.session_idle_hours)
        repository.touch(session.connection, found.session_id, at, idle_at)
    held = find_actor(session.connection, found.person.person_id, at)
    actor, needs = awake(session, held, found.known)
    grace = _grace(session) if needs else None
    return Signed(found.session_id, found.person, actor, found.proved_at, needs, grace)


def list_sessions(session: Session) -> list[OpenSession]:
    """Where the person is signed in, the last used first."""
    return repository.find_sessions(session.connection, session.person_id, session.now())


def end_session(session: Session, session_id: UUID) -> bool:
    """End one of the person's own sessions, and what that browser has on the dashboards; whether there was one."""
    was_there = repository.end(session.connection, session.person_id, session_id)
    if was_there:
        end_sign_ins(session, session.person_id, session_id)
    return was_there


def sign_out(session: Session, token: str) -> None:
    """End the session of a browser, whosever it is, and what that browser has on the dashboards."""
    ended = repository.end_by_token(session.connection, token_digest(token))
    if ended is not None:
        end_sign_ins(session, ended.person_id, ended.session_id)


def sign_out_everywhere(session: Session, *, with_tokens: bool = False) -> int:
    """End all of the person's sessions, this one too, and if they say so the tokens of their programs; how many sessions."""
    if with_tokens:
        revoke_all(session, session.person_id)
    return end_everywhere(session, session.person_id)


def end_everywhere(session: Session, person_id: UUID, kept: UUID | None = None) -> int:
    """End all sessions of a person, but one if it is named, and all that they have on the dashboards; how many sessions."""
    end_sign_ins(session, person_id)
    return repository.end_all(session.connection, person_id, kept)


def begin_session(
    session: Session,
    person_id: UUID,
    visitor: Visitor,
    previous: str | None = None,
    way: Way = Way.PASSWORD,
) -> NewSession:
    """A session of a browser of somebody who can have no second factor yet, or is asked for none."""
    return begin_shown(session, person_id, visitor, Shown(way, session.now()), previous)


def renew_session(
    session: Session, person_id: UUID, visitor: Visitor, former: str, factor: FactorKind | None = None
) -> NewSession:
    """Another secret for who is signed in, as after they have proved anew who they are. What the former has shown still counts, and
    the ``factor`` that was shown just now.
    """
    found = repository.find_signed(session.connection, token_digest(former), session.now())
    if found is None or found.person.person_id != person_id:
        raise SessionEnded
    shown = found.known
    if factor is not None:
        shown = replace(shown, factor=factor, factor_at=session.now())
    return begin_shown(session, person_id, visitor, shown, former)


def begin_shown(
    session: Session, person_id: UUID, visitor: Visitor, shown: Shown, previous: str | None = None
) -> NewSession:
    """A session of a browser that has shown this. Its ``previous`` one ends: its token could be known to whoever used it before."""
    at, settings, token = session.now(), session.of(PeopleSettings), new_token(session.programme.random)
    if previous is not None:
        repository.end_by_token(session.connection, token_digest(previous))
    expires_at = at + timedelta(hours=settings.session_hours)
    begun = NewSession(session.new_id(), person_id, token, at, expires_at)
    known = Visitor(network_of(visitor.address, stored=True), _printable(visitor.device))
    idle_at = at + timedelta(hours=settings.session_idle_hours)
    repository.store_session(session.connection, begun, known, shown, idle_at)
    repository.keep_newest(session.connection, person_id, settings.sessions_max)
    log.info(
        "signed_in",
        person_id=str(person_id),
        way=shown.way.value,
        factor=shown.factor and shown.factor.value,
        network=known.address,
    )
    return begun


def _grace(session: Session) -> datetime | None:
    """Until when duties count without a factor, if they do now."""
    until = session.of(SecondFactorSettings).grace_until
    return until if until is not None and session.now() < until else None


def _printable(device: str) -> str:
    return "".join(letter for letter in device[:DEVICE_CHARACTERS_MAX] if letter.isprintable())
