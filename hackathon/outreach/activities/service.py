"""Activities for ambassadors and for those who verify them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import HUB
from casework.access_log.service import note_access
from casework.governorates.model import Governorate
from casework.lists.model import DeskList, Sort, coded, one_of, words
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, existing
from casework.workflow.model import Moved, Standing
from casework.workflow.rules import compare
from citycore.store.rows import known
from hackathon.outreach.activities import repository
from hackathon.outreach.activities.errors import ActivityNotEditable, NotServing, OwnActivity, ReportedAlready
from hackathon.outreach.activities.machine import ACTIVITY, EDITABLE, ENDED, REPORT_END
from hackathon.outreach.activities.model import Activity, Event, Facts, Report, Similar, Total
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.activities.rules import check_counted, check_event, check_report
from hackathon.outreach.activities.settings import ActivitySettings
from hackathon.outreach.ambassadors import service as ambassadors
from hackathon.outreach.ambassadors.machine import SELF, STAFF
from hackathon.outreach.ambassadors.repository import find_recipients

#: Steps about which the ambassador is told, once each.
_TOLD = frozenset({"verify", "return", "reject", "revoke"})


def plan(session: Session, event: Event) -> UUID:
    """Announce an event, or name one that took place; :func:`list_similar` says whether others have."""
    check_event(event, session.of(ActivitySettings))
    event_id = session.new_id()
    repository.store_event(session.connection, event_id, event, session.now())
    return join(session, event_id)


def plan_once(session: Session, event: Event) -> UUID:
    """As :func:`plan`; what the ambassador has planned already in the same words is the one there is."""
    check_event(event, session.of(ActivitySettings))
    own = ambassadors.find_own(session)
    if own is None:
        raise NotServing
    known = repository.find_same(session.connection, own.ambassador_id, event)
    return plan(session, event) if known is None else known


def join(session: Session, event_id: UUID) -> UUID:
    """Take part in an event that somebody else has named: its reach is counted once, and shared."""
    activity_id, at, connection = session.new_id(), session.now(), session.connection
    own = ambassadors.find_own(session)
    if own is None or not ambassadors.is_serving(own):
        raise NotServing
    ends_at = existing(repository.find_end(connection, event_id))
    if not repository.store_activity(connection, activity_id, event_id, own.ambassador_id, at):
        raise ReportedAlready
    closes_at = max(ends_at, at) + timedelta(days=session.of(ActivitySettings).report_days)
    for name, instant in ((ENDED, ends_at), (REPORT_END, closes_at)):
        session.set_deadline(activity_id, name, instant)
    session.note(ACTIVITIES, session.look(ACTIVITIES, activity_id), "plan", at)
    return activity_id


def list_similar(session: Session, event: Event) -> list[Similar]:
    """Events at the same time in the same place that others have named, for ambassadors."""
    if ambassadors.find_own(session) is None:
        raise NotAllowed
    return repository.find_similar(session.connection, event, session.of(ActivitySettings).page_rows_max)


def list_doubles(session: Session, activity_id: UUID) -> list[Similar]:
    """Other events at the same time in the same place, for staff who might :func:`merge` them."""
    session.require(STAFF, [HUB])
    activity, rows = get_activity(session, activity_id), session.of(ActivitySettings).page_rows_max
    return repository.find_doubles(session.connection, activity, session.actor.person_id, rows)


def write_report(session: Session, activity_id: UUID, report: Report, seen_version: int) -> None:
    """Say whom it reached and how long it took, before it is handed in by the step ``report``."""
    standing = lock_own(session, activity_id)
    compare(standing, seen_version)
    check_report(report, _find(session, activity_id).event, session.of(ActivitySettings))
    repository.write_report(session.connection, activity_id, report)
    session.note(ACTIVITIES, standing, "write_report", session.now())


def move(
    session: Session, activity_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step but ``verify``, which says what counts."""
    if event == "verify":
        raise ValueError("an activity is verified by verify(), which says what counts")
    moved = session.apply(ACTIVITIES, activity_id, event, seen_version, reason)
    session.tell(_notices, moved)
    return moved


def verify(session: Session, activity_id: UUID, counted: int, seen_version: int) -> Moved:
    """Confirm a report and how many people count; from now on its hours and its reach do."""
    return _verify(session, session.lock(ACTIVITIES, activity_id), counted, seen_version)


def _verify(session: Session, standing: Standing[Facts], counted: int, seen_version: int) -> Moved:
    moved = session.step(ACTIVITIES, standing, "verify", seen_version, counted=counted)
    check_counted(counted, standing.facts.reached)
    repository.set_counted(session.connection, standing.object_id, counted)
    session.then(_record, moved)
    session.tell(_notices, moved)
    return moved


def _record(session: Session, steps: Sequence[Moved]) -> None:
    """From now on they count for their ambassadors."""
    held: dict[UUID, datetime] = {}
    for one in repository.find_some(session.connection, [moved.object_id for moved in steps]).values():
        held[one.ambassador_id] = max(one.event.ends_at, held.get(one.ambassador_id, one.event.ends_at))
    ambassadors.record_activities(session, held)


def merge(session: Session, event_id: UUID, into: UUID) -> None:
    """Two events that are one: all parts belong to ``into``. :class:`ReportedAlready` if somebody has both."""
    session.require(STAFF, [HUB])
    parts, at = repository.hold_parts(session.connection, event_id, into), session.now()
    moving = [(activity, who) for activity, who, event in parts if event == event_id]
    there = {who for _, who, event in parts if event == into}
    if not moving or not there:
        raise NoSuchObject
    if there & {who for _, who in moving}:
        raise ReportedAlready
    # Also of the event that stays: a conflict with any part of the two hides it.
    known = {activity: session.look(ACTIVITIES, activity) for activity, _, _ in parts}
    if any(standing.facts.is_own for standing in known.values()):
        raise OwnActivity
    standings = [known[activity] for activity, _ in moving]
    repository.relink(session.connection, event_id, into)
    for standing in sorted(standings, key=lambda one: one.chain):
        session.note(ACTIVITIES, standing, "merge", at, into=str(into))


def get_activity(session: Session, activity_id: UUID) -> Activity:
    """One's own, or for staff one that they are in no conflict with; else :class:`NoSuchObject`."""
    standing = session.look(ACTIVITIES, activity_id)
    if not session.holds(SELF | STAFF, standing.scopes):
        raise NoSuchObject
    found = _find(session, activity_id)
    _note_access(session, [found], "activities.activity")
    return found


def get_own(session: Session, activity_id: UUID) -> Activity:
    """Of the ambassador who asks; others' are :class:`NoSuchObject`, also for those who verify them."""
    found = get_activity(session, activity_id)
    if found.person_id != session.actor.person_id:
        raise NoSuchObject
    return found


def list_own(session: Session, after: UUID | None = None) -> list[Activity]:
    """A page of the activities of the ambassador who asks; the next begins after its last."""
    own = ambassadors.find_own(session)
    if own is None:
        return []
    rows = session.of(ActivitySettings).page_rows_max
    return repository.find_of_ambassador(session.connection, own.ambassador_id, own.person_id, after, rows)


def list_of_ambassador(session: Session, ambassador_id: UUID, after: UUID | None = None) -> list[Activity]:
    """A page of somebody's activities, for staff; none for whoever belongs where the ambassador does."""
    session.require(STAFF, [HUB])
    actor, rows = session.actor.person_id, session.of(ActivitySettings).page_rows_max
    found = repository.find_of_ambassador(session.connection, ambassador_id, actor, after, rows)
    _note_access(session, found[:1], "activities.list")
    return found


def _desk_values(session: Session) -> dict[str, object]:
    session.require(STAFF, [HUB])
    return {"actor": session.actor.person_id}


#: For somebody like the actor, what waits longest first; what is in conflict with them is not there.
DESK = DeskList(
    repository.QUERIES["desk"],
    "activity_id",
    _desk_values,
    sorts={"since": Sort("listed.state_changed_at", "instant")},
    first="since",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(one.name for one in ACTIVITY.states), default="reported"),
        coded("governorate", "listed.governorate", tuple(Governorate)),
    ),
    noted=("activities.to_verify", ("person_id",)),
    binding=ACTIVITIES,
)


def verify_as_reported(session: Session, activity_id: UUID, seen_version: int) -> Moved:
    """Confirm a report with the figure that it gives."""
    standing = session.lock(ACTIVITIES, activity_id)
    return _verify(session, standing, standing.facts.reached, seen_version)


def get_total(session: Session, ambassador_id: UUID) -> Total:
    """What counts of an ambassador's work: only what was verified."""
    return repository.find_total(session.connection, ambassador_id)


def lock_own(session: Session, activity_id: UUID) -> Standing[Facts]:
    """The ambassador's own activity while it can be written in; :class:`ActivityNotEditable`."""
    standing = session.hold(ACTIVITIES, activity_id, SELF)
    if standing.state not in EDITABLE:
        raise ActivityNotEditable
    return standing


def _find(session: Session, activity_id: UUID) -> Activity:
    return known(repository.find_activity(session.connection, activity_id))


def _note_access(session: Session, shown: Sequence[Activity], what: str) -> None:
    person_ids = [activity.person_id for activity in shown]
    note_access(session.connection, session.actor, person_ids, what, session.now())


def _notices(session: Session, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    told = [moved for moved in steps if moved.event in _TOLD]
    found = repository.find_some(session.connection, [moved.object_id for moved in told])
    recipients = find_recipients(session.connection, {one.ambassador_id for one in found.values()})
    template, link = Template(ACTIVITY.package, "decided"), session.link("/account/ambassador")
    for moved in told:
        activity = found[moved.object_id]
        to = [recipients[activity.ambassador_id]] if activity.ambassador_id in recipients else []
        fields: dict[str, Field] = {
            "title": activity.event.title,
            "activities_link": link,
            **ACTIVITY.told(moved),
        }
        yield moved, mails_to(template, to, **fields)
