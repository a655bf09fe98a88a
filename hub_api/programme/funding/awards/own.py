"""``/v1/innovation/desk/claims``: claims for the programs of those who approve work, and of those who pay for it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.funding.awards import spending
from hackathon.funding.awards.machine import CLAIM
from hackathon.funding.awards.service import get_claim, list_awards, list_waiting
from hackathon.funding.awards.settings import AwardSettings
from hub_api.programme.open_data.elements import Filled, From, Worded
from hub_api.programme.programs.operations import Operations, Result
from hub_api.programme.programs.schemas import Sent, Stateful
from hub_api.programme.programs.values import Most, Text
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation/desk/claims")
DESK = Operations(router, TokenScope.CALLS_WRITE, TokenScope.FINANCE_WRITE)
OFFICER = Operations(router, TokenScope.CALLS_WRITE)
#: That nobody who approved the work approves its payment is a guard of the workflow, by person, whatever the token.
FINANCE = Operations(router, TokenScope.FINANCE_WRITE)


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
    reference: Annotated[Text, Most(AwardSettings, "title_characters_max", least=1)] = Field(
        description="Of the bank or the treasury"
    )


class PaymentElement(Schema):
    paid_on: date
    reference: str
    amount_minor: int
    recorded_at: datetime


class ClaimElement(Stateful):
    state_name: Annotated[Names, Worded(partial(CLAIM.label, "state"))]
    claim: Annotated[UUID, From("claim_id")]
    award: Annotated[UUID, From("award_id")]
    award_name: Annotated[Names, Filled("award.terms.title")]
    milestone: Annotated[UUID, From("milestone_id")]
    amount_minor: int = Field(description="In minor units of the currency")
    currency: Annotated[str, From("award.currency")]
    created_at: datetime
    state_changed_at: datetime


class OneClaimElement(ClaimElement):
    account: str = Field(description="Where the money is to go, as the recipients wrote it")
    approved_by_you: bool = Field(description="The work: somebody else then approves the payment")
    award_minor: Annotated[int, From("award.terms.amount_minor")]
    award_claimed_minor: Annotated[int, From("award.claimed_minor")] = Field(
        description="By every claim that is neither refused nor withdrawn"
    )
    award_paid_minor: Annotated[int, From("award.paid_minor")]
    payment: PaymentElement | None


@DESK.get("", ClaimElement)
def desk_claims(session: Session) -> list[Result]:
    found = list_waiting(session)
    awards = list_awards(session, {each.award_id for each in found})
    return [Result(each, award=awards[each.award_id]) for each in found if each.award_id in awards]


@DESK.get("/{claim}", OneClaimElement)
def desk_claim(session: Session, claim: UUID) -> Result:
    known, award = get_claim(session, claim)
    is_own = known.approved_by is not None and known.approved_by == session.actor.person_id
    return Result(known, known.version, award=award, approved_by_you=is_own)


@OFFICER.post("/{claim}/steps", desk_claim, {"event": "ask_changes", "reason": "papers_missing"})
def step_claim(session: Session, claim: UUID, sent: ClaimStep, seen: int) -> None:
    get_claim(session, claim)
    spending.move_claim(session, claim, sent.event, seen, sent.reason)


@FINANCE.post("/{claim}/payment/steps", desk_claim, {"event": "approve_payment"})
def step_payment(session: Session, claim: UUID, sent: PaymentStep, seen: int) -> None:
    get_claim(session, claim)
    spending.move_claim(session, claim, sent.event, seen, sent.reason)


@FINANCE.post("/{claim}/payment", desk_claim, {"paid_on": "2026-11-24", "reference": "TR-2026-118"})
def pay_claim(session: Session, claim: UUID, sent: PaymentSent, seen: int) -> None:
    get_claim(session, claim)
    spending.record_payment(session, claim, sent.paid_on, sent.reference, seen)
