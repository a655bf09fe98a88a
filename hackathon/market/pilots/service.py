"""Pilots for both sides, for the programme, and for everybody."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from casework.access.model import Role, ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.lists.model import DeskList, Sort, one_of, words
from casework.lists.service import held_by
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved
from citycore.store.rows import known
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.introductions.rules import speaks_for_agency
from hackathon.market.introductions.service import move as move_introduction
from hackathon.market.pilots import repository
from hackathon.market.pilots.errors import NothingToPilot, PilotAgencyUnknown, PilotCodeTaken, PilotExists
from hackathon.market.pilots.grounds import find_ground
from hackathon.market.pilots.machine import PILOT, PROGRAMME, PUBLIC
from hackathon.market.pilots.mails import mails, stepped
from hackathon.market.pilots.model import Ground, Origin, Pilot, Plan, Proposal
from hackathon.market.pilots.repository import PILOTS
from hackathon.market.pilots.rules import check_plan, is_inside, is_provider, may_see
from hackathon.market.pilots.settings import PilotSettings

_SCOPES = (ScopeKind.ORGANISATION, ScopeKind.TEAM, ScopeKind.APPLICATION)
_OWN = frozenset(
    {Role.OFFICER, Role.VENDOR, Role.CAPTAIN, Role.TEAM_MEMBER, Role.LEAD_APPLICANT, Role.CO_APPLICANT}
)


def get_ground(session: Session, origin: Origin, origin_id: UUID) -> Ground:
    """What a pilot could be proposed on, for whoever may propose it; :class:`NothingToPilot`, :class:`PilotExists`."""
    ground = find_ground(session, origin, origin_id)
    _agreement_of(session, ground, ground.agency_id)
    _check_ground(session, ground)
    return ground


def list_agencies(session: Session, ground: Ground) -> list[tuple[UUID, Names]]:
    """With whom: the one that it is about, or any that is verified."""
    found = repository.find_agencies(session.connection, session.of(PilotSettings).page_rows_max)
    return [one for one in found if ground.agency_id in {None, one[0]}]


def propose(
    session: Session, origin: Origin, origin_id: UUID, plan: Plan, agency_id: UUID | None = None
) -> UUID:
    """Propose a pilot. Whoever does so for one of the two sides agrees to it; the programme only proposes."""
    connection, settings, at = session.connection, session.of(PilotSettings), session.now()
    ground = find_ground(session, origin, origin_id)
    chosen = ground.agency_id or agency_id
    agreement = _agreement_of(session, ground, chosen)
    plan = _tidy(plan)
    check_plan(plan, settings, at)
    _check_ground(session, ground)
    if chosen is None or not repository.is_agency(connection, chosen):
        raise PilotAgencyUnknown
    if repository.is_code_taken(connection, plan.code):
        raise PilotCodeTaken
    pilot_id, proposal = session.new_id(), Proposal(ground, chosen, plan, settings.is_simulated)
    if not repository.store_pilot(connection, pilot_id, proposal, at):
        raise PilotExists
    session.note(PILOTS, session.look(PILOTS, pilot_id), "propose", at)
    if agreement is None:
        pilot = known(repository.find_pilot(connection, pilot_id))
        session.send(mails(session, pilot, "proposed", at), at)
    else:
        move(session, pilot_id, agreement, 1)
    return pilot_id


def move(session: Session, pilot_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Every step, with its mails. What both have agreed on is noted with the introduction that it came out of."""
    moved = session.apply(PILOTS, pilot_id, event, seen_version, reason)
    pilot = known(repository.find_pilot(session.connection, pilot_id))
    if moved.target == "agreed" and pilot.origin is Origin.INTRODUCTION:
        standing = session.look(INTRODUCTIONS, pilot.origin_id)
        if INTRODUCTIONS.machine.step(standing.state, "begin_pilot") is not None:
            move_introduction(session, pilot.origin_id, "begin_pilot", standing.version)
    session.send(stepped(session, pilot, moved), moved)
    return moved


def get_pilot(session: Session, pilot_id: UUID) -> Pilot:
    """One that both have agreed on, or that the actor has to do with; else :class:`NoSuchObject`."""
    found = repository.find_pilot(session.connection, pilot_id)
    if found is None or not may_see(session.actor.at(session.now()), found):
        raise NoSuchObject
    return found


def get_own_pilot(session: Session, pilot_id: UUID) -> Pilot:
    """One that the actor has to do with; :class:`NotAllowed` for whoever only sees it."""
    found = get_pilot(session, pilot_id)
    if not is_inside(session.actor.at(session.now()), found):
        raise NotAllowed
    return found


def has_pilot(session: Session, origin_id: UUID) -> bool:
    """Whether something has come of it already."""
    return repository.find_of_origin(session.connection, origin_id) is not None


def list_public(session: Session, after: UUID | None = None) -> tuple[list[Pilot], UUID | None]:
    """A page of what everybody sees, the newest first, and after which the next begins."""
    return _list(session, sorted(PUBLIC), None, after)


def list_own(session: Session, after: UUID | None = None) -> tuple[list[Pilot], UUID | None]:
    """The same of those that the actor has to do with; of all for the programme."""
    if session.holds(PROGRAMME, []):
        return _list(session, None, None, after)
    own = objects_of(session.actor.at(session.now()), _OWN, *_SCOPES)
    return _list(session, None, own, after) if own else ([], None)


def _list(
    session: Session, states: list[str] | None, scopes: list[UUID] | None, after: UUID | None
) -> tuple[list[Pilot], UUID | None]:
    rows = session.of(PilotSettings).page_rows_max
    found = repository.find_pilots(session.connection, states, scopes, after, rows + 1)
    return found[:rows], found[rows - 1].pilot_id if len(found) > rows else None


def _agreement_of(session: Session, ground: Ground, agency_id: UUID | None) -> str | None:
    """The step by which the actor agrees at once; None for the programme; :class:`NoSuchObject` for others."""
    actor = session.actor.at(session.now())
    if agency_id is not None and speaks_for_agency(actor, agency_id):
        return "agency_agree"
    if is_provider(actor, ground):
        return "provider_agree"
    if holds_any(actor, PROGRAMME, []):
        return None
    raise NoSuchObject


def _check_ground(session: Session, ground: Ground) -> None:
    if not ground.is_ready:
        raise NothingToPilot
    if has_pilot(session, ground.origin_id):
        raise PilotExists


def _tidy(plan: Plan) -> Plan:
    texts = {name: getattr(plan, name).strip() for name in ("code", "purpose_ar", "purpose_en")}
    texts |= {name: " ".join(getattr(plan, name).split()) for name in ("title_ar", "title_en")}
    return replace(plan, **texts)


#: All of them for the programme, the newest first; what is proposed, too.
DESK = DeskList(
    repository.QUERIES["desk"],
    "pilot_id",
    held_by(PROGRAMME),
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="-begun",
    filters=(words(), one_of("state", "listed.state", tuple(one.name for one in PILOT.states))),
    binding=PILOTS,
)
