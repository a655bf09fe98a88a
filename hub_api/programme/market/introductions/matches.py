"""Who could help with a need, and which needs suit a vendor's offerings: each with its explanation."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.market.introductions.matches import match_need, match_vendors
from hackathon.market.introductions.model import Side
from hackathon.market.introductions.service import introduce
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.numbers import Start
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.turning import Part, beginning
from hub_api.programme.market.introductions.words import vocabulary
from hub_api.programme.market.offerings.words import vocabulary as offering_words

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/needs/{need_id}/matches")
async def show_matches(request: CurrentRequest, need_id: UUID) -> Response:
    return await _need_page(request, need_id)


@router.post("/needs/{need_id}/introductions")
async def introduce_vendor(request: CurrentRequest, need_id: UUID) -> Response:
    """The agency is interested in a vendor, or the programme suggests it to both."""
    _, form = request.person, await request.form()
    offering_id = form.id("offering")
    if form.text("by") not in {Side.AGENCY, Side.PROGRAMME}:
        raise FormUnreadable
    by, desk = Side(form.text("by")), request.office.introductions
    try:
        made = await request.do(
            lambda connection: introduce(connection, desk, request.actor, need_id, offering_id, by)
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _need_page(request, need_id, error)
    return request.go(f"/introductions/{made}", "introduced")


@router.get("/account/vendor/matches")
async def show_needs(request: CurrentRequest, start: Start = 0) -> Response:
    return await _vendor_page(request, start=start)


@router.post("/account/vendor/introductions")
async def introduce_oneself(request: CurrentRequest) -> Response:
    _, form = request.person, await request.form()
    need_id, offering_id, desk = form.id("need"), form.id("offering"), request.office.introductions
    try:
        made = await request.do(
            lambda connection: introduce(connection, desk, request.actor, need_id, offering_id, Side.VENDOR)
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _vendor_page(request, error)
    return request.go(f"/introductions/{made}", "introduced")


async def _need_page(request: PortalRequest, need_id: UUID, refused: FalajError | None = None) -> Response:
    _ = request.person
    found = await request.do(
        lambda connection: match_need(connection, request.office.introductions, request.actor, need_id)
    )
    return render_page(
        request,
        "market/introductions/of_need.html",
        title=WORDS.text("introductions.matches", request.language),
        here="marketplace",
        refused=refused,
        found=found,
        **{**offering_words(request), **vocabulary(request)},
    )


async def _vendor_page(
    request: PortalRequest, refused: FalajError | None = None, *, start: int = 0
) -> Response:
    _, desk = request.person, request.office.introductions
    found = await request.do(lambda connection: match_vendors(connection, desk, request.actor, start))
    most, everything = desk.settings.vendor_page_offerings, sum(vendor.all for vendor in found)
    return render_page(
        request,
        "market/introductions/of_vendor.html",
        title=WORDS.text("introductions.needs", request.language),
        here="account",
        refused=refused,
        found=found,
        part=Part(
            [each for vendor in found for each in vendor.offerings],
            beginning(start, most, everything),
            most,
            everything,
        ),
        **{**offering_words(request), **vocabulary(request)},
    )
