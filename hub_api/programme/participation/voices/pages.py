"""``/portal/voices``: everybody says what is wrong or what could be better, and follows it without an account."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.admission.service import get_roll
from casework.cases.handling import organisations_of
from casework.cases.rules import alarm_in
from casework.cases.settings import CaseSettings
from casework.cases.taking_in import Taken
from casework.follow_up.model import Followed
from casework.forms.model import Answers
from casework.forms.service import FormVersion, freeze
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hub_api.programme.casework.cases.desk import add_asker_deeds, number_page, seen_by_asker
from hub_api.programme.kit.answering import admit
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.kiosks import end_run, kiosk_here
from hub_api.programme.kit.pages import Onward, Page, anybody
from hub_api.programme.kit.questionnaires import Asked, Questionnaire, Submitted, clears_to
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_secret
from hub_api.programme.participation.voices.form import form_id_of, form_of, voice_of
from participation.voices import service
from participation.voices.machine import VOICE
from participation.voices.model import KIND, Kind, NewVoice
from participation.voices.noun import FOLLOWED_AT, KIOSK_AT
from participation.voices.settings import VoiceSettings

router = APIRouter(prefix="/portal", include_in_schema=False)
#: What whoever asked does with a button alone.
ASKERS = frozenset({"withdraw", "object"})
ASKED = "casework/cases/asked.html"
KIOSK = KIOSK_AT.format("{organisation_id}")


def look_at_start(session: Session, _: PortalRequest) -> dict[str, Any]:
    has_desk = organisations_of(session) != ()
    return {
        "kinds": list(Kind),
        "settings": session.of(VoiceSettings),
        "begin": "/voices/new",
        "has_desk": has_desk,
    }


Page(
    router,
    "/voices",
    "participation/voices/start.html",
    look_at_start,
    guard=anybody,
    title="voices.title",
    here="voices",
)


def ask(session: Session, request: PortalRequest, voice_kind: Kind) -> Asked:
    """The questions of a kind, with the agencies that there are now."""
    form = form_of(voice_kind, service.list_agencies(session), session.of(VoiceSettings))
    version = freeze(session, form_id_of(voice_kind), form)
    return _asked(request, voice_kind, version, session.of(CaseSettings).pictures_max)


def _asked(request: PortalRequest, kind: Kind, version: FormVersion, pictures_max: int) -> Asked:
    lead = WORDS.text(f"voices.lead.{kind.value}", request.language)
    return Asked(version, kind.label.text(request.language), lead, {"pictures_max": pictures_max})


def keep(session: Session, request: PortalRequest, voice_kind: Kind, submitted: Submitted) -> Onward:
    """Store what was said; its number and code are shown on the next page, and never again."""
    new = voice_of(voice_kind, submitted.answers, submitted.language, session.actor.person_id)
    taken = take_in(session, request, new, submitted)
    request.keep_followed(Followed(KIND, taken.case_id))
    shown = issued_secret(taken.case_id, taken.issued)
    return Onward(FOLLOWED_AT.format(taken.case_id), notice_of(taken), shown)


def take_in(session: Session, request: PortalRequest, new: NewVoice, submitted: Submitted) -> Taken:
    """Once, however often the page is sent; it follows the open matter that was chosen instead, if one was."""
    chosen = request.typed.id("follow") if request.typed.text("follow") else None
    return service.submit(session, replace(new, once=submitted.once), chosen)


def notice_of(taken: Taken) -> str:
    if taken.is_repeated:
        return "voice_sent_before"
    return "voice_follows" if taken.is_joined else "voice_received"


def find_open_matters(
    session: Session, request: PortalRequest, voice_kind: Kind, answers: Answers
) -> dict[str, Any]:
    """What others have said already of the same place."""
    new = voice_of(voice_kind, answers, request.language)
    return {"matters": service.list_open_matters(session, new)}


def warn(request: PortalRequest, _: Asked, answers: Answers) -> str | None:
    """Whom to call first, if what was written cannot wait."""
    alarm = alarm_in(" ".join(str(value) for value in answers.values.values()))
    if alarm is None:
        return None
    hotline = request.office.programme.of(CaseSettings).hotline
    says = alarm.label.text(request.language)
    return f"{says} {WORDS.text('voices.hotline', request.language, number=hotline)}" if hotline else says


Questionnaire(
    router,
    "/voices/new/{voice_kind}",
    ask,
    keep,
    here="voices",
    template=ASKED,
    warn=warn,
    admit=admit,
    beside=find_open_matters,
)


# At a kiosk: nobody follows anything in its browser, and whoever is signed in there is not who speaks


def look_at_kiosk(session: Session, request: PortalRequest, organisation_id: UUID) -> dict[str, Any]:
    kiosk_here(session, request, organisation_id)
    end_run(request)
    here = KIOSK_AT.format(organisation_id)
    return {
        "title": get_roll(session, organisation_id).titles.shown(request.language),
        "kinds": list(Kind),
        "settings": session.of(VoiceSettings),
        "begin": f"{here}/new",
        "is_kiosk": True,
        "refresh": clears_to(request, here),
    }


Page(router, KIOSK, "participation/voices/start.html", look_at_kiosk, guard=anybody, here="voices")


def ask_at_kiosk(session: Session, request: PortalRequest, organisation_id: UUID, voice_kind: Kind) -> Asked:
    """The same questions; to whom it is said is known."""
    kiosk_here(session, request, organisation_id)
    form = form_of(voice_kind, None, session.of(VoiceSettings))
    return _asked(request, voice_kind, freeze(session, form_id_of(voice_kind, "@kiosk"), form), 0)


def keep_at_kiosk(
    session: Session, request: PortalRequest, organisation_id: UUID, voice_kind: Kind, submitted: Submitted
) -> Onward:
    kiosk = kiosk_here(session, request, organisation_id)
    new = voice_of(voice_kind, submitted.answers, submitted.language, kiosk=kiosk)
    taken = take_in(session, request, new, submitted)
    shown = issued_secret(organisation_id, taken.issued)
    return Onward(f"{KIOSK_AT.format(organisation_id)}/number", notice_of(taken), shown)


def find_matters_at_kiosk(
    session: Session, request: PortalRequest, organisation_id: UUID, voice_kind: Kind, answers: Answers
) -> dict[str, Any]:
    kiosk = kiosk_here(session, request, organisation_id)
    new = voice_of(voice_kind, answers, request.language, kiosk=kiosk)
    return {"matters": service.list_open_matters(session, new)}


Questionnaire(
    router,
    f"{KIOSK}/new/{{voice_kind}}",
    ask_at_kiosk,
    keep_at_kiosk,
    here="voices",
    template=ASKED,
    is_kiosk=True,
    warn=warn,
    beside=find_matters_at_kiosk,
)


number_page(router, KIOSK_AT, "voices")


def look(session: Session, request: PortalRequest, voice_id: UUID) -> dict[str, Any]:
    """For whoever asked: where it stands, what was said, and what they can do now."""
    voice = service.get_voice(session, voice_id)
    return {
        "title": voice.subject,
        "case": voice,
        "texts": "voices",
        "machine_name": VOICE.name,
        "here_path": FOLLOWED_AT.format(voice_id),
        "kind": voice.kind.label,
        "state": VOICE.public_label(voice.state),
        "planned": session.planned(voice_id),
        "is_over": VOICE.state(voice.state).is_terminal,
        "main": service.find_main(session, voice),
        **seen_by_asker(session, request, service.DESK, voice_id),
    }


FOLLOWED = Page(
    router,
    FOLLOWED_AT.format("{voice_id}"),
    "casework/cases/followed.html",
    look,
    guard=follows_it,
    here="voices",
)


def take_step(session: Session, voice_id: UUID, event: str) -> None:
    if event not in ASKERS:
        raise NoSuchObject
    service.move(session, voice_id, event, None)


add_asker_deeds(FOLLOWED, router, service.DESK)
FOLLOWED.post("step", lambda form: form.text("event"), "step_taken", take_step)
