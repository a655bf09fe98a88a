"""Milestones with their evidence, claims, and payments. Whoever changes money holds the award first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.files.model import Received
from casework.files.service import path_of
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, Refusal, check
from casework.workflow.model import Moved, Offer, Standing
from casework.workflow.rules import compare
from citycore.clock import CITY_ZONE
from hackathon.funding.awards import errors, repository
from hackathon.funding.awards.machine import (
    CLAIM,
    DUE,
    FINANCE,
    LEAD,
    MILESTONE,
    PLANNED_IN,
    RECIPIENTS,
    REPORTABLE,
    RUNNING,
    STAFF,
)
from hackathon.funding.awards.mails import mails
from hackathon.funding.awards.model import (
    Award,
    Claim,
    ClaimFacts,
    Milestone,
    MilestoneFacts,
    NewClaim,
    NewPayment,
    Plan,
)
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.funding.awards.rules import (
    FIELDS,
    scopes_of,
    told,
    why_not_claimed,
    why_not_planned,
    why_wrong_plan,
    wrong_paid_on,
)
from hackathon.funding.awards.service import find, find_claim, find_milestone, is_seen
from hackathon.funding.awards.settings import AwardSettings

#: What was taken back stays too, as evidence of what was paid for.
SWEEP = Sweep("awards", lambda: AwardSettings().store(), repository.QUERIES["named_files"])

#: Steps of a claim that have functions of their own.
OF_THEIR_OWN = frozenset({"pay", "resubmit"})


def plan_milestone(session: Session, award_id: UUID, plan: Plan) -> Milestone:
    """One milestone more, behind the others."""
    check(why_wrong_plan(plan, session.of(AwardSettings)))
    standing = session.hold(AWARDS, award_id, STAFF)
    at = session.now()
    if standing.state not in PLANNED_IN:
        raise errors.MilestonesFixed
    award, known = find(session, award_id), repository.find_milestones(session.connection, award_id)
    if repository.belongs(session.connection, session.actor, award.application_id):
        raise errors.OwnAward
    most = session.of(AwardSettings).milestones_max
    if len(known) >= most:
        raise FIELDS.wrong("milestones", f"≤ {most}")
    check(why_not_planned(award, known, plan))
    milestone_id = session.new_id()
    repository.add_milestone(session.connection, award_id, milestone_id, plan, at)
    session.set_deadline(milestone_id, DUE, plan.due_at)
    own = session.look(MILESTONES, milestone_id)
    session.note(MILESTONES, own, "plan", at, amount=plan.amount_minor)
    return find_milestone(session, milestone_id)


def write_report(session: Session, milestone_id: UUID, report: str, seen_version: int) -> Milestone:
    """Say what was done, before it is handed in by the step ``report``."""
    longest = session.of(AwardSettings).report_characters_max
    FIELDS.check_text("report", report, longest, least=0)
    standing = _hold_own(session, milestone_id)
    compare(standing, seen_version)
    repository.write_report(session.connection, milestone_id, report, session.actor.person_id)
    session.note(MILESTONES, standing, "write_report", session.now())
    return find_milestone(session, milestone_id)


def add_file(session: Session, milestone_id: UUID, received: Received) -> StoredFile:
    """Evidence that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(session.new_id(), received)
    _hold_own(session, milestone_id)
    known = repository.find_files(session.connection, milestone_id)
    require_room(known, file, session.of(AwardSettings).evidence_files_max)
    repository.add_file(session.connection, milestone_id, file, session.now())
    return file


def remove_file(session: Session, milestone_id: UUID, file_id: UUID) -> None:
    _hold_own(session, milestone_id)
    if not repository.remove_file(session.connection, milestone_id, file_id, session.now()):
        raise NoSuchObject


def open_file(session: Session, milestone_id: UUID, file_id: UUID) -> tuple[StoredFile, Path]:
    """Evidence and where its bytes lie, for whoever sees the award."""
    for file in list_files(session, milestone_id):
        if file.file_id == file_id:
            return file, path_of(file.digest, session.of(AwardSettings).store())
    raise NoSuchObject


def list_files(session: Session, milestone_id: UUID) -> list[StoredFile]:
    milestone = find_milestone(session, milestone_id)
    if not is_seen(session, find(session, milestone.award_id)):
        raise NoSuchObject
    return repository.find_files(session.connection, milestone_id)


def move_milestone(
    session: Session,
    milestone_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """A step of a milestone; recipients are told of what was decided."""
    award = _hold_award(session, find_milestone(session, milestone_id).award_id)
    moved = session.apply(MILESTONES, milestone_id, event, seen_version, reason)
    if event in {"accept", "return"}:
        title, state = (
            find_milestone(session, milestone_id).plan.title,
            MILESTONE.label("state", moved.target),
        )
        session.send(mails(session, award, "milestone_moved", milestone=title, state=state), moved)
    return moved


def claim(session: Session, milestone_id: UUID, amount_minor: int, account: str) -> Claim:
    """Ask for money for a milestone; all claims together are never more than the award."""
    _check_account(session, account)
    award = _hold_award(session, find_milestone(session, milestone_id).award_id)
    at = session.now()
    if not session.holds(LEAD, scopes_of(award.application_id, award.call_id)):
        raise NoSuchObject
    if award.state not in RUNNING:
        raise errors.AwardNotRunning
    most = session.of(AwardSettings).claims_max
    if len(repository.find_claims(session.connection, award.award_id)) >= most:
        raise FIELDS.wrong("claims", f"≤ {most}")
    milestone = find_milestone(session, milestone_id)
    if milestone.state != "accepted":
        raise errors.MilestoneNotAccepted
    check(why_not_claimed(award, milestone, amount_minor))
    claim_id = session.new_id()
    new = NewClaim(claim_id, award.award_id, milestone_id, amount_minor, account.strip())
    repository.add_claim(session.connection, new, at)
    session.note(CLAIMS, session.look(CLAIMS, claim_id), "submit", at, amount=amount_minor)
    session.confirm(CLAIMS, claim_id, at)
    return find_claim(session, claim_id)


def rewrite_claim(
    session: Session,
    claim_id: UUID,
    amount_minor: int,
    account: str,
    seen_version: int,
) -> Moved:
    """Change a claim that was sent back, and hand it in again."""
    _check_account(session, account)
    award = _hold_award(session, find_claim(session, claim_id).award_id)
    standing = session.hold(CLAIMS, claim_id, LEAD, seen_version)
    if standing.state != "changes_requested":
        raise errors.NotReportedNow
    known = find_claim(session, claim_id)
    milestone = find_milestone(session, known.milestone_id)
    check(why_not_claimed(award, milestone, amount_minor, known.amount_minor))
    repository.write_claim(session.connection, claim_id, amount_minor, account.strip())
    return session.apply(CLAIMS, claim_id, "resubmit", seen_version + 1, amount=amount_minor)


def move_claim(
    session: Session,
    claim_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step but ``pay``, which is recorded with its reference, and ``resubmit``, which says for what."""
    if event in OF_THEIR_OWN:
        raise ValueError(f"{event} has a function of its own")
    award = _hold_award(session, find_claim(session, claim_id).award_id)
    moved = session.apply(CLAIMS, claim_id, event, seen_version, reason)
    if event == "approve":
        repository.note_approval(session.connection, claim_id, session.actor.person_id)
    elif event in {"approve_payment", "retry"}:
        repository.note_finance(session.connection, claim_id, session.actor.person_id)
    elif event == "send_back":
        repository.note_approval(session.connection, claim_id, None)
    if event in {"ask_changes", "send_back", "refuse", "fail"}:
        _tell(session, award, claim_id, moved)
    return moved


def get_claim_steps(session: Session, claim_id: UUID) -> list[Offer[ClaimFacts]]:
    """Those of :func:`move_claim`."""
    return [one for one in session.steps(CLAIMS, claim_id) if one.step.event not in OF_THEIR_OWN]


def find_payment_refusal(session: Session, claim_id: UUID) -> Refusal | None:
    """What stands against :func:`record_payment` by the actor, first of all; None where nothing does."""
    offers = [one for one in session.steps(CLAIMS, claim_id) if one.step.event == "pay"]
    return next((refusal for one in offers for refusal in one.refusals), None)


def record_payment(
    session: Session,
    claim_id: UUID,
    paid_on: date,
    reference: str,
    seen_version: int,
) -> Moved:
    """That the money of a claim was sent, once: all of it, on a day that is not in the future."""
    longest = session.of(AwardSettings).title_characters_max
    FIELDS.check_text("payment_reference", reference, longest)
    award = _hold_award(session, find_claim(session, claim_id).award_id)
    at = session.now()
    session.require(FINANCE, scopes_of(award.application_id, award.call_id))
    today = at.astimezone(CITY_ZONE).date()
    check(wrong_paid_on(paid_on, today))
    moved = session.apply(CLAIMS, claim_id, "pay", seen_version)
    new = NewPayment(session.new_id(), claim_id, paid_on, reference.strip(), session.actor.person_id)
    repository.add_payment(session.connection, new, moved.at)
    _tell(session, award, claim_id, moved)
    return moved


def _tell(session: Session, award: Award, claim_id: UUID, moved: Moved) -> None:
    amount = told(find_claim(session, claim_id).amount_minor, award.currency)
    state = CLAIM.label("state", moved.target)
    session.send(mails(session, award, "claim_moved", amount=amount, state=state), moved)


def _check_account(session: Session, account: str) -> None:
    longest = session.of(AwardSettings).text_characters_max
    FIELDS.check_text("account", account, longest)


def _hold_award(session: Session, award_id: UUID) -> Award:
    """The award as it stands, nobody else's until the transaction ends."""
    session.lock(AWARDS, award_id)
    return find(session, award_id)


def _hold_own(session: Session, milestone_id: UUID) -> Standing[MilestoneFacts]:
    """A milestone that its recipient may write in now; a stranger does not learn whether there is one."""
    standing = session.lock(MILESTONES, milestone_id)
    if not session.holds(RECIPIENTS, standing.scopes):
        raise NoSuchObject
    if standing.state not in REPORTABLE:
        raise errors.NotReportedNow
    return standing
