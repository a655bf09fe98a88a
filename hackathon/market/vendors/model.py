"""Vendors and their papers as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.workflow.wording import Labelled

PACKAGE = "hackathon.market.vendors"


class DocumentKind(Labelled, package=PACKAGE, table="document"):
    COMMERCIAL_REGISTRATION = "commercial_registration"
    TAX_CARD = "tax_card"
    INSURANCE = "insurance"
    #: Of a small or medium enterprise.
    SME_CARD = "sme_card"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a vendor says of itself. Whoever says to be a small or medium enterprise shows the card for it."""

    governorate: Governorate
    is_sme: bool = False
    profile_ar: str = ""
    profile_en: str = ""
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Vendor:
    """A company; ``until`` is the end of a suspension or of a place on the blacklist."""

    vendor_id: UUID
    organisation_id: UUID
    names: Names
    organisation_state: str
    profile: Profile
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Paper:
    """What is said of a document: it is valid through ``expires_on``, a day in Muscat."""

    kind: DocumentKind
    number: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Document:
    """A paper with its file; ``replaced_at`` when another of its kind took its place."""

    document_id: UUID
    vendor_id: UUID
    paper: Paper
    name: str
    media_type: str
    size_bytes: int
    digest: str
    added_at: datetime
    accepted_at: datetime | None = None
    accepted_by: UUID | None = None
    replaced_at: datetime | None = None

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at: kinds of papers that are asked for and not there, or not accepted yet.

    ``is_own``: the actor belongs to the company.
    """

    missing: tuple[DocumentKind, ...]
    not_accepted: tuple[DocumentKind, ...]
    is_own: bool
    is_company_verified: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a step is taken, and if it keeps a vendor out, until when."""

    reason: str | None = None
    until: datetime | None = None
