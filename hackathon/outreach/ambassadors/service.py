"""Ambassadors for themselves, for those who look after them, and for everybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor, Role
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.governorates.model import Governorate
from casework.outbox.service import enqueue
from casework.workflow import preparing
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Attempt, Deadline, Moved
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note, step
from casework.workflow.settings import WorkflowSettings
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors import repository
from hackathon.outreach.ambassadors.errors import AlreadyApplied
from hackathon.outreach.ambassadors.machine import SELF, SERVING, STAFF
from hackathon.outreach.ambassadors.model import Ambassador, Application, Facts, Listed, Profile, PublicTerm
from hackathon.outreach.ambassadors.notices import AMBASSADORS, notices
from hackathon.outreach.ambassadors.rules import check_text, days_of_quiet, days_of_term
from hackathon.outreach.ambassadors.settings import AmbassadorSettings


def apply_for(
    connection: Connection,
    application: Application,
    actor: Actor,
    clock: Clock,
    settings: AmbassadorSettings,
) -> UUID:
    """Ask to become one; :class:`AlreadyApplied` while an earlier one is not over."""
    if actor.person_id is None or not actor.has(Role.PERSON):
        raise NotAllowed
    check_text("motivation", application.motivation, 1, settings.motivation_characters_max)
    ambassador_id, at = uuid4(), clock()
    with connection.transaction():
        if not repository.store_application(connection, ambassador_id, actor.person_id, application, at):
            raise AlreadyApplied
        note(connection, AMBASSADORS, look(connection, AMBASSADORS, ambassador_id, actor), "apply", actor, at)
    return ambassador_id


def move(  # noqa: PLR0913, PLR0917 (as the engine's own)
    connection: Connection,
    ambassador_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    settings: AmbassadorSettings,
    *,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step that is taken at once, with what it does to terms and deadlines, and its mail."""
    with connection.transaction():
        before = repository.find_ambassador(connection, ambassador_id)
        moved = apply(
            connection,
            AMBASSADORS,
            ambassador_id,
            event,
            actor,
            clock,
            seen_version=seen_version,
            reason=reason,
        )
        if event in {"start", "renew"}:
            _begin_term(connection, ambassador_id, moved.at, settings)
        elif event in {"return", "reinstate"}:
            assert before is not None
            _give_back(connection, before, moved.at, settings)
        enqueue(connection, notices(connection, moved), moved.at, words=moved.words)
    return moved


def release(
    connection: Connection,
    decision_ids: Sequence[UUID],
    actor: Actor,
    clock: Clock,
    settings: WorkflowSettings,
) -> list[Moved]:
    """Tell these decisions about applications, all or none; ``workflow.decisions.prepare`` prepares them."""
    return preparing.release(
        connection,
        AMBASSADORS,
        decision_ids,
        actor,
        clock,
        settings,
        lambda _decision, moved: notices(connection, moved),
    )


def record_activity(  # noqa: PLR0913, PLR0917 (whose, when, found by whom)
    connection: Connection,
    ambassador_id: UUID,
    held_at: datetime,
    actor: Actor,
    clock: Clock,
    settings: AmbassadorSettings,
) -> None:
    """An activity was verified, in the caller's transaction: the days of quiet count from it, and whoever was
    at risk is no longer, unless it lies back too far.
    """
    with connection.transaction():
        standing = lock(connection, AMBASSADORS, ambassador_id, actor)
        found = repository.find_ambassador(connection, ambassador_id)
        assert found is not None
        if found.last_active_at is None or held_at <= found.last_active_at:
            return
        repository.set_active(connection, ambassador_id, held_at)
        planned = days_of_quiet(held_at, settings)
        _set(connection, ambassador_id, planned)
        if standing.state == "at_risk" and clock() < min(planned.values()):
            step(connection, AMBASSADORS, standing, Attempt("recover", actor), clock)


def present(  # noqa: PLR0913, PLR0917 (what is changed, by whom, having seen what)
    connection: Connection,
    ambassador_id: UUID,
    profile: Profile,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: AmbassadorSettings,
) -> None:
    """Say what everybody may see, or withdraw the consent to it: the ambassador's own business."""
    for name in ("biography_ar", "biography_en"):
        check_text(name, getattr(profile, name), 0, settings.biography_characters_max)
    with connection.transaction():
        standing = lock(connection, AMBASSADORS, ambassador_id, actor)
        at = clock()
        if not holds_any(actor.at(at), SELF, standing.scopes):
            raise NotAllowed
        compare(standing, seen_version)
        repository.present(connection, ambassador_id, profile)
        details = {"is_listed": profile.is_listed}
        note(connection, AMBASSADORS, standing, "present", actor, at, details)


def get_ambassador(connection: Connection, ambassador_id: UUID, actor: Actor, clock: Clock) -> Ambassador:
    """One's own, or for staff any, which the ambassador can see afterwards; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_ambassador(connection, ambassador_id)
        if found is None or not _may_see(actor, found, clock()):
            raise NoSuchObject
        note_access(connection, actor, [found.person_id], "ambassadors.ambassador", clock())
    return found


def find_own(connection: Connection, actor: Actor) -> Ambassador | None:
    """The newest of the person who asks."""
    if actor.person_id is None:
        return None
    with connection.transaction():
        return repository.find_of_person(connection, actor.person_id)


def list_ambassadors(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    states: Collection[str],
    actor: Actor,
    clock: Clock,
    settings: AmbassadorSettings,
    after: UUID | None = None,
    words: str = "",
) -> list[Ambassador]:
    """A page of those in these states, by words of their names, for staff; the next begins after its last."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        found = repository.find_ambassadors(connection, states, words, after, settings.page_rows_max)
        note_access(connection, actor, [one.person_id for one in found], "ambassadors.list", at)
    return found


def list_prepared(
    connection: Connection, actor: Actor, clock: Clock, settings: WorkflowSettings
) -> list[Ambassador]:
    """Those about whom something is decided and not told, as many as can be told at once; for staff, and of
    nobody themselves.
    """
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        found = repository.find_prepared(connection, actor.person_id, settings.release_decisions_max)
        note_access(connection, actor, [one.person_id for one in found], "ambassadors.list", at)
    return found


def list_directory(
    connection: Connection,
    settings: AmbassadorSettings,
    governorate: Governorate | None = None,
    after: UUID | None = None,
    words: str = "",
) -> list[Listed]:
    """A page of those who agreed to be seen, for everybody; the next begins after its last."""
    with connection.transaction():
        return repository.find_listed(connection, governorate, words, after, settings.page_rows_max)


def get_listed(connection: Connection, ambassador_id: UUID) -> PublicTerm:
    """One of those who agreed to be seen, for everybody; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_public_term(connection, ambassador_id)
    if found is None:
        raise NoSuchObject
    return found


def count_listed(connection: Connection) -> dict[Governorate, int]:
    """How many of those who agreed to be seen serve in each governorate that has one."""
    with connection.transaction():
        return repository.count_listed(connection)


def count_states(connection: Connection, actor: Actor, clock: Clock) -> dict[str, int]:
    """How many there are in each state, for staff."""
    if not holds_any(actor.at(clock()), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        return repository.count_states(connection)


def get_facts(connection: Connection, ambassador_id: UUID, actor: Actor, clock: Clock) -> Facts:
    """Which papers are done and what waits, for whoever may look at the ambassador."""
    get_ambassador(connection, ambassador_id, actor, clock)
    with connection.transaction():
        return look(connection, AMBASSADORS, ambassador_id, actor).facts


def is_serving(ambassador: Ambassador) -> bool:
    """Whether somebody speaks for the programme now."""
    return ambassador.state in SERVING


def _may_see(actor: Actor, ambassador: Ambassador, at: datetime) -> bool:
    return ambassador.person_id == actor.person_id or holds_any(actor.at(at), STAFF, [HUB])


def _begin_term(
    connection: Connection, ambassador_id: UUID, starts_at: datetime, settings: AmbassadorSettings
) -> None:
    term = days_of_term(starts_at, settings)
    repository.begin_term(connection, ambassador_id, starts_at, min(term.values()))
    _set(connection, ambassador_id, {**term, **days_of_quiet(starts_at, settings)})


def _give_back(
    connection: Connection, before: Ambassador, at: datetime, settings: AmbassadorSettings
) -> None:
    """Days on leave, or suspended, are not days of quiet."""
    if before.last_active_at is None:
        return
    since = min(before.last_active_at + (at - before.state_changed_at), at)
    repository.set_active(connection, before.ambassador_id, since)
    _set(connection, before.ambassador_id, days_of_quiet(since, settings))


def _set(connection: Connection, ambassador_id: UUID, planned: Mapping[str, datetime]) -> None:
    for name, instant in planned.items():
        set_deadline(connection, ambassador_id, Deadline(name, instant, CITY_ZONE.key))
