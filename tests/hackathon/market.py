"""Vendors and offerings as their services are called in tests, with a clock that stands until it is moved."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.workflow.clockwork import run_due
from citycore.store.connections import Connection
from hackathon.market.offerings import service as offerings
from hackathon.market.offerings.model import Content, Offering
from hackathon.market.vendors import documents, service
from hackathon.market.vendors.model import Document, DocumentKind, Exclusion, Paper, Profile, Vendor
from hackathon.market.vendors.notices import VENDORS
from hackathon.market.vendors.reminders import remind_due
from hackathon.market.vendors.settings import VendorSettings
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import NOON
from tests.hackathon.offering_specimens import LIGHTING, store_company
from tests.hackathon.terms import store_person

PROFILE = Profile(
    Governorate.MUSCAT,
    profile_ar="نصنع مصابيح.",
    profile_en="We make lamps.",
    website="https://lamps.example",
)
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer << >>\n%%EOF\n"
#: Far from every reminder.
LATER = date(2028, 6, 30)


@dataclass
class Market:
    """``officer`` runs the programme, whoever ``joins`` a company speaks for it."""

    portal: Connection
    owner: Connection
    folder: Path
    now: datetime = NOON

    def __post_init__(self) -> None:
        self.settings = VendorSettings(folder=self.folder)
        self.innovation = programme_for(self.portal, self.clock, self.settings)
        self.call = self.innovation.call
        self.officer = Actor(store_person(self.owner), (Grant(Role.PROGRAMME_OFFICER, HUB),))

    def clock(self) -> datetime:
        return self.now

    def move_to(self, instant: datetime) -> int:
        """Time goes by, and the clockwork does what is due; how much."""
        self.now = instant
        done = run_due(self.innovation, [VENDORS])
        self.portal.commit()
        return done

    def pass_by(self, days: float) -> int:
        return self.move_to(self.now + timedelta(days=days))

    def remind(self) -> int:
        return remind_due(self.innovation)

    def speaker(self, organisation_id: UUID, *, member: bool = True) -> Actor:
        """Somebody who speaks for a company, and belongs to it."""
        person_id = store_person(self.owner)
        if member:
            self.owner.execute(
                "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, is_admin, state,"
                " state_changed_at, created_at) VALUES (%s, %s, %s, true, 'member', %s, %s)",
                [uuid4(), organisation_id, person_id, NOON, NOON],
            )
        return Actor(person_id, (Grant(Role.VENDOR, Scope(ScopeKind.ORGANISATION, organisation_id)),))

    def register(self, profile: Profile = PROFILE) -> tuple[UUID, Actor]:
        """A vendor of a company of its own, and who speaks for it."""
        company = store_company(self.owner)
        speaker = self.speaker(company)
        vendor_id = self.call(speaker, service.register, company, profile)
        return vendor_id, speaker

    def show(
        self,
        vendor_id: UUID,
        speaker: Actor,
        kind: DocumentKind,
        expires_on: date = LATER,
        number: str = "17",
    ) -> Document:
        """Hand in a paper."""
        paper = Paper(kind, number, expires_on)
        content = PDF + f"%{uuid4()}\n".encode()
        return self.call(
            speaker,
            documents.add,
            vendor_id,
            paper,
            receive(io.BytesIO(content), "paper.pdf", self.settings.store()),
        )

    def accept(self, document: Document, actor: Actor | None = None) -> None:
        self.call(actor or self.officer, documents.accept, document.vendor_id, document.document_id)

    def look(self, vendor_id: UUID) -> Vendor:
        return self.call(self.officer, service.get_vendor, vendor_id)

    def step(
        self,
        vendor_id: UUID,
        event: str,
        actor: Actor | None = None,
        reason: str | None = None,
        until: datetime | None = None,
    ) -> str:
        """The state it came to."""
        seen = self.look(vendor_id).version
        exclusion = Exclusion(reason, until)
        return self.call(actor or self.officer, service.exclude, vendor_id, event, seen, exclusion).target

    def verified(
        self, expires_on: date = LATER, profile: Profile = PROFILE, kinds: tuple[DocumentKind, ...] = ()
    ) -> tuple[UUID, Actor]:
        """A vendor with all its papers."""
        vendor_id, speaker = self.register(profile)
        for kind in (*self.settings.required_kinds, *kinds):
            self.accept(self.show(vendor_id, speaker, kind, expires_on))
        self.step(vendor_id, "hand_in", speaker)
        assert self.step(vendor_id, "verify") == "verified"
        return vendor_id, speaker

    def draft(self, vendor_id: UUID, speaker: Actor, content: Content = LIGHTING) -> UUID:
        return self.call(speaker, offerings.begin, vendor_id, content)

    def offering(self, offering_id: UUID) -> Offering:
        return self.call(self.officer, offerings.get_offering, offering_id)

    def move(
        self, offering_id: UUID, event: str, actor: Actor | None = None, reason: str | None = None
    ) -> str:
        """The state it came to."""
        seen = self.offering(offering_id).version
        return self.call(actor or self.officer, offerings.move, offering_id, event, seen, reason).target

    def write(self, offering_id: UUID, content: Content, speaker: Actor) -> None:
        seen = self.offering(offering_id).version
        self.call(speaker, offerings.write, offering_id, content, seen)

    def published(self, vendor_id: UUID, speaker: Actor, content: Content = LIGHTING) -> UUID:
        offering_id = self.draft(vendor_id, speaker, content)
        self.move(offering_id, "hand_in", speaker)
        assert self.move(offering_id, "publish") == "published"
        return offering_id

    def mails(self) -> list[tuple[str, str]]:
        """The templates and recipients of the mails since the last look."""
        rows = self.owner.execute("DELETE FROM innovation.outbox RETURNING template, recipient").fetchall()
        return sorted((template.rpartition("/")[2], recipient) for template, recipient in rows)
