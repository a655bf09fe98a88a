"""What a vendor is told, by whomever it was decided: people or the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import Field, mails_to
from casework.people.settings import PeopleSettings
from casework.workflow.model import Binding, Moved, one_of
from citycore.store.connections import Connection
from citycore.store.rows import known
from hackathon.market.vendors import repository
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import PACKAGE, DocumentKind, Facts, Vendor

#: Steps that are told; the vendor's own are not.
TOLD = frozenset(
    {"verify", "reject", "expire", "renew", "suspend", "blacklist", "lift", "end", "end_late", "close"}
)


def notices(connection: Connection, moved: Moved) -> Iterator[Mail]:
    """The mails about a step to those who speak for the vendor."""
    if moved.event not in TOLD:
        return iter(())
    vendor = known(repository.find_vendor(connection, moved.object_id))
    fields: dict[str, Field] = {**VENDOR.told(moved)}
    name = "moved" if moved.reason is None else "moved_with_reason"
    if moved.reason is not None and vendor.until is not None:
        fields["until"], name = vendor.until, "excluded"
    return _to_speakers(connection, vendor, name, moved.at, **fields)


def reminders(
    connection: Connection, vendor: Vendor, kind: DocumentKind, ends_at: datetime, at: datetime
) -> Iterator[Mail]:
    """That a paper ends, and the place in the marketplace with it."""
    return _to_speakers(connection, vendor, "document_ends", at, document=kind.label, ends_at=ends_at)


def _to_speakers(
    connection: Connection, vendor: Vendor, name: str, at: datetime, **fields: Field
) -> Iterator[Mail]:
    link = f"{PeopleSettings().portal_url.rstrip('/')}/account/vendor/{vendor.vendor_id}"
    speakers = find_speakers(connection, [vendor.organisation_id], Role.VENDOR, at)
    company = vendor.names.shown
    return mails_to(Template(PACKAGE, name), speakers, company=company, vendor_link=link, **fields)


VENDORS: Binding[Facts] = Binding(
    VENDOR,
    repository.QUERIES["lock"],
    one_of(repository.read_some),
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    notices,
    called=repository.QUERIES["called"],
    read_some=repository.read_some,
)
