"""Offering to all who are due, and looking after what was offered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from casework.access.model import HUB, Role
from casework.access_log.service import note_access
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.people.model import Names
from casework.people.repository import find_names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotInThisState
from citycore.clock import CITY_ZONE
from hackathon.contest.hackathons.machine import CONCLUDED
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
from hackathon.outreach.certificates.machine import CERTIFICATE
from hackathon.outreach.certificates.model import OF_HACKATHONS, Award, Certificate, Kind, TermDue
from hackathon.outreach.certificates.service import make_offer, may_award, offer, offer_term
from hackathon.outreach.certificates.settings import CertificateSettings

_READING = "certificates.list"


@dataclass(frozen=True, slots=True)
class Tally:
    """Certificates of one kind: who is due one, who has yet to approve, who has one, and what has ended."""

    kind: Kind
    due: int
    offered: int
    issued: int
    ended: int


class Offered(NamedTuple):
    """How many were offered, and how many are due still."""

    made: int
    left: int


def tally(session: Session, hackathon_id: UUID) -> list[Tally]:
    """How far the certificates of a hackathon are, for its organisers; nobody is due one before results are final."""
    connection, actor, hackathon = session.connection, session.actor, _organised(session, hackathon_id)
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


def offer_all(session: Session, hackathon_id: UUID) -> Offered:
    """Offer to everybody who is due, once each, ``offers_max`` at a time; :class:`NotConcluded`.

    Whoever offers gets none of it, nor does a team that the actor must not know of: another offers those.
    """
    session.lock(HACKATHONS, hackathon_id)
    connection, actor, hackathon = session.connection, session.actor, _organised(session, hackathon_id)
    if hackathon.state not in CONCLUDED:
        raise NotConcluded
    teams = hidden_teams(connection, actor, hackathon_id)
    due = repository.find_due(connection, hackathon_id, actor, teams)
    pattern, at = _award_of(session, hackathon), session.now()
    offers_max = session.of(CertificateSettings).offers_max
    made = sum(
        make_offer(session, replace(pattern, kind=kind, person_id=person_id), at) is not None
        for kind, person_id in due[:offers_max]
    )
    return Offered(made, max(0, len(due) - offers_max))


def list_terms_due(session: Session) -> tuple[list[TermDue], bool]:
    """Terms with verified work that nobody has certified, for coordinators; the first to end come first.

    Also says whether there are more.
    """
    session.require(COORDINATORS, [HUB])
    rows = session.of(CertificateSettings).terms_rows_max
    found = repository.find_terms_due(session.connection, session.actor, rows + 1)
    shown = found[:rows]
    _note_access(session, [one.person_id for one in shown])
    return shown, len(found) > rows


def _desk_values(session: Session) -> dict[str, object]:
    return {"kinds": list(_kinds_of(session)), "hackathon_id": None, "hidden": _hidden_people(session, None)}


def _hackathon_values(session: Session, hackathon_id: UUID) -> dict[str, object]:
    _organised(session, hackathon_id)
    hidden = _hidden_people(session, hackathon_id)
    return {"kinds": list(OF_HACKATHONS), "hackathon_id": hackathon_id, "hidden": hidden}


#: What coordinators and administrators look after, the newest first; by the holder's name or the number. Whose they are is noted.
DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "certificate_id",
    _desk_values,
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="-begun",
    filters=(
        words("listed.search_text LIKE %(q)s OR listed.short_id LIKE %(q)s"),
        one_of("state", "listed.state", tuple(one.name for one in CERTIFICATE.states)),
        coded("kind", "listed.kind", tuple(Kind)),
    ),
    noted=(_READING, ("person_id",)),
    binding=repository.CERTIFICATES,
)
#: The same of one hackathon, for its organisers.
OF_HACKATHON: Final = replace(DESK, values=_hackathon_values)


def get_awarded(session: Session, certificate_id: UUID) -> tuple[Certificate, Names | None]:
    """One certificate and its holder's name, for those who look after such; :class:`NoSuchObject`."""
    found = repository.find_certificate(session.connection, certificate_id)
    if found is None or not may_award(session, found.award):
        raise NoSuchObject
    subject = found.award.subject_id if found.award.kind in OF_HACKATHONS else None
    if subject is not None and found.award.person_id in _hidden_people(session, subject):
        raise NoSuchObject
    return found, _named(session, [found]).get(found.award.person_id)


def offer_again(session: Session, certificate_id: UUID) -> UUID:
    """The same anew, when what was offered has been withdrawn, declined, given back or revoked."""
    found, _ = get_awarded(session, certificate_id)
    if found.state not in {"withdrawn", "revoked"} or found.state_reason == "account_closed":
        raise NotInThisState
    if found.award.kind is Kind.AMBASSADOR and _is_newest_term(session, found.award):
        return offer_term(session, found.award.subject_id)  # with the figures of today
    return offer(session, found.award)


def _is_newest_term(session: Session, award: Award) -> bool:
    ambassador = find_ambassador(session.connection, award.subject_id)
    return ambassador is not None and ambassador.term == award.occurrence


def _award_of(session: Session, hackathon: Hackathon) -> Award:
    """What all certificates of a hackathon say; the kind and the person are filled in for each."""
    about = hackathon.description
    planned = session.planned(hackathon.hackathon_id)
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


def _organised(session: Session, hackathon_id: UUID) -> Hackathon:
    """The hackathon, for those who organise it; :class:`NotAllowed`, or :class:`NoSuchObject` before it is public."""
    found = get_hackathon(session, hackathon_id)
    session.require(ORGANISERS, scopes_of(hackathon_id))
    return found


def _kinds_of(session: Session) -> tuple[Kind, ...]:
    """Coordinators look after those of ambassadors, administrators after all."""
    session.require(COORDINATORS, [HUB])
    is_administrator = session.actor.at(session.now()).has(Role.ADMINISTRATOR)
    return tuple(Kind) if is_administrator else (Kind.AMBASSADOR,)


def _hidden_people(session: Session, hackathon_id: UUID | None) -> list[UUID]:
    """Members of teams that do not exist for the actor, in one hackathon or in all in which they judge."""
    connection, actor = session.connection, session.actor
    judged = repository.find_judged_by(connection, actor) if hackathon_id is None else [hackathon_id]
    teams = {team for one in judged for team in hidden_teams(connection, actor, one)}
    return repository.find_people_of(connection, teams)


def _named(session: Session, certificates: list[Certificate]) -> dict[UUID, Names]:
    """Whose they are by the names of their accounts; that they were shown is noted."""
    people = list({one.award.person_id for one in certificates})
    _note_access(session, people)
    return find_names(session.connection, people)


def _note_access(session: Session, person_ids: list[UUID]) -> None:
    note_access(session.connection, session.actor, person_ids, _READING, session.now())
