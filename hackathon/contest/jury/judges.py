"""Judges: asked by organisers, and saying themselves whom they are close to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from casework.access_log.service import note_access
from casework.people.addresses import parse_address
from casework.people.model import State
from casework.people.repository import find_person_by_email
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import find_by_code, get_hackathon
from hackathon.contest.hackathons.settings import HackathonSettings
from hackathon.contest.jury import errors, mails, repository
from hackathon.contest.jury.machines import JUDGE, JURY_FORMS_IN, STAFF
from hackathon.contest.jury.model import Judge, NamedJudge, OwnJudging, Terms
from hackathon.contest.jury.repository import JUDGES
from hackathon.contest.jury.settings import JurySettings

#: What is noted when somebody reads who judges.
READING = "jury.judges"
_CODE = re.compile("[a-z0-9][a-z0-9_-]*")


def invite(
    session: Session, hackathon_id: UUID, email: str, capacity: int, expertise: Sequence[UUID] = ()
) -> Judge:
    """Ask somebody with an account to judge so many submissions in a round."""
    require_staff(session, hackathon_id)
    settings = session.of(JurySettings)
    if not 1 <= capacity <= settings.capacity_max:
        raise errors.TooMuch.of("capacity", settings.capacity_max)
    hackathon, at = get_hackathon(session, hackathon_id), session.now()
    if hackathon.state not in JURY_FORMS_IN:
        raise errors.JuryClosed
    person = find_person_by_email(session.connection, parse_address(email).key)
    if person is None or person.state is not State.ACTIVE:
        raise errors.NoSuchAccount
    if repository.competes(session.connection, hackathon_id, person.person_id):
        raise errors.JudgeCompetes
    if repository.count_judges(session.connection, hackathon_id) >= settings.judges_max:
        raise errors.TooMuch.of("judges", settings.judges_max)
    judge_id, state = session.new_id(), JUDGE.initial.name
    judge = Judge(judge_id, hackathon_id, person.person_id, capacity, tuple(expertise), state, 1)
    if not repository.store_judge(session.connection, judge, at):
        raise errors.AlreadyJudge
    session.note(JUDGES, session.look(JUDGES, judge.judge_id), "invite", at)
    session.send(mails.invitation(session, hackathon, person), at)
    return judge


def move(session: Session, judge_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Every step of a judge: accept, decline, withdraw, resign."""
    return session.apply(JUDGES, judge_id, event, seen_version, reason)


def declare_interest(session: Session, hackathon_id: UUID, about: UUID) -> None:
    """A judge is close to a team, a person or an organisation; from now on its team is not there for them."""
    own = repository.find_own_judge(session.connection, hackathon_id, session.actor.person_id)
    if own is None:
        raise NotAllowed
    standing = session.lock(JUDGES, own.judge_id)
    at = session.now()
    number = repository.declare(session.connection, session.new_id(), own.judge_id, about, at)
    if number > session.of(JurySettings).declarations_max:
        raise errors.TooMuch.of("declarations", session.of(JurySettings).declarations_max)
    session.note(JUDGES, standing, "declare_interest", at)


def declare_person(session: Session, hackathon_id: UUID, email: str) -> None:
    """A judge is close to whoever has this address; nobody learns whether that is somebody with an account."""
    key = parse_address(email).key
    person = find_person_by_email(session.connection, key)
    about = session.new_id() if person is None else person.person_id
    declare_interest(session, hackathon_id, about)


def list_own_judging(session: Session) -> list[OwnJudging]:
    """Hackathons that the actor judges, was asked to, or judged; the newest first."""
    if session.actor.person_id is None:
        return []
    rows = session.of(HackathonSettings).page_rows_max
    return repository.find_own_judging(session.connection, session.actor.person_id, rows)


def list_judges(session: Session, hackathon_id: UUID) -> list[Judge]:
    """The jury, for organisers; that they were looked at is told to each of them."""
    require_staff(session, hackathon_id)
    found = repository.find_judges(session.connection, hackathon_id)
    people = [one.person_id for one in found]
    note_access(session.connection, session.actor, people, READING, session.now())
    return found


def get_judge(session: Session, hackathon_id: UUID, judge_id: UUID) -> Judge:
    """A judge of this hackathon and of no other, for its organisers; :class:`NoSuchObject`."""
    require_staff(session, hackathon_id)
    found = repository.find_judge(session.connection, judge_id)
    if found is None or found.hackathon_id != hackathon_id:
        raise NoSuchObject
    return found


def find_own_judge(session: Session, hackathon_id: UUID) -> Judge | None:
    """Oneself as a judge of a hackathon, asked or accepted."""
    return repository.find_own_judge(session.connection, hackathon_id, session.actor.person_id)


def list_named(session: Session, hackathon_id: UUID) -> list[NamedJudge]:
    """Judges whom everybody may know, since they want it so."""
    return repository.find_named(session.connection, hackathon_id)


def is_named(session: Session, hackathon_id: UUID) -> bool:
    """Whether oneself is named as a judge of it."""
    own = existing(find_own_judge(session, hackathon_id))
    return repository.is_named(session.connection, own.judge_id)


def set_named(session: Session, hackathon_id: UUID, is_wanted: bool) -> None:
    """A judge wants to be named on the page of the hackathon, or no longer."""
    own = existing(find_own_judge(session, hackathon_id))
    standing, at = session.lock(JUDGES, own.judge_id), session.now()
    repository.set_named(session.connection, own.judge_id, is_named=is_wanted)
    session.note(JUDGES, standing, "show_name" if is_wanted else "hide_name", at)


def set_terms(session: Session, hackathon_id: UUID, number: int, terms: Terms) -> None:
    """What a round looks at and by how many judges, before any of them has a sheet."""
    require_staff(session, hackathon_id)
    if not 1 <= terms.judges_per_entry <= session.of(JurySettings).judges_max:
        raise errors.TooMuch.of("judges", session.of(JurySettings).judges_max)
    _check_criteria(session, terms)
    hackathon = get_hackathon(session, hackathon_id)
    if not 1 <= number <= hackathon.description.rounds:
        raise NoSuchObject
    if repository.has_sheets(session.connection, hackathon_id, number):
        raise errors.RubricFixed
    repository.set_terms(session.connection, hackathon_id, number, terms)


def _check_criteria(session: Session, terms: Terms) -> None:
    criteria, most = terms.rubric.criteria, session.of(JurySettings).criterion_characters_max
    if len(criteria) > session.of(JurySettings).criteria_max:
        raise errors.TooMuch.of("criteria", session.of(JurySettings).criteria_max)
    for one in criteria:
        longest = max(map(len, (one.code, one.name_ar, one.name_en)))
        if _CODE.fullmatch(one.code) is None or longest > most:
            raise errors.CriterionRefused(code=one.code, most=most)


def find_terms(session: Session, hackathon_id: UUID, number: int) -> Terms | None:
    """They are declared before judging begins and are the same for all: everybody may read them."""
    get_hackathon(session, hackathon_id)
    return repository.find_terms(session.connection, hackathon_id, number)


def get_terms(session: Session, hackathon_id: UUID, number: int) -> Terms:
    """Those of a round that has some; :class:`NoSuchObject`."""
    return existing(find_terms(session, hackathon_id, number))


def require_staff(session: Session, hackathon_id: UUID) -> None:
    session.require(STAFF, scopes_of(hackathon_id))


def find_organised(session: Session, code: str) -> UUID:
    """Whoever may not see it finds none; of one that everybody sees, that only its organisers come in."""
    hackathon_id = find_by_code(session, code).hackathon_id
    require_staff(session, hackathon_id)
    return hackathon_id
