"""Voices for whoever has something to say, for those who answer, and for the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from casework.cases.course import Course, Days
from casework.cases.handling import Answered, Desk
from casework.cases.kiosks import Kiosks
from casework.cases.listing import listing_of
from casework.cases.matters import Matters, OpenMatter
from casework.cases.model import (
    STAFF,
    NewCase,
)
from casework.cases.taking_in import Incoming, Taken, take_in
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import existing
from casework.workflow.fields import Fields
from casework.workflow.model import Binding, Moved
from citycore.clock import CITY_ZONE, day_start, month_later
from participation.voices import errors, repository
from participation.voices.machine import COUNT_DUE, OPEN, VOICE
from participation.voices.model import (
    KIND,
    OF_PLACES,
    OF_POINTS,
    PACKAGE,
    Answer,
    Facts,
    Kind,
    NewVoice,
    Outcome,
    Topic,
    Voice,
)
from participation.voices.settings import VoiceSettings

FIELDS: Final = Fields(PACKAGE)


def submit(session: Session, new: NewVoice, main_id: UUID | None = None) -> Taken:
    """Take in what somebody says, once; with ``main_id`` it follows that open matter, if :func:`list_open_matters` still has it."""
    _check(session, new)
    about = NewCase(
        new.organisation_id,
        new.channel,
        new.language,
        new.unit,
        new.asker,
        new.kiosk_id,
        new.mail_id,
        new.once,
    )

    def store(voice_id: UUID, at: datetime) -> None:
        repository.store_voice(session.connection, voice_id, new, at)
        _set_first_deadline(session, voice_id, new.kind, at)

    incoming = Incoming(
        KIND,
        about,
        store,
        {"kind": new.kind.value, "channel": new.channel.value},
        main_id,
        lambda: {one.case_id for one in list_open_matters(session, new)},
        is_owed=new.kind is not Kind.QUALITY_NOTE,
    )
    return take_in(session, DESK, incoming)


def list_open_matters(session: Session, new: NewVoice) -> list[OpenMatter]:
    """Open problems of public places that may be what somebody is about to say, as everybody may see them."""
    if new.topic not in OF_PLACES or new.kind is Kind.QUALITY_NOTE:
        return []
    return MATTERS.read(session, f"{new.subject} {new.body}", repository.alike_to(new))


def move(
    session: Session, voice_id: UUID, event: str, seen_version: int | None, reason: str | None = None
) -> Moved:
    """A step that needs nothing but itself: what follows from it, follows."""
    return session.apply(VOICES, voice_id, event, seen_version, reason)


def answer(session: Session, voice_id: UUID, said: Answer, seen_version: int) -> None:
    """Say what was put right, with evidence, or why not."""
    if said.outcome is Outcome.RESOLVED and not said.evidence.strip():
        raise errors.VoiceWithoutAnswer
    answered = Answered(said.outcome, said.text)
    DESK.answer(
        session,
        voice_id,
        answered,
        seen_version,
        lambda: repository.set_answer(session.connection, voice_id, said),
    )


def merge(session: Session, voice_id: UUID, main_id: UUID, seen_version: int) -> None:
    """Let it follow another of the same kind; whoever asked is told and may object once."""

    def is_alike() -> bool:
        one, main = (get(session, each) for each in (voice_id, main_id))
        return one.kind is main.kind and one.state in OPEN and main.state in OPEN

    DESK.merge(session, voice_id, main_id, seen_version, is_alike)


def forward(session: Session, voice_id: UUID, organisation_id: UUID, seen_version: int) -> None:
    """To the agency whose matter it is."""
    session.hold(VOICES, voice_id, STAFF, seen_version)
    _agency(session, organisation_id)
    DESK.forward(session, voice_id, organisation_id, seen_version)


def get_voice(session: Session, voice_id: UUID) -> Voice:
    """For staff of the organisation who are not in conflict with it, and for whoever follows it; else :class:`NoSuchObject`."""
    DESK.require_reader(session, voice_id)
    return get(session, voice_id)


def find_main(session: Session, voice: Voice) -> Voice | None:
    """The one that this follows: its answer is owed to whoever asked this one too."""
    return None if voice.main_id is None else repository.find_voice(session.connection, voice.main_id)


def list_agencies(session: Session) -> list[tuple[UUID, Names]]:
    """Those to which something can be said."""
    return repository.find_agencies(session.connection, session.of(VoiceSettings).agencies_max)


def list_alike(session: Session, voice: Voice) -> list[tuple[UUID, str]]:
    """Open ones that may be about the same, and that the actor may see."""
    return repository.find_alike(session.connection, voice, session.actor.person_id)


def count_alike_notes(session: Session, voice: Voice) -> int:
    """Of a note on quality how many like it there were lately, if they are so many that they are worth a suggestion; else 0."""
    if voice.kind is not Kind.QUALITY_NOTE:
        return 0
    settings = session.of(VoiceSettings)
    since = session.now() - timedelta(days=settings.alike_notes_days)
    found = repository.count_alike_notes(session.connection, voice, since)
    return found if found >= settings.alike_notes else 0


def _set_first_deadline(session: Session, voice_id: UUID, kind: Kind, at: datetime) -> None:
    """A note on quality is counted when its month is over; everything else is acknowledged."""
    if kind is Kind.QUALITY_NOTE:
        month_began = day_start(at.astimezone(CITY_ZONE).date().replace(day=1), CITY_ZONE)
        session.set_deadline(voice_id, COUNT_DUE, month_later(month_began, CITY_ZONE))
    else:
        COURSE.begin(session, voice_id)


def _check(session: Session, new: NewVoice) -> None:
    settings = session.of(VoiceSettings)
    FIELDS.check_text("subject", new.subject, settings.subject_characters_max)
    FIELDS.check_text("body", new.body, settings.body_characters_max)
    FIELDS.check_text("name", new.asker.name, settings.subject_characters_max, least=0)
    _agency(session, new.organisation_id)


def _agency(session: Session, organisation_id: UUID) -> Names:
    found = repository.find_agencies(session.connection, 1, organisation_id)
    if not found:
        raise errors.VoiceOrganisationUnknown
    return found[0][1]


def get(session: Session, voice_id: UUID) -> Voice:
    """Whoever asks for it."""
    return existing(repository.find_voice(session.connection, voice_id))


def _days(session: Session, voice_id: UUID) -> Days:
    limits = session.of(VoiceSettings)
    is_suggestion = get(session, voice_id).kind is Kind.SUGGESTION
    answer = limits.suggestion_days if is_suggestion else limits.complaint_days
    return Days(limits.acknowledge_days, answer, limits.level_days, limits.asker_days, limits.rate_days)


COURSE: Final = Course(
    VOICE,
    lambda session, voice_id: get(session, voice_id).matter,
    _days,
    owed=("received", "acknowledged", "in_work"),
)


def follow_from(session: Session, moved: Moved) -> None:
    if moved.event == "dispute":
        repository.set_disputed(session.connection, moved.object_id, moved.at)
    elif moved.event == "count":  # in the month that is over
        month = (moved.at.astimezone(CITY_ZONE).date().replace(day=1) - timedelta(days=1)).replace(day=1)
        repository.set_counted(session.connection, moved.object_id, month)
    COURSE.follow(session, moved)


VOICES: Binding[Facts] = Binding(
    VOICE,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    called=repository.QUERIES["called"],
    after=follow_from,
)
MATTERS: Final = Matters(repository.QUERIES["candidates"], lambda topic: Topic(topic).label, OF_POINTS)
KIOSKS: Final = Kiosks(PACKAGE, KIND, _agency)
DESK: Final = Desk(VOICES, COURSE.matter)
LISTING: Final = listing_of(repository.QUERIES["desk"], COURSE)
