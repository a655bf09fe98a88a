"""``/portal/ambassadors``: whom everybody can find, and whom they reached, governorate by governorate."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.governorates.model import Governorate
from citycore.store.connections import Connection
from hackathon.outreach.activities.model import Audience, Topic, Total, Totals, Verified
from hackathon.outreach.activities.reach import list_verified, sum_reach
from hackathon.outreach.activities.service import get_total
from hackathon.outreach.ambassadors.model import Listed, PublicTerm
from hackathon.outreach.ambassadors.service import count_listed, find_own, get_listed, list_directory
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest
from hub_api.programme.outreach.ambassadors.words import governorate_of, tiles, vocabulary

router = APIRouter(prefix="/portal/ambassadors", include_in_schema=False)


class Found(NamedTuple):
    """Who was looked for, and what there is in all."""

    listed: list[Listed]
    counts: dict[Governorate, int]
    totals: Totals
    is_ambassador: bool


@router.get("")
async def show_directory(
    request: CurrentRequest, q: str = "", governorate: str = "", after: UUID | None = None
) -> Response:
    chosen, settings = governorate_of(governorate), request.office.settings.ambassadors

    def work(connection: Connection) -> Found:
        return Found(
            list_directory(connection, settings, chosen, after, q),
            count_listed(connection),
            sum_reach(connection),
            find_own(connection, request.actor) is not None,
        )

    found = await request.do(work)
    places, steps = tiles(found.counts, found.totals.governorates)
    return render_page(
        request,
        "outreach/ambassadors/list.html",
        title=WORDS.text("ambassadors.title", request.language),
        here="ambassadors",
        q=q,
        chosen=chosen,
        listed=found.listed,
        totals=found.totals,
        tiles=places,
        steps=steps,
        is_ambassador=found.is_ambassador,
        is_searched=bool(q.strip() or chosen or after),
        after=found.listed[-1].ambassador_id if len(found.listed) == settings.page_rows_max else None,
        topics=Topic,
        audiences=Audience,
        **vocabulary(request),
    )


@router.get("/{ambassador_id}")
async def show_profile(request: CurrentRequest, ambassador_id: UUID) -> Response:
    settings = request.office.settings.activities

    def work(connection: Connection) -> tuple[PublicTerm, Total, list[Verified]]:
        return (
            get_listed(connection, ambassador_id),
            get_total(connection, ambassador_id),
            list_verified(connection, ambassador_id, settings),
        )

    one, total, verified = await request.do(work)
    return render_page(
        request,
        "outreach/ambassadors/show.html",
        title=one.listed.names.shown(request.language),
        here="ambassadors",
        one=one,
        total=total,
        verified=verified,
        **vocabulary(request),
    )
