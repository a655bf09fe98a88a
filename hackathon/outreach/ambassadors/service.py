"""Ambassadors for themselves, for those who look after them, and for everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import HUB, Role
from casework.access_log.service import note_access
from casework.governorates.model import Governorate
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.lists.service import held_by
from casework.pictures.model import Picture
from casework.pictures.service import pictures_of
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved, PreparedStep
from casework.workflow.repository import find_prepared_steps
from casework.workflow.settings import WorkflowSettings
from hackathon.outreach.ambassadors import repository
from hackathon.outreach.ambassadors.errors import AlreadyApplied
from hackathon.outreach.ambassadors.machine import AMBASSADOR, SELF, SERVING, STAFF
from hackathon.outreach.ambassadors.model import Ambassador, Application, Facts, Listed, Profile, PublicTerm
from hackathon.outreach.ambassadors.notices import AMBASSADORS, notices
from hackathon.outreach.ambassadors.rules import FIELDS, days_of_quiet, days_of_term, lapses_at
from hackathon.outreach.ambassadors.settings import AmbassadorSettings


def apply_for(session: Session, application: Application) -> UUID:
    """Ask to become one; :class:`AlreadyApplied` while an earlier one is not over."""
    actor, settings = session.actor, session.of(AmbassadorSettings)
    if actor.person_id is None or not actor.has(Role.PERSON):
        raise NotAllowed
    FIELDS.check_text("motivation", application.motivation, settings.motivation_characters_max)
    ambassador_id, at = session.new_id(), session.now()
    if not repository.store_application(session.connection, ambassador_id, actor.person_id, application, at):
        raise AlreadyApplied
    session.note(AMBASSADORS, session.look(AMBASSADORS, ambassador_id), "apply", at)
    session.confirm(AMBASSADORS, ambassador_id, at)
    return ambassador_id


def move(
    session: Session, ambassador_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step that is taken at once, with what it does to terms and deadlines, and its mail."""
    before = repository.find_ambassador(session.connection, ambassador_id)
    moved = session.apply(AMBASSADORS, ambassador_id, event, seen_version, reason)
    if event in {"start", "renew"}:
        _begin_term(session, ambassador_id, moved.at)
    elif event in {"return", "reinstate"}:
        assert before is not None
        _give_back(session, before, moved.at)
    session.send(notices(session.connection, moved), moved)
    return moved


def prepare(
    session: Session, ambassador_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> PreparedStep:
    """Decide about an application without telling."""
    return session.prepare(AMBASSADORS, ambassador_id, event, seen_version, reason)


def withdraw(session: Session, decision_id: UUID) -> None:
    """Take a decision back before it is told."""
    session.take_back(AMBASSADORS, decision_id)


def release(session: Session, decision_ids: Sequence[UUID]) -> list[Moved]:
    """Tell these decisions about applications, all or none."""
    return session.release(
        AMBASSADORS, decision_ids, lambda _decision, moved: notices(session.connection, moved)
    )


def record_activities(session: Session, held: Mapping[UUID, datetime]) -> None:
    """Activities of these ambassadors were verified, the last held then: the days of quiet count from it, and whoever was at
    risk is no longer, unless it lies back too far.
    """
    session.hold_some(AMBASSADORS, held.keys())
    standings = {one: session.lock(AMBASSADORS, one) for one in sorted(held)}
    since = {
        one: held[one]
        for one, found in repository.find_some(session.connection, held).items()
        if found.last_active_at is not None and held[one] > found.last_active_at
    }
    planned = _be_active(session, since)
    for one in sorted(since):
        if standings[one].state == "at_risk" and session.now() < min(planned[one].values()):
            session.step(AMBASSADORS, standings[one], "recover")


def present(session: Session, ambassador_id: UUID, profile: Profile, seen_version: int) -> None:
    """Say what everybody may see, or withdraw the consent to it: the ambassador's own business."""
    characters_max = session.of(AmbassadorSettings).biography_characters_max
    FIELDS.check_texts(profile, ("biography_ar", "biography_en"), characters_max, least=0)
    standing = session.hold(AMBASSADORS, ambassador_id, SELF, seen_version)
    repository.present(session.connection, ambassador_id, profile)
    session.note(AMBASSADORS, standing, "present", session.now(), is_listed=profile.is_listed)


def get_ambassador(session: Session, ambassador_id: UUID) -> Ambassador:
    """One's own, or for staff any, which the ambassador can see afterwards; else :class:`NoSuchObject`."""
    found = repository.find_ambassador(session.connection, ambassador_id)
    is_own = found is not None and found.person_id == session.actor.person_id
    if found is None or not (is_own or session.holds(STAFF, [HUB])):
        raise NoSuchObject
    _note_access(session, [found], "ambassadors.ambassador")
    return found


def find_own(session: Session) -> Ambassador | None:
    """The newest of the person who asks."""
    if session.actor.person_id is None:
        return None
    return repository.find_of_person(session.connection, session.actor.person_id)


def get_own(session: Session) -> Ambassador:
    """The same; :class:`NoSuchObject` for whoever never applied."""
    return existing(find_own(session))


def list_ambassadors(
    session: Session, states: Collection[str], words: str = "", after: UUID | None = None
) -> list[Ambassador]:
    """A page of those in these states, by words of their names, for staff; the next begins after its last."""
    session.require(STAFF, [HUB])
    rows = session.of(AmbassadorSettings).page_rows_max
    found = repository.find_ambassadors(session.connection, states, words, after, rows)
    _note_access(session, found, "ambassadors.list")
    return found


#: All of them for the staff, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "ambassador_id",
    held_by(STAFF),
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "begun": Sort("listed.applied_at", "instant"),
    },
    first="since",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(one.name for one in AMBASSADOR.states), default="applied"),
        coded("governorate", "listed.governorate", tuple(Governorate)),
    ),
    noted=("ambassadors.list", ("person_id",)),
    binding=AMBASSADORS,
)


def list_at_risk(session: Session) -> list[tuple[Ambassador, datetime]]:
    """A page of those who lapse soon, for staff, and when: the first to lapse first."""
    found = [
        (ambassador, lapses_at(session.planned(ambassador.ambassador_id), ambassador.state_changed_at))
        for ambassador in list_ambassadors(session, ["at_risk"])
    ]
    return sorted(found, key=lambda pair: pair[1])


def list_prepared(session: Session) -> list[tuple[PreparedStep, Ambassador]]:
    """What is decided and not told, with whom it is about, as many as can be told at once; for staff, and of
    nobody themselves.
    """
    session.require(STAFF, [HUB])
    rows = session.of(WorkflowSettings).release_decisions_max
    found = repository.find_prepared(session.connection, session.actor.person_id, rows)
    _note_access(session, found, "ambassadors.list")
    about = {ambassador.ambassador_id: ambassador for ambassador in found}
    prepared = find_prepared_steps(session.connection, AMBASSADOR.name, list(about))
    return [(decision, about[decision.object_id]) for decision in prepared]


def find_decision(session: Session, ambassador: Ambassador) -> PreparedStep | None:
    """What is decided about somebody else and not told, for staff."""
    session.require(STAFF, [HUB])
    if ambassador.person_id == session.actor.person_id:
        return None
    found = find_prepared_steps(session.connection, AMBASSADOR.name, [ambassador.ambassador_id])
    return found[0] if found else None


def list_directory(
    session: Session, governorate: Governorate | None = None, words: str = "", after: UUID | None = None
) -> list[Listed]:
    """A page of those who agreed to be seen, for everybody; the next begins after its last."""
    rows = session.of(AmbassadorSettings).page_rows_max
    return repository.find_listed(session.connection, governorate, words, after, rows)


def get_listed(session: Session, ambassador_id: UUID) -> PublicTerm:
    """One of those who agreed to be seen, for everybody; else :class:`NoSuchObject`."""
    return existing(repository.find_public_term(session.connection, ambassador_id))


def list_faces(session: Session, ambassador_ids: Collection[UUID]) -> Mapping[UUID, Picture]:
    """What those of them show of themselves who agreed to be seen, by ambassador."""
    people = repository.find_people_of(session.connection, ambassador_ids)
    shown = pictures_of(session, people.values())
    return {one: shown[person_id] for one, person_id in people.items() if person_id in shown}


def count_listed(session: Session) -> dict[Governorate, int]:
    """How many of those who agreed to be seen serve in each governorate that has one."""
    return repository.count_listed(session.connection)


def get_facts(session: Session, ambassador: Ambassador) -> Facts:
    """Which papers are done and what waits, of somebody whom the actor may look at."""
    return session.look(AMBASSADORS, ambassador.ambassador_id).facts


def is_serving(ambassador: Ambassador) -> bool:
    """Whether somebody speaks for the programme now."""
    return ambassador.state in SERVING


def _note_access(session: Session, shown: Collection[Ambassador], what: str) -> None:
    person_ids = [ambassador.person_id for ambassador in shown]
    note_access(session.connection, session.actor, person_ids, what, session.now())


def _begin_term(session: Session, ambassador_id: UUID, starts_at: datetime) -> None:
    settings = session.of(AmbassadorSettings)
    term = days_of_term(starts_at, settings)
    repository.begin_term(session.connection, ambassador_id, starts_at, min(term.values()))
    _set(session, ambassador_id, {**term, **days_of_quiet(starts_at, settings)})


def _give_back(session: Session, before: Ambassador, at: datetime) -> None:
    """Days on leave, or suspended, are not days of quiet."""
    if before.last_active_at is not None:
        since = min(before.last_active_at + (at - before.state_changed_at), at)
        _be_active(session, {before.ambassador_id: since})


def _be_active(session: Session, since: Mapping[UUID, datetime]) -> Mapping[UUID, Mapping[str, datetime]]:
    """Count the days of quiet from then; when somebody is warned, and when the appointment lapses."""
    repository.set_active(session.connection, since)
    settings = session.of(AmbassadorSettings)
    planned = {ambassador_id: days_of_quiet(at, settings) for ambassador_id, at in since.items()}
    session.set_deadlines(planned)
    return planned


def _set(session: Session, ambassador_id: UUID, planned: Mapping[str, datetime]) -> None:
    for name, instant in planned.items():
        session.set_deadline(ambassador_id, name, instant)
