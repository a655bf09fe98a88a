"""``/portal/desk/readings`` and ``…/audit``: administrators see who read whose data, and whether the log is whole."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from casework.access.model import Role
from casework.audit import service as audit
from casework.audit.model import Head, Verdict
from casework.people.errors import Forbidden
from casework.people.model import Names
from casework.people.readings.service import Noted, search_readings
from casework.people.standing import find_names
from citycore.store.connections import Connection
from hub_api.programme.kit.frame import WORDS, headers, page
from hub_api.programme.kit.numbers import Before
from hub_api.programme.kit.visit import Visit, VisitHere

router = APIRouter(prefix="/portal/desk", include_in_schema=False)


class Seen(NamedTuple):
    """A part of the list of readings, and what their people are called."""

    found: list[Noted]
    names: dict[UUID, Names]


@router.get("/readings")
async def show_readings(visit: VisitHere, q: str = "", before: Before = None, all: str = "") -> Response:  # noqa: A002
    _ = visit.person
    rows = visit.office.settings.portal.page_rows

    def work(connection: Connection) -> Seen:
        found = search_readings(
            connection, visit.office.desk, visit.actor, q, before, rows, overseeing_too=bool(all)
        )
        people = {one.reader for one in found} | {one.person_id for one in found}
        return Seen(found, find_names(connection, list(people)))

    seen = await visit.do(work)
    return page(
        visit,
        "casework/staff/readings.html",
        title=WORDS.text("oversight.readings", visit.language),
        here="desk",
        q=q,
        found=seen.found,
        names=seen.names,
        rows=rows,
        is_all=bool(all),
        known=lambda what: f"reading.{what.replace('.', '_')}" in WORDS.texts["en"],
    )


@router.get("/audit")
async def show_audit(visit: VisitHere, verify: str = "") -> Response:
    """Where every chain ends; with ``verify`` each line is read and compared."""
    _require_administrator(visit)
    most, rows = visit.office.settings.portal.audit_lines_max, visit.office.settings.portal.page_rows

    def work(connection: Connection) -> tuple[list[Head], Verdict | None]:
        heads = audit.heads(connection)
        is_wanted = bool(verify) and sum(head.position for head in heads) <= most
        return heads, audit.verify(connection) if is_wanted else None

    heads, verdict = await visit.do(work)
    lines = sum(head.position for head in heads)
    return page(
        visit,
        "casework/staff/audit.html",
        title=WORDS.text("oversight.audit", visit.language),
        here="desk",
        heads=heads[:rows],
        chains=len(heads),
        lines=lines,
        may_verify=lines <= most,
        verdict=verdict,
        now=visit.office.clock(),
    )


@router.get("/audit/heads")
async def send_heads(visit: VisitHere) -> Response:
    """The ends of all chains as ``falaj audit verify --noted`` reads them, to be kept where nobody here writes."""
    _require_administrator(visit)
    heads = await visit.do(audit.heads)
    now = visit.office.clock()
    text = "".join(f"{one.chain} {one.position} {one.digest.hex()}\n" for one in heads)
    fields = headers(visit.office, visit.language) | {
        "Content-Disposition": f'attachment; filename="falaj-audit-{now:%Y%m%dT%H%M%SZ}.txt"'
    }
    return PlainTextResponse(f"# {now:%Y-%m-%dT%H:%M:%SZ}\n{text}", headers=fields)


def _require_administrator(visit: Visit) -> None:
    _ = visit.person
    if not visit.actor.has(Role.ADMINISTRATOR):
        raise Forbidden
