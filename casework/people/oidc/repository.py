"""The statements about identities. It never commits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from casework.people.oidc.model import Flow
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from citycore.store.rows import row_of

QUERIES = load_queries("casework.people.oidc")


def store_flow(
    connection: Connection, flow: Flow, state_digest: bytes, browser_digest: bytes, expires_at: datetime
) -> None:
    parameters = {
        "state_digest": state_digest,
        "browser_digest": browser_digest,
        "issuer": flow.issuer,
        "nonce": flow.nonce,
        "code_verifier": flow.code_verifier,
        "expires_at": expires_at,
    }
    connection.execute(QUERIES["begin"], parameters)


def take_flow(
    connection: Connection, issuer: str, state_digest: bytes, browser_digest: bytes, at: datetime
) -> Flow | None:
    parameters = {"issuer": issuer, "state_digest": state_digest, "browser_digest": browser_digest, "at": at}
    return row_of(connection, Flow, QUERIES["take"], parameters)


def find_person_id(connection: Connection, issuer: str, subject: str) -> UUID | None:
    return row_of(connection, UUID, QUERIES["person"], {"issuer": issuer, "subject": subject})


def link(connection: Connection, issuer: str, subject: str, person_id: UUID, at: datetime) -> bool:
    """Whether it is linked now; not if it belongs to another account already."""
    parameters = {"issuer": issuer, "subject": subject, "person_id": person_id, "at": at}
    return connection.execute(QUERIES["link"], parameters).fetchone() is not None


def unlink(connection: Connection, issuer: str, person_id: UUID) -> bool:
    return connection.execute(QUERIES["unlink"], {"issuer": issuer, "person_id": person_id}).rowcount > 0
