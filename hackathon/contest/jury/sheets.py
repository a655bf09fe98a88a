"""Score sheets: a judge's own, and for organisers how far all of them are."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from casework.access.model import Actor
from casework.access.rules import holds_any
from casework.workflow.errors import NoSuchObject
from casework.workflow.model import Moved, Offer
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, note, possible_steps_of
from citycore.store.connections import Connection
from hackathon.contest.hackathons.rules import scopes_of
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.interests.service import hidden_teams
from hackathon.contest.judging.errors import Fault
from hackathon.contest.judging.model import Mark
from hackathon.contest.judging.rubric import Rubric, faults_of
from hackathon.contest.jury import errors, repository
from hackathon.contest.jury.desk import JuryDesk
from hackathon.contest.jury.judges import require_staff
from hackathon.contest.jury.machines import STAFF, WRITABLE, is_judging, may_mend
from hackathon.contest.jury.model import Judge, Progress, SheetFacts, StoredSheet
from hackathon.contest.jury.repository import SHEETS


def list_own_sheets(connection: Connection, actor: Actor, hackathon_id: UUID) -> list[StoredSheet]:
    """What the judge has before them or has handed in, in the round that has begun."""
    if actor.person_id is None:
        return []
    with connection.transaction():
        hackathon = get_hackathon(connection, hackathon_id, actor)
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        return repository.find_sheets(
            connection, hackathon_id, hackathon.round, person_id=actor.person_id, hidden=hidden
        )


def get_sheet(connection: Connection, actor: Actor, sheet_id: UUID) -> StoredSheet:
    """One's own sheet; :class:`NoSuchObject` for all others and where there is a conflict."""
    with connection.transaction():
        sheet = repository.find_sheet(connection, sheet_id)
        if sheet is None or sheet.person_id != actor.person_id:
            raise NoSuchObject
        if sheet.team_id in hidden_teams(connection, actor, sheet.hackathon_id, own_too=True):
            raise NoSuchObject
        return sheet


def write(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    sheet_id: UUID,
    marks: Mapping[str, Mark],
    comments: Mapping[str, str],
    remark: str,
    seen_version: int,
) -> StoredSheet:
    """What the judge thinks so far; what is blank may stay blank until it is handed in."""
    with connection.transaction():
        standing = lock(connection, SHEETS, sheet_id, actor)
        sheet, at = get_sheet(connection, actor, sheet_id), desk.desk.clock()
        compare(standing, seen_version)
        refusal = (may_mend if sheet.state == "reopened" else is_judging)(standing.facts)
        if refusal is not None:
            raise refusal
        if sheet.state not in WRITABLE:
            raise errors.SheetNotEditable
        _check(connection, desk, sheet, marks, {**comments, "": remark})
        if sheet.state == "accepted":
            apply(connection, SHEETS, sheet_id, "begin", actor, desk.desk.clock, seen_version=seen_version)
        repository.write_sheet(connection, sheet_id, marks, comments, remark)
        note(connection, SHEETS, standing, "write", actor, at)
        return get_sheet(connection, actor, sheet_id)


def hand_in(  # noqa: PLR0913, PLR0917 (the fields of a form)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    sheet_id: UUID,
    marks: Mapping[str, Mark],
    comments: Mapping[str, str],
    remark: str,
    seen_version: int,
) -> Moved:
    """Write a sheet and submit it, or neither; :class:`SheetIncomplete` says what each criterion lacks."""
    with connection.transaction():
        written = write(connection, desk, actor, sheet_id, marks, comments, remark, seen_version)
        rubric = _rubric(connection, written)
        if faults := faults_of(rubric, marks):
            raise errors.SheetIncomplete(faults, rubric.criteria)
        return move(connection, desk, actor, sheet_id, "submit", written.version)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: JuryDesk,
    actor: Actor,
    sheet_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step of a sheet: accept, decline, submit, recuse; reopen, take_out by organisers.

    Who declines or recuses themselves for a conflict declares it with that: the team is not there for
    them any more.
    """
    with connection.transaction():
        sheet = repository.find_sheet(connection, sheet_id)
        moved = apply(
            connection,
            SHEETS,
            sheet_id,
            event,
            actor,
            desk.desk.clock,
            seen_version=seen_version,
            reason=reason,
        )
        if sheet is not None and event in {"decline", "recuse"} and reason == "conflict":
            repository.declare(connection, desk.desk.new_id(), sheet.judge_id, sheet.team_id, moved.at)
        return moved


def lock_all(connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID) -> int:
    """Close the sheets of the round that were handed in; how many."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        number = get_hackathon(connection, hackathon_id, actor).round
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        sheets = repository.find_sheets(connection, hackathon_id, number, hidden=hidden)
        done = [sheet for sheet in sheets if sheet.state == "submitted"]
        for sheet in done:
            apply(
                connection,
                SHEETS,
                sheet.sheet_id,
                "lock",
                actor,
                desk.desk.clock,
                seen_version=sheet.version,
            )
    return len(done)


def list_sheets(
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID
) -> list[StoredSheet]:
    """All sheets of the round, for organisers; without those of teams that they have a conflict with."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        number = get_hackathon(connection, hackathon_id, actor).round
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        return repository.find_sheets(connection, hackathon_id, number, hidden=hidden)


def list_sheets_of(
    connection: Connection, desk: JuryDesk, actor: Actor, judge: Judge
) -> list[tuple[StoredSheet, list[Offer[SheetFacts]]]]:
    """One judge's sheets of the round with the steps that the actor may take, for organisers; as :func:`list_sheets`."""
    require_staff(actor, desk, judge.hackathon_id)
    with connection.transaction():
        number = get_hackathon(connection, judge.hackathon_id, actor).round
        hidden = hidden_teams(connection, actor, judge.hackathon_id, own_too=True)
        found = repository.find_sheets(
            connection, judge.hackathon_id, number, person_id=judge.person_id, hidden=hidden
        )
        own = [one for one in found if one.judge_id == judge.judge_id]
        terms = repository.find_terms(connection, judge.hackathon_id, number)
        offers = possible_steps_of(
            connection, SHEETS, [repository.standing_of(one, terms) for one in own], actor, desk.desk.clock
        )
    return list(zip(own, offers, strict=True))


def find_titles(
    connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID, person_id: UUID | None = None
) -> dict[UUID, str]:
    """What submissions are called: all for organisers, else those of one's own sheets; none of a hidden team.

    Organisers may ask for those of the sheets of one judge, by person.
    """
    is_staff = holds_any(actor.at(desk.desk.clock()), STAFF, scopes_of(hackathon_id))
    if not is_staff and actor.person_id is None:
        return {}
    with connection.transaction():
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        return repository.find_titles(
            connection, hackathon_id, person_id=person_id if is_staff else actor.person_id, hidden=hidden
        )


def list_progress(connection: Connection, desk: JuryDesk, actor: Actor, hackathon_id: UUID) -> list[Progress]:
    """How far each judge is, for organisers; nothing of teams that they have a conflict with."""
    require_staff(actor, desk, hackathon_id)
    with connection.transaction():
        number = get_hackathon(connection, hackathon_id, actor).round
        hidden = hidden_teams(connection, actor, hackathon_id, own_too=True)
        return repository.count_progress(connection, hackathon_id, number, hidden)


def _check(
    connection: Connection,
    desk: JuryDesk,
    sheet: StoredSheet,
    marks: Mapping[str, Mark],
    texts: Mapping[str, str],
) -> None:
    """Marks that the rubric does not know are refused at once; blank ones are for later."""
    rubric = _rubric(connection, sheet)
    known = {criterion.code for criterion in rubric.criteria} | {""}
    if any(len(text) > desk.settings.comment_characters_max for text in texts.values()):
        raise errors.TooMuch.of("comment", desk.settings.comment_characters_max)
    faults = _impossible(rubric, marks)
    if set(texts) - known or faults:
        raise errors.SheetIncomplete(faults, rubric.criteria)


def _rubric(connection: Connection, sheet: StoredSheet) -> Rubric:
    terms = repository.find_terms(connection, sheet.hackathon_id, sheet.round)
    if terms is None:
        raise errors.RubricMissing
    return terms.rubric


def _impossible(rubric: Rubric, marks: Mapping[str, Mark]) -> list[Fault]:
    return [fault for fault in faults_of(rubric, marks) if fault.code not in {"mark_blank", "nothing_marked"}]
