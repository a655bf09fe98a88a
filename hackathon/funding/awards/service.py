"""Awards: offered, changed, looked at. Each function is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from casework.access.model import HUB, Role, Scope, ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.lists.model import DeskList, Sort, one_of, words
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, check, check_all, existing
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from hackathon.funding.awards import errors, repository
from hackathon.funding.awards.machine import AWARD, FINANCE, OFFER_ENDS, OPEN_CLAIMS, STAFF
from hackathon.funding.awards.mails import mails
from hackathon.funding.awards.model import (
    Amendment,
    Award,
    AwardFacts,
    Claim,
    Listed,
    Milestone,
    NewAward,
    Terms,
)
from hackathon.funding.awards.repository import AWARDS
from hackathon.funding.awards.rules import FIELDS, may_see, scopes_of, told, why_not_amended, wrong_terms
from hackathon.funding.awards.settings import AwardSettings

#: Applications that an award can be offered to.
APPROVED: Final = frozenset({"approved", "approved_with_conditions"})


def offer(session: Session, application_id: UUID, terms: Terms) -> Award:
    """Offer an award to who was approved, out of what is left of the call's budget; they are told."""
    check_all(wrong_terms(terms, session.of(AwardSettings)))
    found = repository.find_application(session.connection, application_id)
    at = session.now()
    if found is None or not session.holds(STAFF, scopes_of(application_id, found[0])):
        raise NotAllowed
    call_id, state = found
    if repository.is_hidden(session.connection, session.actor, application_id, call_id):
        raise NoSuchObject
    if repository.belongs(session.connection, session.actor, application_id):
        raise errors.OwnAward
    if state not in APPROVED:
        raise errors.ApplicationNotApproved
    left, currency = repository.hold_call(session.connection, call_id)
    if terms.amount_minor > left:
        raise errors.OverBudget(left=told(max(left, 0), currency))
    award_id = session.new_id()
    new = NewAward(award_id, application_id, call_id, currency, terms)
    if not repository.store_award(session.connection, new, at):
        raise errors.ApplicationNotApproved
    ends_at = at + timedelta(days=session.of(AwardSettings).offer_days)
    session.set_deadline(award_id, OFFER_ENDS, ends_at)
    session.note(AWARDS, session.look(AWARDS, award_id), "offer", at, amount=terms.amount_minor)
    award = find(session, award_id)
    session.send(mails(session, award, "offered", until=ends_at), at)
    return award


def move(
    session: Session,
    award_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """A step of the award; its recipients are told of what others do."""
    moved = session.apply(AWARDS, award_id, event, seen_version, reason)
    award = find(session, award_id)
    if not holds_any(session.actor, {Role.LEAD_APPLICANT}, scopes_of(award.application_id, award.call_id)):
        state = AWARD.label("state", moved.target)
        session.send(mails(session, award, "moved", state=state), moved)
    return moved


def write_texts(session: Session, award_id: UUID, terms: Terms, seen_version: int) -> Award:
    """Correct what everybody reads, and the days; amount and conditions stay as they were offered."""
    _hold(session, award_id, seen_version)
    known = find(session, award_id).terms
    kept = replace(
        terms,
        amount_minor=known.amount_minor,
        conditions_ar=known.conditions_ar,
        conditions_en=known.conditions_en,
    )
    check_all(wrong_terms(kept, session.of(AwardSettings)))
    repository.write_texts(session.connection, award_id, kept)
    session.note(AWARDS, session.look(AWARDS, award_id), "write_texts", session.now())
    return find(session, award_id)


def set_contract(
    session: Session,
    award_id: UUID,
    contract: str,
    contracted_on: date,
    seen_version: int,
) -> Award:
    """Note the contract that was signed, before the step ``contract``."""
    longest = session.of(AwardSettings).title_characters_max
    FIELDS.check_text("contract", contract, longest)
    standing = _hold(session, award_id, seen_version)
    if standing.state != "accepted":
        raise errors.MilestonesFixed
    repository.set_contract(session.connection, award_id, contract.strip(), contracted_on)
    session.note(AWARDS, standing, "set_contract", session.now())
    return find(session, award_id)


def amend(
    session: Session,
    award_id: UUID,
    amount_minor: int,
    reasons: tuple[str, str],
    seen_version: int,
) -> Award:
    """Another amount, with reasons in Arabic and English: never below what is claimed, never above the call's budget."""
    settings, connection = session.of(AwardSettings), session.connection
    for text in reasons:
        FIELDS.check_text("amendment_reason", text, settings.text_characters_max)
    standing = _hold(session, award_id, seen_version)
    award, at = find(session, award_id), session.now()
    if standing.state not in {"accepted", "contracted", "active", "suspended"}:
        raise errors.AwardNotRunning
    if len(repository.find_amendments(connection, award_id)) >= settings.amendments_max:
        raise FIELDS.wrong("amendment_reason", f"≤ {settings.amendments_max}")
    check(why_not_amended(award, repository.find_milestones(connection, award_id), amount_minor))
    left, currency = repository.hold_call(connection, award.call_id)
    if amount_minor - award.terms.amount_minor > left:
        raise errors.OverBudget(left=told(max(left, 0), currency))
    amendment = Amendment(award.terms.amount_minor, amount_minor, reasons[0].strip(), reasons[1].strip(), at)
    repository.amend(connection, award_id, session.new_id(), amendment, session.actor.person_id)
    session.note(AWARDS, standing, "amend", at, previous=award.terms.amount_minor, amount=amount_minor)
    changed = find(session, award_id)
    session.send(mails(session, changed, "amended", amount=told(amount_minor, award.currency)), at)
    return changed


def get_award(session: Session, award_id: UUID) -> Award:
    """For its recipients, the programme and finance; else :class:`NoSuchObject`."""
    award = repository.find_award(session.connection, award_id)
    if award is None or not is_seen(session, award):
        raise NoSuchObject
    return award


def list_awards(session: Session, award_ids: Collection[UUID]) -> dict[UUID, Award]:
    """Those of them that :func:`get_award` would give, by their keys; conflicts are looked for once a call."""
    found = [
        one for one in repository.find_awards(session.connection, award_ids) if may_see(session.actor, one)
    ]
    hidden = {
        call_id: repository.hidden_from(session.connection, session.actor, call_id)
        for call_id in {one.call_id for one in found}
    }
    return {one.award_id: one for one in found if one.application_id not in hidden[one.call_id]}


def get_run(session: Session, award_id: UUID) -> Award:
    """The same for those who run the programme; :class:`NotAllowed` for the others who see it."""
    award = get_award(session, award_id)
    session.require(STAFF, scopes_of(award.application_id, award.call_id))
    return award


def get_of_milestone(session: Session, milestone_id: UUID) -> Award:
    """The award that a milestone belongs to, for whoever sees it; else :class:`NoSuchObject`."""
    return get_award(session, find_milestone(session, milestone_id).award_id)


def get_of_claim(session: Session, claim_id: UUID) -> Award:
    """The same of a claim."""
    return get_award(session, find_claim(session, claim_id).award_id)


def is_seen(session: Session, award: Award) -> bool:
    """Whether all of it is for the actor; who is in conflict with it knows what the register says."""
    if not may_see(session.actor, award):
        return False
    return not repository.is_hidden(session.connection, session.actor, award.application_id, award.call_id)


def list_milestones(session: Session, award_id: UUID) -> list[Milestone]:
    get_award(session, award_id)
    return repository.find_milestones(session.connection, award_id)


def list_claims(session: Session, award_id: UUID) -> list[Claim]:
    get_award(session, award_id)
    return repository.find_claims(session.connection, award_id)


def list_amendments(session: Session, award_id: UUID) -> Sequence[Amendment]:
    get_award(session, award_id)
    return repository.find_amendments(session.connection, award_id)


def list_of_call(
    session: Session,
    call_id: UUID,
    state: str | None = None,
    after: UUID | None = None,
) -> list[Award]:
    """A page of a call's awards, for the programme and finance; the next begins after its last."""
    session.require(STAFF | FINANCE, [Scope(ScopeKind.CALL, call_id)])
    hidden = repository.kept_from(session.connection, session.actor, call_id)
    rows = session.of(AwardSettings).page_rows_max
    return repository.find_of_call(session.connection, Listed(call_id, state, tuple(hidden), after, rows))


def list_own(session: Session) -> list[Award]:
    """The awards of applications that the actor belongs to, the newest first."""
    if session.actor.person_id is None:
        return []
    known = repository.find_of_person(
        session.connection, session.actor.person_id, session.of(AwardSettings).page_rows_max
    )
    return [find(session, award_id) for award_id in known]


def _claim_values(session: Session) -> dict[str, object]:
    current = session.actor.at(session.now())
    runs_all = holds_any(current, STAFF | FINANCE, [HUB])
    calls = None if runs_all else objects_of(current, STAFF | FINANCE, ScopeKind.CALL)
    if calls == []:
        raise NotAllowed
    states = sorted(OPEN_CLAIMS)
    hidden = repository.kept_of_claims(session.connection, session.actor, states, calls)
    return {"states": states, "calls": None if calls is None else list(calls), "hidden": hidden}


def list_waiting(session: Session) -> list[Claim]:
    """Claims that wait for the programme or for finance, as far as the actor looks after their calls."""
    rows = {"rows": session.of(AwardSettings).page_rows_max}
    return repository.find_claims_in(session.connection, _claim_values(session) | rows)


_SORTS: Final = {
    "since": Sort("listed.state_changed_at", "instant"),
    "begun": Sort("listed.created_at", "instant"),
    "amount": Sort("listed.amount_minor", "whole"),
}
#: Claims that wait for the programme or for finance, as far as the actor looks after their calls, the longest waiting first.
CLAIMS_DESK = DeskList(
    repository.QUERIES["desk"],
    "claim_id",
    _claim_values,
    sorts=_SORTS,
    first="since",
    filters=(words(), one_of("state", "listed.state", tuple(sorted(OPEN_CLAIMS)))),
)


def _award_values(session: Session, call_id: UUID) -> dict[str, object]:
    session.require(STAFF | FINANCE, [Scope(ScopeKind.CALL, call_id)])
    hidden = repository.kept_from(session.connection, session.actor, call_id)
    return {"call_id": call_id, "hidden": list(hidden)}


#: What a call has granted, for the programme and finance, the newest first.
AWARDS_DESK = DeskList(
    repository.QUERIES["desk_of_call"],
    "award_id",
    _award_values,
    sorts=_SORTS,
    first="-begun",
    filters=(words(), one_of("state", "listed.state", tuple(one.name for one in AWARD.states))),
)


def get_claim(session: Session, claim_id: UUID) -> tuple[Claim, Award]:
    """A claim with its award, for those who approve and pay; :class:`NoSuchObject` for all others, recipients too,
    and for whoever is in conflict with it.
    """
    claim = find_claim(session, claim_id)
    award = find(session, claim.award_id)
    if not holds_any(session.actor, STAFF | FINANCE, scopes_of(award.application_id, award.call_id)):
        raise NoSuchObject
    if repository.is_hidden(session.connection, session.actor, award.application_id, award.call_id):
        raise NoSuchObject
    return claim, award


def _hold(session: Session, award_id: UUID, seen_version: int) -> Standing[AwardFacts]:
    """The award, locked for those who run the programme and do not receive it."""
    standing = session.hold(AWARDS, award_id, STAFF)
    if repository.belongs(session.connection, session.actor, find(session, award_id).application_id):
        raise errors.OwnAward
    compare(standing, seen_version)
    return standing


def find(session: Session, award_id: UUID) -> Award:
    """Whoever calls asks whether the actor may know of it; :class:`NoSuchObject`. So it is with the next two."""
    return existing(repository.find_award(session.connection, award_id))


def find_milestone(session: Session, milestone_id: UUID) -> Milestone:
    return existing(repository.find_milestone(session.connection, milestone_id))


def find_claim(session: Session, claim_id: UUID) -> Claim:
    return existing(repository.find_claim(session.connection, claim_id))
