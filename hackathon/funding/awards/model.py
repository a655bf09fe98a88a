"""Awards, milestones and claims as values. Amounts are whole minor units of the award's currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from citycore.language import Language


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered; from ``starts_on`` until (not including) ``ends_on``."""

    title_ar: str
    title_en: str
    abstract_ar: str
    abstract_en: str
    conditions_ar: str
    conditions_en: str
    amount_minor: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Award:
    """``claimed_minor`` counts every claim that is neither refused nor withdrawn, ``paid_minor`` what was sent."""

    award_id: UUID
    application_id: UUID
    call_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    terms: Terms
    currency: str
    contract: str | None
    contracted_on: date | None
    claimed_minor: int
    paid_minor: int

    def title(self, language: Language) -> str:
        return self.terms.title_ar if language == "ar" else self.terms.title_en

    @property
    def left_minor(self) -> int:
        """What can still be claimed."""
        return self.terms.amount_minor - self.claimed_minor


@dataclass(frozen=True, slots=True)
class NewAward:
    """What an application is offered."""

    award_id: UUID
    application_id: UUID
    call_id: UUID
    currency: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class Listed:
    """Which awards of a call are looked for, and which part of the list; ``hidden`` are applications."""

    call_id: UUID
    state: str | None
    hidden: tuple[UUID, ...]
    after: UUID | None
    rows: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A milestone as it is planned."""

    title: str
    amount_minor: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Milestone:
    milestone_id: UUID
    award_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    number: int
    plan: Plan
    report: str
    reported_by: UUID | None
    claimed_minor: int

    @property
    def left_minor(self) -> int:
        return self.plan.amount_minor - self.claimed_minor


@dataclass(frozen=True, slots=True)
class Payment:
    paid_on: date
    reference: str
    amount_minor: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class NewPayment:
    """All of a claim, sent on a day; ``by`` noted it."""

    payment_id: UUID
    claim_id: UUID
    paid_on: date
    reference: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class NewClaim:
    claim_id: UUID
    award_id: UUID
    milestone_id: UUID
    amount_minor: int
    account: str


@dataclass(frozen=True, slots=True)
class Claim:
    claim_id: UUID
    award_id: UUID
    milestone_id: UUID
    state: str
    state_reason: str | None
    version: int
    state_changed_at: datetime
    created_at: datetime
    amount_minor: int
    account: str
    approved_by: UUID | None
    finance_by: UUID | None
    payment: Payment | None


@dataclass(frozen=True, slots=True)
class Amendment:
    previous_minor: int
    amount_minor: int
    reason_ar: str
    reason_en: str
    amended_at: datetime


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """What the guards of an award look at; ``is_own`` of the actor: belongs, or belonged, to the applicants; ``is_giver``: offered
    it, or changed its amount.

    An award of more than ``alone_minor`` takes two people of the programme.
    """

    has_contract: bool
    open_milestones: int
    open_claims: int
    is_own: bool
    is_giver: bool
    amount_minor: int
    currency: str
    alone_minor: int = 0


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """``is_own`` of the actor: reported it, or belongs to the applicants."""

    award_state: str
    is_reported: bool
    is_own: bool
    open_claims: int


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """``is_own`` of the actor: belongs to the applicants; ``is_approver``: approved the work; ``is_payer``: approved the payment.

    A payment of more than ``alone_minor`` takes two people of finance.
    """

    award_state: str
    milestone_state: str
    is_own: bool
    is_approver: bool
    is_payer: bool
    amount_minor: int
    currency: str
    alone_minor: int = 0
