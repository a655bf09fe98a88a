"""Milestones with their evidence, claims, and payments. Whoever changes money holds the award first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile, Sweep
from casework.attachments.rules import require_room
from casework.files.model import Received
from casework.files.service import path_of
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
from hackathon.funding.awards.mails import Fields, mails
from hackathon.funding.awards.model import Award, Claim, Milestone, MilestoneFacts, Plan
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.funding.awards.rules import (
    scopes_of,
    told,
    why_not_claimed,
    why_not_planned,
    why_wrong_plan,
    wrong,
)
from hackathon.funding.awards.service import is_seen
from hackathon.funding.awards.settings import AwardSettings

#: What was taken back stays too, as evidence of what was paid for.
SWEEP = Sweep("awards", lambda: AwardSettings().store(), repository.QUERIES["named_files"])


def plan_milestone(
    connection: Connection, desk: AwardDesk, actor: Actor, award_id: UUID, plan: Plan
) -> Milestone:
    """One milestone more, behind the others."""
    refusal = why_wrong_plan(plan, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        standing = lock(connection, AWARDS, award_id, actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), STAFF, standing.scopes):
            raise NotAllowed
        if standing.state not in PLANNED_IN:
            raise errors.NotPlannedNow
        award, known = _award(connection, award_id), repository.find_milestones(connection, award_id)
        if repository.belongs(connection, actor, award.application_id):
            raise errors.OwnAward
        if len(known) >= desk.settings.milestones_max:
            raise wrong("milestones", f"≤ {desk.settings.milestones_max}")
        refusal = why_not_planned(award, known, plan)
        if refusal is not None:
            raise refusal
        milestone_id = desk.desk.new_id()
        repository.add_milestone(connection, award_id, milestone_id, plan, at)
        set_deadline(connection, milestone_id, Deadline(DUE, plan.due_at, CITY_ZONE.key))
        own = look(connection, MILESTONES, milestone_id, actor)
        note(connection, MILESTONES, own, "plan", actor, at, {"amount": plan.amount_minor})
        return _milestone(connection, milestone_id)


def write_report(  # noqa: PLR0913, PLR0917 (what is written, by whom, having seen what)
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID, report: str, seen_version: int
) -> Milestone:
    """Say what was done, before it is handed in by the step ``report``."""
    if len(report) > desk.settings.report_characters_max:
        raise wrong("report", f"0–{desk.settings.report_characters_max}")
    with unit(connection):
        standing = _hold_own(connection, desk, actor, milestone_id)
        compare(standing, seen_version)
        repository.write_report(connection, milestone_id, report, actor.person_id)
        note(connection, MILESTONES, standing, "write_report", actor, desk.desk.clock())
        return _milestone(connection, milestone_id)


def add_file(
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID, received: Received
) -> StoredFile:
    """Evidence that was checked before; :class:`FileRefused` where there is no room for it."""
    file = StoredFile.of(desk.desk.new_id(), received)
    with unit(connection):
        _hold_own(connection, desk, actor, milestone_id)
        require_room(repository.find_files(connection, milestone_id), file, desk.settings.evidence_files_max)
        repository.add_file(connection, milestone_id, file, desk.desk.clock())
    return file


def remove_file(
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID, file_id: UUID
) -> None:
    with unit(connection):
        _hold_own(connection, desk, actor, milestone_id)
        if not repository.remove_file(connection, milestone_id, file_id, desk.desk.clock()):
            raise NoSuchObject


def open_file(
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID, file_id: UUID
) -> tuple[StoredFile, Path]:
    """Evidence and where its bytes lie, for whoever sees the award."""
    with connection.transaction():
        milestone = _milestone(connection, milestone_id)
        if not is_seen(connection, actor, _award(connection, milestone.award_id)):
            raise NoSuchObject
        for file in repository.find_files(connection, milestone_id):
            if file.file_id == file_id:
                return file, path_of(file.digest, desk.settings.store())
    raise NoSuchObject


def list_files(connection: Connection, actor: Actor, milestone_id: UUID) -> list[StoredFile]:
    with connection.transaction():
        milestone = _milestone(connection, milestone_id)
        if not is_seen(connection, actor, _award(connection, milestone.award_id)):
            raise NoSuchObject
        return repository.find_files(connection, milestone_id)


def move_milestone(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    milestone_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """A step of a milestone; recipients are told of what was decided."""
    with unit(connection):
        _hold_award(connection, repository.award_of_milestone(connection, milestone_id), actor)
        moved = apply(
            connection,
            MILESTONES,
            milestone_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event in {"accept", "return"}:
            milestone = _milestone(connection, milestone_id)
            fields: Fields = {
                "milestone": milestone.plan.title,
                "state": MILESTONE.label("state", moved.target),
            }
            award = _award(connection, milestone.award_id)
            enqueue(
                connection,
                mails(connection, desk, award, "milestone_moved", fields),
                moved.at,
                words=moved.words,
            )
        return moved


def claim(  # noqa: PLR0913, PLR0917 (what is asked for, by whom)
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID, amount_minor: int, account: str
) -> Claim:
    """Ask for money for a milestone; all claims together are never more than the award."""
    _check_account(desk, account)
    with unit(connection):
        award = _hold_award(connection, repository.award_of_milestone(connection, milestone_id), actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), LEAD, scopes_of(award.application_id, award.call_id)):
            raise NoSuchObject
        if award.state not in RUNNING:
            raise errors.AwardNotRunning
        if len(repository.find_claims(connection, award.award_id)) >= desk.settings.claims_max:
            raise wrong("claims", f"≤ {desk.settings.claims_max}")
        milestone = _milestone(connection, milestone_id)
        if milestone.state != "accepted":
            raise errors.MilestoneNotAccepted
        refusal = why_not_claimed(award, milestone, amount_minor)
        if refusal is not None:
            raise refusal
        claim_id = desk.desk.new_id()
        repository.add_claim(
            connection, claim_id, award.award_id, milestone_id, amount_minor, account.strip(), at
        )
        standing = look(connection, CLAIMS, claim_id, actor)
        note(connection, CLAIMS, standing, "submit", actor, at, {"amount": amount_minor})
        return _claim(connection, claim_id)


def rewrite_claim(  # noqa: PLR0913, PLR0917 (what is asked for, by whom, having seen what)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    claim_id: UUID,
    amount_minor: int,
    account: str,
    seen_version: int,
) -> Moved:
    """Change a claim that was sent back, and hand it in again."""
    _check_account(desk, account)
    with unit(connection):
        award = _hold_award(connection, repository.award_of_claim(connection, claim_id), actor)
        standing = lock(connection, CLAIMS, claim_id, actor)
        if not holds_any(actor.at(desk.desk.clock()), LEAD, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        if standing.state != "changes_requested":
            raise errors.NotReportedNow
        known = _claim(connection, claim_id)
        milestone = _milestone(connection, known.milestone_id)
        refusal = why_not_claimed(award, milestone, amount_minor, known.amount_minor)
        if refusal is not None:
            raise refusal
        repository.write_claim(connection, claim_id, amount_minor, account.strip())
        return apply(
            connection,
            CLAIMS,
            claim_id,
            "resubmit",
            actor,
            desk.desk.clock,
            seen_version=seen_version + 1,
            details={"amount": amount_minor},
        )


def move_claim(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    claim_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step but ``pay``, which is recorded with its reference, and ``resubmit``, which says for what."""
    if event in {"pay", "resubmit"}:
        raise ValueError(f"{event} has a function of its own")
    with unit(connection):
        award = _hold_award(connection, repository.award_of_claim(connection, claim_id), actor)
        moved = apply(
            connection,
            CLAIMS,
            claim_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event == "approve":
            repository.note_approval(connection, claim_id, actor.person_id)
        elif event in {"approve_payment", "retry"}:
            repository.note_finance(connection, claim_id, actor.person_id)
        elif event == "send_back":
            repository.note_approval(connection, claim_id, None)
        if event in {"ask_changes", "send_back", "refuse", "fail"}:
            _tell(connection, desk, award, claim_id, moved)
        return moved


def record_payment(  # noqa: PLR0913, PLR0917 (what was sent, by whom, having seen what)
    connection: Connection,
    desk: AwardDesk,
    actor: Actor,
    claim_id: UUID,
    paid_on: date,
    reference: str,
    seen_version: int,
) -> Moved:
    """That the money of a claim was sent, once: all of it, on a day that is not in the future."""
    if not 1 <= len(reference.strip()) <= desk.settings.title_characters_max:
        raise wrong("payment_reference", f"1–{desk.settings.title_characters_max}")
    with unit(connection):
        award = _hold_award(connection, repository.award_of_claim(connection, claim_id), actor)
        at = desk.desk.clock()
        if not holds_any(actor.at(at), FINANCE, scopes_of(award.application_id, award.call_id)):
            raise NotAllowed
        today = at.astimezone(CITY_ZONE).date()
        if paid_on > today:
            raise wrong("paid_on", f"≤ {today.isoformat()}")
        moved = apply(
            connection,
            CLAIMS,
            claim_id,
            "pay",
            actor,
            desk.desk.clock,
            seen_version=seen_version,
        )
        repository.add_payment(
            connection, desk.desk.new_id(), claim_id, paid_on, reference.strip(), actor.person_id, moved.at
        )
        _tell(connection, desk, award, claim_id, moved)
        return moved


def _tell(connection: Connection, desk: AwardDesk, award: Award, claim_id: UUID, moved: Moved) -> None:
    known = _claim(connection, claim_id)
    fields: Fields = {
        "amount": told(known.amount_minor, award.currency),
        "state": CLAIM.label("state", moved.target),
    }
    enqueue(connection, mails(connection, desk, award, "claim_moved", fields), moved.at, words=moved.words)


def _check_account(desk: AwardDesk, account: str) -> None:
    if not 1 <= len(account.strip()) <= desk.settings.text_characters_max:
        raise wrong("account", f"1–{desk.settings.text_characters_max}")


def _hold_award(connection: Connection, award_id: UUID | None, actor: Actor) -> Award:
    """The award as it stands, nobody else's until the transaction ends."""
    if award_id is None:
        raise NoSuchObject
    lock(connection, AWARDS, award_id, actor)
    return _award(connection, award_id)


def _hold_own(
    connection: Connection, desk: AwardDesk, actor: Actor, milestone_id: UUID
) -> Standing[MilestoneFacts]:
    """A milestone that its recipient may write in now; a stranger does not learn whether there is one."""
    standing = lock(connection, MILESTONES, milestone_id, actor)
    if not holds_any(actor.at(desk.desk.clock()), RECIPIENTS, standing.scopes):
        raise NoSuchObject
    if standing.state not in REPORTABLE:
        raise errors.NotReportedNow
    return standing


def _award(connection: Connection, award_id: UUID) -> Award:
    award = repository.find_award(connection, award_id)
    if award is None:
        raise NoSuchObject
    return award


def _milestone(connection: Connection, milestone_id: UUID) -> Milestone:
    award_id = repository.award_of_milestone(connection, milestone_id)
    if award_id is None:
        raise NoSuchObject
    return repository.find_milestones(connection, award_id, milestone_id)[0]


def _claim(connection: Connection, claim_id: UUID) -> Claim:
    award_id = repository.award_of_claim(connection, claim_id)
    if award_id is None:
        raise NoSuchObject
    return repository.find_claims(connection, award_id, claim_id)[0]
