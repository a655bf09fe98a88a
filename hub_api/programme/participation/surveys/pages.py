"""``/portal/surveys``: what people are asked now, how they answer so that nobody knows, and what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import service as admission
from casework.counting.model import APART
from casework.forms.questionnaires import pages_of
from casework.people.limits import case_bounds
from casework.people.throttle.service import count_attempt
from casework.programme import Programme, Session
from casework.statistics.statement import percent_text
from casework.themes import service as themes
from casework.unlinked_answers.model import NewAnswer
from citycore.errors import FalajError
from citycore.language import Language
from hub_api.programme.kit.figures import PERCENT, Results, Said, results_of
from hub_api.programme.kit.kiosks import kiosk_here
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Refresh, Submitted
from hub_api.programme.kit.request import DAY_SECONDS, CurrentRequest, PortalRequest
from participation.surveys import answering, errors, service
from participation.surveys.machine import TOLD
from participation.surveys.model import Channel, Survey, channel_label, channel_names
from participation.surveys.rules import is_hasty
from participation.surveys.settings import SurveySettings

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a browser shows after a code was typed, and what one shows in which somebody answered.
TICKET_COOKIE, MARK_COOKIE = "falaj_ticket", "falaj_answered_{}"


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
        "channel_name": lambda code: channel_label(code).text(request.language),
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


# At a device


def ask_at_kiosk(session: Session, request: PortalRequest, survey_id: UUID) -> Asked:
    """Of everybody who comes, for as long as it is open."""
    request.leave_uncounted()
    kiosk_here(session, request, survey_id)
    survey = service.get_survey(session, survey_id)
    if not survey.takes(Channel.KIOSK):
        raise errors.SurveyNotOpen
    return _asked(session, request, survey)


def keep_at_kiosk(session: Session, request: PortalRequest, survey_id: UUID, submitted: Submitted) -> Onward:
    kiosk, survey = kiosk_here(session, request, survey_id), service.get_survey(session, survey_id)
    new = replace(_answer(session, submitted, Channel.KIOSK), kiosk_id=kiosk.kiosk_id)
    answering.answer(session, survey, new, kiosk=kiosk)
    return Onward(f"/surveys/{survey_id}/kiosk/thanks")


Questionnaire(
    router,
    "/surveys/{survey_id}/kiosk",
    ask_at_kiosk,
    keep_at_kiosk,
    here="surveys",
    template="participation/surveys/answer.html",
    is_reviewed=False,
    is_kiosk=True,
)


def look_at_thanks(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """For a moment, until the next person comes."""
    request.leave_uncounted()
    kiosk_here(session, request, survey_id)
    survey, again = service.get_survey(session, survey_id), f"{MOUNT}/surveys/{survey_id}/kiosk"
    refresh = Refresh(session.of(SurveySettings).thanks_seconds, again)
    return {"survey": survey, "again": again, "is_kiosk": True, "refresh": refresh}


Page(
    router,
    "/surveys/{survey_id}/kiosk/thanks",
    "participation/surveys/kiosk.html",
    look_at_thanks,
    guard=anybody,
    title="surveys.thanks",
    here="surveys",
)


# In a browser of one's own


def look(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """What it is for, who decides, until when, how to answer, and what was found."""
    survey = service.get_survey(session, survey_id)
    if survey.state == "open":
        request.leave_uncounted()
    return {
        "title": survey.titles.shown(request.language),
        "survey": survey,
        "results": results(session, survey, request.language) if survey.state in TOLD else None,
        "decision": service.find_decision(session, survey),
        "extensions": session.extensions(survey_id),
        "waves": service.list_waves(session, survey_id),
        "has_answered": _has_answered(request, survey_id),
        "is_thanked": request.query("thanks") == "1",
        "is_staff": service.is_staff(session, survey_id),
        "traces_days": answering.traces_days(session),
        "now": session.now(),
    }


SHOWN = Page(
    router,
    "/surveys/{survey_id}",
    "participation/surveys/show.html",
    look,
    guard=anybody,
    here="surveys",
)


def results(session: Session, survey: Survey, language: Language) -> Results | None:
    """Of what is published, and for those who publish it of what is counted; None before."""
    document = answering.find_document(session, survey)
    if document is None:
        return None
    said = Said(
        answering.get_form(session, survey).fields,
        themes.read(session, survey.survey_id).themes,
        answering.list_quotes(session, survey),
        {code: channel_names(code) for code in (*Channel, APART)},
    )
    return results_of(document, said, language)


@router.post("/surveys/{survey_id}/code")
async def enter(request: CurrentRequest, survey_id: UUID) -> Response:
    """Somebody types the code that they were sent; it is used when the answer is."""
    request.leave_uncounted()
    form = await request.form()
    try:
        ticket = await request.run(admission.enter, survey_id, form.text("token"), request.visitor)
    except FalajError as error:
        return await SHOWN.show(request, survey_id, refused=error)
    text, seconds = admission.write_ticket_of(request.office.programme, ticket)
    request.keep_secret(TICKET_COOKIE, text, seconds)
    return request.go(f"/surveys/{survey_id}/with-code")


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


def admit(programme: Programme, request: PortalRequest) -> None:
    """So many an hour from one network."""
    count_attempt(programme, case_bounds(programme, request.visitor))


def ask(session: Session, request: PortalRequest, survey_id: UUID) -> Asked:
    request.leave_uncounted()
    survey = service.get_survey(session, survey_id)
    if not survey.takes(Channel.WEB):
        raise errors.SurveyNotOpen
    if _has_answered(request, survey_id):
        raise errors.SurveyAnsweredHere
    return _asked(session, request, survey)


def keep(session: Session, request: PortalRequest, survey_id: UUID, submitted: Submitted) -> Onward:
    survey = service.get_survey(session, survey_id)
    answering.answer(session, survey, _answer(session, submitted, Channel.WEB))
    return _thank(session, request, survey_id)


Questionnaire(
    router,
    "/surveys/{survey_id}/answer",
    ask,
    keep,
    here="surveys",
    template="participation/surveys/answer.html",
    admit=admit,
)


def ask_with_code(session: Session, request: PortalRequest, survey_id: UUID) -> Asked:
    request.leave_uncounted()
    survey = service.get_survey(session, survey_id)
    ticket = admission.read_ticket_of(session.programme, request.read_secret(TICKET_COOKIE))
    if ticket is None or ticket.object_id != survey_id or not survey.takes(Channel.TOKEN):
        raise errors.SurveyNotOpen
    return _asked(session, request, survey)


def keep_with_code(session: Session, request: PortalRequest, survey_id: UUID, submitted: Submitted) -> Onward:
    survey = service.get_survey(session, survey_id)
    ticket = admission.read_ticket_of(session.programme, request.read_secret(TICKET_COOKIE))
    answering.answer(session, survey, _answer(session, submitted, Channel.TOKEN), ticket)
    request.keep_secret(TICKET_COOKIE, "", 0)
    return _thank(session, request, survey_id)


Questionnaire(
    router,
    "/surveys/{survey_id}/with-code",
    ask_with_code,
    keep_with_code,
    here="surveys",
    template="participation/surveys/answer.html",
)


def _asked(session: Session, request: PortalRequest, survey: Survey) -> Asked:
    return Asked(
        answering.get_form(session, survey),
        survey.titles.shown(request.language),
        survey.description.purposes.shown(request.language),
        {"survey": survey},
    )


def _answer(session: Session, submitted: Submitted, channel: Channel) -> NewAnswer:
    form, given = submitted.version.fields, submitted.answers
    pages = len(pages_of([one for one in form if one.code not in given.not_asked]))
    hasty = is_hasty(submitted.seconds, pages, session.of(SurveySettings))
    answers = answering.marked(given, is_hasty=hasty)
    return NewAnswer(
        submitted.version.version, answers, channel.value, submitted.language, once=submitted.once
    )


def _thank(session: Session, request: PortalRequest, survey_id: UUID) -> Onward:
    """The browser remembers that somebody has answered in it, and nothing of what."""
    days = session.of(SurveySettings).browser_days
    mark = admission.mark_of(session.programme, survey_id)
    request.keep_secret(MARK_COOKIE.format(survey_id.hex), mark, days * DAY_SECONDS)
    return Onward(f"/surveys/{survey_id}?thanks=1")


def _has_answered(request: PortalRequest, survey_id: UUID) -> bool:
    shown = request.read_secret(MARK_COOKIE.format(survey_id.hex))
    return admission.has_answered(request.office.programme, survey_id, shown)
