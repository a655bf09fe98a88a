"""Supporting a thing. That it can be supported now, its noun has looked under its lock."""

from __future__ import annotations

from uuid import UUID

from casework.admission.browsers import participant_in
from casework.admission.errors import BrowserUnknown
from casework.programme import Session
from casework.supports.model import Supporter
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row

QUERIES = load_queries("casework.supports")


def support(session: Session, object_id: UUID, token: str | None) -> None:
    """Once: by whoever is signed in, else by a browser with a key of this hub, which is counted apart; :class:`BrowserUnknown`."""
    who = _supporter(session, object_id, token)
    if who == Supporter(None, None):
        raise BrowserUnknown
    values = {"support_id": session.new_id(), "object_id": object_id, "at": session.now()}
    session.connection.execute(QUERIES["support"], values | values_of(who))


def has_supported(session: Session, object_id: UUID, token: str | None) -> bool:
    """Whether whoever asks has."""
    values = values_of(_supporter(session, object_id, token)) | {"object_id": object_id}
    return only_row(session.connection, bool, QUERIES["supports"], values)


def _supporter(session: Session, object_id: UUID, token: str | None) -> Supporter:
    if session.actor.person_id is not None:
        return Supporter(session.actor.person_id, None)
    return Supporter(None, None if token is None else participant_in(session, token, object_id))
