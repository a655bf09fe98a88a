"""``/portal/desk/surveys``: those who ask, and the programme, which reads before and publishes afterwards."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.admission import service as admission
from casework.admission.rules import sheet
from casework.counting.weighting import groups_of, typed_of
from casework.decisions.service import list_agencies
from casework.forms.service import find_draft
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.programme import Session
from casework.statistics.statement import Sampling
from casework.tasks import service as tasks
from casework.themes.model import Topic
from casework.workflow.deadlines import extension_reasons
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.rules import may_extend
from casework.workflow.wording import Label
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.form_desk import FormDesk, Writing
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.notes_desk import Notes, NotesDesk
from hub_api.programme.kit.office import MOUNT
from hub_api.programme.kit.pages import Onward, Page, signed_in, spread
from hub_api.programme.kit.rendering import WORDS, headers, render_page
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import Secret, take
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import ValueForm
from hub_api.programme.participation.surveys.pages import results
from participation.surveys import answering, errors, service
from participation.surveys.machine import CLOSES, EDITABLE, SURVEY, WEIGHTABLE
from participation.surveys.model import Channel, Dates, Description
from participation.surveys.noun import NOUN
from participation.surveys.settings import SurveySettings

router = APIRouter(prefix="/portal", include_in_schema=False)
DESCRIPTION, DATES = ValueForm(Description), ValueForm(Dates)
#: Steps that say nothing but themselves; scheduling and publishing have forms of their own.
BUTTONS: Final = frozenset({"submit", "return", "withdraw"})
#: What a second reader looks at before people are asked.
CHECKS: Final = ("leading", "two_in_one", "complete", "languages", "needed", "channels")
WAITS: Final = {} if NOUN.tasks is None else {one.kind: one.label for one in NOUN.tasks.waits}
KIOSK_SECRET: Final = "falaj_kiosk_token"  # noqa: S105 (a name)


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
        "governorates": [(one.value, one.label.text(language)) for one in Governorate],
        "decision_days": request.office.programme.of(SurveySettings).decision_days_max,
        "reasons": [
            (one, Label("casework.workflow", f"extension.{one}").text(language))
            for one in extension_reasons()
        ],
    }


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    require_staff(session)
    state = request.query("state")
    if state and state not in {one.name for one in SURVEY.states}:
        raise FormUnreadable
    surveys, after = service.list_own(session, state or None, request.query_id("after"))
    return {
        "surveys": surveys,
        "after": after,
        "state": state,
        "states": [one.name for one in SURVEY.states],
        "tasks": [one for one in tasks.of(session).tasks if one.kind in WAITS],
        "waits": WAITS,
    }


Page(
    router,
    "/desk/surveys",
    "participation/surveys/staff_list.html",
    look_at_list,
    guard=signed_in,
    title="surveys.desk",
    here="surveys",
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    require_staff(session)
    language = request.language
    return {
        "written": DESCRIPTION.fill(None, request.typed),
        "own": [(str(one), names.shown(language)) for one, names in service.list_own_agencies(session)],
        "agencies": [(str(one), names.shown(language)) for one, names in list_agencies(session)],
    }


def create(session: Session, sent: tuple[UUID, Description]) -> Onward:
    return Onward(f"/desk/surveys/{service.create(session, *sent)}")


Page(
    router,
    "/desk/surveys/new",
    "participation/surveys/staff_new.html",
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
        "agencies": [(str(one), names.shown(language)) for one, names in list_agencies(session)],
        "checks": CHECKS,
        "issued": admission.count_issued(session, survey_id) if is_set_up else {},
        "kiosks": admission.list_kiosks(session, survey_id) if is_set_up else [],
        "kiosk_address": f"{request.site}{MOUNT}/kiosk",
        "kiosk_token": take(request, KIOSK_SECRET, survey_id) if request.sent is None else None,
        "may_extend": is_set_up
        and may_extend(SURVEY, survey.state, session.planned(survey_id), CLOSES, session.now()),
        "results": results(session, survey, language) if is_counted else None,
        "questions_written": answering.written_questions(session, survey) if is_counted else {},
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
    vocabulary=vocabulary,
)


def read_checked(form: Form) -> int:
    """The version, once everything on the list was looked at."""
    if set(form.all("check")) != set(CHECKS):
        raise errors.SurveyNotRead
    return form.number("version")


def add_kiosk(session: Session, survey_id: UUID, sent: tuple[str, str]) -> Onward:
    """Its code is shown once, to be typed into the browser of the device."""
    issued = service.add_kiosk(session, survey_id, sent[0], Governorate(sent[1]))
    secret = Secret(KIOSK_SECRET, survey_id, issued.token)
    return Onward(f"/desk/surveys/{survey_id}", "survey_kiosk_added", secret)


def read_kiosk(form: Form) -> tuple[str, str]:
    if form.text("governorate") not in set(Governorate):
        raise FormUnreadable
    return form.text("name"), form.text("governorate")


async def print_codes(request: PortalRequest, survey_id: UUID, sent: tuple[int, str]) -> Response:
    """Codes to be printed, each once: as a page, or as a file for whoever prints letters."""
    number, kind = sent
    codes, survey = await request.act(service.issue_codes, survey_id, number)
    address = f"{request.office.url.rstrip('/')}/surveys/{survey_id}"
    if kind == "csv":
        fields = headers(request.office, request.language) | {
            "Content-Disposition": f'attachment; filename="codes.{survey_id}.csv"'
        }
        return request.finish(Response(sheet(codes, address), media_type="text/csv", headers=fields))
    title = WORDS.text("surveys.codes.sheet", request.language)
    # It takes long to import, and few pages need it.
    import segno

    drawn = segno.make(address, error="m").svg_inline(scale=3, border=2, svgclass=None, lineclass=None)
    return render_page(
        request,
        "participation/surveys/sheet.html",
        title=title,
        here="surveys",
        survey=survey,
        codes=codes,
        address=f"{request.office.url.rstrip('/')}/surveys",
        drawn=drawn,
    )


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
PAGE.answer("codes", lambda form: (form.number("number"), form.text("as")), "saved", print_codes)
PAGE.post("kiosks", read_kiosk, "survey_kiosk_added", add_kiosk)
PAGE.press_part("kiosks/{kiosk_id}/revoke", "survey_kiosk_revoked", service.revoke_kiosk)
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


def look_at_weights(session: Session, request: PortalRequest, survey_id: UUID) -> dict[str, Any]:
    """By which shares it is weighted; what was typed, with what stands against it beside each field."""
    survey, language = service.get_own(session, survey_id), request.language
    if survey.state not in WEIGHTABLE:
        raise NoSuchObject
    sent, form = request.sent, answering.get_form(session, survey).fields
    typed = typed_of(survey.targets) if sent is None else read_weights(sent)
    faults = {} if sent is None else service.read_weights(session, survey, typed)[1]
    groups = [(one, groups_of(one)) for one in form]
    return {
        "survey": survey,
        "typed": typed,
        "faults": {
            name: WORDS.text(f"surveys.weights.fault.{one.key}", language, found=one.found)
            for name, one in faults.items()
        },
        "questions": [
            (
                one.code,
                Names(one.name_ar, one.name_en).shown(language),
                [(code, names.shown(language)) for code, names in own.items()],
            )
            for one, own in groups
            if own
        ],
    }


def read_weights(form: Form) -> dict[str, str]:
    return {name: form.text(name) for name in form.fields}


Page(
    router,
    "/desk/surveys/{survey_id}/weights",
    "participation/surveys/weights.html",
    look_at_weights,
    guard=signed_in,
    object_guard=service.get_own,
    title="surveys.weights.title",
    here="surveys",
).edit("", read_weights, "saved", service.weigh)


def find_notes(session: Session, _request: PortalRequest, survey_id: UUID, question: str) -> Notes:
    survey = service.get_own(session, survey_id)
    total = answering.count_notes(session, survey, question)

    def page(start: int, rows: int) -> list[tuple[UUID, str]]:
        found = answering.read_notes(session, survey, question, slice(start, start + rows))
        return list(found.items())

    return Notes(
        Topic(survey_id, question),
        answering.written_questions(session, survey)[question],
        survey.titles,
        f"/desk/surveys/{survey_id}",
        total,
        page,
        lambda notes: answering.read_notes(session, survey, question, notes=notes),
    )


def count_again(session: Session, survey_id: UUID, _question: str) -> None:
    answering.count(session, service.get_own(session, survey_id))


NotesDesk(
    router,
    "/desk/surveys/{survey_id}/notes/{question}",
    find_notes,
    count_again,
    object_guard=lambda session, survey_id, _: service.get_own(session, survey_id),
    here="surveys",
)
