"""Calls for those who run them and those who look for funding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import ScopeKind
from casework.access.rules import holds_any, objects_of
from casework.audit.model import Detail
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, check, check_all, existing
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from hackathon.contest.hackathons.repository import find_hackathon
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import repository
from hackathon.funding.calls.errors import CallFixed, CallFunderUnknown, CallOver
from hackathon.funding.calls.machine import CALL, COMPLETE, EDITABLE, OVER, STAFF
from hackathon.funding.calls.model import (
    ROUNDS,
    Call,
    Description,
    Eligibility,
    Facts,
    Funder,
    Listed,
    Page,
    Terms,
    Wanted,
)
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.rules import (
    corrected,
    may_see,
    scopes_of,
    tidy,
    why_fixed,
    wrong_criteria,
    wrong_eligibility,
    wrong_fields,
    wrong_form,
)
from hackathon.funding.calls.settings import CallSettings


def create(session: Session, description: Description) -> UUID:
    """A draft of somebody who runs calls for the whole hub: open to all kinds of applicants, asking nothing yet."""
    at = session.now()
    session.require(STAFF, ())
    check_all(wrong_fields(description, session.of(CallSettings)))
    _require_origin(session, description.terms)
    call_id = session.new_id()
    repository.store_call(session.connection, call_id, description, at)
    session.note(CALLS, session.look(CALLS, call_id), "create", at)
    return call_id


def edit(session: Session, call_id: UUID, description: Description, seen_version: int) -> None:
    """Write a call anew; once it is open only what its texts say, and the log says which of them."""
    check_all(wrong_fields(description, session.of(CallSettings)))

    standing = _hold(session, call_id, seen_version)
    before = standing.facts.description
    check(why_fixed(standing.state, before, description))
    if before.terms != description.terms:
        _require_origin(session, description.terms, before.terms)
    repository.describe(session.connection, call_id, description)
    _note(session, standing, "edit", texts=[*corrected(before.texts, description.texts)])


def set_form(
    session: Session, call_id: UUID, number: int, form: Sequence[FormField], seen_version: int
) -> None:
    """What is asked in a round, until the call is open."""
    if number not in ROUNDS:
        raise NoSuchObject
    check_all(wrong_form(form, session.of(CallSettings)))
    standing = _hold_editable(session, call_id, seen_version)
    repository.set_form(session.connection, call_id, number, form)
    _note(session, standing, "set_form", round=number)


def set_criteria(session: Session, call_id: UUID, criteria: Sequence[Criterion], seen_version: int) -> None:
    """What reviewers mark and how much it weighs, until the call is open."""
    check_all(wrong_criteria(criteria, session.of(CallSettings)))
    standing = _hold_editable(session, call_id, seen_version)
    repository.set_criteria(session.connection, call_id, criteria)
    _note(session, standing, "set_criteria")


def set_eligibility(session: Session, call_id: UUID, eligibility: Eligibility, seen_version: int) -> None:
    """Who may apply, and what they confirm, until the call is open."""
    check_all(wrong_eligibility(eligibility, session.of(CallSettings)))
    standing = _hold_editable(session, call_id, seen_version)
    repository.set_eligibility(session.connection, call_id, tidy(eligibility))
    _note(session, standing, "set_eligibility")


def plan(session: Session, call_id: UUID, planned: Mapping[str, datetime]) -> None:
    """Set its deadlines before anybody hears of it."""
    session.plan(CALLS, call_id, planned)


def extend(session: Session, call_id: UUID, name: str, instant: datetime, reason: str) -> None:
    """Move a deadline for everybody alike once people rely on it."""
    session.extend(CALLS, call_id, name, instant, reason)


def move(session: Session, call_id: UUID, event: str, seen_version: int, reason: str | None = None) -> Moved:
    """Take a step of its workflow."""
    return session.apply(CALLS, call_id, event, seen_version, reason)


def get_call(session: Session, call_id: UUID) -> Call:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    found = repository.find_call(session.connection, call_id)
    if found is None or not may_see(session.actor, call_id, _known_state(session, found)):
        raise NoSuchObject
    return found


def get_run(session: Session, call_id: UUID) -> Call:
    """One that the actor runs; :class:`NotAllowed` where the actor only sees it."""
    found = get_call(session, call_id)
    require_staff(session, call_id)
    return found


def require_staff(session: Session, call_id: UUID) -> None:
    """:class:`NotAllowed` for whoever does not run this call."""
    session.require(STAFF, scopes_of(call_id))


def find_by_code(session: Session, code: str) -> Call:
    """The one with this name in addresses, as :func:`get_call`."""
    return get_call(session, existing(repository.find_id(session.connection, code)))


def get_forms(session: Session, call_id: UUID) -> tuple[tuple[FormField, ...], ...]:
    """What is asked in each of its rounds, for whoever may see the call."""
    rounds = get_call(session, call_id).description.terms.rounds
    return tuple(repository.find_form(session.connection, call_id, number) for number in range(1, rounds + 1))


def list_calls(session: Session, wanted: Wanted, after: UUID | None = None, *, are_run: bool = False) -> Page:
    """A page of those that the actor may see, newest first; without what is only public where ``are_run``."""
    rows, current = session.of(CallSettings).page_rows_max, session.actor.at(session.now())
    listed = Listed(
        tuple(objects_of(current, STAFF, ScopeKind.CALL)), holds_any(current, STAFF, ()), are_run, after
    )
    found = repository.find_calls(session.connection, wanted, listed, rows + 1)
    return Page(found[:rows], found[rows - 1].call_id if len(found) > rows else None)


def list_run(session: Session, after: UUID | None = None) -> Page:
    """A page of those that the actor runs, in any state, newest first; :class:`NotAllowed` for who runs none."""
    if not session.holds(STAFF, ()) and not objects_of(
        session.actor.at(session.now()), STAFF, ScopeKind.CALL
    ):
        raise NotAllowed
    return list_calls(session, Wanted(), after, are_run=True)


def list_new(session: Session, wanted: Wanted, since: datetime, until: datetime, rows: int) -> list[Call]:
    """What everybody came to know of, or came to know to be at the wanted stage, after ``since`` and not after ``until``."""
    return repository.find_calls(session.connection, wanted, Listed(), rows, (since, until))


def list_funders(session: Session) -> list[Funder]:
    """Organisations that a call can name as who funds, by their names."""
    return repository.find_funders(session.connection, session.of(CallSettings).funders_max)


def _hold(session: Session, call_id: UUID, seen_version: int) -> Standing[Facts]:
    """A call that the actor runs, nobody else's until the transaction ends."""
    standing = session.lock(CALLS, call_id)
    require_staff(session, call_id)
    compare(standing, seen_version)
    return standing


def _hold_editable(session: Session, call_id: UUID, seen_version: int) -> Standing[Facts]:
    """The same until it is open."""
    standing = _hold(session, call_id, seen_version)
    if standing.state in OVER:
        raise CallOver
    if standing.state not in EDITABLE:
        raise CallFixed
    return standing


def _note(session: Session, standing: Standing[Facts], event: str, **details: Detail) -> None:
    """Log what changed a call without moving it; what has been approved stays complete, or the change is refused."""
    if standing.state in EDITABLE - {CALL.initial.name}:
        facts = session.look(CALLS, standing.object_id).facts
        for guard in COMPLETE:
            check(guard(facts))
    session.note(CALLS, standing, event, session.now(), **details)


def _require_origin(session: Session, terms: Terms, before: Terms | None = None) -> None:
    """Who funds is verified when it is named; the hackathon is one."""
    connection, funder, hackathon_id = session.connection, terms.organisation_id, terms.hackathon_id
    is_kept = before is not None and before.organisation_id == funder
    if funder is not None and not is_kept and not repository.is_funder(connection, funder):
        raise CallFunderUnknown
    if hackathon_id is not None and find_hackathon(connection, hackathon_id) is None:
        raise CallFunderUnknown


def _known_state(session: Session, call: Call) -> str:
    """What is given up before anybody heard of it stays the draft that it was."""
    if call.state == "cancelled" and not repository.was_public(session.connection, call.call_id):
        return CALL.initial.name
    return call.state
