"""``/portal/surveys``: what people are asked now, how they answer so that nobody knows, and what was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import service as admission
from casework.admission.model import Kiosk
from casework.admission.settings import AdmissionSettings
from casework.forms.model import FieldKind
from casework.forms.questionnaires import pages_of
from casework.people.limits import case_bounds
from casework.people.throttle.service import count_attempt
from casework.programme import Programme, Session
from casework.unlinked_answers.model import NewAnswer
from casework.workflow.errors import NoSuchObject
from citycore.errors import FalajError
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.questionnaires import Asked, Question, Questionnaire, Submitted
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import DAY_SECONDS, CurrentRequest, PortalRequest
from hub_api.programme.participation.surveys.results import results_of
from participation.surveys import answering, errors, repository, service
from participation.surveys.machine import TOLD
from participation.surveys.model import Channel, Survey
from participation.surveys.rules import is_hasty
from participation.surveys.settings import SurveySettings

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What a browser shows after a code was typed, what that of a device shows, and what one shows in which somebody answered.
TICKET_COOKIE, KIOSK_COOKIE, MARK_COOKIE = "falaj_ticket", "falaj_kiosk", "falaj_answered_{}"
KIOSK: Final = "/surveys/kiosk"


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
        "now": session.now(),
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


def paired(session: Session, request: PortalRequest) -> tuple[Kiosk, Survey]:
    """Whose browser this is, and what is asked there; :class:`NoSuchObject` of any other browser."""
    kiosk = admission.kiosk_of(session, request.read_secret(KIOSK_COOKIE))
    if kiosk is None:
        raise NoSuchObject
    return kiosk, service.get_survey(session, kiosk.object_id)


@router.get(KIOSK)
async def show_pairing(request: CurrentRequest) -> Response:
    return _pairing(request)


@router.post(KIOSK)
async def pair(request: CurrentRequest) -> Response:
    """Make this browser that of a device, by the code that its owner was shown."""
    form = await request.form()
    try:
        _, shown = await request.run(admission.pair_kiosk, form.text("token"), request.visitor)
    except FalajError as error:
        return _pairing(request, error)
    request.keep_secret(KIOSK_COOKIE, shown, int(request.office.settings.portal.browser_days * DAY_SECONDS))
    return request.go(f"{KIOSK}/start")


def _pairing(request: PortalRequest, refused: FalajError | None = None) -> Response:
    title = WORDS.text("surveys.kiosk.pair", request.language)
    return render_page(
        request, "participation/surveys/kiosk.html", title=title, refused=refused, screen="pair"
    )


def look_at_screen(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What stands on a device until somebody comes, and for a moment after they have answered."""
    _, survey = paired(session, request)
    return {
        "title": survey.titles.shown(request.language),
        "survey": survey,
        "screen": request.query("screen", "start"),
    }


Page(
    router,
    f"{KIOSK}/start",
    "participation/surveys/kiosk.html",
    look_at_screen,
    guard=anybody,
    here="surveys",
)


def ask_at_kiosk(session: Session, request: PortalRequest) -> Asked:
    _, survey = paired(session, request)
    if not survey.takes(Channel.KIOSK):
        raise errors.SurveyNotOpen
    return _asked(session, request, survey, Channel.KIOSK)


def keep_at_kiosk(session: Session, request: PortalRequest, submitted: Submitted) -> Onward:
    kiosk, survey = paired(session, request)
    new = replace(_answer(session, submitted, Channel.KIOSK), kiosk_id=kiosk.kiosk_id)
    answering.answer(session, survey, new, kiosk=kiosk)
    return Onward(f"{KIOSK}/start?screen=thanks")


def clear(request: PortalRequest, questions: list[Question]) -> dict[str, str]:
    """A device forgets whoever has left: back to its start after a while, a longer one where something is typed."""
    limits = request.office.programme.of(AdmissionSettings)
    is_typed = any(one.field.kind in {FieldKind.TEXT, FieldKind.LINE} for one in questions)
    seconds = limits.typing_screen_seconds if is_typed else limits.screen_seconds
    return {"Refresh": f"{seconds}; url=/portal{KIOSK}/start"}


Questionnaire(
    router,
    f"{KIOSK}/answer",
    ask_at_kiosk,
    keep_at_kiosk,
    here="surveys",
    template="participation/surveys/kiosk_answer.html",
    is_reviewed=False,
    headers=clear,
)


# In a browser of one's own


def look(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """What it is for, who decides, until when, how to answer, and what was found."""
    survey = service.get_survey(session, survey_id)
    return {
        "title": survey.titles.shown(request.language),
        "survey": survey,
        "results": results_of(session, survey, request.language) if survey.state in TOLD else None,
        "decision": service.find_decision(session, survey),
        "extensions": session.extensions(survey_id),
        "waves": repository.find_waves(session.connection, survey_id),
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


@router.post("/surveys/{survey_id}/code")
async def enter(request: CurrentRequest, survey_id: UUID) -> Response:
    """Somebody types the code that they were sent; it is used when the answer is."""
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
    survey = service.get_survey(session, survey_id)
    if not survey.takes(Channel.WEB):
        raise errors.SurveyNotOpen
    if _has_answered(request, survey_id):
        raise errors.SurveyAnsweredHere
    return _asked(session, request, survey, Channel.WEB)


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
    survey = service.get_survey(session, survey_id)
    ticket = admission.read_ticket_of(session.programme, request.read_secret(TICKET_COOKIE))
    if ticket is None or ticket.object_id != survey_id or not survey.takes(Channel.TOKEN):
        raise errors.SurveyNotOpen
    return _asked(session, request, survey, Channel.TOKEN)


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


def _asked(session: Session, request: PortalRequest, survey: Survey, channel: Channel) -> Asked:
    return Asked(
        answering.get_form(session, survey),
        survey.titles.shown(request.language),
        survey.description.purposes.shown(request.language),
        {"survey": survey, "channel": channel},
    )


def _answer(session: Session, submitted: Submitted, channel: Channel) -> NewAnswer:
    form, given = submitted.version.fields, submitted.answers
    pages = len(pages_of([one for one in form if one.code not in given.not_asked]))
    hasty = is_hasty(submitted.seconds, pages, session.of(SurveySettings))
    answers = answering.marked(given, is_hasty=hasty)
    return NewAnswer(submitted.version.version, answers, channel.value, submitted.language)


def _thank(session: Session, request: PortalRequest, survey_id: UUID) -> Onward:
    """The browser remembers that somebody has answered in it, and nothing of what."""
    days = session.of(SurveySettings).browser_days
    mark = admission.mark_of(session.programme, survey_id)
    request.keep_secret(MARK_COOKIE.format(survey_id.hex), mark, days * DAY_SECONDS)
    return Onward(f"/surveys/{survey_id}?thanks=1")


def _has_answered(request: PortalRequest, survey_id: UUID) -> bool:
    shown = request.read_secret(MARK_COOKIE.format(survey_id.hex))
    return admission.has_answered(request.office.programme, survey_id, shown)
