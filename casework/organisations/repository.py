"""The statements about organisations and memberships. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from casework.organisations.model import Membership, Organisation, Search
from casework.people.model import Address, Names, Place
from citycore.language import Language
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of

QUERIES = load_queries("casework.organisations")


class Placed(NamedTuple):
    organisation: Organisation
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMembership:
    """A row to be stored; ``address`` is that of an invitation."""

    membership_id: UUID
    organisation_id: UUID
    person_id: UUID | None = None
    address: Address | None = None
    is_admin: bool = False
    invited_by: UUID | None = None


def store_organisation(connection: Connection, made: Organisation, registered_by: UUID) -> None:
    connection.execute(QUERIES["store_organisation"], values_of(made) | {"registered_by": registered_by})
    replace_domains(connection, made.organisation_id, made.domains)


def rename(connection: Connection, organisation_id: UUID, names: Names) -> None:
    parameters = {"organisation_id": organisation_id, "name_ar": names.ar, "name_en": names.en}
    connection.execute(QUERIES["rename_organisation"], parameters)


def replace_domains(connection: Connection, organisation_id: UUID, domains: Sequence[str]) -> None:
    parameters = {"organisation_id": organisation_id, "domains": list(domains)}
    connection.execute(QUERIES["drop_domains"], parameters)
    connection.execute(QUERIES["store_domains"], parameters)


def find_organisation(connection: Connection, organisation_id: UUID) -> Organisation | None:
    return find_some(connection, [organisation_id]).get(organisation_id)


def find_some(connection: Connection, organisation_ids: Collection[UUID]) -> dict[UUID, Organisation]:
    found = rows_of(connection, Organisation, QUERIES["some"], {"organisations": list(organisation_ids)})
    return {organisation.organisation_id: organisation for organisation in found}


def count_registered(connection: Connection, person_id: UUID) -> int:
    return only_row(connection, int, QUERIES["count_registered"], {"person_id": person_id})


def find_suggested(connection: Connection, person_id: UUID, rows: int) -> list[Organisation]:
    return rows_of(connection, Organisation, QUERIES["suggested"], {"person_id": person_id, "rows": rows})


def search(connection: Connection, language: Language, wanted: Search, rows: int) -> list[Placed]:
    """By name in that language, with the place of each."""
    parameters = {
        "pattern": like_pattern(wanted.words),
        "state": wanted.state,
        "rows": rows,
        "after_sort": wanted.after and wanted.after.sort,
        "after_id": wanted.after and wanted.after.object_id,
    }
    # Not prepared: the plan of a rare word is not that of a page of everybody.
    return rows_of(connection, Placed, QUERIES[f"search_{language}"], parameters, prepare=False)


def lock_organisation(connection: Connection, organisation_id: UUID) -> None:
    connection.execute(QUERIES["lock_organisation"], {"object_id": organisation_id})


def store_membership(connection: Connection, new: NewMembership, at: datetime) -> None:
    connection.execute(QUERIES["store_membership"], values_of(new) | {"at": at})


def find_membership(connection: Connection, membership_id: UUID) -> Membership | None:
    return row_of(connection, Membership, QUERIES["membership"], {"membership_id": membership_id})


def bind(connection: Connection, membership_id: UUID, person_id: UUID) -> None:
    connection.execute(QUERIES["bind_membership"], {"membership_id": membership_id, "person_id": person_id})


def set_admin(connection: Connection, membership_id: UUID, *, is_admin: bool) -> None:
    connection.execute(QUERIES["set_admin"], {"membership_id": membership_id, "is_admin": is_admin})


def has_other_admins(connection: Connection, membership: Membership) -> bool:
    parameters = {
        "organisation_id": membership.organisation_id,
        "membership_id": membership.membership_id,
    }
    return only_row(connection, bool, QUERIES["other_admins"], parameters)


def is_invited(connection: Connection, membership_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"membership_id": membership_id, "person_id": person_id}
    return only_row(connection, bool, QUERIES["is_invited"], parameters)


def is_member(
    connection: Connection, organisation_id: UUID, person_id: UUID | None, email_key: str | None = None
) -> bool:
    """Whether the person belongs to it or has asked to, or the address is invited."""
    parameters = {"organisation_id": organisation_id, "person_id": person_id, "email_key": email_key}
    return only_row(connection, bool, QUERIES["is_member"], parameters)


def count_invited(connection: Connection, organisation_id: UUID) -> int:
    parameters = {"organisation_id": organisation_id}
    return only_row(connection, int, QUERIES["count_invited"], parameters)


def find_members(
    connection: Connection, organisation_id: UUID, after: UUID | None, rows: int
) -> list[Membership]:
    parameters = {"organisation_id": organisation_id, "after": after, "rows": rows}
    return rows_of(connection, Membership, QUERIES["members"], parameters)


def find_memberships(connection: Connection, person_id: UUID) -> list[Membership]:
    parameters = {"person_id": person_id}
    return rows_of(connection, Membership, QUERIES["memberships_of_person"], parameters)
