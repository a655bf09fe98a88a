"""Pilots for both sides, for the programme, and for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from casework.access.model import Actor, Role, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.people.model import Names
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Moved, Offer
from casework.workflow.service import apply, look, note, possible_steps, unit
from citycore.store.connections import Connection
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.introductions.rules import speaks_for_agency
from hackathon.market.introductions.service import move as move_introduction
from hackathon.market.pilots import mails, repository
from hackathon.market.pilots.desk import PilotDesk
from hackathon.market.pilots.errors import AgencyUnknown, CodeTaken, NothingToPilot, PilotExists
from hackathon.market.pilots.grounds import find_ground
from hackathon.market.pilots.machine import PROGRAMME, PUBLIC
from hackathon.market.pilots.model import Facts, Ground, Origin, Pilot, Plan
from hackathon.market.pilots.repository import PILOTS
from hackathon.market.pilots.rules import is_inside, may_see, provider_scopes, provides, why_wrong

_OWN = frozenset(
    {Role.OFFICER, Role.VENDOR, Role.CAPTAIN, Role.TEAM_MEMBER, Role.LEAD_APPLICANT, Role.CO_APPLICANT}
)


def get_ground(
    connection: Connection, desk: PilotDesk, actor: Actor, origin: Origin, origin_id: UUID
) -> Ground:
    """What a pilot could be proposed on, for whoever may propose it; :class:`NothingToPilot`, :class:`PilotExists`."""
    with connection.transaction():
        ground = find_ground(desk.desk.session(connection, actor), origin, origin_id)
        _side_of(actor.at(desk.desk.clock()), ground, ground.agency_id)
        _check_ground(connection, ground)
    return ground


def list_agencies(connection: Connection, desk: PilotDesk, ground: Ground) -> list[tuple[UUID, Names]]:
    """With whom: the one that it is about, or any that is verified."""
    with connection.transaction():
        found = repository.find_agencies(connection, desk.settings.page_rows_max)
    return [one for one in found if ground.agency_id in {None, one[0]}]


def propose(  # noqa: PLR0913, PLR0917 (who proposes what to whom)
    connection: Connection,
    desk: PilotDesk,
    actor: Actor,
    origin: Origin,
    origin_id: UUID,
    plan: Plan,
    agency_id: UUID | None = None,
) -> UUID:
    """Propose a pilot. Whoever does so for one of the two sides agrees to it; the programme only proposes."""
    pilot_id = desk.desk.new_id()
    with unit(connection):
        at = desk.desk.clock()
        ground = find_ground(desk.desk.session(connection, actor), origin, origin_id)
        chosen = ground.agency_id or agency_id
        agreeing = _side_of(actor.at(at), ground, chosen)
        plan = _tidy(plan)
        refusal = why_wrong(plan, desk.settings, at)
        if refusal is not None:
            raise refusal
        _check_ground(connection, ground)
        if chosen is None or not repository.is_agency(connection, chosen):
            raise AgencyUnknown
        if repository.is_code_taken(connection, plan.code):
            raise CodeTaken
        is_simulated = desk.settings.is_simulated
        if not repository.store_pilot(
            connection, pilot_id, ground, chosen, plan, at, is_simulated=is_simulated
        ):
            raise PilotExists
        note(connection, PILOTS, look(connection, PILOTS, pilot_id, actor), "propose", actor, at)
        if agreeing is None:
            enqueue(connection, mails.proposed(connection, desk, _find(connection, pilot_id), at), at)
        else:
            move(connection, desk, actor, pilot_id, agreeing, 1)
    return pilot_id


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: PilotDesk,
    actor: Actor,
    pilot_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step, with its mails. What both have agreed on is noted with the introduction that it came out of."""
    with unit(connection):
        moved = apply(
            connection,
            PILOTS,
            pilot_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        pilot = _find(connection, pilot_id)
        if moved.target == "agreed" and pilot.origin is Origin.INTRODUCTION:
            standing = look(connection, INTRODUCTIONS, pilot.origin_id, actor)
            if INTRODUCTIONS.machine.step(standing.state, "begin_pilot") is not None:
                move_introduction(
                    connection, desk.introductions, actor, pilot.origin_id, "begin_pilot", standing.version
                )
        enqueue(connection, mails.stepped(connection, desk, pilot, moved), moved.at, words=moved.words)
    return moved


def get_pilot(connection: Connection, desk: PilotDesk, actor: Actor, pilot_id: UUID) -> Pilot:
    """One that both have agreed on, or that the actor has to do with; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_pilot(connection, pilot_id)
    if found is None or not may_see(actor.at(desk.desk.clock()), found):
        raise NoSuchObject
    return found


def get_own_pilot(connection: Connection, desk: PilotDesk, actor: Actor, pilot_id: UUID) -> Pilot:
    """One that the actor has to do with; :class:`NotAllowed` for whoever only sees it."""
    found = get_pilot(connection, desk, actor, pilot_id)
    if not is_inside(actor.at(desk.desk.clock()), found):
        raise NotAllowed
    return found


def get_steps(
    connection: Connection, desk: PilotDesk, actor: Actor, pilot_id: UUID
) -> Sequence[Offer[Facts]]:
    return possible_steps(connection, PILOTS, pilot_id, actor, desk.desk.clock)


def has_pilot(session: Session, origin_id: UUID) -> bool:
    """Whether something has come of it already."""
    return repository.find_of_origin(session.connection, origin_id) is not None


def list_public(
    connection: Connection, desk: PilotDesk, after: UUID | None = None
) -> tuple[list[Pilot], UUID | None]:
    """A page of what everybody sees, the newest first, and after which the next begins."""
    return _list(connection, desk, PUBLIC, None, after)


def list_own(
    connection: Connection, desk: PilotDesk, actor: Actor, after: UUID | None = None
) -> tuple[list[Pilot], UUID | None]:
    """The same of those that the actor has to do with; of all for the programme."""
    acting = actor.at(desk.desk.clock())
    if holds_any(acting, PROGRAMME, []):
        return _list(connection, desk, None, None, after)
    kinds = {ScopeKind.ORGANISATION, ScopeKind.TEAM, ScopeKind.APPLICATION}
    own = [
        grant.scope.object_id
        for grant in acting.grants
        if grant.role in _OWN and grant.scope.kind in kinds and grant.scope.object_id is not None
    ]
    return _list(connection, desk, None, own, after) if own else ([], None)


def _list(
    connection: Connection,
    desk: PilotDesk,
    states: frozenset[str] | None,
    scopes: list[UUID] | None,
    after: UUID | None,
) -> tuple[list[Pilot], UUID | None]:
    rows = desk.settings.page_rows_max
    with connection.transaction():
        found = repository.find_pilots(connection, states, scopes, after, rows + 1)
    return found[:rows], found[rows - 1].pilot_id if len(found) > rows else None


def _side_of(actor: Actor, ground: Ground, agency_id: UUID | None) -> str | None:
    """The step by which the actor agrees at once; None for the programme; :class:`NoSuchObject` for others."""
    if agency_id is not None and speaks_for_agency(actor, agency_id):
        return "agency_agree"
    if provides(actor, provider_scopes(ground.provider_id, ground.team_id, ground.application_id)):
        return "provider_agree"
    if holds_any(actor, PROGRAMME, []):
        return None
    raise NoSuchObject


def _check_ground(connection: Connection, ground: Ground) -> None:
    if not ground.is_ready:
        raise NothingToPilot
    if repository.find_of_origin(connection, ground.origin_id) is not None:
        raise PilotExists


def _tidy(plan: Plan) -> Plan:
    texts = {name: getattr(plan, name).strip() for name in ("code", "purpose_ar", "purpose_en")}
    texts |= {name: " ".join(getattr(plan, name).split()) for name in ("title_ar", "title_en")}
    return replace(plan, **texts)


def _find(connection: Connection, pilot_id: UUID) -> Pilot:
    found = repository.find_pilot(connection, pilot_id)
    assert found is not None
    return found
