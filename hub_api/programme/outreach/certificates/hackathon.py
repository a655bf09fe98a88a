"""``/portal/hackathons/…/desk/certificates``: organisers offer to all who are due, once results are final."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from citycore.errors import FalajError
from citycore.store.connections import Connection
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.outreach.certificates.awarding import CONCLUDED, Page, Tally, list_awarded, offer_all, tally
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/certificates", include_in_schema=False)


@router.get("")
async def show_desk(
    request: CurrentRequest, hackathon_id: UUID, q: str = "", after: UUID | None = None
) -> Response:
    _ = request.person
    return await _page(request, hackathon_id, q, after)


@router.post("/offer")
async def send_offers(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _ = request.person
    await request.form()
    office = request.office
    try:
        made = await request.do(
            lambda connection: offer_all(connection, office.certificates(), hackathon_id, request.actor)
        )
    except FalajError as error:
        return await _page(request, hackathon_id, refused=error)
    notice = "certificates_offered" if made.left == 0 else "certificates_offered_some"
    return request.go(f"/hackathons/{hackathon_id}/desk/certificates", notice)


class Shown(NamedTuple):
    """How far the certificates of a hackathon are, and a part of their list."""

    hackathon: Hackathon
    tally: list[Tally]
    found: Page


async def _page(
    request: PortalRequest,
    hackathon_id: UUID,
    q: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
) -> Response:
    """Who is due stands on the first page only: who searches or reads on looks for what was offered."""
    is_first = not q and after is None

    def work(connection: Connection) -> Shown:
        office, actor = request.office.certificates(), request.actor
        counted = tally(connection, hackathon_id, actor, office) if is_first else []
        found = list_awarded(connection, office, actor, q, hackathon_id, after)
        session = request.office.programme.within(connection, actor)
        return Shown(get_hackathon(session, hackathon_id), counted, found)

    shown = await request.do(work)
    about, values = shown.hackathon.description, vocabulary(request)
    context: dict[str, Any] = shown._asdict()
    return render_page(
        request,
        "outreach/certificates/hackathon.html",
        title=WORDS.text("certificates.desk", request.language),
        here="hackathons",
        refused=refused,
        q=q,
        hackathon_id=hackathon_id,
        hackathon_title=about.title_ar if request.language == "ar" else about.title_en,
        is_first=is_first,
        is_concluded=shown.hackathon.state in CONCLUDED,
        due=sum(one.due for one in shown.tally),
        **context,
        **values,
    )
