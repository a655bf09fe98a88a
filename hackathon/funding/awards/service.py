"""Awards: offered, changed, looked at. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from casework.access.model import HUB, Actor, Role, ScopeKind
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved, Standing
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, unit
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from hackathon.funding.awards import errors, repository
from hackathon.funding.awards.desk import AwardDesk
from hackathon.funding.awards.machine import AWARD, FINANCE, OFFER_ENDS, OPEN_CLAIMS, STAFF
from hackathon.funding.awards.mails import mails
from hackathon.funding.awards.model import Amendment, Award, AwardFacts, Claim, Milestone, Terms
from hackathon.funding.awards.repository import AWARDS
from hackathon.funding.awards.rules import may_see, scopes_of, told, why_not_amended, why_wrong, wrong

#: Applications that an award can be offered to.
APPROVED: Final = frozenset({"approved", "approved_with_conditions"})


def offer(connection: Connection, desk: AwardDesk, actor: Actor, application_id: UUID, terms: Terms) -> Award:
    """Offer an award to who was approved, out of what is left of the call's budget; they are told."""
    refusal = why_wrong(terms, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        found = repository.find_application(connection, application_id)
        at = desk.desk.clock()
        if found is None or not holds_any(actor.at(at), STAFF, scopes_of(application_id, found[0])):
            raise NotAllowed
        call_id, state = found
        if repository.is_hidden(connection, actor, application_id, call_id):
            raise NoSuchObject
        if repository.belongs(connection, actor, application_id):
            raise errors.OwnAward
        if state not in APPROVED:
            raise errors.NotApproved
        left, currency = repository.hold_call(connection, call_id)
        if terms.amount_minor > left:
            raise errors.OverBudget(left=told(max(left, 0), currency))
        award_id = desk.desk.new_id()
        if not repository.store_award(connection, award_id, application_id, call_id, currency, terms, at):
            raise errors.NotApproved
        ends_at = at + timedelta(days=desk.settings.offer_days)
        set_deadline(connection, award_id, Deadline(OFFER_ENDS, ends_at, CITY_ZONE.key))
        standing = look(connection, AWARDS, award_id, actor)
        note(connection, AWARDS, standing, "offer", actor, at, {"amount": terms.amount_minor})
        award = _find(connection, award_id)
        enqueue(connection, mails(connection, desk, award, "offered", {"until": ends_at}), at)
        return award


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    award_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """A step of the award; its recipients are told of what others do."""
    with unit(connection):
        moved = apply(
            connection,
            AWARDS,
            award_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        award = _find(connection, award_id)
        if not holds_any(actor, {Role.LEAD_APPLICANT}, scopes_of(award.application_id, award.call_id)):
            state = {"state": AWARD.label("state", moved.target)}
            enqueue(connection, mails(connection, desk, award, "moved", state), moved.at, words=moved.words)
        return moved


def write_texts(  # noqa: PLR0913, PLR0917 (what is written, by whom, having seen what)
    connection: Connection, desk: AwardDesk, actor: Actor, award_id: UUID, terms: Terms, seen_version: int
) -> Award:
    """Correct what everybody reads, and the days; amount and conditions stay as they were offered."""
    with unit(connection):
        _hold(connection, desk, actor, award_id, seen_version)
        known = _find(connection, award_id).terms
        kept = replace(
            terms,
            amount_minor=known.amount_minor,
            conditions_ar=known.conditions_ar,
            conditions_en=known.conditions_en,
        )
        refusal = why_wrong(kept, desk.settings)
        if refusal is not None:
            raise refusal
        repository.write_texts(connection, award_id, kept)
        standing = look(connection, AWARDS, award_id, actor)
        note(connection, AWARDS, standing, "write_texts", actor, desk.desk.clock())
        return _find(connection, award_id)


def set_contract(  # noqa: PLR0913, PLR0917 (what is noted, by whom, having seen what)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    award_id: UUID,
    contract: str,
    contracted_on: date,
    seen_version: int,
) -> Award:
    """Note the contract that was signed, before the step ``contract``."""
    if not 1 <= len(contract.strip()) <= desk.settings.title_characters_max:
        raise wrong("contract", f"1–{desk.settings.title_characters_max}")
    with unit(connection):
        standing = _hold(connection, desk, actor, award_id, seen_version)
        if standing.state != "accepted":
            raise errors.NotPlannedNow
        repository.set_contract(connection, award_id, contract.strip(), contracted_on)
        note(connection, AWARDS, standing, "set_contract", actor, desk.desk.clock())
        return _find(connection, award_id)


def amend(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    award_id: UUID,
    amount_minor: int,
    reasons: tuple[str, str],
    seen_version: int,
) -> Award:
    """Another amount, with reasons in Arabic and English: never below what is claimed, never above the call's budget."""
    longest = desk.settings.text_characters_max
    if not all(1 <= len(text.strip()) <= longest for text in reasons):
        raise wrong("amendment_reason", f"1–{longest}")
    with unit(connection):
        standing = _hold(connection, desk, actor, award_id, seen_version)
        award, at = _find(connection, award_id), desk.desk.clock()
        if standing.state not in {"accepted", "contracted", "active", "suspended"}:
            raise errors.AwardNotRunning
        if len(repository.find_amendments(connection, award_id)) >= desk.settings.amendments_max:
            raise wrong("amendment_reason", f"≤ {desk.settings.amendments_max}")
        refusal = why_not_amended(award, repository.find_milestones(connection, award_id), amount_minor)
        if refusal is not None:
            raise refusal
        left, currency = repository.hold_call(connection, award.call_id)
        if amount_minor - award.terms.amount_minor > left:
            raise errors.OverBudget(left=told(max(left, 0), currency))
        amendment = Amendment(
            award.terms.amount_minor, amount_minor, reasons[0].strip(), reasons[1].strip(), at
        )
        repository.amend(connection, award_id, desk.desk.new_id(), amendment, actor.person_id)
        details = {"previous": award.terms.amount_minor, "amount": amount_minor}
        note(connection, AWARDS, standing, "amend", actor, at, details)
        changed = _find(connection, award_id)
        enqueue(
            connection,
            mails(connection, desk, changed, "amended", {"amount": told(amount_minor, award.currency)}),
            at,
        )
        return changed


def get_award(connection: Connection, actor: Actor, award_id: UUID) -> Award:
    """For its recipients, the programme and finance; else :class:`NoSuchObject`."""
    with connection.transaction():
        award = repository.find_award(connection, award_id)
        if award is None or not is_seen(connection, actor, award):
            raise NoSuchObject
        return award


def list_awards(connection: Connection, actor: Actor, award_ids: Collection[UUID]) -> dict[UUID, Award]:
    """Those of them that :func:`get_award` would give, by their keys; conflicts are looked for once a call."""
    with connection.transaction():
        found = [one for one in repository.find_awards(connection, award_ids) if may_see(actor, one)]
        hidden = {
            call_id: repository.hidden_from(connection, actor, call_id)
            for call_id in {one.call_id for one in found}
        }
    return {one.award_id: one for one in found if one.application_id not in hidden[one.call_id]}


def is_seen(connection: Connection, actor: Actor, award: Award) -> bool:
    """Whether all of it is for the actor; who is in conflict with it knows what the register says."""
    if not may_see(actor, award):
        return False
    return not repository.is_hidden(connection, actor, award.application_id, award.call_id)


def list_milestones(connection: Connection, actor: Actor, award_id: UUID) -> list[Milestone]:
    with connection.transaction():
        get_award(connection, actor, award_id)
        return repository.find_milestones(connection, award_id)


def list_claims(connection: Connection, actor: Actor, award_id: UUID) -> list[Claim]:
    with connection.transaction():
        get_award(connection, actor, award_id)
        return repository.find_claims(connection, award_id)


def list_amendments(connection: Connection, actor: Actor, award_id: UUID) -> Sequence[Amendment]:
    with connection.transaction():
        get_award(connection, actor, award_id)
        return repository.find_amendments(connection, award_id)


def list_of_call(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    call_id: UUID,
    state: str | None = None,
    after: UUID | None = None,
) -> list[Award]:
    """A page of a call's awards, for the programme and finance; the next begins after its last."""
    scopes = {one for one in scopes_of(call_id, call_id) if one.kind is ScopeKind.CALL}
    if not holds_any(actor.at(desk.desk.clock()), STAFF | FINANCE, scopes):
        raise NotAllowed
    with connection.transaction():
        hidden = repository.kept_from(connection, actor, call_id)
        return repository.find_of_call(connection, call_id, state, after, desk.settings.page_rows_max, hidden)


def list_own(connection: Connection, desk: AwardDesk, actor: Actor) -> list[Award]:
    """The awards of applications that the actor belongs to, the newest first."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        known = repository.find_of_person(connection, actor.person_id, desk.settings.page_rows_max)
        return [_find(connection, award_id) for award_id in known]


def list_waiting(connection: Connection, desk: AwardDesk, actor: Actor) -> list[Claim]:
    """Claims that wait for the programme or for finance, as far as the actor looks after their calls."""
    current = actor.at(desk.desk.clock())
    if holds_any(current, STAFF | FINANCE, [HUB]):
        calls = None
    else:
        calls = {
            one.scope.object_id
            for one in current.grants
            if one.role in STAFF | FINANCE and one.scope.kind is ScopeKind.CALL and one.scope.object_id
        }
        if not calls:
            raise NotAllowed
    with connection.transaction():
        return repository.find_claims_in(connection, actor, OPEN_CLAIMS, calls, desk.settings.page_rows_max)


def get_claim(connection: Connection, actor: Actor, claim_id: UUID) -> tuple[Claim, Award]:
    """A claim with its award, for those who approve and pay; :class:`NoSuchObject` for all others, recipients too,
    and for whoever is in conflict with it.
    """
    with connection.transaction():
        award_id = repository.award_of_claim(connection, claim_id)
        if award_id is None:
            raise NoSuchObject
        award = _find(connection, award_id)
        if not holds_any(actor, STAFF | FINANCE, scopes_of(award.application_id, award.call_id)):
            raise NoSuchObject
        if repository.is_hidden(connection, actor, award.application_id, award.call_id):
            raise NoSuchObject
        return repository.find_claims(connection, award_id, claim_id)[0], award


def _hold(
    connection: Connection, desk: AwardDesk, actor: Actor, award_id: UUID, seen_version: int
) -> Standing[AwardFacts]:
    """The award, locked for those who run the programme and do not receive it."""
    standing = lock(connection, AWARDS, award_id, actor)
    if not holds_any(actor.at(desk.desk.clock()), STAFF, standing.scopes):
        raise NotAllowed
    if repository.belongs(connection, actor, _find(connection, award_id).application_id):
        raise errors.OwnAward
    compare(standing, seen_version)
    return standing


def _find(connection: Connection, award_id: UUID) -> Award:
    award = repository.find_award(connection, award_id)
    if award is None:
        raise NoSuchObject
    return award
