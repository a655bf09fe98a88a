"""The statements about accounts. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import psycopg

from casework.people.model import Address, Link, Names, Person, Place, Purpose, SignUp
from casework.people.passwords import PasswordHash
from citycore.language import Language
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of

QUERIES = load_queries("casework.people")


class Placed(NamedTuple):
    person: Person
    place: Place


def store_person(
    connection: Connection, person_id: UUID, sign_up: SignUp, at: datetime, verified_at: datetime | None
) -> bool:
    """Whether it was stored; not if there is an account of that address."""
    parameters = values_of(sign_up) | {"person_id": person_id, "at": at, "email_verified_at": verified_at}
    return connection.execute(QUERIES["store_person"], parameters).fetchone() is not None


def find_person(connection: Connection, person_id: UUID) -> Person | None:
    return row_of(connection, Person, QUERIES["person"], {"person_id": person_id})


def find_some(connection: Connection, people: Collection[UUID]) -> dict[UUID, Person]:
    found = rows_of(connection, Person, QUERIES["some"], {"people": list(people)})
    return {person.person_id: person for person in found}


def hold_person(connection: Connection, person_id: UUID) -> Person | None:
    return row_of(connection, Person, QUERIES["hold_person"], {"person_id": person_id})


def find_person_by_email(connection: Connection, key: str) -> Person | None:
    return row_of(connection, Person, QUERIES["person_by_email"], {"email_key": key})


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
    return row_of(connection, str, QUERIES["password"], {"person_id": person_id})


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
    parameters = values_of(sign_up) | {"token_digest": digest, "at": at, "expires_at": expires_at}
    connection.execute(QUERIES["store_sign_up"], parameters)


def renew_sign_up(
    connection: Connection, key: str, digest: bytes, at: datetime, expires_at: datetime
) -> SignUp | None:
    parameters = {"email_key": key, "token_digest": digest, "at": at, "expires_at": expires_at}
    return row_of(connection, SignUp, QUERIES["renew_sign_up"], parameters)


def find_sign_up(connection: Connection, digest: bytes, at: datetime) -> SignUp | None:
    return row_of(connection, SignUp, QUERIES["sign_up"], {"token_digest": digest, "at": at})


def take_sign_up(connection: Connection, digest: bytes, at: datetime) -> SignUp | None:
    return row_of(connection, SignUp, QUERIES["take_sign_up"], {"token_digest": digest, "at": at})


def forget_sign_up(connection: Connection, key: str) -> None:
    connection.execute(QUERIES["forget_sign_up"], {"email_key": key})


def store_link(connection: Connection, link: Link, digest: bytes, at: datetime, expires_at: datetime) -> None:
    parameters = values_of(link) | {"token_digest": digest, "at": at, "expires_at": expires_at}
    connection.execute(QUERIES["store_link"], parameters)


def find_link(connection: Connection, digest: bytes, at: datetime) -> Link | None:
    return row_of(connection, Link, QUERIES["link"], {"token_digest": digest, "at": at})


def follow_link(connection: Connection, digest: bytes, purpose: Purpose, at: datetime) -> Link | None:
    parameters = {"token_digest": digest, "purpose": purpose, "at": at}
    return row_of(connection, Link, QUERIES["follow_link"], parameters)


def find_followed_link(
    connection: Connection, person_id: UUID, purpose: Purpose, at: datetime
) -> Link | None:
    parameters = {"person_id": person_id, "purpose": purpose, "at": at}
    return row_of(connection, Link, QUERIES["followed_link"], parameters)


def forget_links(connection: Connection, person_id: UUID) -> None:
    connection.execute(QUERIES["forget_links"], {"person_id": person_id})


def search_people(
    connection: Connection, words: str, language: Language, after: Place | None, rows: int
) -> list[Placed]:
    """By name in that language, with the place of each."""
    parameters = {
        "pattern": like_pattern(words),
        "rows": rows,
        "after_sort": after and after.sort,
        "after_id": after and after.object_id,
    }
    # Not prepared: the plan of a rare word is not that of a page of everybody.
    return rows_of(connection, Placed, QUERIES[f"search_{language}"], parameters, prepare=False)


def find_names(connection: Connection, person_ids: Sequence[UUID]) -> dict[UUID, Names]:
    rows = connection.execute(QUERIES["names"], {"person_ids": list(person_ids)}).fetchall()
    return {person_id: Names(ar, en) for person_id, ar, en in rows}
