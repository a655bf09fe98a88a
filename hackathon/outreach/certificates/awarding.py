"""Offering to all who are due, and looking after what was offered."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from casework.access.model import HUB, Actor, Role
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.people.model import Names
from casework.people.repository import find_names
from casework.programme import Programme
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState
from casework.workflow.repository import find_deadlines
from casework.workflow.service import lock
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.contest.hackathons.machine import STAFF as ORGANISERS
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_teams
from hackathon.outreach.ambassadors.machine import STAFF as COORDINATORS
from hackathon.outreach.ambassadors.repository import find_ambassador
from hackathon.outreach.certificates import repository
from hackathon.outreach.certificates.errors import NotConcluded
from hackathon.outreach.certificates.model import OF_HACKATHONS, Award, Certificate, Kind, TermDue
from hackathon.outreach.certificates.office import Office
from hackathon.outreach.certificates.rules import read_short_id
from hackathon.outreach.certificates.service import make_offer, offer, offer_term, require_awarder

#: A hackathon whose results no appeal can change any more.
CONCLUDED = frozenset({"results_final", "archived"})
_READING = "certificates.list"


@dataclass(frozen=True, slots=True)
class Tally:
    """Certificates of one kind: who is due one, who has yet to approve, who has one, and what has ended."""

    kind: Kind
    due: int
    offered: int
    issued: int
    ended: int


class Page(NamedTuple):
    """A part of a list; ``after`` is what to ask for to go on, None at the end."""

    certificates: list[Certificate]
    names: dict[UUID, Names]
    after: UUID | None


class Offered(NamedTuple):
    """How many were offered, and how many are due still."""

    made: int
    left: int


def tally(connection: Connection, hackathon_id: UUID, actor: Actor, office: Office) -> list[Tally]:
    """How far the certificates of a hackathon are, for its organisers; nobody is due one before results are final."""
    with connection.transaction():
        hackathon = _organised(connection, office, hackathon_id, actor)
        teams = hidden_teams(connection, actor, hackathon_id)
        due: Counter[Kind] = Counter()
        if hackathon.state in CONCLUDED:
            due.update(kind for kind, _ in repository.find_due(connection, hackathon_id, actor, teams))
        people = repository.find_people_of(connection, teams)
        counted = repository.count_awarded(connection, hackathon_id, people)
    return [
        Tally(
            kind,
            due[kind],
            counted[kind, "offered"],
            counted[kind, "issued"],
            counted[kind, "withdrawn"] + counted[kind, "revoked"],
        )
        for kind in OF_HACKATHONS
    ]


def offer_all(connection: Connection, office: Office, hackathon_id: UUID, actor: Actor) -> Offered:
    """Offer to everybody who is due, once each, ``offers_max`` at a time; :class:`NotConcluded`.

    Whoever offers gets none of it, nor does a team that the actor must not know of: another offers those.
    """
    at = office.clock()
    with connection.transaction():
        lock(connection, HACKATHONS, hackathon_id, actor)
        hackathon = _organised(connection, office, hackathon_id, actor)
        if hackathon.state not in CONCLUDED:
            raise NotConcluded
        due = repository.find_due(
            connection, hackathon_id, actor, hidden_teams(connection, actor, hackathon_id)
        )
        pattern = _award_of(connection, hackathon)
        made = sum(
            make_offer(connection, office, replace(pattern, kind=kind, person_id=person_id), actor, at)
            is not None
            for kind, person_id in due[: office.settings.offers_max]
        )
    return Offered(made, max(0, len(due) - office.settings.offers_max))


def list_terms_due(connection: Connection, office: Office, actor: Actor) -> tuple[list[TermDue], bool]:
    """Terms with verified work that nobody has certified, for coordinators; the first to end come first.

    Also says whether there are more.
    """
    rows = office.settings.terms_rows_max
    with connection.transaction():
        _require_coordinator(office, actor)
        found = repository.find_terms_due(connection, actor, rows + 1)
        shown = found[:rows]
        note_access(connection, actor, [one.person_id for one in shown], _READING, office.clock())
    return shown, len(found) > rows


def list_awarded(  # noqa: PLR0913, PLR0917 (a search has this many sides)
    connection: Connection,
    office: Office,
    actor: Actor,
    words: str = "",
    hackathon_id: UUID | None = None,
    after: UUID | None = None,
) -> Page:
    """What was offered, the newest first: of one hackathon for its organisers, else what coordinators and
    administrators look after.
    """
    rows = office.settings.page_rows_max
    with connection.transaction():
        if hackathon_id is None:
            kinds = _kinds_of(office, actor)
        else:
            _organised(connection, office, hackathon_id, actor)
            kinds = OF_HACKATHONS
        found = repository.find_awarded(
            connection,
            kinds,
            hackathon_id,
            _hidden_people(connection, actor, hackathon_id),
            words,
            read_short_id(words),
            after,
            rows + 1,
        )
        page = found[:rows]
        names = _named(connection, office, actor, page)
    return Page(page, names, page[-1].certificate_id if len(found) > rows else None)


def get_awarded(
    connection: Connection, office: Office, certificate_id: UUID, actor: Actor
) -> tuple[Certificate, Names | None]:
    """One certificate and its holder's name, for those who look after such; :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_certificate(connection, certificate_id)
        if found is None or not _looks_after(office, actor, found.award):
            raise NoSuchObject
        subject = found.award.subject_id if found.award.kind in OF_HACKATHONS else None
        if subject is not None and found.award.person_id in _hidden_people(connection, actor, subject):
            raise NoSuchObject
        return found, _named(connection, office, actor, [found]).get(found.award.person_id)


def offer_again(connection: Connection, office: Office, certificate_id: UUID, actor: Actor) -> UUID:
    """The same anew, when what was offered has been withdrawn, declined, given back or revoked."""
    with connection.transaction():
        found, _ = get_awarded(connection, office, certificate_id, actor)
        if found.state not in {"withdrawn", "revoked"} or found.state_reason == "account_closed":
            raise NotInThisState
        if found.award.kind is Kind.AMBASSADOR and _is_newest_term(connection, found.award):
            return offer_term(connection, office, found.award.subject_id, actor)  # with the figures of today
        return offer(connection, office, found.award, actor)


def _is_newest_term(connection: Connection, award: Award) -> bool:
    ambassador = find_ambassador(connection, award.subject_id)
    return ambassador is not None and ambassador.term == award.occurrence


def _award_of(connection: Connection, hackathon: Hackathon) -> Award:
    """What all certificates of a hackathon say; the kind and the person are filled in for each."""
    about = hackathon.description
    planned = {one.name: one.instant for one in find_deadlines(connection, hackathon.hackathon_id)}
    starts_on = planned["starts"].astimezone(CITY_ZONE).date()
    # A deadline is the first moment that no longer counts: midnight ends the day before.
    last = (planned["submissions_close"] - timedelta(microseconds=1)).astimezone(CITY_ZONE).date()
    return Award(
        Kind.PARTICIPANT,
        hackathon.hackathon_id,
        hackathon.hackathon_id,
        Names(about.title_ar, about.title_en),
        starts_on,
        max(starts_on, last),
    )


def _organised(connection: Connection, office: Office, hackathon_id: UUID, actor: Actor) -> Hackathon:
    """The hackathon, for those who organise it; :class:`NotAllowed`, or :class:`NoSuchObject` before it is public."""
    session = Programme(lambda: nullcontext(connection), office.clock).within(connection, actor)
    found = get_hackathon(session, hackathon_id)
    if not holds_any(actor.at(office.clock()), ORGANISERS, scopes_of(hackathon_id)):
        raise NotAllowed
    return found


def _require_coordinator(office: Office, actor: Actor) -> None:
    if not holds_any(actor.at(office.clock()), COORDINATORS, [HUB]):
        raise NotAllowed


def _kinds_of(office: Office, actor: Actor) -> tuple[Kind, ...]:
    """Coordinators look after those of ambassadors, administrators after all."""
    _require_coordinator(office, actor)
    is_administrator = actor.at(office.clock()).has(Role.ADMINISTRATOR)
    return tuple(Kind) if is_administrator else (Kind.AMBASSADOR,)


def _looks_after(office: Office, actor: Actor, award: Award) -> bool:
    """As for offering it, but whoever holds one may look at it there too."""
    try:
        require_awarder(replace(award, person_id=award.subject_id), actor.at(office.clock()))
    except NotAllowed:
        return False
    return True


def _hidden_people(connection: Connection, actor: Actor, hackathon_id: UUID | None) -> list[UUID]:
    """Members of teams that do not exist for the actor, in one hackathon or in all in which they judge."""
    judged = repository.find_judged_by(connection, actor) if hackathon_id is None else [hackathon_id]
    teams = {team for one in judged for team in hidden_teams(connection, actor, one)}
    return repository.find_people_of(connection, teams)


def _named(
    connection: Connection, office: Office, actor: Actor, certificates: list[Certificate]
) -> dict[UUID, Names]:
    """Whose they are by the names of their accounts; that they were shown is noted."""
    people = list({one.award.person_id for one in certificates})
    note_access(connection, actor, people, _READING, office.clock())
    return find_names(connection, people)
