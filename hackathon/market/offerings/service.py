"""Offerings for vendors and for the programme; what everybody sees of them is in ``catalogue``."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from casework.access.model import HUB, Actor
from casework.access.rules import holds_any
from casework.outbox.service import enqueue
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed, NotInThisState
from casework.workflow.model import Attempt, Moved, Offer, Standing
from casework.workflow.rules import compare
from casework.workflow.service import apply, lock, note, step, unit
from citycore.clock import CITY_ZONE, Clock
from citycore.store.connections import Connection
from hackathon.contest.results.model import Continuation
from hackathon.contest.results.service import list_continuations
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.rules import is_own
from hackathon.contest.submissions.service import get_submission
from hackathon.market.offerings import repository
from hackathon.market.offerings.errors import NoDraft, NotEditableNow, NotForMarketplace, TooManyOfferings
from hackathon.market.offerings.machine import EDITABLE, SPEAKERS
from hackathon.market.offerings.model import Content, Facts, Offering, Queued, Version
from hackathon.market.offerings.notices import notices
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.offerings.rules import may_see, tidy, why_wrong
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.vendors.machine import STAFF, VENDOR
from hackathon.market.vendors.repository import find_vendor
from hackathon.market.vendors.rules import speaks_for


def begin(session: Session, vendor_id: UUID, content: Content, submission_id: UUID | None = None) -> UUID:
    """A draft of somebody who speaks for a vendor; ``submission_id`` is what it came out of in a hackathon."""
    connection, settings, at = session.connection, session.of(OfferingSettings), session.now()
    content = _checked(content, settings, at)
    offering_id = session.new_id()
    vendor = find_vendor(connection, vendor_id)
    if vendor is None or not speaks_for(session.actor.at(at), vendor.organisation_id):
        raise NoSuchObject
    if VENDOR.state(vendor.state).is_terminal:
        raise NotInThisState
    if submission_id is not None:
        get_listable(session, submission_id)
    if repository.count_of_vendor(connection, vendor_id) >= settings.offerings_max:
        raise TooManyOfferings(offerings_max=settings.offerings_max)
    if not repository.store_offering(connection, offering_id, vendor_id, content, submission_id, at):
        raise NotForMarketplace
    session.note(OFFERINGS, session.look(OFFERINGS, offering_id), "create", at)
    return offering_id


def get_listable(session: Session, submission_id: UUID) -> Submission:
    """A submission of the actor's own team that was told to go on in the marketplace; else a refusal."""
    submission = get_submission(session, submission_id)
    if not is_own(session.actor, submission):
        raise NoSuchObject
    kinds = {kind for kind, _ in list_continuations(session, submission_id)}
    if Continuation.MARKETPLACE not in kinds:
        raise NotForMarketplace
    return submission


def write(  # noqa: PLR0913, PLR0917 (what is written, by whom, having seen what)
    connection: Connection,
    offering_id: UUID,
    content: Content,
    actor: Actor,
    clock: Clock,
    seen_version: int,
    settings: OfferingSettings,
) -> None:
    """Write the draft anew; of something published, beside it."""
    content = _checked(content, settings, clock())
    with unit(connection):
        standing = _lock_own(connection, offering_id, actor, clock, seen_version)
        if standing.state not in EDITABLE:
            raise NotEditableNow
        repository.write_draft(connection, offering_id, content)
        note(connection, OFFERINGS, standing, "edit", actor, clock())


def discard(connection: Connection, offering_id: UUID, actor: Actor, clock: Clock, seen_version: int) -> None:
    """Give up the draft of the next version; what is published stays."""
    with unit(connection):
        standing = _lock_own(connection, offering_id, actor, clock, seen_version)
        found = repository.find_offering(connection, offering_id)
        assert found is not None
        if standing.state not in EDITABLE:
            raise NotEditableNow
        if found.draft is None or found.published is None:
            raise NoDraft
        repository.write_draft(connection, offering_id, None)
        if standing.state == "update_returned":
            step(connection, OFFERINGS, standing, Attempt("discard", actor), clock)
        else:
            note(connection, OFFERINGS, standing, "discard", actor, clock())


def move(  # noqa: PLR0913 (as the engine's own)
    connection: Connection,
    offering_id: UUID,
    event: str,
    actor: Actor,
    clock: Clock,
    *,
    seen_version: int,
    reason: str | None = None,
) -> Moved:
    """Every step, with its mails. To publish makes of the draft that was seen the next version."""
    if event == "discard":
        raise NotInThisState
    with unit(connection):
        moved = apply(
            connection, OFFERINGS, offering_id, event, actor, clock, seen_version=seen_version, reason=reason
        )
        if event == "publish":
            _publish(connection, moved)
        enqueue(connection, notices(connection, moved), moved.at, words=moved.words)
    return moved


def get_offering(connection: Connection, offering_id: UUID, actor: Actor, clock: Clock) -> Offering:
    """One's own, or for the programme any, whatever its state; else :class:`NoSuchObject`."""
    with connection.transaction():
        found = repository.find_offering(connection, offering_id)
    if found is None or not may_see(actor.at(clock()), found):
        raise NoSuchObject
    return found


def get_own(connection: Connection, offering_id: UUID, actor: Actor, clock: Clock) -> Offering:
    """One's own; else :class:`NoSuchObject`."""
    found = get_offering(connection, offering_id, actor, clock)
    if not speaks_for(actor.at(clock()), found.organisation_id):
        raise NoSuchObject
    return found


def get_steps(session: Session, offering_id: UUID) -> list[Offer[Facts]]:
    """What the actor can do with an offering."""
    return session.steps(OFFERINGS, offering_id)


def list_versions(connection: Connection, offering_id: UUID, actor: Actor, clock: Clock) -> list[Version]:
    """All versions of an offering that the actor may see in any state, the newest first."""
    get_offering(connection, offering_id, actor, clock)
    with connection.transaction():
        return repository.find_versions(connection, offering_id)


def list_of_vendor(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    vendor_id: UUID,
    actor: Actor,
    clock: Clock,
    settings: OfferingSettings,
    after: UUID | None = None,
) -> list[Queued]:
    """A page of a vendor's offerings in any state, the newest first, for those who speak for it."""
    with connection.transaction():
        vendor = find_vendor(connection, vendor_id)
        if vendor is None or not speaks_for(actor.at(clock()), vendor.organisation_id):
            raise NoSuchObject
        return repository.find_of_vendor(connection, vendor_id, after, settings.page_rows_max)


def list_queue(  # noqa: PLR0913, PLR0917 (a page has this many sides)
    connection: Connection,
    states: Collection[str],
    actor: Actor,
    clock: Clock,
    settings: OfferingSettings,
    after: UUID | None = None,
) -> list[Queued]:
    """A page of the offerings in these states, the longest in theirs first, for the programme."""
    _require_staff(actor, clock())
    with connection.transaction():
        return repository.find_queue(connection, states, after, settings.page_rows_max)


def count_states(connection: Connection, actor: Actor, clock: Clock) -> dict[str, int]:
    """How many there are in each state, for the programme."""
    _require_staff(actor, clock())
    with connection.transaction():
        return repository.count_states(connection)


def _publish(connection: Connection, moved: Moved) -> None:
    found = repository.find_offering(connection, moved.object_id)
    assert found is not None
    assert found.draft is not None, "a guard has looked at it"
    repository.publish(connection, moved.object_id, found.draft, moved.at)


def _lock_own(
    connection: Connection, offering_id: UUID, actor: Actor, clock: Clock, seen_version: int
) -> Standing[Facts]:
    standing = lock(connection, OFFERINGS, offering_id, actor)
    if not holds_any(actor.at(clock()), SPEAKERS, standing.scopes):
        raise NotAllowed
    compare(standing, seen_version)
    return standing


def _checked(content: Content, settings: OfferingSettings, at: datetime) -> Content:
    """Tidied; the refusal of the first field that cannot be stored like this."""
    content = tidy(content)
    refusal = why_wrong(content, settings, at.astimezone(CITY_ZONE).year)
    if refusal is not None:
        raise refusal
    return content


def _require_staff(actor: Actor, at: datetime) -> None:
    if not holds_any(actor.at(at), STAFF, [HUB]):
        raise NotAllowed
