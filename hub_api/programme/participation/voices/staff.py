"""``/portal/desk/voices``: those who answer, those who give cases to them, and the programme, which looks after all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.cases import service as cases
from casework.cases.model import Channel
from casework.governorates.model import Governorate
from casework.programme import Session
from hub_api.programme.casework.cases.desk import (
    About,
    add_deeds,
    called_page,
    case_list,
    handlers_page,
    require_staff,
    seen,
)
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.kiosks import add_kiosks, kiosk_desk
from hub_api.programme.kit.lists.columns import Column, code, names
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Submitted
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_secret
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.participation.voices.form import voice_of
from hub_api.programme.participation.voices.pages import (
    ASKED,
    ask,
    find_open_matters,
    notice_of,
    take_in,
)
from participation.voices import service
from participation.voices.machine import VOICE
from participation.voices.model import Answer, Kind, Outcome, Topic

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Steps that say nothing but themselves; the others have forms of their own.
BUTTONS: Final = frozenset({"acknowledge", "refuse", "note", "assign", "take"})
#: What an organisation says in the end; the other outcomes follow by themselves.
OUTCOMES: Final = (Outcome.RESOLVED, Outcome.ANSWERED_NOT_DONE, Outcome.NOT_OURS)


def _others(kind: Kind) -> frozenset[str]:
    """Steps that what is said of this kind never takes: why not need not be told."""
    return frozenset({"acknowledge", "assign", "take"}) if kind is Kind.QUALITY_NOTE else frozenset({"note"})


case_list(
    router,
    "/desk/voices",
    service.LISTING,
    VOICE,
    About(
        "voices",
        (
            Column("list.kind", code("kind", lambda one: Kind(one).label)),
            Column("list.topic", code("topic", lambda one: Topic(one).label)),
            Column("list.channel", code("channel", lambda one: Channel(one).label)),
            Column("list.agency", names("organisation")),
            Column("list.governorate", code("governorate", lambda one: Governorate(one).label)),
        ),
        tuple(
            (f"voices.by_telephone.{kind}", f"/desk/voices/new/{kind}")
            for kind in Kind
            if kind is not Kind.QUALITY_NOTE
        ),
    ),
)


called_page(router, "/desk/voices", "voices")
HANDLERS = handlers_page(router, "/desk/voices", "voices", kiosk_desk)
add_kiosks(HANDLERS, service.KIOSKS.add, service.KIOSKS.revoke)


def look(session: Session, request: PortalRequest, voice_id: UUID) -> dict[str, Any]:
    """All that is known of it, the thread with what is for staff alone, and what the reader can do."""
    voice = service.get_voice(session, voice_id)
    shown = seen(session, service.DESK, cases.get_case(session, voice_id), f"{voice.subject} {voice.body}")
    return {
        **shown,
        "title": voice.subject,
        "voice": voice,
        "due": service.COURSE.due(session, voice_id, voice.state),
        "asker_due": session.planned(voice_id).get("asker_due"),
        "steps": steps_on(session, request, VOICE, voice_id, BUTTONS - _others(voice.kind)),
        "may_show": "ask" in shown["possible"],
        "may_give": "assign" in shown["offered"],
        "outcomes": [(one.value, one.label.text(request.language)) for one in OUTCOMES],
        "agencies": [
            (str(one), names.shown(request.language))
            for one, names in service.list_agencies(session)
            if one != voice.organisation_id
        ],
        "alike": service.list_alike(session, voice),
        "alike_notes": service.count_alike_notes(session, voice),
    }


PAGE = Page(
    router,
    "/desk/voices/{voice_id}",
    "participation/voices/staff.html",
    look,
    guard=signed_in,
    object_guard=service.get_voice,
    here="voices",
    subject=Subject(VOICE, "voice", lambda one: one.case_id),
    # A report stands here: no script is on the page.
    keeping=Keeping.PRESSING,
)


def read_answer(form: Form) -> tuple[Answer, int]:
    try:
        outcome = Outcome(form.text("outcome"))
    except ValueError as error:
        raise FormUnreadable from error
    return Answer(outcome, form.text("answer"), form.text("evidence")), form.number("version")


def answer(session: Session, voice_id: UUID, sent: tuple[Answer, int]) -> None:
    service.answer(session, voice_id, *sent)


PAGE.steps(service.move, BUTTONS)
PAGE.post("answer", read_answer, "voice_answered", answer)
PAGE.edit("forward", lambda form: form.id("agency"), "voice_forwarded", service.forward)
PAGE.edit("merge", lambda form: form.id("main"), "voice_merged", service.merge)
add_deeds(PAGE, router, service.DESK)


def ask_by_telephone(session: Session, request: PortalRequest, voice_kind: Kind) -> Asked:
    """The same questions, written down for somebody who calls."""
    require_staff(session)
    # Whoever calls has no picture in their hand.
    return replace(
        ask(session, request, voice_kind),
        title=WORDS.text(f"voices.by_telephone.{voice_kind}", request.language),
        lead=WORDS.text("voices.telephone_lead", request.language),
        more={"pictures_max": 0},
    )


def keep_by_telephone(
    session: Session, request: PortalRequest, voice_kind: Kind, submitted: Submitted
) -> Onward:
    """Number and code are shown once, to be read out."""
    require_staff(session)
    new = replace(voice_of(voice_kind, submitted.answers, submitted.language), channel=Channel.TELEPHONE)
    taken = take_in(session, request, new, submitted)
    return Onward("/desk/voices/called", notice_of(taken), issued_secret("called", taken.issued))


Questionnaire(
    router,
    "/desk/voices/new/{voice_kind}",
    ask_by_telephone,
    keep_by_telephone,
    here="voices",
    template=ASKED,
    beside=find_open_matters,
)
