"""What a vendor is told, by whomever it was decided: people or the clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from casework.access.model import Role
from casework.organisations.speakers import find_speakers, find_speakers_of
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.people.model import Recipient
from casework.people.settings import PeopleSettings
from casework.programme import Session
from casework.workflow.model import Binding, Moved, one_of
from citycore.store.connections import Connection
from hackathon.market.vendors import repository
from hackathon.market.vendors.machine import VENDOR
from hackathon.market.vendors.model import PACKAGE, DocumentKind, Facts, Vendor

#: Steps that are told; the vendor's own are not.
TOLD = frozenset(
    {"verify", "reject", "expire", "renew", "suspend", "blacklist", "lift", "end", "end_late", "close"}
)


def notices(connection: Connection, moved: Moved) -> Iterator[Mail]:
    """The mails about a step to those who speak for the vendor."""
    return (mail for _, mails in _notices(connection, [moved]) for mail in mails)


def notices_of(session: Session, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    """The same about several."""
    return _notices(session.connection, steps)


def _notices(connection: Connection, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    told = [moved for moved in steps if moved.event in TOLD]
    if not told:
        return
    vendors = repository.find_some(connection, [moved.object_id for moved in told])
    companies = {vendor.organisation_id for vendor in vendors.values()}
    speakers = find_speakers_of(connection, companies, Role.VENDOR, max(moved.at for moved in told))
    for moved in told:
        vendor = vendors[moved.object_id]
        fields: dict[str, Field] = {**VENDOR.told(moved)}
        name = "moved" if moved.reason is None else "moved_with_reason"
        if moved.reason is not None and vendor.until is not None:
            fields["until"], name = vendor.until, "excluded"
        yield moved, _mails(vendor, name, speakers[vendor.organisation_id], **fields)


def reminders(
    connection: Connection, vendor: Vendor, kind: DocumentKind, ends_at: datetime, at: datetime
) -> Iterator[Mail]:
    """That a paper ends, and the place in the marketplace with it."""
    speakers = find_speakers(connection, [vendor.organisation_id], Role.VENDOR, at)
    return _mails(vendor, "document_ends", speakers, document=kind.label, ends_at=ends_at)


def _mails(vendor: Vendor, name: str, to: Iterable[Recipient], **fields: Field) -> Iterator[Mail]:
    link = f"{PeopleSettings().portal_url.rstrip('/')}/account/vendor/{vendor.vendor_id}"
    company = vendor.names.shown
    return mails_to(Template(PACKAGE, name), to, company=company, vendor_link=link, **fields)


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
