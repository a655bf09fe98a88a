"""What a vendor is told of its offerings."""

from __future__ import annotations

from collections.abc import Iterator

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.workflow.model import Moved
from citycore.store.rows import known
from hackathon.market.offerings import repository
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import PACKAGE

#: What the programme does; the vendor's own steps are not told.
TOLD = frozenset({"publish", "return", "disable", "enable"})


def notices(session: Session, moved: Moved) -> Iterator[Mail]:
    """The mails about a step to those who speak for the vendor."""
    if moved.event not in TOLD:
        return iter(())
    connection = session.connection
    offering = known(repository.find_offering(connection, moved.object_id))
    content = offering.draft or repository.find_versions(connection, moved.object_id)[0].content
    return mails_to(
        Template(PACKAGE, "moved" if moved.reason is None else "moved_with_reason"),
        find_speakers(connection, [offering.organisation_id], Role.VENDOR, moved.at),
        title=content.titles.shown,
        offering_link=session.link(f"/account/offerings/{moved.object_id}"),
        **OFFERING.told(moved),
    )
