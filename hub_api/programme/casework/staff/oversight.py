"""``/portal/desk/readings`` and ``…/audit``: administrators see who looked at whose data, and whether the log is whole."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from casework.access.model import Role
from casework.access_log.service import AccessEntry, search_entries
from casework.audit import service as audit
from casework.audit.model import Head, Verdict
from casework.people.errors import Forbidden
from casework.people.model import Names
from casework.people.standing import find_names
from citycore.store.connections import Connection
from hub_api.programme.kit.numbers import Before
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/desk", include_in_schema=False)


class Seen(NamedTuple):
    """A part of the access log, and what their people are called."""

    found: list[AccessEntry]
    names: dict[UUID, Names]


@router.get("/readings")
async def show_access_log(
    request: CurrentRequest,
    q: str = "",
    before: Before = None,
    all: str = "",  # noqa: A002 (a word of the address)
) -> Response:
    _ = request.person
    rows = request.office.settings.portal.page_rows

    def work(connection: Connection) -> Seen:
        found = search_entries(
            connection, request.office.desk, request.actor, q, before, rows, overseeing_too=bool(all)
        )
        people = {one.reader for one in found} | {one.person_id for one in found}
        return Seen(found, find_names(connection, list(people)))

    seen = await request.do(work)
    return render_page(
        request,
        "casework/staff/readings.html",
        title=WORDS.text("oversight.readings", request.language),
        here="desk",
        q=q,
        found=seen.found,
        names=seen.names,
        rows=rows,
        is_all=bool(all),
        known=lambda what: f"reading.{what.replace('.', '_')}" in WORDS.texts["en"],
    )


@router.get("/audit")
async def show_audit(request: CurrentRequest, verify: str = "") -> Response:
    """Where every chain ends; with ``verify`` each line is read and compared."""
    _require_administrator(request)
    most, rows = request.office.settings.portal.audit_lines_max, request.office.settings.portal.page_rows

    def work(connection: Connection) -> tuple[list[Head], Verdict | None]:
        heads = audit.heads(connection)
        is_wanted = bool(verify) and sum(head.position for head in heads) <= most
        return heads, audit.verify(connection) if is_wanted else None

    heads, verdict = await request.do(work)
    lines = sum(head.position for head in heads)
    return render_page(
        request,
        "casework/staff/audit.html",
        title=WORDS.text("oversight.audit", request.language),
        here="desk",
        heads=heads[:rows],
        chains=len(heads),
        lines=lines,
        may_verify=lines <= most,
        verdict=verdict,
        now=request.office.clock(),
    )


@router.get("/audit/heads")
async def send_heads(request: CurrentRequest) -> Response:
    """The ends of all chains as ``falaj audit verify --noted`` reads them, to be kept where nobody here writes."""
    _require_administrator(request)
    heads = await request.do(audit.heads)
    now = request.office.clock()
    text = "".join(f"{one.chain} {one.position} {one.digest.hex()}\n" for one in heads)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-audit-{now:%Y%m%dT%H%M%SZ}.txt"'
    }
    return PlainTextResponse(f"# {now:%Y-%m-%dT%H:%M:%SZ}\n{text}", headers=fields)


def _require_administrator(request: PortalRequest) -> None:
    _ = request.person
    if not request.actor.has(Role.ADMINISTRATOR):
        raise Forbidden
