"""What staff hands out so that people can answer: codes that each count once, and devices.

A noun's page has it by :func:`add_roll`; ``kit/roll_desk.html`` shows it there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from casework.admission import service as admission
from casework.admission.model import IssuedKiosk
from casework.admission.rules import sheet
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.programme import Session
from hub_api.programme.kit.addresses import names_in
from hub_api.programme.kit.kiosks import add_kiosks, kiosk_desk
from hub_api.programme.kit.pages import Page
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import PortalRequest


@dataclass(frozen=True, slots=True)
class Sheet:
    """Codes to be printed, told now and never again: of what, where each is typed, and what whoever gets one is to know."""

    codes: Sequence[str]
    titles: Names
    how: str
    note: str


def roll_shown(session: Session, request: PortalRequest, object_id: UUID, *, is_open: bool) -> dict[str, Any]:
    """What the template needs of the roll of an object; nothing is handed out unless it ``is_open``."""
    return {
        **kiosk_desk(session, request, object_id),
        "issued": admission.count_issued(session, object_id) if is_open else {},
    }


def add_roll(
    page: Page[UUID],
    place: str,
    issue: Callable[[Session, PortalRequest, UUID, int], Sheet],
    add: Callable[[Session, UUID, str, Governorate], IssuedKiosk],
    revoke: Callable[[Session, UUID, UUID], object],
) -> None:
    """Its forms on a page. Codes are typed on the page below ``place``, such as ``/surveys``, with the identifier of the object."""

    def home(object_id: UUID) -> str:
        return page.path.format(**dict.fromkeys(names_in(page.path), object_id))

    async def print_codes(request: PortalRequest, object_id: UUID, sent: tuple[int, str]) -> Response:
        """To be printed, each once: as a page, or as a file for whoever prints letters."""
        number, kind = sent
        made = await request.act(issue, request, object_id, number)
        base = f"{request.office.url.rstrip('/')}{place}"
        address = f"{base}/{object_id}"
        if kind == "csv":
            fields = headers(request.office, request.language) | {
                "Content-Disposition": f'attachment; filename="codes.{object_id}.csv"'
            }
            return request.finish(Response(sheet(made.codes, address), media_type="text/csv", headers=fields))
        # It takes long to import, and few pages need it.
        import segno

        drawn = segno.make(address, error="m").svg_inline(scale=3, border=2, svgclass=None, lineclass=None)
        return render_page(
            request,
            "kit/code_sheet.html",
            title=WORDS.text("roll_desk.sheet", request.language),
            here=page.here,
            sheet=made,
            home=home(object_id),
            address=base,
            drawn=drawn,
        )

    page.answer("codes", lambda form: (form.number("number"), form.text("as")), "saved", print_codes)
    add_kiosks(page, add, revoke)
