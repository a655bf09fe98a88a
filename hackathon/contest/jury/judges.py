"""Judges: asked by organisers, and saying themselves whom they are close to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.people.addresses import parse_address
from casework.people.model import State
from casework.people.repository import find_person_by_email
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from casework.workflow.service import apply, lock, look, note
from citycore.store.connections import Connection
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.jury import errors, mails, repository
from hackathon.contest.jury.desk import JuryDesk
from hackathon.contest.jury.machines import JUDGE, JURY_FORMS_IN, STAFF
from hackathon.contest.jury.model import Judge, OwnJudging, Terms
from hackathon.contest.jury.repository import JUDGES

_CODE = re.compile("[a-z0-9][a-z0-9_-]*")


def invite(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    hackathon_id: UUID,
    email: str,
    capacity: int,
    expertise: Sequence[UUID] = (),
) -> Judge:
    """Ask somebody with an account to judge so many submissions in a round."""
    require_staff(actor, desk, hackathon_id)
    if not 1 <= capacity <= desk.settings.capacity_max:
        raise errors.TooMuch.of("capacity", desk.settings.capacity_max)
    with connection.transaction():
        hackathon, at = get_hackathon(connection, hackathon_id, actor), desk.desk.clock()
        if hackathon.state not in JURY_FORMS_IN:
            raise errors.JuryClosed
        person = find_person_by_email(connection, parse_address(email).key)
        if person is None or person.state is not State.ACTIVE:
            raise errors.NoSuchAccount
        if len(repository.find_judges(connection, hackathon_id)) >= desk.settings.judges_max:
            raise errors.TooMuch.of("judges", desk.settings.judges_max)
        judge = Judge(
            desk.desk.new_id(),
            hackathon_id,
            person.person_id,
            capacity,
            tuple(expertise),
            JUDGE.initial.name,
            1,
        )
        if not repository.store_judge(connection, judge, at):
            raise errors.AlreadyJudge
        note(connection, JUDGES, look(connection, JUDGES, judge.judge_id, actor), "invite", actor, at)
        enqueue(connection, mails.invitation(desk, hackathon, person), at)
        return judge


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    judge_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of a judge: accept, decline, withdraw, resign."""
    return apply(
        connection, JUDGES, judge_id, event, actor, desk.desk.clock, seen_version=seen_version, reason=reason
    )


def declare_interest(
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID, about: UUID
) -> None:
    """A judge is close to a team, a person or an organisation; from now on its team is not there for them."""
    with connection.transaction():
        own = repository.find_own_judge(connection, hackathon_id, actor.person_id)
        if own is None:
            raise NotAllowed
        standing = lock(connection, JUDGES, own.judge_id, actor)
        at = desk.desk.clock()
        number = repository.declare(connection, desk.desk.new_id(), own.judge_id, about, at)
        if number > desk.settings.declarations_max:
            raise errors.TooMuch.of("declarations", desk.settings.declarations_max)
        note(connection, JUDGES, standing, "declare_interest", actor, at)


def declare_person(
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID, email: str
) -> None:
    """A judge is close to whoever has this address; nobody learns whether that is somebody with an account."""
    key = parse_address(email).key
    with connection.transaction():
        person = find_person_by_email(connection, key)
        about = desk.desk.new_id() if person is None else person.person_id
        declare_interest(connection, desk, actor, hackathon_id, about)


def list_own_judging(connection: Connection, desk: JuryDesk, actor: Actor) -> list[OwnJudging]:
    """Hackathons that the actor judges, was asked to, or judged; the newest first."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        return repository.find_own_judging(connection, actor.person_id, desk.settings.judges_max)


def list_judges(connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID) -> list[Judge]:
    """The jury, for organisers."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        return repository.find_judges(connection, hackathon_id)


def list_judges_called(  # noqa: PLR0913, PLR0917 (a search has this many sides)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    hackathon_id: UUID,
    words: str,
    start: int,
    rows: int,
) -> tuple[list[Judge], int]:
    """So many of the jury from one on, by words of their names; and how many the whole jury is. For organisers."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        return (
            repository.find_judges_called(connection, hackathon_id, words, start, rows),
            repository.count_judges(connection, hackathon_id),
        )


def get_judge(
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID, judge_id: UUID
) -> Judge:
    """A judge of this hackathon and of no other, for its organisers; :class:`NoSuchObject`."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        found = repository.find_judge(connection, judge_id)
    if found is None or found.hackathon_id != hackathon_id:
        raise NoSuchObject
    return found


def find_own_judge(connection: Connection, actor: Actor, hackathon_id: UUID) -> Judge | None:
    """Oneself as a judge of a hackathon, asked or accepted."""
    with connection.transaction():
        return repository.find_own_judge(connection, hackathon_id, actor.person_id)


def set_terms(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID, number: int, terms: Terms
) -> None:
    """What a round looks at and by how many judges, before any of them has a sheet."""
    require_staff(actor, desk, hackathon_id)
    if not 1 <= terms.judges_per_entry <= desk.settings.judges_max:
        raise errors.TooMuch.of("judges", desk.settings.judges_max)
    _check_criteria(desk, terms)
    with connection.transaction():
        hackathon = get_hackathon(connection, hackathon_id, actor)
        if not 1 <= number <= hackathon.description.rounds:
            raise NoSuchObject
        if repository.has_sheets(connection, hackathon_id, number):
            raise errors.RubricFixed
        repository.set_terms(connection, hackathon_id, number, terms)


def _check_criteria(desk: JuryDesk, terms: Terms) -> None:
    criteria, most = terms.rubric.criteria, desk.settings.criterion_characters_max
    if len(criteria) > desk.settings.criteria_max:
        raise errors.TooMuch.of("criteria", desk.settings.criteria_max)
    for one in criteria:
        longest = max(map(len, (one.code, one.name_ar, one.name_en)))
        if _CODE.fullmatch(one.code) is None or longest > most:
            raise errors.CriterionRefused(code=one.code, most=most)


def get_terms(connection: Connection, actor: Actor, hackathon_id: UUID, number: int) -> Terms:
    """They are declared before judging begins and are the same for all: everybody may read them."""
    with connection.transaction():
        get_hackathon(connection, hackathon_id, actor)
        terms = repository.find_terms(connection, hackathon_id, number)
    if terms is None:
        raise NoSuchObject
    return terms


def require_staff(actor: Actor, desk: JuryDesk, hackathon_id: UUID) -> None:
    if not holds_any(actor.at(desk.desk.clock()), STAFF, scopes_of(hackathon_id)):
        raise NotAllowed
