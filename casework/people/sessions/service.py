"""Beginning, resuming and ending sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal
from uuid import UUID

import structlog

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

DEVICE_CHARACTERS_MAX = 200
#: How somebody has shown who they are.
Way = Literal["password", "mailed_link", "identity"]

log = structlog.get_logger()


def resume(session: Session, token: str) -> Signed:
    """Who the browser with this token is; :class:`SessionEnded`."""
    at, settings = session.now(), session.of(PeopleSettings)
    found = repository.find_signed(session.connection, token_digest(token), at)
    if found is None:
        raise SessionEnded
    person, session_id, last_used_at, begun_at = found
    if at - last_used_at >= timedelta(seconds=settings.session_touch_seconds):
        idle_at = at + timedelta(hours=settings.session_idle_hours)
        repository.touch(session.connection, session_id, at, idle_at)
    return Signed(session_id, person, find_actor(session.connection, person.person_id, at), begun_at)


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
    session: Session, person_id: UUID, visitor: Visitor, previous: str | None = None, way: Way = "password"
) -> NewSession:
    """A session of a browser. Its ``previous`` one ends: its token could be known to whoever used it before."""
    at, settings, token = session.now(), session.of(PeopleSettings), new_token(session.programme.random)
    if previous is not None:
        repository.end_by_token(session.connection, token_digest(previous))
    begun = NewSession(session.new_id(), person_id, token, at + timedelta(hours=settings.session_hours))
    known = Visitor(network_of(visitor.address, stored=True), _printable(visitor.device))
    idle_at = at + timedelta(hours=settings.session_idle_hours)
    repository.store_session(session.connection, begun, known, at, idle_at)
    repository.keep_newest(session.connection, person_id, settings.sessions_max)
    log.info("signed_in", person_id=str(person_id), way=way, network=known.address)
    return begun


def _printable(device: str) -> str:
    return "".join(letter for letter in device[:DEVICE_CHARACTERS_MAX] if letter.isprintable())
