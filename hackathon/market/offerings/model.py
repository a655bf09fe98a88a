"""Offerings and their versions as values. Codes are those of ``casework/taxonomy``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from citycore.language import Language

PACKAGE = "hackathon.market.offerings"


@dataclass(frozen=True, slots=True)
class Reference:
    """Work done before, for a kind of client that is not named; ``governorate`` is None for work abroad."""

    client_kind: ClientKind
    governorate: Governorate | None
    capability: Capability
    year: int
    text_ar: str = ""
    text_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What an offering says, in one language or both. A draft may lack things; a version does not.

    ``governorates``: where it is offered, everywhere if none is named. ``languages``: in which there is support.
    ``price_band`` is None where the price is said on request.
    """

    title_ar: str = ""
    title_en: str = ""
    summary_ar: str = ""
    summary_en: str = ""
    sectors: tuple[Sector, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    standards: tuple[Standard, ...] = ()
    maturity: Maturity | None = None
    price_band: PriceBand | None = None
    governorates: tuple[Governorate, ...] = ()
    languages: tuple[Language, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def titles(self) -> Names:
        return Names(self.title_ar or None, self.title_en or None)

    @property
    def written_in(self) -> tuple[Language, ...]:
        """The languages that have a title and a summary."""
        texts: tuple[tuple[Language, str, str], ...] = (
            ("ar", self.title_ar, self.summary_ar),
            ("en", self.title_en, self.summary_en),
        )
        return tuple(language for language, title, summary in texts if title and summary)


@dataclass(frozen=True, slots=True)
class Offering:
    """``draft`` is the next version while somebody writes it, ``published`` the number of the one that is public.

    ``is_vendor_listed``: its vendor, and the company that it is, are verified.
    """

    offering_id: UUID
    vendor_id: UUID
    organisation_id: UUID
    is_vendor_listed: bool
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    draft: Content | None
    published: int | None
    submission_id: UUID | None


@dataclass(frozen=True, slots=True)
class NewOffering:
    """A draft, and what it came out of in a hackathon, if it did."""

    vendor_id: UUID
    draft: Content
    submission_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What was published, for good; ``digest`` in hexadecimal."""

    offering_id: UUID
    number: int
    published_at: datetime
    content: Content
    digest: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An offering as everybody sees it: what is public of it now, and whose it is."""

    version: Version
    vendor_id: UUID
    vendor: Names
    is_sme: bool
    submission_id: UUID | None

    @property
    def offering_id(self) -> UUID:
        return self.version.offering_id


@dataclass(frozen=True, slots=True)
class Queued:
    """An offering at the desk, with its vendor's name."""

    offering: Offering
    vendor: Names
    #: Of the draft, or else of what is public.
    titles: Names


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for: ``maturity`` is the least, and published after ``since`` and not after ``until``."""

    words: str = ""
    sector: Sector | None = None
    capability: Capability | None = None
    governorate: Governorate | None = None
    maturity: Maturity | None = None
    price_band: PriceBand | None = None
    sme_only: bool = False
    vendor_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


class Place(NamedTuple):
    """Where a page ended: in the order of that day, after that offering."""

    day: date
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the guards look at. ``is_own``: the actor belongs to the company."""

    is_written: bool
    is_vendor_listed: bool
    is_own: bool
