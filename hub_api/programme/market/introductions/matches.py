"""Who could help with a need, and which needs suit a vendor's offerings: each with its explanation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.market.introductions.matches import match_need, match_vendors
from hackathon.market.introductions.model import Side
from hackathon.market.introductions.service import introduce
from hackathon.market.introductions.settings import IntroductionSettings
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.turning import Part, beginning, start_of
from hub_api.programme.market.introductions.words import vocabulary as own_words
from hub_api.programme.market.offerings.words import vocabulary as offering_words

router = APIRouter(prefix="/portal", include_in_schema=False)


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    return offering_words(request) | own_words(request)


def look_at_vendors(session: Session, _: PortalRequest, need_id: UUID) -> dict[str, Any]:
    return {"found": match_need(session, need_id)}


def read_offering(form: Form) -> tuple[UUID, Side]:
    """Of a vendor that the agency is interested in, or that the programme suggests to both."""
    if form.text("by") not in {Side.AGENCY, Side.PROGRAMME}:
        raise FormUnreadable
    return form.id("offering"), Side(form.text("by"))


def introduce_vendor(session: Session, need_id: UUID, sent: tuple[UUID, Side]) -> Onward:
    return Onward(f"/introductions/{introduce(session, need_id, *sent)}")


Page(
    router,
    "/needs/{need_id}/matches",
    "market/introductions/of_need.html",
    look_at_vendors,
    guard=signed_in,
    object_guard=match_need,
    title="introductions.matches",
    here="marketplace",
    vocabulary=vocabulary,
).post("/needs/{need_id}/introductions", read_offering, "introduced", introduce_vendor)


def look_at_needs(session: Session, request: PortalRequest) -> dict[str, Any]:
    start = start_of(request)
    found = match_vendors(session, start)
    most, everything = session.of(IntroductionSettings).vendor_page_offerings, sum(one.all for one in found)
    shown = [each for vendor in found for each in vendor.offerings]
    return {"found": found, "part": Part(shown, beginning(start, most, everything), most, everything)}


def introduce_oneself(session: Session, sent: tuple[UUID, UUID]) -> Onward:
    return Onward(f"/introductions/{introduce(session, *sent, Side.VENDOR)}")


Page(
    router,
    "/account/vendor/matches",
    "market/introductions/of_vendor.html",
    look_at_needs,
    guard=signed_in,
    title="introductions.needs",
    here="account",
    vocabulary=vocabulary,
).post(
    "/account/vendor/introductions",
    lambda form: (form.id("need"), form.id("offering")),
    "introduced",
    introduce_oneself,
)
