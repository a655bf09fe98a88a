"""``/status`` for people, which comes anew by itself without a script, and ``/v1/status`` for programs."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from hub_api.city.status.schemas import PageQuery, Status
from hub_api.city.status.service import Board, Report
from hub_api.city.status.shapes import status_content
from hub_api.city.status.words import duration, number, written_time
from hub_api.serving.answers import json_answer
from hub_api.serving.pages.layout import page
from hub_api.serving.parameters import NoParameters
from hub_api.serving.texts import TEXTS, language_of

router = APIRouter()


async def board_of(request: Request) -> Board:
    board: Board = request.app.state.board
    return board


BoardHere = Annotated[Board, Depends(board_of)]


@router.get("/v1/status", operation_id="status", response_model=Status)
async def status(request: Request, board: BoardHere, _: NoParameters) -> Response:
    return _json(request, board, await board.report())


@router.get("/status", include_in_schema=False)
async def status_page(request: Request, board: BoardHere, query: PageQuery) -> Response:
    report = await board.report()
    if query.f == "json":
        return _json(request, board, report)
    language = language_of(request)
    refresh = board.settings.refresh_seconds if query.refresh is None else query.refresh
    return page(
        request,
        "city/status/page.html",
        title=TEXTS.text("status.title", language),
        here="status",
        cache_seconds=board.settings.cache_seconds,
        headers={"Refresh": str(refresh)} if refresh else {},
        refresh=refresh,
        data=status_content(report, request.app.version, board.settings)["data"],
        as_of=report.as_of,
        duration=partial(duration, language),
        local=partial(written_time, language),
        number=number,
    )


def _json(request: Request, board: Board, report: Report) -> Response:
    content = status_content(report, request.app.version, board.settings)
    return json_answer(content, cache_seconds=board.settings.cache_seconds)
