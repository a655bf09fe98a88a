"""``/portal/desk/readings`` and ``…/audit``: administrators see who looked at whose data, and whether the log is whole."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from casework.access_log.service import search_entries
from casework.audit import service as audit
from casework.people.standing import find_names
from casework.programme import Session
from hub_api.programme.casework.account.own_pages import is_known_reading
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.numbers import row_number
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_readings(session: Session, request: PortalRequest) -> dict[str, Any]:
    """A part of the access log, and what its people are called."""
    words, rows, is_all = request.query("q"), request.office.settings.portal.page_rows, request.query("all")
    before = request.query_as("before", row_number)
    found = search_entries(session, words, before, rows, overseeing_too=bool(is_all))
    people = {one.reader for one in found} | {one.person_id for one in found}
    return {
        "q": words,
        "found": found,
        "names": find_names(session.connection, list(people)),
        "rows": rows,
        "is_all": bool(is_all),
        "known": is_known_reading,
    }


Page(
    router,
    "/desk/readings",
    "casework/staff/readings.html",
    look_at_readings,
    guard=signed_in,
    title="oversight.readings",
    here="desk",
)


def look_at_audit(session: Session, request: PortalRequest) -> dict[str, Any]:
    """Where every chain ends; with ``verify`` each line is read and compared."""
    settings, heads = request.office.settings.portal, audit.heads(session.connection)
    lines = sum(head.position for head in heads)
    may_verify = lines <= settings.audit_lines_max
    return {
        "heads": heads[: settings.page_rows],
        "chains": len(heads),
        "lines": lines,
        "may_verify": may_verify,
        "verdict": audit.examine(session.connection) if request.query("verify") and may_verify else None,
        "now": session.now(),
    }


Page(
    router,
    "/desk/audit",
    "casework/staff/audit.html",
    look_at_audit,
    guard=administers,
    title="oversight.audit",
    here="desk",
)


@router.get("/desk/audit/heads")
async def send_heads(request: CurrentRequest) -> Response:
    """The ends of all chains as ``falaj audit verify --noted`` reads them, to be kept where nobody here writes."""
    administers(request)
    heads = await request.look(lambda session: audit.heads(session.connection))
    now = request.office.clock()
    text = "".join(f"{one.chain} {one.position} {one.digest.hex()}\n" for one in heads)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-audit-{now:%Y%m%dT%H%M%SZ}.txt"'
    }
    return PlainTextResponse(f"# {now:%Y-%m-%dT%H:%M:%SZ}\n{text}", headers=fields)
