"""What these programs read and report: complaints about public places. Nothing else of Open311 knows where those are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from casework.cases.model import Asker, Channel
from casework.cases.taking_in import Taken
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.wording import Label
from citycore.language import Language
from participation.voices import service
from participation.voices.machine import VOICE
from participation.voices.model import OF_PLACES, Kind, NewVoice, Outcome, Place, Topic
from participation.voices.settings import VoiceSettings

#: Of one question, and of what is reported.
Limits = VoiceSettings
SERVICES: Final = {topic.value: topic.label for topic in Topic if topic in OF_PLACES}
#: Answered is closed for whoever reads from outside: what became of it is said in ``status_notes``.
CLOSED: Final = frozenset({"answered", *(state.name for state in VOICE.states if state.is_terminal)})
STATUSES: Final = {
    "open": tuple(state.name for state in VOICE.states if state.name not in CLOSED),
    "closed": tuple(state.name for state in VOICE.states if state.name in CLOSED),
}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody's program reports to an agency; ``longitude`` and ``latitude`` in degrees (WGS 84), or neither."""

    service: str
    agency_id: UUID
    subject: str
    body: str
    governorate: Governorate
    wilayat: str
    longitude: float | None
    latitude: float | None
    language: Language
    asker: Asker


def topic_label(topic: str) -> Label:
    return Topic(topic).label


def state_label(state: str) -> Label:
    """As everybody may know it."""
    return VOICE.public_label(state)


def outcome_label(outcome: str) -> Label:
    return Outcome(outcome).label


def list_agencies(session: Session) -> list[tuple[UUID, Names]]:
    """Those to which something can be reported."""
    return service.list_agencies(session)


def submit(session: Session, report: Report) -> Taken:
    """Take in a report as a complaint that everybody may see in its place."""
    place = Place(report.governorate, report.wilayat, report.longitude, report.latitude, is_public=True)
    new = NewVoice(
        Kind.COMPLAINT,
        report.agency_id,
        Topic(report.service),
        report.subject,
        report.body,
        place,
        Channel.OPEN311,
        report.language,
        report.asker,
    )
    return service.submit(session, new)
