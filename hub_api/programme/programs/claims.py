"""``/v1/innovation/desk/claims``: claims for the programs of those who approve work, and of those who pay for it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope
from citycore.store.connections import Connection
from hackathon.funding.awards import spending
from hackathon.funding.awards.model import Award, Claim
from hackathon.funding.awards.service import get_claim, list_awards, list_waiting
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.claim_schemas import (
    ClaimElement,
    ClaimStep,
    OneClaimElement,
    PaymentSent,
    PaymentStep,
    claim_element,
    one_claim_element,
)
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/desk/claims", include_in_schema=False)
Desk = Annotated[Party, allowed(TokenScope.CALLS_WRITE, TokenScope.FINANCE_WRITE)]
Officer = Annotated[Party, allowed(TokenScope.CALLS_WRITE)]
#: That nobody who approved the work approves its payment is a guard of the workflow, by person, whatever the token.
Finance = Annotated[Party, allowed(TokenScope.FINANCE_WRITE)]


@router.get("", operation_id="desk_claims", openapi_extra=reads(ClaimElement, is_list=True))
async def show_claims(party: Desk, _: NoParameters) -> Response:
    def work(connection: Connection, actor: Actor) -> list[tuple[Claim, Award]]:
        found = list_waiting(connection, party.office.awards, actor)
        awards = list_awards(connection, actor, {one.award_id for one in found})
        return [(one, awards[one.award_id]) for one in found if one.award_id in awards]

    return party.answer_list([claim_element(*one) for one in await party.do(work)])


@router.get("/{claim}", operation_id="desk_claim", openapi_extra=reads(OneClaimElement))
async def show_claim(party: Desk, claim: UUID, _: NoParameters) -> Response:
    return await _shown(party, claim)


@router.post(
    "/{claim}/steps", operation_id="step_claim", openapi_extra=changes(OneClaimElement) | sends(ClaimStep)
)
async def step_claim(party: Officer, claim: UUID, _: NoParameters) -> Response:
    return await _move(party, claim, party.seen_version(), await party.body(ClaimStep))


@router.post(
    "/{claim}/payment/steps",
    operation_id="step_payment",
    openapi_extra=changes(OneClaimElement) | sends(PaymentStep),
)
async def step_payment(party: Finance, claim: UUID, _: NoParameters) -> Response:
    return await _move(party, claim, party.seen_version(), await party.body(PaymentStep))


@router.post(
    "/{claim}/payment", operation_id="pay_claim", openapi_extra=changes(OneClaimElement) | sends(PaymentSent)
)
async def pay_claim(party: Finance, claim: UUID, _: NoParameters) -> Response:
    seen, sent, desk = party.seen_version(), await party.body(PaymentSent), party.office.awards

    def work(connection: Connection, actor: Actor) -> None:
        get_claim(connection, actor, claim)
        spending.record_payment(connection, desk, actor, claim, sent.paid_on, sent.reference, seen)

    await party.do(work)
    return await _shown(party, claim)


async def _move(party: Party, claim_id: UUID, seen: int, sent: ClaimStep | PaymentStep) -> Response:
    def work(connection: Connection, actor: Actor) -> None:
        get_claim(connection, actor, claim_id)
        spending.move_claim(connection, party.office.awards, actor, claim_id, sent.event, seen, sent.reason)

    await party.do(work)
    return await _shown(party, claim_id)


async def _shown(party: Party, claim_id: UUID) -> Response:
    claim, award = await party.do(lambda connection, actor: get_claim(connection, actor, claim_id))
    return party.answer(one_claim_element(claim, award, party.actor), claim.version)
