"""What the portal does in three steps, with a connection in the first and the last, done with one connection."""

from __future__ import annotations

from casework.people import credentials, sign_up, signing_in
from casework.people.desk import Desk
from casework.people.model import Visitor
from casework.people.sessions.model import NewSession, Signed
from citycore.store.connections import Connection


def sign_in(
    connection: Connection,
    desk: Desk,
    email: str,
    password: str,
    visitor: Visitor,
    previous: str | None = None,
) -> NewSession:
    proof = signing_in.prove(desk, signing_in.claim(connection, desk, email, visitor), password)
    return signing_in.enter(connection, desk, proof, visitor, previous)


def finish_sign_up(
    connection: Connection, desk: Desk, token: str, password: str, visitor: Visitor
) -> NewSession:
    wish = sign_up.come_to_confirm(connection, desk, token, visitor)
    hashed = sign_up.hash_first(desk, wish, password)
    return sign_up.finish_sign_up(connection, desk, token, hashed, visitor)


def set_password(
    connection: Connection, desk: Desk, token: str, password: str, visitor: Visitor
) -> NewSession:
    person = credentials.come_for_password(connection, desk, token, visitor)
    hashed = credentials.hash_for(desk, person, password)
    return credentials.set_password(connection, desk, token, hashed, visitor)


def prove_own(
    connection: Connection, desk: Desk, signed: Signed, password: str, visitor: Visitor
) -> signing_in.Proof:
    return signing_in.prove_own(desk, signing_in.claim_own(connection, desk, signed, visitor), password)


def change_password(
    connection: Connection, desk: Desk, signed: Signed, current: str, password: str, visitor: Visitor
) -> None:
    proof = prove_own(connection, desk, signed, current, visitor)
    hashed = credentials.hash_changed(desk, signed, proof, password)
    credentials.change_password(connection, desk, signed, proof, hashed)


def ask_for_email(
    connection: Connection, desk: Desk, signed: Signed, password: str, email: str, visitor: Visitor
) -> None:
    proof = prove_own(connection, desk, signed, password, visitor)
    credentials.ask_for_email(connection, desk, signed, proof, email, visitor)


def ask_for_password(connection: Connection, desk: Desk, email: str, visitor: Visitor) -> None:
    credentials.ask_for_password(
        connection, desk, credentials.come_for_link(connection, desk, email, visitor)
    )
