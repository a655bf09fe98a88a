"""``/portal/surveys``: what people are asked now, how they answer so that nobody knows, and what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission.model import Channel, channel_names
from casework.counting.asking import traces_days
from casework.programme import Session
from casework.statistics.statement import percent_text
from casework.workflow.wording import day_text, instant_text
from citycore.errors import FalajError
from citycore.language import isolate
from hub_api.programme.kit.answering import Answering, admit, has_answered
from hub_api.programme.kit.calendars import Dates, Time, calendar
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.figures import PERCENT, results_shown
from hub_api.programme.kit.outlook import Subject, public
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.questionnaires import Asked
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from participation.surveys import errors, service
from participation.surveys.machine import PUBLIC, SURVEY, TOLD
from participation.surveys.service import ASKING

router = APIRouter(prefix="/portal", include_in_schema=False)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What can be answered now, what comes, what is being counted, and what was found, with what became of it."""
    found, after = service.list_public(session, TOLD, request.query_id("after"))
    return {
        "open": service.list_public(session, ("open",))[0],
        "coming": service.list_public(session, ("scheduled",))[0],
        "counting": service.list_public(session, ("closed", "counted"))[0],
        "found": found,
        "after": after,
        "services": service.list_services(session),
        "has_desk": service.agencies_of(session) != (),
        "channel_name": lambda code: channel_names(code).shown(request.language),
        "percent": lambda share: f"{percent_text(float(share))}{PERCENT[request.language]}",
    }


Page(
    router,
    "/surveys",
    "participation/surveys/list.html",
    look_at_list,
    guard=anybody,
    title="surveys.title",
    here="surveys",
)
feed(
    router,
    "/surveys",
    lambda session: service.list_public(session, PUBLIC)[0],
    lambda one: Entry(one.survey_id, one.titles, one.description.purposes, one.state_changed_at),
)


def look(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """What it is for, who decides, until when, how to answer, and what was found."""
    survey = service.get_survey(session, survey_id)
    if survey.state == "open":
        request.leave_uncounted()
    return {
        "title": survey.titles.shown(request.language),
        "survey": survey,
        "results": results_shown(session, ASKING, survey, request.language) if survey.state in TOLD else None,
        "decision": service.find_decision(session, survey),
        "extensions": session.extensions(survey_id),
        "waves": service.list_waves(session, survey_id),
        "has_answered": has_answered(request, survey_id),
        "is_thanked": request.query("thanks") == "1",
        "is_staff": service.is_staff(session, survey_id),
        "traces_days": traces_days(session),
        "now": session.now(),
    }


SHOWN = Page(
    router,
    "/surveys/{survey_id}",
    "participation/surveys/show.html",
    look,
    guard=anybody,
    here="surveys",
    subject=Subject(SURVEY, "survey", lambda one: one.survey_id, public),
    # A code is typed here by whoever answers with one, signed in or not.
    keeping=Keeping.NOTHING,
)


def dates_of(session: Session, survey_id: UUID) -> Dates:
    """When it opens and closes."""
    survey = service.get_survey(session, survey_id)
    times = (Time("surveys.from", survey.opens), Time("surveys.closes", survey.closes))
    return Dates(survey.titles, times, survey.version, survey.state_changed_at)


calendar(router, "/surveys/{survey_id}", "surveys.title", dates_of)


@router.post("/surveys/{survey_id}/tell")
async def tell(request: CurrentRequest, survey_id: UUID) -> Response:
    """Somebody leaves an address to be told what is found. It has nothing to do with whether they answered."""
    request.leave_uncounted()
    form = await request.form()
    try:
        await request.run(admit, request)
        await request.act(service.listen, survey_id, form.text("email"), request.language)
    except FalajError as error:
        return await SHOWN.show(request, survey_id, refused=error)
    return request.go(f"/surveys/{survey_id}", "survey_listening")


def ask(session: Session, request: PortalRequest, survey_id: UUID, channel: Channel) -> Asked:
    survey, language = service.get_survey(session, survey_id), request.language
    if not ASKING.of(survey).takes(channel) or survey.closes is None:
        raise errors.SurveyNotOpen
    kept = WORDS.text("surveys.kept_kiosk" if channel is Channel.KIOSK else "surveys.kept", language)
    until = f"{WORDS.text('surveys.until', language)} {isolate(instant_text(survey.closes, language))}"
    return Asked(
        ASKING.get_form(session, survey),
        survey.titles.shown(language),
        survey.description.purposes.shown(language),
        note=f"{kept} {until}. {closing(session, request, survey_id)}",
    )


def closing(session: Session, request: PortalRequest, survey_id: UUID) -> str:
    """Who decides, and until when."""
    survey, language = service.get_survey(session, survey_id), request.language
    decides, decider = WORDS.text("surveys.decides", language), survey.decider.shown(language)
    return f"{decides} {decider} ({isolate(day_text(survey.description.promised_on, language))})."


Answering(
    router,
    "/surveys/{survey_id}",
    SHOWN,
    ask,
    lambda session, survey_id, new, by: ASKING.answer(
        session, service.get_survey(session, survey_id), new, by
    ),
    closing,
    here="surveys",
)
