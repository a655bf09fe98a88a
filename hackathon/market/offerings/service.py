"""Offerings for vendors and for the programme; what everybody sees of them is in ``catalogue``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from casework.lists.model import DeskList, Sort, one_of, words
from casework.lists.service import held_by
from casework.pictures.service import Pictured
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotInThisState
from casework.workflow.model import Moved, Standing
from citycore.clock import CITY_ZONE
from citycore.store.rows import known
from hackathon.contest.results.model import Continuation
from hackathon.contest.results.service import list_continuations
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.rules import is_own
from hackathon.contest.submissions.service import get_submission
from hackathon.market.offerings import repository
from hackathon.market.offerings.errors import (
    OfferingNotEditable,
    OfferingWithoutDraft,
    SubmissionNotForMarketplace,
    TooManyOfferings,
)
from hackathon.market.offerings.machine import EDITABLE, IN_REVIEW, OFFERING, SPEAKERS
from hackathon.market.offerings.model import Content, Facts, NewOffering, Offering, Queued, Version
from hackathon.market.offerings.notices import notices
from hackathon.market.offerings.repository import OFFERINGS
from hackathon.market.offerings.rules import check_content, may_see, tidy
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.vendors.machine import STAFF, VENDOR
from hackathon.market.vendors.model import Vendor
from hackathon.market.vendors.repository import find_vendor
from hackathon.market.vendors.rules import speaks_for

#: Whoever speaks for its vendor gives it its picture.
PICTURED: Final = Pictured(OFFERINGS, SPEAKERS)


def begin(session: Session, vendor_id: UUID, content: Content, submission_id: UUID | None = None) -> UUID:
    """A draft of somebody who speaks for a vendor; ``submission_id`` is what it came out of in a hackathon."""
    connection, at = session.connection, session.now()
    content = _checked(session, content)
    offering_id, most = session.new_id(), session.of(OfferingSettings).offerings_max
    vendor = _get_own_vendor(session, vendor_id)
    if VENDOR.state(vendor.state).is_terminal:
        raise NotInThisState
    if submission_id is not None:
        get_listable(session, submission_id)
    if repository.count_of_vendor(connection, vendor_id) >= most:
        raise TooManyOfferings(offerings_max=most)
    if not repository.store_offering(
        connection, offering_id, NewOffering(vendor_id, content, submission_id), at
    ):
        raise SubmissionNotForMarketplace
    session.note(OFFERINGS, session.look(OFFERINGS, offering_id), "create", at)
    return offering_id


def get_listable(session: Session, submission_id: UUID) -> Submission:
    """A submission of the actor's own team that was told to go on in the marketplace; else a refusal."""
    submission = get_submission(session, submission_id)
    if not is_own(session.actor, submission):
        raise NoSuchObject
    kinds = {kind for kind, _ in list_continuations(session, submission_id)}
    if Continuation.MARKETPLACE not in kinds:
        raise SubmissionNotForMarketplace
    return submission


def write(session: Session, offering_id: UUID, content: Content, seen_version: int) -> None:
    """Write the draft anew; of something published, beside it."""
    content = _checked(session, content)
    standing = _hold(session, offering_id, seen_version)
    repository.write_draft(session.connection, offering_id, content)
    session.note(OFFERINGS, standing, "edit", session.now())


def discard(session: Session, offering_id: UUID, seen_version: int) -> None:
    """Give up the draft of the next version; what is published stays."""
    standing = _hold(session, offering_id, seen_version)
    found = known(repository.find_offering(session.connection, offering_id))
    if found.draft is None or found.published is None:
        raise OfferingWithoutDraft
    repository.write_draft(session.connection, offering_id, None)
    if standing.state == "update_returned":
        session.step(OFFERINGS, standing, "discard")
    else:
        session.note(OFFERINGS, standing, "discard", session.now())


def move(
    session: Session, offering_id: UUID, event: str, seen_version: int, reason: str | None = None
) -> Moved:
    """Every step, with its mails. To publish makes of the draft that was seen the next version."""
    if event == "discard":
        raise NotInThisState
    moved = session.apply(OFFERINGS, offering_id, event, seen_version, reason)
    if event == "publish":
        session.then(_publish, moved)
    session.tell(notices, moved)
    return moved


def _publish(session: Session, steps: Sequence[Moved]) -> None:
    """Guards have looked at the drafts."""
    found = repository.find_some(session.connection, [moved.object_id for moved in steps])
    drafts = [(one.object_id, known(found[one.object_id].draft), one.at) for one in steps]
    repository.publish(session.connection, drafts)


def get_offering(session: Session, offering_id: UUID) -> Offering:
    """One's own, or for the programme any, whatever its state; else :class:`NoSuchObject`."""
    found = repository.find_offering(session.connection, offering_id)
    if found is None or not may_see(session.actor.at(session.now()), found):
        raise NoSuchObject
    return found


def get_own(session: Session, offering_id: UUID) -> Offering:
    """One's own; else :class:`NoSuchObject`."""
    found = get_offering(session, offering_id)
    if not speaks_for(session.actor.at(session.now()), found.organisation_id):
        raise NoSuchObject
    return found


def list_versions(session: Session, offering_id: UUID) -> list[Version]:
    """All versions of an offering that the actor may see in any state, the newest first."""
    get_offering(session, offering_id)
    return repository.find_versions(session.connection, offering_id)


def list_of_vendor(
    session: Session, vendor_id: UUID, after: UUID | None = None
) -> tuple[list[Queued], UUID | None]:
    """A page of a vendor's offerings in any state, the newest first, for those who speak for it; and after which the
    next begins.
    """
    _get_own_vendor(session, vendor_id)
    rows = session.of(OfferingSettings).page_rows_max
    return _page(repository.find_of_vendor(session.connection, vendor_id, after, rows), rows)


#: All of them for the programme, the longest in their state first.
DESK = DeskList(
    repository.QUERIES["desk"],
    "offering_id",
    held_by(STAFF),
    sorts={
        "since": Sort("listed.state_changed_at", "instant"),
        "begun": Sort("listed.created_at", "instant"),
    },
    first="since",
    filters=(
        words(),
        one_of(
            "state",
            "listed.state",
            tuple(state.name for state in OFFERING.states),
            {"queue": IN_REVIEW},
            "queue",
        ),
    ),
    binding=OFFERINGS,
)


def _page(found: list[Queued], rows: int) -> tuple[list[Queued], UUID | None]:
    return found, found[-1].offering.offering_id if len(found) == rows else None


def _get_own_vendor(session: Session, vendor_id: UUID) -> Vendor:
    vendor = find_vendor(session.connection, vendor_id)
    if vendor is None or not speaks_for(session.actor.at(session.now()), vendor.organisation_id):
        raise NoSuchObject
    return vendor


def _hold(session: Session, offering_id: UUID, seen_version: int) -> Standing[Facts]:
    """The offering as it was seen, ours until the transaction ends, for whoever can write it now."""
    standing = session.hold(OFFERINGS, offering_id, SPEAKERS, seen_version)
    if standing.state not in EDITABLE:
        raise OfferingNotEditable
    return standing


def _checked(session: Session, content: Content) -> Content:
    """Tidied; the refusal of the first field that cannot be stored like this."""
    content, year = tidy(content), session.now().astimezone(CITY_ZONE).year
    check_content(content, session.of(OfferingSettings), year)
    return content
