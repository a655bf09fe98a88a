"""Calls for those who run them and those who look for funding. Deadlines are set by ``workflow.deadlines``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from casework.access.model import Actor, ScopeKind
from casework.access.rules import holds_any
from casework.audit.model import Detail
from casework.forms.model import FormField
from casework.workflow import deadlines
from casework.workflow.errors import NoSuchObject, NotAllowed, Refusal
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, unit
from citycore.store.connections import Connection
from hackathon.contest.hackathons.repository import find_hackathon
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.calls import repository
from hackathon.funding.calls.desk import CallDesk
from hackathon.funding.calls.errors import CallFixed, CallOver, FunderUnknown
from hackathon.funding.calls.machine import CALL, COMPLETE, EDITABLE, OVER, STAFF
from hackathon.funding.calls.model import (
    ROUNDS,
    Call,
    Description,
    Eligibility,
    Facts,
    Funder,
    Page,
    Terms,
    Wanted,
)
from hackathon.funding.calls.repository import CALLS
from hackathon.funding.calls.rules import (
    corrected,
    is_staff,
    may_see,
    tidy,
    why_fixed,
    why_wrong,
    why_wrong_criteria,
    why_wrong_eligibility,
    why_wrong_form,
)


def create(connection: Connection, desk: CallDesk, actor: Actor, description: Description) -> UUID:
    """A draft of somebody who runs calls for the whole hub: open to all kinds of applicants, asking nothing yet."""
    at = desk.desk.clock()
    if not holds_any(actor.at(at), STAFF, ()):
        raise NotAllowed
    _require(why_wrong(description, desk.settings))
    call_id = uuid4()
    with connection.transaction():
        _require_origin(connection, description.terms)
        repository.store_call(connection, call_id, description, at)
        standing = look(connection, CALLS, call_id, actor)
        note(connection, CALLS, standing, "create", actor, at)
    return call_id


def edit(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    description: Description,
    seen_version: int,
) -> None:
    """Write a call anew; once it is open only what its texts say, and the log says which of them."""
    _require(why_wrong(description, desk.settings))

    def work(standing: Standing[Facts]) -> Mapping[str, Detail]:
        before = standing.facts.description
        _require(why_fixed(standing.state, before, description))
        if before.terms != description.terms:
            _require_origin(connection, description.terms, before.terms)
        repository.describe(connection, call_id, description)
        return {"texts": [*corrected(before.texts, description.texts)]}

    _change(connection, desk, actor, call_id, seen_version, "edit", work)


def set_form(  # noqa: PLR0913, PLR0917 (as edit)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    number: int,
    form: Sequence[FormField],
    seen_version: int,
) -> None:
    """What is asked in a round, until the call is open."""
    if number not in ROUNDS:
        raise NoSuchObject
    _require(why_wrong_form(form, desk.settings))

    def work(standing: Standing[Facts]) -> Mapping[str, Detail]:
        _require_editable(standing)
        repository.set_form(connection, call_id, number, form)
        return {"round": number}

    _change(connection, desk, actor, call_id, seen_version, "set_form", work)


def set_criteria(  # noqa: PLR0913, PLR0917 (as edit)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    criteria: Sequence[Criterion],
    seen_version: int,
) -> None:
    """What reviewers mark and how much it weighs, until the call is open."""
    _require(why_wrong_criteria(criteria, desk.settings))

    def work(standing: Standing[Facts]) -> Mapping[str, Detail]:
        _require_editable(standing)
        repository.set_criteria(connection, call_id, criteria)
        return {}

    _change(connection, desk, actor, call_id, seen_version, "set_criteria", work)


def set_eligibility(  # noqa: PLR0913, PLR0917 (as edit)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    eligibility: Eligibility,
    seen_version: int,
) -> None:
    """Who may apply, and what they confirm, until the call is open."""
    _require(why_wrong_eligibility(eligibility, desk.settings))

    def work(standing: Standing[Facts]) -> Mapping[str, Detail]:
        _require_editable(standing)
        repository.set_eligibility(connection, call_id, tidy(eligibility))
        return {}

    _change(connection, desk, actor, call_id, seen_version, "set_eligibility", work)


def plan(
    connection: Connection, desk: CallDesk, actor: Actor, call_id: UUID, planned: Mapping[str, datetime]
) -> None:
    """Set its deadlines before anybody hears of it."""
    deadlines.plan(connection, CALLS, call_id, planned, actor, desk.desk.clock)


def move(  # noqa: PLR0913, PLR0917 (as apply)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    event: str,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Take a step of its workflow."""
    return apply(
        connection, CALLS, call_id, event, actor, desk.desk.clock, seen_version=seen_version, reason=reason
    )


def get_call(connection: Connection, call_id: UUID, actor: Actor) -> Call:
    """One that the actor may see; :class:`NoSuchObject` for the others too."""
    with connection.transaction():
        found = repository.find_call(connection, call_id)
        if found is None or not may_see(actor, call_id, _known_state(connection, found)):
            raise NoSuchObject
    return found


def find_by_code(connection: Connection, code: str, actor: Actor) -> Call:
    """The one with this name in addresses, as :func:`get_call`."""
    with connection.transaction():
        call_id = repository.find_id(connection, code)
    if call_id is None:
        raise NoSuchObject
    return get_call(connection, call_id, actor)


def get_forms(connection: Connection, call_id: UUID, actor: Actor) -> tuple[tuple[FormField, ...], ...]:
    """What is asked in each of its rounds, for whoever may see the call."""
    call = get_call(connection, call_id, actor)
    with connection.transaction():
        return tuple(
            repository.find_form(connection, call_id, number)
            for number in range(1, call.description.terms.rounds + 1)
        )


def list_calls(
    connection: Connection, desk: CallDesk, actor: Actor, wanted: Wanted, after: UUID | None = None
) -> Page:
    """A page of those that the actor may see, newest first."""
    return _list(connection, desk, actor, wanted, after)


def list_run(connection: Connection, desk: CallDesk, actor: Actor, after: UUID | None = None) -> Page:
    """A page of those that the actor runs, in any state, newest first; :class:`NotAllowed` for who runs none."""
    current = actor.at(desk.desk.clock())
    if not holds_any(current, STAFF, ()) and not _run_by(current):
        raise NotAllowed
    return _list(connection, desk, actor, Wanted(), after, are_run=True)


def list_new(
    connection: Connection, wanted: Wanted, since: datetime, until: datetime, rows: int
) -> list[Call]:
    """What everybody came to know of, or came to know to be at the wanted stage, after ``since`` and not after ``until``."""
    with connection.transaction():
        return repository.find_calls(
            connection, wanted, own=(), all_of_them=False, after=None, rows=rows, between=(since, until)
        )


def list_funders(connection: Connection, desk: CallDesk) -> list[Funder]:
    """Organisations that a call can name as who funds, by their names."""
    with connection.transaction():
        return repository.find_funders(connection, desk.settings.funders_max)


def _list(  # noqa: PLR0913 (the sides of a search)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    wanted: Wanted,
    after: UUID | None,
    *,
    are_run: bool = False,
) -> Page:
    rows, current = desk.settings.page_rows_max, actor.at(desk.desk.clock())
    with connection.transaction():
        found = repository.find_calls(
            connection,
            wanted,
            own=_run_by(current),
            all_of_them=holds_any(current, STAFF, ()),
            after=after,
            rows=rows + 1,
            are_run=are_run,
        )
    return Page(found[:rows], found[rows - 1].call_id if len(found) > rows else None)


def _run_by(actor: Actor) -> list[UUID]:
    """The single calls that the actor runs."""
    return [
        grant.scope.object_id
        for grant in actor.grants
        if grant.role in STAFF and grant.scope.kind is ScopeKind.CALL and grant.scope.object_id
    ]


def _change(  # noqa: PLR0913, PLR0917 (the sides of one change)
    connection: Connection,
    desk: CallDesk,
    actor: Actor,
    call_id: UUID,
    seen_version: int,
    event: str,
    work: Callable[[Standing[Facts]], Mapping[str, Detail]],
) -> None:
    """Change a call without moving it; what has been approved stays complete, or the change is refused."""
    with unit(connection):
        standing = lock(connection, CALLS, call_id, actor)
        at = desk.desk.clock()
        if not is_staff(actor.at(at), call_id):
            raise NotAllowed
        compare(standing, seen_version)
        details = work(standing)
        if standing.state in EDITABLE - {CALL.initial.name}:
            _require_complete(look(connection, CALLS, call_id, actor).facts)
        note(connection, CALLS, standing, event, actor, at, details)


def _require_complete(facts: Facts) -> None:
    for guard in COMPLETE:
        _require(guard(facts))


def _require_editable(standing: Standing[Facts]) -> None:
    if standing.state in OVER:
        raise CallOver
    if standing.state not in EDITABLE:
        raise CallFixed


def _require_origin(connection: Connection, terms: Terms, before: Terms | None = None) -> None:
    """Who funds is verified when it is named; the hackathon is one."""
    funder, hackathon_id = terms.organisation_id, terms.hackathon_id
    is_kept = before is not None and before.organisation_id == funder
    if funder is not None and not is_kept and not repository.is_funder(connection, funder):
        raise FunderUnknown
    if hackathon_id is not None and find_hackathon(connection, hackathon_id) is None:
        raise FunderUnknown


def _require(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise refusal


def _known_state(connection: Connection, call: Call) -> str:
    """What is given up before anybody heard of it stays the draft that it was."""
    if call.state == "cancelled" and not repository.was_public(connection, call.call_id):
        return CALL.initial.name
    return call.state
