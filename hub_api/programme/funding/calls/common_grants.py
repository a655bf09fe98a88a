"""``/v1/innovation/common-grants``: calls as opportunities of the CommonGrants protocol, version 0.2, for programs that gather calls of many funders.

Source: the TypeSpec library ``@common-grants/core`` 0.2.2: ``OpportunityBase``, ``OppStatus``, ``OppFunding``,
``OppTimeline``, ``SingleDateEvent``, ``CustomField``, ``SystemMetadata`` and the answers ``Paginated`` and ``Ok``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from citycore.clock import CITY_ZONE
from citycore.store.queries import load_queries
from hackathon.funding.calls.machine import CALL, CLOSES
from hub_api.programme.funding.calls.common_grants_schemas import (
    OneOpportunity,
    OpportunitiesQuery,
    OpportunityList,
    OpportunityPath,
)
from hub_api.programme.funding.calls.public import CALLS
from hub_api.programme.open_data.lists import PREFIX, answer_whole, identifier_of
from hub_api.serving.database import Row
from hub_api.serving.errors import Fault, InvalidParameters, UnknownName
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.lists.model import Element
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters

QUERIES = load_queries(CALLS.package)
#: Our public states in the words of the protocol; what it has no word for is a custom one.
STATUS = {
    "forecasted": "forecasted",
    "open": "open",
    "closed": "closed",
    "reviewing": "closed",
    "announced": "closed",
    "archived": "closed",
    "second_open": "custom",
    "cancelled": "custom",
}
#: Whoever applies for themselves; for no other kind the protocol has a word that fits outside its country.
INDIVIDUAL = "person"
#: Names of our deadlines as keys of a record of the protocol.
OTHER_DATES = {
    "opens": "applicationsOpen",
    "second_closes": "fullProposalsClose",
    "reviews_due": "reviewsDue",
    "appeals_close": "appealsClose",
}
router = APIRouter(prefix=PREFIX)


@router.get("/common-grants/opportunities", operation_id="opportunities", response_model=OpportunityList)
async def list_opportunities(request: Request, hub: HubHere, query: OpportunitiesQuery) -> Response:
    size, most = query.page_size, hub.settings.page_rows_max
    if size > most:
        raise InvalidParameters([Fault("pageSize", "above_maximum", {"maximum": most})])
    ((total,),) = await hub.database.fetch(QUERIES["count_opportunities"])
    rows = await _opportunities(hub, rows=size, offset=(query.page - 1) * size)
    pages = {
        "page": query.page,
        "pageSize": size,
        "totalItems": total,
        "totalPages": -(-total // size),
    }
    items = [opportunity_element(row, base_url(request)) for row in rows]
    return _answer(request, hub, {"items": items, "paginationInfo": pages})


@router.get(
    "/common-grants/opportunities/{opportunity}", operation_id="opportunity", response_model=OneOpportunity
)
async def show_opportunity(
    request: Request, hub: HubHere, opportunity: OpportunityPath, _: NoParameters
) -> Response:
    call_id = identifier_of("opportunity", opportunity)
    rows = await _opportunities(hub, rows=1, call_id=call_id)
    if not rows:
        raise UnknownName("opportunity", opportunity)
    return _answer(request, hub, {"data": opportunity_element(rows[0], base_url(request))})


async def _opportunities(
    hub: Hub, *, rows: int, offset: int = 0, call_id: UUID | None = None
) -> Sequence[Row]:
    """Calls, what was changed last first; or the one of an identifier."""
    wanted = {"call_id": call_id, "rows": rows, "offset": offset}
    return await hub.database.fetch(QUERIES["opportunities"], wanted, is_named=True)


def _answer(request: Request, hub: Hub, said: Element) -> Response:
    content = {"status": 200, "message": "Success", **said}
    return answer_whole(request, hub, content, content)


def opportunity_element(row: Any, hub_url: str) -> Element:
    """``source`` is what this hub says of the call itself, in both languages."""
    call = CALLS.make(row)
    currency = call["currency"]
    dates = {one["deadline"]: one for one in call["deadlines"]}
    return {
        "id": str(row.call_id),
        "title": call["name"]["en"],
        "status": _status(call),
        "description": call["description"]["en"],
        "funding": {
            key: {"amount": call[name], "currency": currency}
            for key, name in (
                ("totalAmountAvailable", "budget"),
                ("minAwardAmount", "award_min"),
                ("maxAwardAmount", "award_max"),
            )
        },
        "keyDates": {
            "postDate": _event("Posted", call["published_at"]),
            **({"closeDate": _date(dates[CLOSES])} if CLOSES in dates else {}),
            "otherDates": {key: _date(dates[name]) for name, key in OTHER_DATES.items() if name in dates},
        },
        "acceptedApplicantTypes": [_applicant(kind) for kind in call["eligibility"]["kinds"]],
        "source": f"{hub_url}/v1/innovation/calls/{call['call']}",
        "customFields": _custom_fields(call),
        "createdAt": call["published_at"],
        "lastModifiedAt": call["changed_at"],
    }


def _status(call: Element) -> Element:
    value = STATUS[call["state"]]
    told = {"value": value, "description": call["state_name"]["en"]}
    return told | ({"customValue": call["state"]} if value == "custom" else {})


def _date(deadline: Element) -> Element:
    return _event(CALL.label("deadline", deadline["deadline"]).text("en"), deadline["instant"])


def _event(name: str, instant: datetime) -> Element:
    """A date and a time have no zone there, so it is said in words."""
    local = instant.astimezone(CITY_ZONE)
    return {
        "name": name,
        "eventType": "singleDate",
        "date": local.date(),
        "time": f"{local:%H:%M:%S}",
        "description": f"Muscat time (Asia/Muscat, UTC+04:00); {instant.isoformat()}",
    }


def _applicant(kind: str) -> Element:
    return {"value": "individual"} if kind == INDIVIDUAL else {"value": "custom", "customValue": kind}


def _custom_fields(call: Element) -> Element:
    funder = call["funder"]
    said: dict[str, tuple[str, Any]] = {
        "titleArabic": ("string", call["name"]["ar"]),
        "descriptionArabic": ("string", call["description"]["ar"]),
        "code": ("string", call["call"]),
        "rounds": ("integer", call["rounds"]),
        "blindReview": ("boolean", call["blind"]),
        "governorates": ("array", call["eligibility"]["governorates"]),
        "criteria": ("array", call["criteria"]),
    }
    if funder is not None:
        said["funder"] = ("object", funder)
    return {name: {"name": name, "fieldType": kind, "value": value} for name, (kind, value) in said.items()}
