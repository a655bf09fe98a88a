"""Score sheets: a judge's own, and for organisers how far all of them are."""

from __future__ import annotations

from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NoSuchObject, check
from casework.workflow.model import Moved, Offer
from casework.workflow.rules import compare
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_scores
from hackathon.contest.judging.rubric import Rubric, faults_of, impossible
from hackathon.contest.jury import errors, repository
from hackathon.contest.jury.judges import require_staff
from hackathon.contest.jury.machines import STAFF, WRITABLE, is_judging, may_mend
from hackathon.contest.jury.model import Judge, Marking, Progress, SheetFacts, StoredSheet
from hackathon.contest.jury.repository import SHEETS
from hackathon.contest.jury.settings import JurySettings


def list_own_sheets(session: Session, hackathon_id: UUID) -> list[StoredSheet]:
    """What the judge has before them or has handed in, in the round that has begun."""
    if session.actor.person_id is None:
        return []
    hackathon = get_hackathon(session, hackathon_id)
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_sheets(
        session.connection, hackathon_id, hackathon.round, person_id=session.actor.person_id, hidden=hidden
    )


def get_sheet(session: Session, sheet_id: UUID) -> StoredSheet:
    """One's own sheet; :class:`NoSuchObject` for all others and where there is a conflict."""
    sheet = repository.find_sheet(session.connection, sheet_id)
    if sheet is None or sheet.person_id != session.actor.person_id:
        raise NoSuchObject
    if sheet.team_id in hidden_scores(session, sheet.hackathon_id):
        raise NoSuchObject
    return sheet


def write(session: Session, sheet_id: UUID, marking: Marking, seen_version: int) -> StoredSheet:
    """What the judge thinks so far; what is blank may stay blank until it is handed in."""
    standing = session.lock(SHEETS, sheet_id)
    sheet, at = get_sheet(session, sheet_id), session.now()
    compare(standing, seen_version)
    check((may_mend if sheet.state == "reopened" else is_judging)(standing.facts))
    if sheet.state not in WRITABLE:
        raise errors.SheetNotEditable
    _check(session, sheet, marking)
    if sheet.state == "accepted":
        session.apply(SHEETS, sheet_id, "begin", seen_version)
    repository.write_sheet(session.connection, sheet_id, marking)
    session.note(SHEETS, standing, "write", at)
    return get_sheet(session, sheet_id)


def hand_in(session: Session, sheet_id: UUID, marking: Marking, seen_version: int) -> Moved:
    """Write a sheet and submit it, or neither; :class:`SheetIncomplete` says what each criterion lacks."""
    written = write(session, sheet_id, marking, seen_version)
    rubric = _rubric(session, written)
    if faults := faults_of(rubric, marking.marks):
        raise errors.SheetIncomplete(faults, rubric.criteria)
    return move(session, sheet_id, "submit", written.version)


def move(session: Session, sheet_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Every step of a sheet: accept, decline, submit, recuse; reopen, take_out by organisers.

    Who declines or recuses themselves for a conflict declares it with that: the team is not there for
    them any more.
    """
    sheet = repository.find_sheet(session.connection, sheet_id)
    moved = session.apply(SHEETS, sheet_id, event, seen_version, reason)
    if sheet is not None and event in {"decline", "recuse"} and reason == "conflict":
        repository.declare(session.connection, session.new_id(), sheet.judge_id, sheet.team_id, moved.at)
    return moved


def lock_all(session: Session, hackathon_id: UUID) -> int:
    """Close the sheets of the round that were handed in; how many."""
    done = [sheet for sheet in list_sheets(session, hackathon_id) if sheet.state == "submitted"]
    for sheet in done:
        session.apply(SHEETS, sheet.sheet_id, "lock", sheet.version)
    return len(done)


def list_sheets(session: Session, hackathon_id: UUID) -> list[StoredSheet]:
    """All sheets of the round, for organisers; without those of teams that they have a conflict with."""
    require_staff(session, hackathon_id)
    number = get_hackathon(session, hackathon_id).round
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_sheets(session.connection, hackathon_id, number, hidden=hidden)


def list_sheets_of(session: Session, judge: Judge) -> list[tuple[StoredSheet, list[Offer[SheetFacts]]]]:
    """One judge's sheets of the round with the steps that the actor may take, for organisers; as :func:`list_sheets`."""
    require_staff(session, judge.hackathon_id)
    number = get_hackathon(session, judge.hackathon_id).round
    hidden = hidden_scores(session, judge.hackathon_id)
    found = repository.find_sheets(
        session.connection, judge.hackathon_id, number, person_id=judge.person_id, hidden=hidden
    )
    own = [one for one in found if one.judge_id == judge.judge_id]
    terms = repository.find_terms(session.connection, judge.hackathon_id, number)
    offers = session.steps_of(SHEETS, [repository.standing_of(one, terms) for one in own])
    return list(zip(own, offers, strict=True))


def find_titles(session: Session, hackathon_id: UUID, person_id: UUID | None = None) -> dict[UUID, str]:
    """What submissions are called: all for organisers, else those of one's own sheets; none of a hidden team.

    Organisers may ask for those of the sheets of one judge, by person.
    """
    is_staff = session.holds(STAFF, scopes_of(hackathon_id))
    if not is_staff and session.actor.person_id is None:
        return {}
    hidden = hidden_scores(session, hackathon_id)
    return repository.find_titles(
        session.connection,
        hackathon_id,
        person_id=person_id if is_staff else session.actor.person_id,
        hidden=hidden,
    )


def list_progress(session: Session, hackathon_id: UUID) -> list[Progress]:
    """How far each judge is, for organisers; nothing of teams that they have a conflict with."""
    require_staff(session, hackathon_id)
    number = get_hackathon(session, hackathon_id).round
    hidden = hidden_scores(session, hackathon_id)
    return repository.count_progress(session.connection, hackathon_id, number, hidden)


def _check(session: Session, sheet: StoredSheet, marking: Marking) -> None:
    """Marks that the rubric does not know are refused at once; blank ones are for later."""
    rubric, most = _rubric(session, sheet), session.of(JurySettings).comment_characters_max
    if any(len(text) > most for text in (*marking.comments.values(), marking.remark)):
        raise errors.TooMuch.of("comment", most)
    faults = impossible(rubric, marking.marks)
    if faults or set(marking.comments) - {"", *(criterion.code for criterion in rubric.criteria)}:
        raise errors.SheetIncomplete(faults, rubric.criteria)


def _rubric(session: Session, sheet: StoredSheet) -> Rubric:
    terms = repository.find_terms(session.connection, sheet.hackathon_id, sheet.round)
    if terms is None:
        raise errors.RubricMissing
    return terms.rubric
