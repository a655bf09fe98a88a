"""``/portal/desk/voices``: those who answer, those who give cases to them, and the programme, which looks after all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.access.model import ScopeKind
from casework.access.rules import objects_of
from casework.cases import handling
from casework.cases import service as cases
from casework.cases.model import LEADS, Channel
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from hub_api.programme.casework.cases.desk import add_deeds, handlers_page, seen
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.kiosks import add_kiosks, kiosk_desk
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Submitted
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_secret, take_issued
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
from participation.voices.machine import OPEN, VOICE
from participation.voices.model import Answer, Kind, Outcome, Voice, Wanted
from participation.voices.settings import VoiceSettings

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Steps that say nothing but themselves; the others have forms of their own.
BUTTONS: Final = frozenset({"acknowledge", "refuse", "note", "assign", "take"})
#: What an organisation says in the end; the other outcomes follow by themselves.
OUTCOMES: Final = (Outcome.RESOLVED, Outcome.ANSWERED_NOT_DONE, Outcome.NOT_OURS)
MINE: Final = "mine"


def _others(kind: Kind) -> frozenset[str]:
    """Steps that what is said of this kind never takes: why not need not be told."""
    return frozenset({"acknowledge", "assign", "take"}) if kind is Kind.QUALITY_NOTE else frozenset({"note"})


def require_staff(session: Session) -> None:
    """Whoever answers, gives or looks after any; :class:`NotAllowed`."""
    if handling.organisations_of(session) == ():
        raise NotAllowed


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """The longest waiting first; of a state, or what the reader has in hand."""
    require_staff(session)
    q, state = request.query("q"), request.query("state", MINE)
    if state not in {MINE, "", *(one.name for one in VOICE.states)}:
        raise FormUnreadable
    handler_id = session.person_id if state == MINE else None
    wanted = Wanted(None, None if state in {MINE, ""} else state, handler_id, q, request.query_id("after"))
    voices, after = service.list_voices(session, wanted)
    handlers = {voice.handler_id for voice in voices if voice.handler_id is not None}
    return {
        "q": q,
        "state": state,
        "states": [one.name for one in VOICE.states],
        "counts": service.count_voices(session),
        "rows_max": session.of(VoiceSettings).page_rows_max,
        "voices": voices,
        "due": {voice.voice_id: _due(session, voice) for voice in voices},
        "handlers": handling.names_of(session, handlers),
        "leads": objects_of(session.actor.at(session.now()), LEADS, ScopeKind.ORGANISATION),
        "kinds": [kind for kind in Kind if kind is not Kind.QUALITY_NOTE],
        "now": session.now(),
        "after": after,
    }


Page(
    router,
    "/desk/voices",
    "participation/voices/staff_list.html",
    look_at_list,
    guard=signed_in,
    title="voices.desk",
    here="voices",
)


def look_at_call(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What is read out to whoever has called; the page tells it once."""
    require_staff(session)
    return {"issued": take_issued(request, "called")}


Page(
    router,
    "/desk/voices/called",
    "participation/voices/called.html",
    look_at_call,
    guard=signed_in,
    title="voices.called",
    here="voices",
)


HANDLERS = handlers_page(router, "/desk/voices", "voices", kiosk_desk)
add_kiosks(HANDLERS, service.add_kiosk, service.revoke_kiosk)


def look(session: Session, request: PortalRequest, voice_id: UUID) -> dict[str, Any]:
    """All that is known of it, the thread with what is for staff alone, and what the reader can do."""
    voice = service.get_voice(session, voice_id)
    shown = seen(session, service.DESK, cases.get_case(session, voice_id), f"{voice.subject} {voice.body}")
    return {
        **shown,
        "title": voice.subject,
        "voice": voice,
        "due": _due(session, voice),
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


def _due(session: Session, voice: Voice) -> Any:
    """When the next word of the agency is due, of what is open."""
    if voice.state not in OPEN or voice.state == "waiting":
        return None
    return session.planned(voice.voice_id).get(
        "acknowledge_due" if voice.state == "received" else "answer_due"
    )
