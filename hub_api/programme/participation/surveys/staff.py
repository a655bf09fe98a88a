"""``/portal/desk/surveys``: those who ask, and the programme, which reads before and publishes afterwards."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.admission.model import Channel
from casework.counting import wanted as counting
from casework.decisions.service import agency_choices
from casework.forms.service import find_draft
from casework.programme import Session
from casework.statistics.statement import Sampling
from casework.workflow.deadlines import extension_choices
from casework.workflow.errors import NotAllowed
from casework.workflow.rules import may_extend
from casework.workflow.wording import instant_text
from hub_api.programme.kit.figures import results_shown
from hub_api.programme.kit.form_desk import FormDesk, Writing
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, states_of
from hub_api.programme.kit.notes_desk import add_notes
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, signed_in, spread
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.roll_desk import Sheet, add_roll, roll_shown
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.kit.weights_desk import add_weights
from participation.surveys import errors, service
from participation.surveys.machine import CLOSES, EDITABLE, SURVEY
from participation.surveys.model import Dates, Description
from participation.surveys.noun import NOUN
from participation.surveys.service import ASKING
from participation.surveys.settings import SurveySettings

router = APIRouter(prefix="/portal", include_in_schema=False)
DESCRIPTION, DATES = ValueForm(Description), ValueForm(Dates)
#: Steps that say nothing but themselves; scheduling and publishing have forms of their own.
BUTTONS: Final = frozenset({"submit", "return", "withdraw"})
#: What a second reader looks at before people are asked.
CHECKS: Final = ("leading", "two_in_one", "complete", "languages", "needed", "channels")


def require_staff(session: Session) -> None:
    """Whoever may ask for somebody; :class:`NotAllowed`."""
    if service.agencies_of(session) == ():
        raise NotAllowed


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates call things."""
    language = request.language
    return {
        "samplings": [(one.value, WORDS.text(f"surveys.sampling.{one.value}", language)) for one in Sampling],
        "channels": [(one.value, one.label.text(language)) for one in Channel],
        "decision_days": request.office.programme.of(SurveySettings).decision_days_max,
        "reasons": extension_choices(language),
    }


ListPage(
    router,
    "/desk/surveys",
    service.DESK,
    (
        Column("list.title", names("title"), link="/desk/surveys/{survey_id}"),
        Column("list.agency", names("agency")),
        Column("list.state", state(SURVEY)),
        Column("list.closes", value("closes")),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="surveys",
    title="surveys.desk",
    empty="surveys.none",
    fields={"state": FilterLabel("surveys.state", states_of(SURVEY))},
    lead="surveys.desk_lead",
    begins=(("surveys.new", "/desk/surveys/new"),),
    tasks=NOUN.tasks,
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    require_staff(session)
    language = request.language
    return {
        "survey": None,
        "written": DESCRIPTION.fill(None, request.typed),
        "own": [(str(one), names.shown(language)) for one, names in service.list_own_agencies(session)],
        "agencies": agency_choices(session, language),
    }


def create(session: Session, sent: tuple[UUID, Description]) -> Onward:
    return Onward(f"/desk/surveys/{service.create(session, *sent)}")


Page(
    router,
    "/desk/surveys/new",
    "participation/surveys/staff.html",
    look_at_new,
    guard=signed_in,
    object_guard=require_staff,
    title="surveys.new",
    here="surveys",
    vocabulary=vocabulary,
).post("", lambda form: (form.id("agency"), DESCRIPTION(form)), "survey_made", create)


def look(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """Where it stands, what is to be done now, and what the reader can do."""
    survey, language = service.get_own(session, survey_id), request.language
    offers = {one.step.event: one.refusal for one in session.steps(service.SURVEYS, survey_id)}
    draft = find_draft(session, survey_id)
    is_set_up = survey.state in ("scheduled", "open")
    is_counted = survey.state == "counted"
    dates = (
        None
        if survey.opens is None or survey.closes is None
        else Dates(opens=survey.opens, closes=survey.closes)
    )
    return {
        "title": survey.titles.shown(language),
        "survey": survey,
        "steps": steps_on(session, request, SURVEY, survey_id, BUTTONS),
        "offers": {
            event: None if refusal is None else refusal.text(language) for event, refusal in offers.items()
        },
        "questions": None if draft is None else len(draft.document),
        "is_draft": survey.state in EDITABLE,
        "is_set_up": is_set_up,
        "written": DESCRIPTION.fill(survey.description, request.typed),
        "dates": DATES.fill(dates, request.typed),
        "agencies": agency_choices(session, language),
        "checks": CHECKS,
        **roll_shown(session, request, survey_id, is_open=is_set_up),
        "may_extend": is_set_up
        and may_extend(SURVEY, survey.state, session.planned(survey_id), CLOSES, session.now()),
        "results": results_shown(session, ASKING, survey, language) if is_counted else None,
        "questions_written": ASKING.written_questions(session, survey) if is_counted else {},
        "wanted": counting.find(session, survey_id),
        "step_words": session.words(survey_id),
        "decision": service.find_decision(session, survey),
        "waves": service.list_waves(session, survey_id),
    }


PAGE = Page(
    router,
    "/desk/surveys/{survey_id}",
    "participation/surveys/staff.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="surveys",
    subject=Subject(SURVEY, "survey", lambda one: one.survey_id),
    vocabulary=vocabulary,
)


def read_checked(form: Form) -> int:
    """The version, once everything on the list was looked at."""
    if set(form.all("check")) != set(CHECKS):
        raise errors.SurveyNotRead
    return form.number("version")


def issue_codes(session: Session, request: PortalRequest, survey_id: UUID, number: int) -> Sheet:
    codes, survey = service.issue_codes(session, survey_id, number)
    closes = "" if survey.closes is None else instant_text(survey.closes, request.language)
    how, kept, until = (
        WORDS.text(f"surveys.{key}", request.language) for key in ("codes_how", "kept", "until")
    )
    return Sheet(codes, survey.titles, how, f"{kept} {until} {closes}")


PAGE.steps(service.move, BUTTONS)
PAGE.edit("edit", DESCRIPTION, "saved", service.edit)
PAGE.edit("dates", DATES, "saved", service.plan)
PAGE.post("schedule", read_checked, "survey_scheduled", service.schedule)
PAGE.post("publish", lambda form: form.number("version"), "survey_published", service.publish)
PAGE.post(
    "extend",
    lambda form: (form.chosen_instant("closes_later"), form.text("reason")),
    "deadline_extended",
    spread(service.extend),
)
add_roll(PAGE, "/surveys", issue_codes, ASKING.add_kiosk, ASKING.revoke_kiosk)
PAGE.press(
    "wave",
    "survey_wave",
    lambda session, survey_id: Onward(f"/desk/surveys/{service.begin_wave(session, survey_id)}"),
)


def look_at_form(session: Session, request: PortalRequest, survey_id: UUID) -> Writing:
    """What is asked, written while it is a draft; those who read it see it as it will be asked."""
    survey = service.get_own(session, survey_id)
    title = survey.titles.shown(request.language)
    purpose = survey.description.purposes.shown(request.language)
    return Writing(
        survey_id, title, f"/desk/surveys/{survey_id}", purpose, is_fixed=survey.state not in EDITABLE
    )


FormDesk(
    router,
    "/desk/surveys/{survey_id}/form",
    look_at_form,
    object_guard=service.get_own,
    here="surveys",
)


add_weights(PAGE, ASKING, service.get_own, service.read_weights, service.weigh)
add_notes(PAGE, ASKING, service.get_own)
