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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.market.introductions.words import vocabulary
from hub_api.programme.market.offerings.words import vocabulary as offering_words

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/needs/{need_id}/matches")
async def show_matches(visit: VisitHere, need_id: UUID) -> Response:
    return await _need_page(visit, need_id)


@router.post("/needs/{need_id}/introductions")
async def introduce_vendor(visit: VisitHere, need_id: UUID) -> Response:
    """The agency is interested in a vendor, or the programme suggests it to both."""
    _, form = visit.person, await visit.form()
    offering_id = form.id("offering")
    if form.text("by") not in {Side.AGENCY, Side.PROGRAMME}:
        raise FormUnreadable
    by, desk = Side(form.text("by")), visit.office.introductions
    try:
        made = await visit.do(
            lambda connection: introduce(connection, desk, visit.actor, need_id, offering_id, by)
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _need_page(visit, need_id, error)
    return visit.go(f"/introductions/{made}", "introduced")


@router.get("/account/vendor/matches")
async def show_needs(visit: VisitHere) -> Response:
    return await _vendor_page(visit)


@router.post("/account/vendor/introductions")
async def introduce_oneself(visit: VisitHere) -> Response:
    _, form = visit.person, await visit.form()
    need_id, offering_id, desk = form.id("need"), form.id("offering"), visit.office.introductions
    try:
        made = await visit.do(
            lambda connection: introduce(connection, desk, visit.actor, need_id, offering_id, Side.VENDOR)
        )
    except (NotAllowed, NoSuchObject):
        raise
    except FalajError as error:
        return await _vendor_page(visit, error)
    return visit.go(f"/introductions/{made}", "introduced")


async def _need_page(visit: Visit, need_id: UUID, refused: FalajError | None = None) -> Response:
    _ = visit.person
    found = await visit.do(
        lambda connection: match_need(connection, visit.office.introductions, visit.actor, need_id)
    )
    return page(
        visit,
        "market/introductions/of_need.html",
        title=WORDS.text("introductions.matches", visit.language),
        here="marketplace",
        refused=refused,
        found=found,
        **{**offering_words(visit), **vocabulary(visit)},
    )


async def _vendor_page(visit: Visit, refused: FalajError | None = None) -> Response:
    _ = visit.person
    found = await visit.do(
        lambda connection: match_vendors(connection, visit.office.introductions, visit.actor)
    )
    return page(
        visit,
        "market/introductions/of_vendor.html",
        title=WORDS.text("introductions.needs", visit.language),
        here="account",
        refused=refused,
        found=found,
        **{**offering_words(visit), **vocabulary(visit)},
    )
