"""``/v1/innovation/me/sheets``: what somebody judges."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.programme import Session
from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.judging.rubric import Rubric
from hackathon.contest.jury import sheets
from hackathon.contest.jury.judges import get_terms, list_own_judging
from hackathon.contest.jury.model import Marking, StoredSheet
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.elements import sheet_element, whole_sheet_element
from hub_api.programme.programs.schemas import OneSheetElement, SheetElement, SheetSent, SheetStep
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me/sheets", include_in_schema=False)
Judge = Annotated[Party, allowed(TokenScope.JUDGING_WRITE)]


@router.get("", operation_id="my_sheets", openapi_extra=reads(SheetElement, is_list=True))
async def show_sheets(party: Judge, _: NoParameters) -> Response:
    def work(session: Session) -> list[tuple[StoredSheet, str | None]]:
        found = []
        for own in list_own_judging(session):
            hackathon_id = own.judge.hackathon_id
            titles = sheets.find_titles(session, hackathon_id)
            found += [
                (one, titles.get(one.submission_id)) for one in sheets.list_own_sheets(session, hackathon_id)
            ]
        return found

    return party.answer_list([sheet_element(*one) for one in await party.look(work)])


@router.get("/{sheet}", operation_id="my_sheet", openapi_extra=reads(OneSheetElement))
async def show_sheet(party: Judge, sheet: UUID, _: NoParameters) -> Response:
    return await _shown(party, sheet)


@router.put("/{sheet}", operation_id="write_sheet", openapi_extra=changes(OneSheetElement) | sends(SheetSent))
async def write_sheet(party: Judge, sheet: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(SheetSent)
    marks: dict[str, Mark] = {
        code: mark if isinstance(mark, Decimal) else NOT_APPLICABLE for code, mark in sent.marks.items()
    }

    def work(session: Session) -> None:
        sheets.write(session, sheet, Marking(marks, sent.comments, sent.remark), seen)

    await party.act(work)
    return await _shown(party, sheet)


@router.post(
    "/{sheet}/steps", operation_id="step_sheet", openapi_extra=changes(SheetElement) | sends(SheetStep)
)
async def step_sheet(party: Judge, sheet: UUID, _: NoParameters) -> Response:
    """What it is afterwards; who recused themselves for a conflict sees it here for the last time."""
    seen, sent = party.seen_version(), await party.body(SheetStep)

    def work(session: Session) -> tuple[StoredSheet, str, int]:
        before = sheets.get_sheet(session, sheet)
        moved = sheets.move(session, sheet, sent.event, seen, sent.reason)
        return before, moved.target, moved.version

    before, state, version = await party.act(work)
    after = replace(before, state=state, version=version)
    return party.answer(sheet_element(after, None), version)


async def _shown(party: Party, sheet_id: UUID) -> Response:
    def work(session: Session) -> tuple[StoredSheet, str | None, Rubric]:
        known = sheets.get_sheet(session, sheet_id)
        titles = sheets.find_titles(session, known.hackathon_id)
        terms = get_terms(session, known.hackathon_id, known.round)
        return known, titles.get(known.submission_id), terms.rubric

    known, title, rubric = await party.look(work)
    return party.answer(whole_sheet_element(known, title, rubric), known.version)
