"""What is funded, needed and offered, as values: calls, awards, needs, offerings, vendors, introductions and pilots.

Amounts are exact decimals in the currency beside them. Governorates are codes of ISO 3166-2:OM, other codes those of the
hub's vocabularies.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from falaj_client.model import Name, within
from falaj_client.programme import Deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """By what something is judged; ``weight`` in percent."""

    criterion: str
    name: Name
    weight: float
    may_be_not_applicable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for research funding. ``kinds`` says on whose behalf one may apply; no ``governorates`` means all.

    ``funder`` is None while its organisation is not verified.
    """

    call: str
    name: Name
    description: Name
    state: str
    state_name: Name
    state_reason: str | None
    funder: str | None = field(metadata=within("funder", "organisation"))
    funder_name: Name | None = field(metadata=within("funder", "name"))
    hackathon: str | None
    currency: str
    budget: Decimal
    award_min: Decimal
    award_max: Decimal
    rounds: int
    blind: bool
    reviews_each: int
    kinds: tuple[str, ...] = field(metadata=within("eligibility", "kinds"))
    governorates: tuple[str, ...] = field(metadata=within("eligibility", "governorates"))
    criteria: tuple[Criterion, ...]
    deadlines: tuple[Deadline, ...]
    published_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingAward:
    """What was granted and accepted. ``recipient`` is None for people who applied for themselves; both dates are included."""

    funding_award: str
    name: Name
    description: Name
    state: str
    state_name: Name
    currency: str
    amount: Decimal
    paid: Decimal
    first_date: dt.date
    last_date: dt.date
    contract_date: dt.date | None
    governorate: str
    governorate_name: Name
    call: str
    call_name: Name
    recipient: str | None = field(metadata=within("recipient", "organisation"))
    recipient_name: Name | None = field(metadata=within("recipient", "name"))
    funder: str | None = field(metadata=within("funder", "organisation"))
    funder_name: Name | None = field(metadata=within("funder", "name"))
    submission: str | None
    awarded_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an agency looks for. ``budget`` is None where it is not public, ``governorate`` where it is for all.

    ``awarded_to`` is the company, once there is one.
    """

    need: str
    name: Name
    description: Name
    agency_name: Name
    client_kind: str
    state: str
    state_name: Name
    state_reason: str | None
    awarded_to: Name | None
    sector: str
    capabilities: tuple[str, ...]
    capabilities_wished: tuple[str, ...]
    standards: tuple[str, ...]
    maturity_min: int
    governorate: str | None
    languages: tuple[str, ...]
    currency: str
    budget: Decimal | None
    sme_only: bool
    sealed: bool
    criteria: tuple[Criterion, ...]
    deadlines: tuple[Deadline, ...]
    published_at: dt.datetime
    changed_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company whose papers are valid today; ``sme``: a small or medium enterprise."""

    vendor: str
    organisation: str
    name: Name
    governorate: str
    governorate_name: Name
    sme: bool
    profile: Name
    website: str | None
    offering_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Work done before, as the vendor says; ``governorate`` is None abroad. Clients are not named."""

    year: int
    client_kind: str
    client_kind_name: Name
    governorate: str | None
    capability: str
    description: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What a vendor offers, in the version that is public. No ``governorates`` means everywhere.

    ``price_band`` is None where the price is said on request. ``sha256`` is over the version.
    """

    offering: str
    version: int
    published_at: dt.datetime
    vendor: str
    vendor_name: Name
    sme: bool
    written_in: tuple[str, ...]
    name: Name
    description: Name
    sectors: tuple[str, ...] = field(metadata=within("sectors", "code"))
    capabilities: tuple[str, ...] = field(metadata=within("capabilities", "code"))
    standards: tuple[str, ...] = field(metadata=within("standards", "code"))
    maturity: int
    maturity_name: Name
    price_band: str | None
    governorates: tuple[str, ...]
    languages: tuple[str, ...]
    references: tuple[Reference, ...]
    submission: str | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionCount:
    """Of the introductions of a year, how many have come so far and no further: None stands for fewer than five."""

    year: int
    stage: str
    stage_name: Name
    introduction_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """What an agency tries with somebody. ``origin`` says what it came out of, and one of the next three names it.

    ``dataset`` is where its things publish, None before there is one. Both dates are included.
    """

    pilot: str
    name: Name
    description: Name
    state: str
    state_name: Name
    state_reason: str | None
    agency_name: Name
    provider_name: Name | None
    origin: str
    origin_name: Name
    need: str | None
    submission: str | None
    funding_award: str | None
    first_date: dt.date
    last_date: dt.date
    simulated: bool
    dataset: str | None = field(metadata=within("dataset", "dataset"))
    agreed_at: dt.datetime | None
    changed_at: dt.datetime
