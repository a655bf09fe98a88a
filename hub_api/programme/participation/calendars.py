"""``…/calendar.ics`` of a survey and of a session of dialogue: their dates, for people's own calendars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid5

from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.open_data.calendar import MEDIA_TYPE, Event, calendar_file
from participation.dialogue.model import Talk
from participation.dialogue.service import get_talk
from participation.surveys.service import get_survey

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Of the dates of an object, so that a calendar which is fetched again moves what moved.
_DATES: Final = UUID("6a0c1d0e-7c55-4f5f-9a55-0b6a3f1d2c47")


@router.get("/surveys/{survey_id}/calendar.ics")
async def send_survey(request: CurrentRequest, survey_id: UUID) -> Response:
    """When it opens and closes."""
    return _send(request, await request.look(_of_survey, request, survey_id))


@router.get("/dialogue/{session_id}/calendar.ics")
async def send_session(request: CurrentRequest, session_id: UUID) -> Response:
    """From when to when, and where; nothing of what was cancelled."""
    return _send(request, await request.look(_of_session, request, session_id))


def _of_survey(session: Session, request: PortalRequest, survey_id: UUID) -> list[Event]:
    survey, language = get_survey(session, survey_id), request.language
    title = survey.titles.shown(language)
    return [
        Event(
            uid=_uid(survey_id, word),
            at=at,
            summary=f"{title}: {WORDS.text(word, language)}",
            description=_page(request, f"/surveys/{survey_id}"),
            categories=(WORDS.text("surveys.title", language),),
            sequence=survey.version,
            changed_at=survey.state_changed_at,
        )
        for word, at in (("surveys.from", survey.opens), ("surveys.closes", survey.closes))
        if at is not None
    ]


def _of_session(session: Session, request: PortalRequest, session_id: UUID) -> list[Event]:
    talk = get_talk(session, session_id)
    return [] if talk.state == "cancelled" else list(_events(request, talk))


def _events(request: PortalRequest, talk: Talk) -> Iterator[Event]:
    language = request.language
    if talk.begins_at is None:
        return
    yield Event(
        uid=_uid(talk.session_id, "session"),
        at=talk.begins_at,
        ends=talk.ends_at,
        summary=talk.plan.titles.shown(language),
        description=f"{talk.plan.questions.shown(language)}\n{_page(request, f'/dialogue/{talk.session_id}')}",
        location=talk.plan.places.shown(language),
        categories=(WORDS.text("dialogue.title", language),),
        sequence=talk.version,
        changed_at=talk.state_changed_at,
    )


def _uid(object_id: UUID, date: str) -> UUID:
    return uuid5(_DATES, f"{object_id}/{date}")


def _page(request: PortalRequest, path: str) -> str:
    return f"{request.office.url}{path}?lang={request.language}"


def _send(request: PortalRequest, events: list[Event]) -> Response:
    name = WORDS.text("brand", request.language)
    body = calendar_file(name, request.language, events, request.office.clock())
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
        "Content-Language": request.language,
        "Content-Disposition": 'attachment; filename="dates.ics"',
    }
    return Response(body, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)
