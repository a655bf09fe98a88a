"""What programs of the programme and of finance send and are answered about claims."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from casework.access.model import Actor
from hackathon.funding.awards.machine import CLAIM
from hackathon.funding.awards.model import Award, Claim
from hub_api.programme.open_data.elements import filled_names
from hub_api.programme.programs.elements import stateful
from hub_api.programme.programs.schemas import Sent, Stateful, Text
from hub_api.serving.schemas import Names, Schema


class ClaimStep(Sent):
    event: Literal["approve", "ask_changes", "refuse"]
    reason: (
        Literal["amount_unclear", "papers_missing", "wrong_account", "not_agreed", "not_done", "duplicate"]
        | None
    ) = Field(default=None, description="Needed to ask for changes and to refuse")


class PaymentStep(Sent):
    event: Literal["approve_payment", "send_back", "fail", "retry"]
    reason: Literal["amount_unclear", "papers_missing", "wrong_account", "refused_by_bank"] | None = Field(
        default=None, description="Needed to send back, and for what failed"
    )


class PaymentSent(Sent):
    paid_on: Annotated[date, Field(strict=True)] = Field(
        description="Not in the future, by the day in Muscat"
    )
    reference: Text = Field(description="Of the bank or the treasury")


class PaymentElement(Schema):
    paid_on: date
    reference: str
    amount_minor: int
    recorded_at: datetime


class ClaimElement(Stateful):
    claim: UUID
    award: UUID
    award_name: Names
    milestone: UUID
    amount_minor: int = Field(description="In minor units of the currency")
    currency: str
    created_at: datetime
    state_changed_at: datetime


class OneClaimElement(ClaimElement):
    account: str = Field(description="Where the money is to go, as the recipients wrote it")
    approved_by_you: bool = Field(description="The work: somebody else then approves the payment")
    award_minor: int
    award_claimed_minor: int = Field(description="By every claim that is neither refused nor withdrawn")
    award_paid_minor: int
    payment: PaymentElement | None


def claim_element(one: Claim, award: Award) -> dict[str, Any]:
    return {
        "claim": str(one.claim_id),
        "award": str(one.award_id),
        "award_name": filled_names(award.terms.title_en, award.terms.title_ar),
        "milestone": str(one.milestone_id),
        "amount_minor": one.amount_minor,
        "currency": award.currency,
        "created_at": one.created_at,
        "state_changed_at": one.state_changed_at,
        **stateful(CLAIM, one.state, one.state_reason, one.version),
    }


def one_claim_element(one: Claim, award: Award, actor: Actor) -> dict[str, Any]:
    paid = one.payment
    return {
        **claim_element(one, award),
        "account": one.account,
        "approved_by_you": one.approved_by is not None and one.approved_by == actor.person_id,
        "award_minor": award.terms.amount_minor,
        "award_claimed_minor": award.claimed_minor,
        "award_paid_minor": award.paid_minor,
        "payment": None
        if paid is None
        else {
            "paid_on": paid.paid_on,
            "reference": paid.reference,
            "amount_minor": paid.amount_minor,
            "recorded_at": paid.recorded_at,
        },
    }
