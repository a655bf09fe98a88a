"""What is matched, and what comes of it. Points are whole thousandths: a score of 100 is 100,000."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from citycore.language import Language

#: A score in which every part is full.
FULL_SCORE: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A title and what follows it, in the languages in which they were written."""

    title_ar: str | None = None
    title_en: str | None = None
    body_ar: str | None = None
    body_en: str | None = None

    @property
    def are_written(self) -> bool:
        return any((self.title_ar, self.title_en, self.body_ar, self.body_en))

    def title(self, language: Language) -> str:
        return (self.title_ar if language == "ar" else self.title_en) or ""

    def body(self, language: Language) -> str:
        return (self.body_ar if language == "ar" else self.body_en) or ""


@dataclass(frozen=True, slots=True)
class Reference:
    """Work done before; ``governorate`` is None for work abroad."""

    governorate: Governorate | None
    client_kind: ClientKind
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingFacts:
    """An offering as matching sees it.

    ``is_listed``: published, by a vendor that is verified. ``languages``: in which there is support.
    ``price_band`` is None where the price is said on request.
    """

    offering_id: UUID
    vendor_id: UUID
    texts: Texts
    sectors: frozenset[Sector]
    capabilities: frozenset[Capability]
    standards: frozenset[Standard] = frozenset()
    maturity: int
    price_band: PriceBand | None
    languages: frozenset[Language]
    governorates: frozenset[Governorate]
    references: tuple[Reference, ...] = ()
    is_sme: bool = False
    is_listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """A need as matching sees it.

    ``governorate`` is None for the whole country, ``budget_minor`` (baisa) where it is not said. ``required`` are capabilities
    without which nothing helps, ``optional`` those that are welcome. ``languages`` are those of support.
    """

    need_id: UUID
    texts: Texts
    sector: Sector
    required: frozenset[Capability]
    optional: frozenset[Capability] = frozenset()
    standards: frozenset[Standard] = frozenset()
    governorate: Governorate | None
    client_kind: ClientKind
    budget_minor: int | None
    maturity_min: int = 1
    languages: frozenset[Language] = frozenset()
    sme_only: bool = False
    is_open: bool = True

    @property
    def asked(self) -> frozenset[Capability]:
        return self.required | self.optional

    @property
    def budget(self) -> PriceBand | None:
        return None if self.budget_minor is None else PriceBand.of(self.budget_minor)


class PartKind(StrEnum):
    """What a score is made of."""

    CAPABILITIES = "capabilities"
    TEXT = "text"
    SECTOR = "sector"
    REFERENCES = "references"
    STANDARDS = "standards"
    MATURITY = "maturity"
    PRICE = "price"


class Filter(StrEnum):
    """Why an offering cannot serve a need, whatever its score."""

    NEED_NOT_OPEN = "need_not_open"
    NOT_LISTED = "not_listed"
    CAPABILITY = "capability"
    GOVERNORATE = "governorate"
    BUDGET = "budget"
    LANGUAGE = "language"
    MATURITY = "maturity"
    SME = "sme"


#: Codes of a vocabulary, or words as they were written.
What: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """``points`` of at most ``points_max``, earned by ``what``; ``asked`` says out of how many."""

    kind: PartKind
    points: int
    points_max: int
    what: What = ()
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A need and an offering that fit. The points of the parts add up to the score, and their maxima to 100,000."""

    need_id: UUID
    offering_id: UUID
    vendor_id: UUID
    score: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """An offering that is out, by every filter that keeps it out."""

    offering_id: UUID
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """``shown`` is the list; ``held_back`` is what would be in it but for the share of its vendor."""

    shown: tuple[Match, ...]
    held_back: tuple[Match, ...] = ()
    #: How many passed the filters, and how many each filter kept out (one offering can count in several).
    passed: int = 0
    refused: tuple[tuple[Filter, int], ...] = ()
