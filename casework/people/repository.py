"""The statements about accounts. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from casework.people.model import Address, Names, Person, Purpose, State
from casework.people.passwords import PasswordHash
from citycore.language import Language
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.people")


class SignUp(NamedTuple):
    """Somebody who wants an account."""

    address: Address
    names: Names
    language: Language


class Link(NamedTuple):
    """What a mailed link carries out."""

    person_id: UUID
    purpose: Purpose
    address: Address | None = None
    identity: tuple[str, str] | None = None


class Place(NamedTuple):
    """Where a page of a list ended."""

    sort: str
    object_id: UUID


def store_person(
    connection: Connection, person_id: UUID, sign_up: SignUp, at: datetime, verified_at: datetime | None
) -> bool:
    """Whether it was stored; not if there is an account of that address."""
    parameters = _signed(sign_up) | {"person_id": person_id, "at": at, "email_verified_at": verified_at}
    return connection.execute(QUERIES["store_person"], parameters).fetchone() is not None


def find_person(connection: Connection, person_id: UUID) -> Person | None:
    row = connection.execute(QUERIES["person"], {"person_id": person_id}).fetchone()
    return None if row is None else person_of(row)


def hold_person(connection: Connection, person_id: UUID) -> Person | None:
    row = connection.execute(QUERIES["hold_person"], {"person_id": person_id}).fetchone()
    return None if row is None else person_of(row)


def find_person_by_email(connection: Connection, key: str) -> Person | None:
    row = connection.execute(QUERIES["person_by_email"], {"email_key": key}).fetchone()
    return None if row is None else person_of(row)


def rename(connection: Connection, person_id: UUID, names: Names, language: Language) -> None:
    parameters = {"person_id": person_id, "name_ar": names.ar, "name_en": names.en, "language": language}
    connection.execute(QUERIES["rename"], parameters)


def verify_email(connection: Connection, person_id: UUID, at: datetime) -> None:
    connection.execute(QUERIES["verify_email"], {"person_id": person_id, "at": at})


def change_email(connection: Connection, person_id: UUID, address: Address, at: datetime) -> bool:
    """Whether it was changed; not if another account has the address, or is being opened with it."""
    parameters = {"person_id": person_id, "email": address.written, "email_key": address.key, "at": at}
    try:
        with connection.transaction():
            connection.execute(QUERIES["change_email"], parameters)
    except psycopg.errors.UniqueViolation:
        return False
    return True


def find_password(connection: Connection, person_id: UUID) -> str | None:
    row = connection.execute(QUERIES["password"], {"person_id": person_id}).fetchone()
    return None if row is None else str(row[0])


def store_password(
    connection: Connection, person_id: UUID, password_hash: PasswordHash, at: datetime
) -> None:
    parameters = {"person_id": person_id, "password_hash": password_hash, "at": at}
    connection.execute(QUERIES["store_password"], parameters)


def replace_hash(connection: Connection, person_id: UUID, known: str, fresh: PasswordHash) -> None:
    parameters = {"person_id": person_id, "known_hash": known, "password_hash": fresh}
    connection.execute(QUERIES["replace_hash"], parameters)


def store_sign_up(
    connection: Connection, sign_up: SignUp, digest: bytes, at: datetime, expires_at: datetime
) -> None:
    parameters = _signed(sign_up) | {"token_digest": digest, "at": at, "expires_at": expires_at}
    connection.execute(QUERIES["store_sign_up"], parameters)


def renew_sign_up(
    connection: Connection, key: str, digest: bytes, at: datetime, expires_at: datetime
) -> SignUp | None:
    parameters = {"email_key": key, "token_digest": digest, "at": at, "expires_at": expires_at}
    row = connection.execute(QUERIES["renew_sign_up"], parameters).fetchone()
    return None if row is None else SignUp(Address(row[0], key), Names(row[1], row[2]), row[3])


def find_sign_up(connection: Connection, digest: bytes, at: datetime) -> SignUp | None:
    row = connection.execute(QUERIES["sign_up"], {"token_digest": digest, "at": at}).fetchone()
    return None if row is None else _sign_up_of(row)


def take_sign_up(connection: Connection, digest: bytes, at: datetime) -> SignUp | None:
    row = connection.execute(QUERIES["take_sign_up"], {"token_digest": digest, "at": at}).fetchone()
    return None if row is None else _sign_up_of(row)


def forget_sign_up(connection: Connection, key: str) -> None:
    connection.execute(QUERIES["forget_sign_up"], {"email_key": key})


def store_link(connection: Connection, link: Link, digest: bytes, at: datetime, expires_at: datetime) -> None:
    parameters = {
        "person_id": link.person_id,
        "purpose": link.purpose,
        "token_digest": digest,
        "email": link.address and link.address.written,
        "email_key": link.address and link.address.key,
        "issuer": link.identity and link.identity[0],
        "subject": link.identity and link.identity[1],
        "at": at,
        "expires_at": expires_at,
    }
    connection.execute(QUERIES["store_link"], parameters)


def find_link(connection: Connection, digest: bytes, at: datetime) -> Link | None:
    return _link(connection.execute(QUERIES["link"], {"token_digest": digest, "at": at}).fetchone())


def follow_link(connection: Connection, digest: bytes, purpose: Purpose, at: datetime) -> Link | None:
    parameters = {"token_digest": digest, "purpose": purpose, "at": at}
    return _link(connection.execute(QUERIES["follow_link"], parameters).fetchone())


def find_followed_link(
    connection: Connection, person_id: UUID, purpose: Purpose, at: datetime
) -> Link | None:
    parameters = {"person_id": person_id, "purpose": purpose, "at": at}
    return _link(connection.execute(QUERIES["followed_link"], parameters).fetchone())


def forget_links(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["forget_links"], {"person_id": person_id})


def search_people(
    connection: Connection, words: str, language: Language, after: Place | None, rows: int
) -> list[tuple[Person, Place]]:
    """By name in that language, with the place of each."""
    parameters = {
        "pattern": like_pattern(words),
        "rows": rows,
        "after_sort": after and after.sort,
        "after_id": after and after.object_id,
    }
    # Not prepared: the plan of a rare word is not that of a page of everybody.
    found = connection.execute(QUERIES[f"search_{language}"], parameters, prepare=False).fetchall()
    return [(person_of(row), Place(row[-1], row[0])) for row in found]


def find_names(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, Names]:
    rows = connection.execute(QUERIES["names"], {"person_ids": list(person_ids)}).fetchall()
    return {person_id: Names(ar, en) for person_id, ar, en in rows}


def person_of(row: Sequence[Any]) -> Person:
    person_id, email, name_ar, name_en, language, state, version, created_at, verified_at = row[:9]
    return Person(
        person_id, email, Names(name_ar, name_en), language, State(state), version, created_at, verified_at
    )


def _signed(sign_up: SignUp) -> dict[str, object]:
    return {
        "email": sign_up.address.written,
        "email_key": sign_up.address.key,
        "name_ar": sign_up.names.ar,
        "name_en": sign_up.names.en,
        "language": sign_up.language,
    }


def _sign_up_of(row: Sequence[Any]) -> SignUp:
    email, key, name_ar, name_en, language = row
    return SignUp(Address(email, key), Names(name_ar, name_en), language)


def _link(row: Sequence[Any] | None) -> Link | None:
    if row is None:
        return None
    person_id, purpose, email, key, issuer, subject = row
    address = None if email is None else Address(email, key)
    return Link(person_id, Purpose(purpose), address, None if issuer is None else (issuer, subject))
