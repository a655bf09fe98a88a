"""The statements about offerings. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from casework.access.model import Actor
from casework.governorates.model import Governorate
from casework.workflow.model import Binding, Standing, one_of
from citycore.store.connections import Connection
from citycore.store.kinds import json_of, values_of
from citycore.store.queries import load_queries
from citycore.store.rows import execute_each, only_row, row_of, rows_of
from hackathon.market.matching.model import OfferingFacts
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import (
    Content,
    Facts,
    Filters,
    Listed,
    NewOffering,
    Offering,
    Place,
    Queued,
    Version,
)
from hackathon.market.offerings.rules import digest_of, is_complete, search_words
from hackathon.market.vendors.rules import scopes_of

QUERIES = load_queries("hackathon.market.offerings")


def find_offering(connection: Connection, offering_id: UUID) -> Offering | None:
    return find_some(connection, [offering_id]).get(offering_id)


def find_some(connection: Connection, offering_ids: Collection[UUID]) -> dict[UUID, Offering]:
    found = rows_of(connection, Offering, QUERIES["some"], {"offerings": list(offering_ids)})
    return {offering.offering_id: offering for offering in found}


def find_of_vendor(connection: Connection, vendor_id: UUID, after: UUID | None, rows: int) -> list[Queued]:
    parameters = {"vendor_id": vendor_id, "after": after, "rows": rows}
    return rows_of(connection, Queued, QUERIES["of_vendor"], parameters)


def count_of_vendor(connection: Connection, vendor_id: UUID) -> int:
    """Those that are not over; nobody adds one before the transaction ends."""
    parameters = {"vendor_id": vendor_id}
    connection.execute(QUERIES["hold_vendor"], parameters)
    return only_row(connection, int, QUERIES["count_of_vendor"], parameters)


def store_offering(connection: Connection, offering_id: UUID, new: NewOffering, at: datetime) -> bool:
    """Whether it was stored; not if its submission is listed already."""
    parameters = {
        "offering_id": offering_id,
        "vendor_id": new.vendor_id,
        "state": OFFERING.initial.name,
        "at": at,
        "draft": Jsonb(json_of(new.draft)),
        "submission_id": new.submission_id,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def write_draft(connection: Connection, offering_id: UUID, content: Content | None) -> None:
    draft = None if content is None else Jsonb(json_of(content))
    connection.execute(QUERIES["write"], {"offering_id": offering_id, "draft": draft})


def publish(connection: Connection, drafts: Sequence[tuple[UUID, Content, datetime]]) -> None:
    """Make a version of each that stays, and is the one that is public."""
    parameters = {"offerings": [offering_id for offering_id, _, _ in drafts]}
    numbers: dict[UUID, int] = dict(connection.execute(QUERIES["numbers"], parameters).fetchall())
    rows = []
    for offering_id, content, at in drafts:
        number = numbers.get(offering_id, 0) + 1
        digest = digest_of(offering_id, number, content)
        of_version = {"offering_id": offering_id, "number": number, "at": at, "digest": digest}
        rows.append(values_of(content) | of_version)
    for statement in ("store_version", "set_published"):
        execute_each(connection, QUERIES[statement], rows)


def find_versions(connection: Connection, offering_id: UUID) -> list[Version]:
    """All that were ever published, the newest first."""
    return rows_of(connection, Version, QUERIES["versions"], {"offering_id": offering_id})


def find_newest(connection: Connection, offering_ids: Collection[UUID]) -> dict[UUID, Version]:
    """The newest version of each that was ever published."""
    found = rows_of(connection, Version, QUERIES["newest"], {"offerings": list(offering_ids)})
    return {version.offering_id: version for version in found}


def find_version(connection: Connection, offering_id: UUID, number: int) -> Version | None:
    """One of them, public or not any more: what refers to it finds it for good."""
    parameters = {"offering_id": offering_id, "number": number}
    return row_of(connection, Version, QUERIES["version"], parameters)


def find_listed(connection: Connection, offering_id: UUID) -> Listed | None:
    return find_several_listed(connection, [offering_id]).get(offering_id)


def find_several_listed(connection: Connection, offering_ids: Collection[UUID]) -> dict[UUID, Listed]:
    """Those of them that everybody sees."""
    found = rows_of(connection, Listed, QUERIES["listed"], {"offerings": list(offering_ids)})
    return {listed.offering_id: listed for listed in found}


def find_recent(connection: Connection, rows: int) -> list[Listed]:
    """What everybody sees, what was published last first."""
    return rows_of(connection, Listed, QUERIES["recent"], {"rows": rows})


def find_catalogue(
    connection: Connection, filters: Filters, place: Place, rows: int, words_max: int
) -> list[Listed]:
    """A page of what everybody sees, in the order of the day."""
    parameters = values_of(filters) | {
        "words": Jsonb(search_words(filters.words, words_max)),
        "day": place.day.isoformat(),
        "after": place.after,
        "rows": rows,
    }
    statement = "catalogue" if filters == Filters() else "search"
    return rows_of(connection, Listed, QUERIES[statement], parameters)


def published_offerings(connection: Connection, rows: int | None = None) -> list[OfferingFacts]:
    """Every offering that everybody sees, or the newest of them, as matching looks at it."""
    parameters = {"rows": rows, "everywhere": list(Governorate)}
    return rows_of(connection, OfferingFacts, QUERIES["facts"], parameters)


class Edition(NamedTuple):
    """Another one after everything that changes what everybody sees: cheap to read, and equal if nothing has."""

    published: int
    offerings: int
    vendors: int
    organisations: int


def find_edition(connection: Connection) -> Edition:
    return only_row(connection, Edition, QUERIES["edition"])


def _read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    found = find_some(connection, object_ids)
    companies = {offering.organisation_id for offering in found.values()}
    parameters = {"organisations": list(companies), "person_id": actor.person_id}
    own = set(rows_of(connection, UUID, QUERIES["own"], parameters))
    return {
        object_id: _standing(offering, is_own=offering.organisation_id in own)
        for object_id, offering in found.items()
    }


def _standing(found: Offering, *, is_own: bool) -> Standing[Facts]:
    is_written = found.draft is not None and is_complete(found.draft)
    facts = Facts(is_written, found.is_vendor_listed, is_own)
    scopes, chain, its = scopes_of(found.organisation_id), f"vendor:{found.vendor_id}", found.offering_id
    return Standing(its, found.state, found.version, chain, scopes, its, facts)


OFFERINGS: Binding[Facts] = Binding(
    OFFERING,
    QUERIES["lock"],
    one_of(_read_some),
    QUERIES["move"],
    called=QUERIES["called"],
    read_some=_read_some,
)
