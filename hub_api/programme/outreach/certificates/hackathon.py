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
from hub_api.programme.kit.frame import WORDS, page
from hub_api.programme.kit.visit import Visit, VisitHere
from hub_api.programme.outreach.certificates.words import vocabulary

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/certificates", include_in_schema=False)


@router.get("")
async def show_desk(visit: VisitHere, hackathon_id: UUID, q: str = "", after: UUID | None = None) -> Response:
    _ = visit.person
    return await _page(visit, hackathon_id, q, after)


@router.post("/offer")
async def send_offers(visit: VisitHere, hackathon_id: UUID) -> Response:
    _ = visit.person
    await visit.form()
    office = visit.office
    try:
        made = await visit.do(
            lambda connection: offer_all(connection, office.certificates(), hackathon_id, visit.actor)
        )
    except FalajError as error:
        return await _page(visit, hackathon_id, refused=error)
    notice = "certificates_offered" if made.left == 0 else "certificates_offered_some"
    return visit.go(f"/hackathons/{hackathon_id}/desk/certificates", notice)


class Shown(NamedTuple):
    """How far the certificates of a hackathon are, and a part of their list."""

    hackathon: Hackathon
    tally: list[Tally]
    found: Page


async def _page(
    visit: Visit,
    hackathon_id: UUID,
    q: str = "",
    after: UUID | None = None,
    refused: FalajError | None = None,
) -> Response:
    """Who is due stands on the first page only: who searches or reads on looks for what was offered."""
    is_first = not q and after is None

    def work(connection: Connection) -> Shown:
        office, actor = visit.office.certificates(), visit.actor
        counted = tally(connection, hackathon_id, actor, office) if is_first else []
        found = list_awarded(connection, office, actor, q, hackathon_id, after)
        return Shown(get_hackathon(connection, hackathon_id, actor), counted, found)

    shown = await visit.do(work)
    about, values = shown.hackathon.description, vocabulary(visit)
    context: dict[str, Any] = shown._asdict()
    return page(
        visit,
        "outreach/certificates/hackathon.html",
        title=WORDS.text("certificates.desk", visit.language),
        here="hackathons",
        refused=refused,
        q=q,
        hackathon_id=hackathon_id,
        hackathon_title=about.title_ar if visit.language == "ar" else about.title_en,
        is_first=is_first,
        is_concluded=shown.hackathon.state in CONCLUDED,
        due=sum(one.due for one in shown.tally),
        **context,
        **values,
    )
