"""Beginning, resuming and ending sessions."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from casework.people.addresses import network_of
from casework.people.desk import Desk, after
from casework.people.errors import SessionEnded
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.sessions import repository
from casework.people.sessions.model import NewSession, Session, Signed
from casework.people.tokens import token_digest
from citycore.store.connections import Connection

DEVICE_CHARACTERS_MAX = 200


def resume(connection: Connection, desk: Desk, token: str) -> Signed:
    """Who the browser with this token is; :class:`SessionEnded`."""
    at = desk.clock()
    with connection.transaction():
        found = repository.find_signed(connection, token_digest(token), at)
        if found is None:
            raise SessionEnded
        person, session_id, last_used_at = found
        if at - last_used_at >= timedelta(seconds=desk.settings.session_touch_seconds):
            repository.touch(connection, session_id, at, after(at, desk.settings.session_idle_hours))
        return Signed(session_id, person, find_actor(connection, person.person_id, at))


def list_sessions(connection: Connection, desk: Desk, signed: Signed) -> list[Session]:
    """Where the person is signed in, the last used first."""
    with connection.transaction():
        return repository.find_sessions(connection, signed.person.person_id, desk.clock())


def end_session(connection: Connection, signed: Signed, session_id: UUID) -> bool:
    """End one of the person's own sessions; whether there was one."""
    with connection.transaction():
        return repository.end(connection, signed.person.person_id, session_id)


def sign_out(connection: Connection, token: str) -> None:
    """End the session of a browser, whosever it is."""
    with connection.transaction():
        repository.end_by_token(connection, token_digest(token))


def sign_out_everywhere(connection: Connection, signed: Signed) -> int:
    """End all of the person's sessions, this one too; how many."""
    with connection.transaction():
        return repository.end_all(connection, signed.person.person_id)


def begin_session(
    connection: Connection, desk: Desk, person_id: UUID, visitor: Visitor, previous: str | None = None
) -> NewSession:
    """A session within the caller's transaction. The browser's ``previous`` one ends: its token could be
    known to whoever used it before.
    """
    at, token, session_id = desk.clock(), desk.new_token(), desk.new_id()
    expires_at = after(at, desk.settings.session_hours)
    if previous is not None:
        repository.end_by_token(connection, token_digest(previous))
    shown = Visitor(network_of(visitor.address, stored=True), _printable(visitor.device))
    idle_at = after(at, desk.settings.session_idle_hours)
    repository.store_session(
        connection, session_id, person_id, token_digest(token), shown, at, idle_at, expires_at
    )
    repository.keep_newest(connection, person_id, desk.settings.sessions_max)
    return NewSession(session_id, person_id, token, expires_at)


def _printable(device: str) -> str:
    return "".join(letter for letter in device[:DEVICE_CHARACTERS_MAX] if letter.isprintable())
