"""Who answers voices of an organisation, who must not, and at which devices people say something to it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from casework.access.model import Scope, ScopeKind
from casework.admission import service as admission
from casework.admission.model import IssuedKiosk, NewRoll
from casework.cases import service as cases
from casework.cases.model import Handler
from casework.cases.repository import lock_handlers
from casework.cases.rules import named_in
from casework.governorates.model import Governorate
from casework.people.model import Names
from casework.people.repository import find_names
from casework.programme import Session
from casework.workflow.errors import existing
from citycore.language import LANGUAGES, catalogue
from participation.voices import errors, repository
from participation.voices.effects import hand_over
from participation.voices.machine import LEADS, OVERSIGHT
from participation.voices.model import PACKAGE, Voice
from participation.voices.passage import PASSAGE
from participation.voices.service import VOICES


def list_handlers(session: Session, organisation_id: UUID) -> list[Handler]:
    """For those who speak for the organisation, or look after all."""
    _require_lead(session, organisation_id)
    return cases.list_handlers(session, organisation_id)


def name_handler(session: Session, organisation_id: UUID, handler: Handler) -> None:
    """One of those who belong to the organisation; :class:`VoiceHandlerElsewhere`."""
    _require_lead(session, organisation_id)
    if handler.person_id not in repository.find_members(session.connection, organisation_id):
        raise errors.VoiceHandlerElsewhere
    cases.name_handler(session, organisation_id, handler)


def dismiss_handler(session: Session, organisation_id: UUID, person_id: UUID) -> None:
    _require_lead(session, organisation_id)
    cases.dismiss_handler(session, organisation_id, person_id)


def list_members(session: Session, organisation_id: UUID) -> dict[UUID, Names]:
    """Who can be named a handler, by name."""
    _require_lead(session, organisation_id)
    return repository.find_members(session.connection, organisation_id)


def add_kiosk(session: Session, organisation_id: UUID, name: str, governorate: Governorate) -> IssuedKiosk:
    """A device on which people say something to the organisation; its code is told now and never again."""
    _require_lead(session, organisation_id)
    names = dict(repository.find_agencies(session.connection)).get(organisation_id)
    if names is None:
        raise errors.VoiceOrganisationUnknown
    lock_handlers(session.connection, organisation_id)
    if not admission.has_roll(session, organisation_id):
        texts = {
            language: catalogue(PACKAGE).text("kiosk.title", language, organisation=names.shown(language))
            for language in LANGUAGES
        }
        scope = Scope(ScopeKind.ORGANISATION, organisation_id)
        admission.open_roll(session, organisation_id, NewRoll(PASSAGE.kind, Names(**texts), scope))
    return admission.add_kiosk(session, organisation_id, name, governorate)


def revoke_kiosk(session: Session, organisation_id: UUID, kiosk_id: UUID) -> None:
    """Its browser is refused from now on; what was said there stays."""
    _require_lead(session, organisation_id)
    admission.revoke_kiosk(session, organisation_id, kiosk_id)


def declare_conflict(session: Session, voice_id: UUID, person_id: UUID) -> None:
    """Somebody has a part in it: it is not there for them from now on, and goes to others if they had it in hand."""
    standing = session.hold(VOICES, voice_id, LEADS | OVERSIGHT)
    voice = existing(repository.find_voice(session.connection, voice_id))
    cases.declare_conflict(session, voice_id, person_id)
    if voice.handler_id == person_id:
        hand_over(session, voice_id, voice.level)
    session.note(VOICES, standing, "declare_conflict", session.now())


def list_named(session: Session, voice: Voice) -> dict[UUID, Names]:
    """Those who belong to the organisation and whom what was said names, by two parts of a name."""
    members = repository.find_members(session.connection, voice.organisation_id)
    text = f"{voice.subject} {voice.body}"
    return {
        person_id: names
        for person_id, names in members.items()
        if named_in(text, {name for name in (names.ar, names.en) if name})
    }


def names_of(session: Session, people: Iterable[UUID]) -> dict[UUID, Names]:
    """Of those who handle, for those who do so too."""
    return find_names(session.connection, list(people))


def _require_lead(session: Session, organisation_id: UUID) -> None:
    session.require(LEADS | OVERSIGHT, {Scope(ScopeKind.ORGANISATION, organisation_id)})
