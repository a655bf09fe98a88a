"""The statements about organisations and memberships. It never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.organisations.model import Kind, Membership, Organisation
from casework.people.model import Address, Names
from casework.people.repository import Place
from citycore.language import Language
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries

QUERIES = load_queries("casework.organisations")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMembership:
    """A row to be stored; ``address`` is that of an invitation."""

    membership_id: UUID
    organisation_id: UUID
    person_id: UUID | None = None
    address: Address | None = None
    is_admin: bool = False
    invited_by: UUID | None = None


def store_organisation(  # noqa: PLR0913, PLR0917 (the columns of a row)
    connection: Connection,
    organisation_id: UUID,
    kind: Kind,
    names: Names,
    domains: Sequence[str],
    registered_by: UUID | None,
    at: datetime,
) -> None:
    parameters = {
        "organisation_id": organisation_id,
        "kind": kind,
        "name_ar": names.ar,
        "name_en": names.en,
        "registered_by": registered_by,
        "at": at,
    }
    connection.execute(QUERIES["store_organisation"], parameters)
    replace_domains(connection, organisation_id, domains)


def rename(connection: Connection, organisation_id: UUID, names: Names) -> None:
    parameters = {"organisation_id": organisation_id, "name_ar": names.ar, "name_en": names.en}
    connection.execute(QUERIES["rename_organisation"], parameters)


def replace_domains(connection: Connection, organisation_id: UUID, domains: Sequence[str]) -> None:
    parameters = {"organisation_id": organisation_id, "domains": list(domains)}
    connection.execute(QUERIES["drop_domains"], parameters)
    connection.execute(QUERIES["store_domains"], parameters)


def find_organisation(connection: Connection, organisation_id: UUID) -> Organisation | None:
    row = connection.execute(QUERIES["organisation"], {"organisation_id": organisation_id}).fetchone()
    return None if row is None else _organisation(row)


def count_registered(connection: Connection, person_id: UUID) -> int:
    return _count(connection.execute(QUERIES["count_registered"], {"person_id": person_id}).fetchone())


def find_suggested(connection: Connection, person_id: UUID, rows: int) -> list[Organisation]:
    found = connection.execute(QUERIES["suggested"], {"person_id": person_id, "rows": rows}).fetchall()
    return [_organisation(row) for row in found]


def search(  # noqa: PLR0913, PLR0917 (a search has this many sides)
    connection: Connection, words: str, state: str | None, language: Language, after: Place | None, rows: int
) -> list[tuple[Organisation, Place]]:
    """By name in that language, with the place of each."""
    parameters = {
        "pattern": like_pattern(words),
        "state": state,
        "rows": rows,
        "after_sort": after and after.sort,
        "after_id": after and after.object_id,
    }
    # Not prepared: the plan of a rare word is not that of a page of everybody.
    found = connection.execute(QUERIES[f"search_{language}"], parameters, prepare=False).fetchall()
    return [(_organisation(row), Place(row[-1], row[0])) for row in found]


def lock_organisation(connection: Connection, organisation_id: UUID) -> None:
    connection.execute(QUERIES["lock_organisation"], {"object_id": organisation_id})


def store_membership(connection: Connection, new: NewMembership, at: datetime) -> None:
    parameters = {
        "membership_id": new.membership_id,
        "organisation_id": new.organisation_id,
        "person_id": new.person_id,
        "email": new.address and new.address.written,
        "email_key": new.address and new.address.key,
        "is_admin": new.is_admin,
        "invited_by": new.invited_by,
        "at": at,
    }
    connection.execute(QUERIES["store_membership"], parameters)


def find_membership(connection: Connection, membership_id: UUID) -> Membership | None:
    row = connection.execute(QUERIES["membership"], {"membership_id": membership_id}).fetchone()
    return None if row is None else Membership(*row)


def bind(connection: Connection, membership_id: UUID, person_id: UUID) -> None:
    connection.execute(QUERIES["bind_membership"], {"membership_id": membership_id, "person_id": person_id})


def set_admin(connection: Connection, membership_id: UUID, *, is_admin: bool) -> None:
    connection.execute(QUERIES["set_admin"], {"membership_id": membership_id, "is_admin": is_admin})


def has_other_admins(connection: Connection, membership: Membership) -> bool:
    parameters = {
        "organisation_id": membership.organisation_id,
        "membership_id": membership.membership_id,
    }
    return _truth(connection.execute(QUERIES["other_admins"], parameters).fetchone())


def is_invited(connection: Connection, membership_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"membership_id": membership_id, "person_id": person_id}
    return _truth(connection.execute(QUERIES["is_invited"], parameters).fetchone())


def is_member(
    connection: Connection, organisation_id: UUID, person_id: UUID | None, email_key: str | None = None
) -> bool:
    """Whether the person belongs to it or has asked to, or the address is invited."""
    parameters = {"organisation_id": organisation_id, "person_id": person_id, "email_key": email_key}
    return _truth(connection.execute(QUERIES["is_member"], parameters).fetchone())


def count_invited(connection: Connection, organisation_id: UUID) -> int:
    parameters = {"organisation_id": organisation_id}
    return _count(connection.execute(QUERIES["count_invited"], parameters).fetchone())


def find_members(
    connection: Connection, organisation_id: UUID, after: UUID | None, rows: int
) -> list[Membership]:
    parameters = {"organisation_id": organisation_id, "after": after, "rows": rows}
    return [Membership(*row) for row in connection.execute(QUERIES["members"], parameters).fetchall()]


def find_memberships(connection: Connection, person_id: UUID) -> list[Membership]:
    parameters = {"person_id": person_id}
    rows = connection.execute(QUERIES["memberships_of_person"], parameters).fetchall()
    return [Membership(*row) for row in rows]


def _organisation(row: Sequence[Any]) -> Organisation:
    organisation_id, kind, name_ar, name_en, state, version, registered_at, domains = row[:8]
    return Organisation(
        organisation_id, Kind(kind), Names(name_ar, name_en), state, version, registered_at, tuple(domains)
    )


def _count(row: tuple[Any, ...] | None) -> int:
    assert row is not None
    return int(row[0])


def _truth(row: tuple[Any, ...] | None) -> bool:
    assert row is not None
    return bool(row[0])
