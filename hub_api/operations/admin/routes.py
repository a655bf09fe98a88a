"""``/v1/admin/dead-letters``: for administrators with a key; not part of the open-data document."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from citycore.dead_letters.model import DeadLetter, Span
from hub_api.operations.admin.access import ADMINISTRATOR
from hub_api.operations.admin.schemas import (
    BulkQuery,
    DeadLetterPath,
    DeadLettersQuery,
    dead_letter_element,
    overview_element,
    payload_element,
)
from hub_api.operations.admin.service import DeadLetters
from hub_api.serving.answers import json_answer
from hub_api.serving.errors import invalid
from hub_api.serving.hub import HubHere
from hub_api.serving.paging import NUMBER_MAX, cut_page, question
from hub_api.serving.parameters import NoParameters, page_limit
from hub_api.serving.texts import language_of

router = APIRouter(prefix="/v1/admin/dead-letters", include_in_schema=False, dependencies=[ADMINISTRATOR])


async def dead_letters_of(request: Request) -> DeadLetters:
    dead_letters: DeadLetters = request.app.state.dead_letters
    return dead_letters


#: Of letters, as a cursor says it.
_SPAN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
DeadLettersHere = Annotated[DeadLetters, Depends(dead_letters_of)]


@router.get("")
async def list_dead_letters(
    request: Request, hub: HubHere, dead_letters: DeadLettersHere, query: DeadLettersQuery
) -> Response:
    limit = page_limit(query.limit, hub.settings.admin_letters_default, hub.settings.admin_letters_max)
    asked = question(request.url.path, dict(request.query_params))
    before = None if query.cursor is None else int(hub.cursors.read(asked, query.cursor, int))
    letters, overview = await dead_letters.list_dead_letters(query.selection(), before, limit + 1)
    shown, last = cut_page(letters, limit, lambda letter: letter.dead_letter_id)
    language = language_of(request)
    return json_answer(
        {
            "data": [dead_letter_element(letter, language) for letter in shown],
            "next": None if last is None else hub.cursors.write(asked, last),
            "meta": {"as_of": hub.clock(), **overview_element(overview)},
        },
        cache_seconds=0,
    )


@router.get("/{dead_letter}")
async def show_dead_letter(
    request: Request, dead_letters: DeadLettersHere, dead_letter: DeadLetterPath, _: NoParameters
) -> Response:
    letter, payload = await dead_letters.get_dead_letter(dead_letter)
    return _one(request, letter, payload_element(payload))


@router.post("/{dead_letter}/replay")
async def replay_dead_letter(
    request: Request, dead_letters: DeadLettersHere, dead_letter: DeadLetterPath, _: NoParameters
) -> Response:
    return _one(request, await dead_letters.replay_one(dead_letter))


@router.post("/{dead_letter}/discard")
async def discard_dead_letter(
    request: Request, dead_letters: DeadLettersHere, dead_letter: DeadLetterPath, _: NoParameters
) -> Response:
    return _one(request, await dead_letters.discard_one(dead_letter))


@router.post("/replay")
async def replay_dead_letters(
    request: Request, hub: HubHere, dead_letters: DeadLettersHere, query: BulkQuery
) -> Response:
    bulk = Bulk(request, hub, query)
    tally, rest = await dead_letters.replay_some(query.selection(), bulk.span, bulk.limit)
    return bulk.answer({"replayed": tally.accepted, "not_replayable": dict(tally.hindered)}, rest)


@router.post("/discard")
async def discard_dead_letters(
    request: Request, hub: HubHere, dead_letters: DeadLettersHere, query: BulkQuery
) -> Response:
    bulk = Bulk(request, hub, query)
    discarded, rest = await dead_letters.discard_some(query.selection(), bulk.span, bulk.limit)
    return bulk.answer({"discarded": discarded}, rest)


class Bulk:
    """One bounded piece of work on many letters; ``next`` leads to the following piece."""

    def __init__(self, request: Request, hub: HubHere, query: BulkQuery) -> None:
        settings = hub.settings
        self.limit = page_limit(query.limit, settings.admin_letters_default, settings.admin_letters_max)
        self._hub = hub
        self._question = question(request.url.path, dict(request.query_params))
        self.span: Span | None = None
        if query.cursor is not None:
            self.span = _span_of(str(hub.cursors.read(self._question, query.cursor, str)))

    def answer(self, outcome: dict[str, Any], rest: Span | None) -> Response:
        cursor = (
            None if rest is None else self._hub.cursors.write(self._question, f"{rest.after}-{rest.last}")
        )
        content = {"data": outcome, "next": cursor, "meta": {"as_of": self._hub.clock()}}
        return json_answer(content, cache_seconds=0)


def _span_of(position: str) -> Span:
    """What is left, out of a cursor; its seal may be forged, so it is looked at: :class:`InvalidParameters`."""
    found = _SPAN.fullmatch(position)
    after, last = (int(found[1]), int(found[2])) if found else (0, NUMBER_MAX + 1)
    if max(after, last) > NUMBER_MAX:
        raise invalid("cursor", "bad_cursor")
    return Span(after, last)


def _one(request: Request, letter: DeadLetter, more: dict[str, Any] | None = None) -> Response:
    content = {"data": dead_letter_element(letter, language_of(request)) | (more or {})}
    return json_answer(content, cache_seconds=0)
