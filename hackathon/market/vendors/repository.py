"""The statements about vendors and their papers. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from casework.access.model import Actor
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.workflow.model import Standing
from citycore.normalisation import like_pattern
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import (
    Document,
    DocumentKind,
    Facts,
    Paper,
    Profile,
    Vendor,
    Waiting,
)
from hackathon.market.vendors.rules import lacking, required_of, scopes_of
from hackathon.market.vendors.settings import VendorSettings

QUERIES = load_queries("hackathon.market.vendors")


def find_vendor(connection: Connection, vendor_id: UUID) -> Vendor | None:
    row = connection.execute(QUERIES["vendor"], {"vendor_id": vendor_id}).fetchone()
    return None if row is None else _vendor(row)


def find_of_organisations(connection: Connection, organisations: Collection[UUID]) -> list[Vendor]:
    """The vendors that these companies are."""
    rows = connection.execute(QUERIES["of_organisations"], {"organisations": list(organisations)}).fetchall()
    return [_vendor(row) for row in rows]


def find_vendors(  # noqa: PLR0913 (the sides of one statement)
    connection: Connection,
    states: Collection[str],
    words: str,
    after: UUID | None,
    rows: int,
    *,
    waiting: bool,
) -> list[Waiting]:
    parameters = {
        "states": list(states),
        "pattern": like_pattern(words),
        "after": after,
        "rows": rows,
        "waiting": waiting,
    }
    found = connection.execute(QUERIES["list"], parameters).fetchall()
    return [Waiting(_vendor(row[:-1]), row[-1]) for row in found]


def count_states(connection: Connection) -> dict[str, int]:
    return dict(connection.execute(QUERIES["count_states"]).fetchall())


def find_companies(connection: Connection, organisations: Collection[UUID]) -> list[tuple[UUID, Names]]:
    """Verified companies among these that could register."""
    rows = connection.execute(QUERIES["companies"], {"organisations": list(organisations)}).fetchall()
    return [(organisation_id, Names(ar, en)) for organisation_id, ar, en in rows]


def store_vendor(
    connection: Connection, vendor_id: UUID, organisation_id: UUID, profile: Profile, at: datetime
) -> bool:
    """Whether it was stored; not if the organisation is a vendor already, or no verified company."""
    parameters = {
        **asdict(profile),
        "vendor_id": vendor_id,
        "organisation_id": organisation_id,
        "state": VENDOR.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def describe(connection: Connection, vendor_id: UUID, profile: Profile) -> None:
    connection.execute(QUERIES["describe"], {**asdict(profile), "vendor_id": vendor_id})


def set_until(connection: Connection, vendor_id: UUID, until: datetime | None) -> None:
    connection.execute(QUERIES["set_until"], {"vendor_id": vendor_id, "until": until})


def find_documents(connection: Connection, vendor_id: UUID) -> list[Document]:
    """All of them, those that were replaced too, the newest first."""
    rows = connection.execute(QUERIES["documents"], {"vendor_id": vendor_id}).fetchall()
    return [_document(row) for row in rows]


def add_document(connection: Connection, document: Document) -> None:
    """In the place of one of its kind that nobody has looked at."""
    parameters = {
        "document_id": document.document_id,
        "vendor_id": document.vendor_id,
        "kind": document.paper.kind,
        "number": document.paper.number,
        "expires_on": document.paper.expires_on,
        "name": document.name,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "digest": document.digest,
        "at": document.added_at,
    }
    for statement in ("replace_waiting", "add_document", "bump"):
        connection.execute(QUERIES[statement], parameters)


def accept_document(connection: Connection, document: Document, by: UUID | None, at: datetime) -> bool:
    """Whether it was accepted; the one of its kind that was accepted before gives way."""
    parameters = {
        "document_id": document.document_id,
        "vendor_id": document.vendor_id,
        "kind": document.paper.kind,
        "by": by,
        "at": at,
    }
    if not connection.execute(QUERIES["accept_document"], parameters).rowcount:
        return False
    for statement in ("replace_accepted", "bump"):
        connection.execute(QUERIES[statement], parameters)
    return True


def find_ending(
    connection: Connection, job: str, at: datetime, days: tuple[date, date], after: UUID
) -> UUID | None:
    """The next vendor, locked, of which a paper may have to be reminded of, and whom the job has not set aside."""
    today, before = days
    parameters = {"today": today, "before": before, "after": after, "job": job, "at": at}
    row = connection.execute(QUERIES["ending"], parameters).fetchone()
    return None if row is None else row[0]


def find_reminded(connection: Connection, vendor_id: UUID) -> Mapping[UUID, int | None]:
    return dict(connection.execute(QUERIES["reminded"], {"vendor_id": vendor_id}).fetchall())


def mark_reminded(connection: Connection, document_id: UUID, days: int) -> None:
    connection.execute(QUERIES["mark_reminded"], {"document_id": document_id, "days": days})


def read(connection: Connection, object_id: UUID, actor: Actor) -> Standing[Facts] | None:
    """As the workflow wants it."""
    found = find_vendor(connection, object_id)
    if found is None:
        return None
    current = [one for one in find_documents(connection, object_id) if one.replaced_at is None]
    required = required_of(found.profile, VendorSettings())
    facts = Facts(
        lacking(current, required),
        lacking(current, required, accepted_only=True),
        _is_own(connection, found.organisation_id, actor.person_id),
        found.organisation_state == "verified",
    )
    chain = f"vendor:{object_id}"
    return Standing(
        object_id, found.state, found.version, chain, scopes_of(found.organisation_id), object_id, facts
    )


def _is_own(connection: Connection, organisation_id: UUID, person_id: UUID | None) -> bool:
    parameters = {"organisation_id": organisation_id, "person_id": person_id}
    row = connection.execute(QUERIES["is_own"], parameters).fetchone()
    assert row is not None
    return bool(row[0])


def _vendor(row: tuple[Any, ...]) -> Vendor:
    vendor_id, organisation_id, name_ar, name_en, organisation_state, governorate, *rest = row
    is_sme, profile_ar, profile_en, website, *state = rest
    profile = Profile(Governorate(governorate), is_sme, profile_ar, profile_en, website)
    return Vendor(vendor_id, organisation_id, Names(name_ar, name_en), organisation_state, profile, *state)


def _document(row: tuple[Any, ...]) -> Document:
    document_id, vendor_id, kind, number, expires_on, *rest = row
    return Document(document_id, vendor_id, Paper(DocumentKind(kind), number, expires_on), *rest)
