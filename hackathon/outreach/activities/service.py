"""Activities for ambassadors and for those who verify them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor
from casework.access.rules import holds_any
from casework.access_log.service import note_access
from casework.outbox.model import Mail, Template
from casework.outbox.service import enqueue
from casework.people.settings import PeopleSettings
from casework.workflow.errors import NoSuchObject, NotAllowed
from casework.workflow.model import Deadline, Moved, Standing
from casework.workflow.repository import set_deadline
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, look, note
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.errors import NotEditableNow, NotServing, OwnActivity, ReportedAlready
from hackathon.outreach.activities.machine import ACTIVITY, EDITABLE, ENDED, REPORT_END
from hackathon.outreach.activities.model import Activity, Event, Facts, Report, Similar, Total
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.rules import check_counted, check_event, check_report
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import service as ambassadors
from hackathon.outreach.ambassadors.machine import SELF, STAFF
from hackathon.outreach.ambassadors.repository import find_recipient
from hackathon.outreach.ambassadors.settings import AmbassadorSettings

#: Steps about which the ambassador is told, once each.
_TOLD = frozenset({"verify", "return", "reject", "revoke"})


def plan(
    connection: Connection, event: Event, actor: Actor, clock: Clock, settings: ActivitySettings
) -> UUID:
    """Announce an event, or name one that took place; :func:`list_similar` says whether others have."""
    check_event(event, settings)
    event_id = uuid4()
    with connection.transaction():
        repository.store_event(connection, event_id, event, clock())
        return join(connection, event_id, actor, clock, settings)


def plan_once(
    connection: Connection, event: Event, actor: Actor, clock: Clock, settings: ActivitySettings
) -> UUID:
    """As :func:`plan`; what the ambassador has planned already in the same words is the one there is."""
    check_event(event, settings)
    with connection.transaction():
        own = ambassadors.find_own(connection, actor)
        if own is None:
            raise NotServing
        known = repository.find_same(connection, own.ambassador_id, event)
        return plan(connection, event, actor, clock, settings) if known is None else known


def join(
    connection: Connection, event_id: UUID, actor: Actor, clock: Clock, settings: ActivitySettings
) -> UUID:
    """Take part in an event that somebody else has named: its reach is counted once, and shared."""
    activity_id, at = uuid4(), clock()
    with connection.transaction():
        own = ambassadors.find_own(connection, actor)
        if own is None or not ambassadors.is_serving(own):
            raise NotServing
        ends_at = repository.find_end(connection, event_id)
        if ends_at is None:
            raise NoSuchObject
        if not repository.store_activity(connection, activity_id, event_id, own.ambassador_id, at):
            raise ReportedAlready
        closes_at = max(ends_at, at) + timedelta(days=settings.report_days)
        for name, instant in ((ENDED, ends_at), (REPORT_END, closes_at)):
            set_deadline(connection, activity_id, Deadline(name, instant, CITY_ZONE.key))
        note(connection, ACTIVITIES, look(connection, ACTIVITIES, activity_id, actor), "plan", actor, at)
    return activity_id


def list_similar(
    connection: Connection, event: Event, actor: Actor, settings: ActivitySettings
) -> list[Similar]:
    """Events at the same time in the same place that others have named, for ambassadors."""
    with connection.transaction():
        if ambassadors.find_own(connection, actor) is None:
            raise NotAllowed
        return repository.find_similar(connection, event, settings.page_rows_max)


def list_doubles(
    connection: Connection, activity_id: UUID, actor: Actor, clock: Clock, settings: ActivitySettings
) -> list[Similar]:
    """Other events at the same time in the same place, for staff who might :func:`merge` them."""
    if not holds_any(actor.at(clock()), STAFF, [HUB]):
        raise NotAllowed
    activity = get_activity(connection, activity_id, actor, clock)
    with connection.transaction():
        return repository.find_doubles(connection, activity, actor.person_id, settings.page_rows_max)


def write_report(  # noqa: PLR0913, PLR0917 (what is written, by whom, having seen what)
    connection: Connection,
    activity_id: UUID,
    report: Report,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: ActivitySettings,
) -> None:
    """Say whom it reached and how long it took, before it is handed in by the step ``report``."""
    with connection.transaction():
        standing = lock_own(connection, activity_id, actor, clock)
        compare(standing, seen_version)
        found = repository.find_activity(connection, activity_id)
        assert found is not None
        check_report(report, found.event, settings)
        repository.write_report(connection, activity_id, report)
        note(connection, ACTIVITIES, standing, "write_report", actor, clock())


def move(  # noqa: PLR0913 (as the engine's own)
    connection: Connection,
    activity_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    *,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step but ``verify``, which says what counts."""
    if event == "verify":
        raise ValueError("an activity is verified by verify(), which says what counts")
    with connection.transaction():
        moved = apply(
            connection,
            ACTIVITIES,
            activity_id,
            event,
            actor,
            clock,
            seen_version=seen_version,
            reason=reason,
        )
        _tell(connection, moved)
    return moved


def verify(  # noqa: PLR0913, PLR0917 (what counts, by whom, having seen what)
    connection: Connection,
    activity_id: UUID,
    counted: int,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: AmbassadorSettings,
) -> Moved:
    """Confirm a report and how many people count; from now on its hours and its reach do."""
    with connection.transaction():
        moved = apply(
            connection,
            ACTIVITIES,
            activity_id,
            "verify",
            actor,
            clock,
            seen_version=seen_version,
            details={"counted": counted},
        )
        found = repository.find_activity(connection, activity_id)
        assert found is not None
        check_counted(counted, found.report)
        repository.set_counted(connection, activity_id, counted)
        ambassadors.record_activity(
            connection, found.ambassador_id, found.event.ends_at, actor, clock, settings
        )
        _tell(connection, moved)
    return moved


def merge(connection: Connection, event_id: UUID, into: UUID, actor: Actor, clock: Clock) -> None:
    """Two events that are one: all parts belong to ``into``. :class:`ReportedAlready` if somebody has both."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        parts = repository.hold_parts(connection, event_id, into)
        moving = [(activity, who) for activity, who, event in parts if event == event_id]
        there = {who for _, who, event in parts if event == into}
        if not moving or not there:
            raise NoSuchObject
        if there & {who for _, who in moving}:
            raise ReportedAlready
        # Also of the event that stays: a conflict with any part of the two hides it.
        known = {activity: look(connection, ACTIVITIES, activity, actor) for activity, _, _ in parts}
        if any(standing.facts.is_own for standing in known.values()):
            raise OwnActivity
        standings = [known[activity] for activity, _ in moving]
        repository.relink(connection, event_id, into)
        for standing in sorted(standings, key=lambda one: one.chain):
            note(connection, ACTIVITIES, standing, "merge", actor, at, {"into": str(into)})


def get_activity(connection: Connection, activity_id: UUID, actor: Actor, clock: Clock) -> Activity:
    """One's own, or for staff one that they are in no conflict with; else :class:`NoSuchObject`."""
    with connection.transaction():
        standing = look(connection, ACTIVITIES, activity_id, actor)
        if not holds_any(actor.at(clock()), SELF | STAFF, standing.scopes):
            raise NoSuchObject
        found = repository.find_activity(connection, activity_id)
        assert found is not None
        note_access(connection, actor, [found.person_id], "activities.activity", clock())
    return found


def list_own(
    connection: Connection, actor: Actor, settings: ActivitySettings, after: UUID | None = None
) -> list[Activity]:
    """A page of the activities of the ambassador who asks; the next begins after its last."""
    with connection.transaction():
        own = ambassadors.find_own(connection, actor)
        if own is None:
            return []
        return repository.find_of_ambassador(
            connection, own.ambassador_id, own.person_id, after, settings.page_rows_max
        )


def list_of_ambassador(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    ambassador_id: UUID,
    actor: Actor,
    clock: Clock,
    settings: ActivitySettings,
    after: UUID | None = None,
) -> list[Activity]:
    """A page of somebody's activities, for staff; none for whoever belongs where the ambassador does."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        found = repository.find_of_ambassador(
            connection, ambassador_id, actor.person_id, after, settings.page_rows_max
        )
        note_access(connection, actor, [one.person_id for one in found[:1]], "activities.list", at)
    return found


def list_to_verify(
    connection: Connection, actor: Actor, clock: Clock, settings: ActivitySettings, after: UUID | None = None
) -> list[Activity]:
    """A page of what waits for somebody like the actor; what is in conflict with them is not there."""
    at = clock()
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        found = repository.find_to_verify(connection, actor.person_id, after, settings.page_rows_max)
        note_access(connection, actor, [one.person_id for one in found], "activities.to_verify", at)
    return found


def count_to_verify(connection: Connection, actor: Actor, clock: Clock) -> int:
    """How many wait for somebody like the actor."""
    if not holds_any(actor.at(clock()), STAFF, [HUB]):
        raise NotAllowed
    with connection.transaction():
        return repository.count_to_verify(connection, actor.person_id)


def get_total(connection: Connection, ambassador_id: UUID) -> Total:
    """What counts of an ambassador's work: only what was verified."""
    with connection.transaction():
        return repository.find_total(connection, ambassador_id)


def lock_own(connection: Connection, activity_id: UUID, actor: Actor, clock: Clock) -> Standing[Facts]:
    """The ambassador's own activity while it can be written in; :class:`NotEditableNow`."""
    standing = lock(connection, ACTIVITIES, activity_id, actor)
    if not holds_any(actor.at(clock()), SELF, standing.scopes):
        raise NotAllowed
    if standing.state not in EDITABLE:
        raise NotEditableNow
    return standing


def _tell(connection: Connection, moved: Moved) -> None:
    found = repository.find_activity(connection, moved.object_id)
    assert found is not None
    recipient = find_recipient(connection, found.ambassador_id)
    if recipient is None or moved.event not in _TOLD:
        return
    assert moved.reason is not None
    mail = Mail(
        Template(ACTIVITY.package, "decided"),
        recipient.language,
        recipient.email,
        {
            "name": recipient.name,
            "title": found.event.title,
            "state": ACTIVITY.label("state", moved.target),
            "reason": ACTIVITY.label("reason", moved.reason),
            "activities_link": f"{PeopleSettings().portal_url.rstrip('/')}/account/ambassador",
        },
        recipient.person_id,
    )
    enqueue(connection, [mail], moved.at, words=moved.words)
