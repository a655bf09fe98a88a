"""Leaving an address, telling those who did, and taking it back. Nothing here asks for a role: the noun does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from casework.journeys.model import Heard
from casework.listeners.errors import ListenerUnknown
from casework.listeners.model import Listener
from casework.outbox.model import Field, Mail, Template
from casework.people.addresses import parse_address
from casework.programme import Session
from casework.workflow.errors import check
from citycore.language import Language
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, rows_of

QUERIES = load_queries("casework.listeners")


def listen(session: Session, object_id: UUID, email: str, language: Language) -> None:
    """Once an address; :class:`InvalidAddress`."""
    values = {
        "listener_id": session.new_id(),
        "object_id": object_id,
        "email": email.strip(),
        "email_key": parse_address(email).key,
        "language": language,
    }
    session.connection.execute(QUERIES["listen"], values)


def list_listeners(session: Session, object_id: UUID) -> list[Listener]:
    return rows_of(session.connection, Listener, QUERIES["listeners"], {"object_id": object_id})


def mails_to_listeners(
    session: Session, object_id: UUID, template: Template, fields: Mapping[str, Field]
) -> Iterator[Mail]:
    """One to each, in their language, with the link by which they take their address back."""
    for one in list_listeners(session, object_id):
        said = {key: value(one.language) if callable(value) else value for key, value in fields.items()}
        yield Mail(template, one.language, one.email, said | {"stop_link": session.link(one.stop_path)})


def heard(session: Session, object_id: UUID, path: str) -> Iterator[Heard]:
    """For the passage of a noun: those who hear of decisions about its object, whose page is at ``path``."""
    for one in list_listeners(session, object_id):
        yield Heard(f"listener:{one.listener_id}", one.email, one.language, path, one.stop_path)


def check_token(session: Session, token: str) -> UUID:
    """That of a link which still tells somebody something; :class:`ListenerUnknown`."""
    try:
        listener_id = UUID(token)
    except ValueError:
        raise ListenerUnknown from None
    is_there = only_row(session.connection, bool, QUERIES["is_there"], {"listener_id": listener_id})
    check(None if is_there else ListenerUnknown())
    return listener_id


def stop(session: Session, token: str) -> None:
    """The address is gone. A second time changes nothing."""
    session.connection.execute(QUERIES["stop"], {"listener_id": check_token(session, token)})
