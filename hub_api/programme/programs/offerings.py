"""``/v1/innovation/me/vendors`` and ``/v1/innovation/me/offerings``: what a vendor offers."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access.model import Actor
from casework.access_tokens.model import TokenScope
from citycore.store.connections import Connection
from hackathon.market.offerings import service
from hackathon.market.offerings.model import Offering, Queued
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
    settings = party.office.settings.offerings

    def work(connection: Connection, actor: Actor) -> list[Queued]:
        return service.list_of_vendor(connection, vendor, actor, party.office.clock, settings, query.after)

    found = await party.do(work)
    is_more = len(found) == settings.page_rows_max
    return party.answer_list(
        [
            offering_element(one.offering) | {"name": {"en": one.titles.en, "ar": one.titles.ar}}
            for one in found
        ],
        found[-1].offering.offering_id if is_more else None,
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
    seen, sent, office = party.seen_version(), await party.body(OfferingSent), party.office

    def work(connection: Connection, actor: Actor) -> None:
        service.get_own(connection, offering, actor, office.clock)
        service.write(
            connection, offering, content_of(sent), actor, office.clock, seen, office.settings.offerings
        )

    await party.do(work)
    return await _shown(party, offering)


@router.post(
    "/offerings/{offering}/steps",
    operation_id="step_offering",
    openapi_extra=changes(OneOfferingElement) | sends(OfferingStep),
)
async def step_offering(party: Speaker, offering: UUID, _: NoParameters) -> Response:
    seen, sent, clock = party.seen_version(), await party.body(OfferingStep), party.office.clock

    def work(connection: Connection, actor: Actor) -> None:
        service.get_own(connection, offering, actor, clock)
        service.move(connection, offering, sent.event, actor, clock, seen_version=seen)

    await party.do(work)
    return await _shown(party, offering)


async def _shown(party: Party, offering_id: UUID) -> Response:
    def work(connection: Connection, actor: Actor) -> Offering:
        return service.get_own(connection, offering_id, actor, party.office.clock)

    found = await party.do(work)
    return party.answer(one_offering_element(found), found.version)
