"""``/portal/offerings``: what verified vendors offer, in another order every day."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.market.offerings.catalogue import get_listed, list_listed, today
from hackathon.market.offerings.model import Listed, Place, Version
from hackathon.market.offerings.passage import PASSAGE
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.market.offerings.words import told_in, vocabulary, wanted_of

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``day`` and ``after`` are of the page before: whoever turns pages at midnight sees nothing twice."""
    after = request.query_id("after")
    filters, codes = wanted_of(request.http.query_params)
    query = {"q": filters.words, **codes} if filters.words else codes
    day = request.query_as("day", date.fromisoformat)
    place = today(session) if day is None else Place(day, after)
    listed, last = list_listed(session, filters, place)
    return {
        "listed": listed,
        "wanted": query,
        "codes": codes,
        "onward": last and urlencode({**query, "day": place.day.isoformat(), "after": str(last)}),
        "is_searched": bool(query),
        "is_first": after is None,
    }


Page(
    router,
    "/offerings",
    "market/offerings/list.html",
    look_at_list,
    guard=anybody,
    title="marketplace.title",
    here="marketplace",
    tab="offerings",
    vocabulary=vocabulary,
)


def look(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    listed, versions = get_listed(session, offering_id)
    return values_of(session, request, listed, versions, listed.version)


def look_at_version(
    session: Session, request: PortalRequest, offering_id: UUID, number: Numbered
) -> dict[str, Any]:
    """As it was; what refers to it was made for this text and no other."""
    listed, versions = get_listed(session, offering_id)
    for version in versions:
        if version.number == number:
            return values_of(session, request, listed, versions, version)
    raise NoSuchObject


def values_of(
    session: Session, request: PortalRequest, listed: Listed, versions: list[Version], shown: Version
) -> dict[str, Any]:
    return {
        "title": told_in(shown.content, request.language).title,
        "listed": listed,
        "versions": versions,
        "shown": shown,
        "content": shown.content,
        "journey": find_journey(session, PASSAGE, listed.offering_id),
    }


Page(
    router,
    "/offerings/{offering_id}",
    "market/offerings/show.html",
    look,
    guard=anybody,
    here="marketplace",
    tab="offerings",
    vocabulary=vocabulary,
)
Page(
    router,
    "/offerings/{offering_id}/versions/{number}",
    "market/offerings/show.html",
    look_at_version,
    guard=anybody,
    here="marketplace",
    tab="offerings",
    vocabulary=vocabulary,
)
