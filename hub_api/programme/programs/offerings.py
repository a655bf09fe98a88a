"""``/v1/innovation/me/vendors`` and ``/v1/innovation/me/offerings``: what a vendor offers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.market.offerings import service
from hackathon.market.vendors.service import list_own
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.offering_schemas import (
    MyOfferingElement,
    MyVendorElement,
    OfferingSent,
    OfferingStep,
    OneOfferingElement,
    content_of,
    offering_element,
    one_offering_element,
    vendor_element,
)
from hub_api.programme.programs.schemas import AfterQuery
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me", include_in_schema=False)
Speaker = Annotated[Party, allowed(TokenScope.OFFERINGS_WRITE)]


@router.get("/vendors", operation_id="my_vendors", openapi_extra=reads(MyVendorElement, is_list=True))
async def show_vendors(party: Speaker, _: NoParameters) -> Response:
    return party.answer_list([vendor_element(one) for one in await party.look(list_own)])


@router.get(
    "/vendors/{vendor}/offerings",
    operation_id="my_offerings",
    openapi_extra=reads(MyOfferingElement, is_list=True, has_pages=True),
)
async def show_offerings(party: Speaker, vendor: UUID, query: AfterQuery) -> Response:
    found, onward = await party.look(lambda session: service.list_of_vendor(session, vendor, query.after))
    return party.answer_list(
        [
            offering_element(one.offering) | {"name": {"en": one.titles.en, "ar": one.titles.ar}}
            for one in found
        ],
        onward,
    )


@router.post(
    "/vendors/{vendor}/offerings",
    operation_id="begin_offering",
    openapi_extra=reads(OneOfferingElement) | sends(OfferingSent),
)
async def begin_offering(party: Speaker, vendor: UUID, _: NoParameters) -> Response:
    sent = await party.body(OfferingSent)
    begun = await party.act(lambda session: service.begin(session, vendor, content_of(sent)))
    return await _shown(party, begun)


@router.get("/offerings/{offering}", operation_id="my_offering", openapi_extra=reads(OneOfferingElement))
async def show_offering(party: Speaker, offering: UUID, _: NoParameters) -> Response:
    return await _shown(party, offering)


@router.put(
    "/offerings/{offering}/draft",
    operation_id="write_offering",
    openapi_extra=changes(OneOfferingElement) | sends(OfferingSent),
)
async def write_offering(party: Speaker, offering: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(OfferingSent)

    def work(session: Session) -> None:
        service.get_own(session, offering)
        service.write(session, offering, content_of(sent), seen)

    await party.act(work)
    return await _shown(party, offering)


@router.post(
    "/offerings/{offering}/steps",
    operation_id="step_offering",
    openapi_extra=changes(OneOfferingElement) | sends(OfferingStep),
)
async def step_offering(party: Speaker, offering: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(OfferingStep)

    def work(session: Session) -> None:
        service.get_own(session, offering)
        service.move(session, offering, sent.event, seen)

    await party.act(work)
    return await _shown(party, offering)


async def _shown(party: Party, offering_id: UUID) -> Response:
    found = await party.look(lambda session: service.get_own(session, offering_id))
    return party.answer(one_offering_element(found), found.version)
