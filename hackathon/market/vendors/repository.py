"""The statements about vendors and their papers. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from casework.access.model import Actor
from casework.people.model import Names
from casework.workflow.model import Standing
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import row_of, rows_of
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import Document, Facts, Profile, Vendor
from hackathon.market.vendors.rules import lacking, required_of, scopes_of
from hackathon.market.vendors.settings import VendorSettings

QUERIES = load_queries("hackathon.market.vendors")


def find_vendor(connection: Connection, vendor_id: UUID) -> Vendor | None:
    return find_some(connection, [vendor_id]).get(vendor_id)


def find_some(connection: Connection, vendor_ids: Collection[UUID]) -> dict[UUID, Vendor]:
    found = rows_of(connection, Vendor, QUERIES["some"], {"vendors": list(vendor_ids)})
    return {vendor.vendor_id: vendor for vendor in found}


def find_of_organisations(connection: Connection, organisations: Collection[UUID]) -> list[Vendor]:
    """The vendors that these companies are."""
    return rows_of(connection, Vendor, QUERIES["of_organisations"], {"organisations": list(organisations)})


def find_companies(connection: Connection, organisations: Collection[UUID]) -> list[tuple[UUID, Names]]:
    """Verified companies among these that could register."""
    rows = connection.execute(QUERIES["companies"], {"organisations": list(organisations)}).fetchall()
    return [(organisation_id, Names(ar, en)) for organisation_id, ar, en in rows]


def store_vendor(
    connection: Connection, vendor_id: UUID, organisation_id: UUID, profile: Profile, at: datetime
) -> bool:
    """Whether it was stored; not if the organisation is a vendor already, or no verified company."""
    parameters = values_of(profile) | {
        "vendor_id": vendor_id,
        "organisation_id": organisation_id,
        "state": VENDOR.initial.name,
        "at": at,
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def describe(connection: Connection, vendor_id: UUID, profile: Profile) -> None:
    connection.execute(QUERIES["describe"], values_of(profile) | {"vendor_id": vendor_id})


def set_until(connection: Connection, vendor_id: UUID, until: datetime | None) -> None:
    connection.execute(QUERIES["set_until"], {"vendor_id": vendor_id, "until": until})


def find_documents(connection: Connection, vendor_id: UUID) -> list[Document]:
    """All of them, those that were replaced too, the newest first."""
    return rows_of(connection, Document, QUERIES["documents"], {"vendors": [vendor_id]})


def find_current(connection: Connection, vendor_id: UUID) -> list[Document]:
    """Those that no later one has replaced."""
    return find_current_of(connection, [vendor_id])[vendor_id]


def find_current_of(connection: Connection, vendor_ids: Collection[UUID]) -> dict[UUID, list[Document]]:
    """The same of several vendors; those without any are there too."""
    papers: dict[UUID, list[Document]] = {vendor_id: [] for vendor_id in vendor_ids}
    for document in rows_of(connection, Document, QUERIES["documents"], {"vendors": list(papers)}):
        if document.replaced_at is None:
            papers[document.vendor_id].append(document)
    return papers


def add_document(connection: Connection, document: Document) -> None:
    """In the place of one of its kind that nobody has looked at."""
    parameters = values_of(document)
    for statement in ("replace_waiting", "add_document", "bump"):
        connection.execute(QUERIES[statement], parameters)


def accept_document(connection: Connection, document: Document, by: UUID | None, at: datetime) -> bool:
    """Whether it was accepted; the one of its kind that was accepted before gives way."""
    parameters = values_of(document) | {"by": by, "at": at}
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
    return row_of(connection, UUID, QUERIES["ending"], parameters)


def find_reminded(connection: Connection, vendor_id: UUID) -> Mapping[UUID, int | None]:
    return dict(connection.execute(QUERIES["reminded"], {"vendor_id": vendor_id}).fetchall())


def mark_reminded(connection: Connection, document_id: UUID, days: int) -> None:
    connection.execute(QUERIES["mark_reminded"], {"document_id": document_id, "days": days})


def read_some(
    connection: Connection, object_ids: Sequence[UUID], actor: Actor
) -> dict[UUID, Standing[Facts]]:
    """As the workflow wants them."""
    found, settings = find_some(connection, object_ids), VendorSettings()
    companies = [vendor.organisation_id for vendor in found.values()]
    parameters = {"organisations": companies, "person_id": actor.person_id}
    own = set(rows_of(connection, UUID, QUERIES["own"], parameters))
    papers, standings = find_current_of(connection, found), {}
    for object_id, vendor in found.items():
        current, required = papers[object_id], required_of(vendor.profile, settings)
        facts = Facts(
            lacking(current, required),
            lacking(current, required, accepted_only=True),
            vendor.organisation_id in own,
            vendor.organisation_state == "verified",
        )
        chain, scopes = f"vendor:{object_id}", scopes_of(vendor.organisation_id)
        standings[object_id] = Standing(
            object_id, vendor.state, vendor.version, chain, scopes, object_id, facts
        )
    return standings
