"""What a vendor is told of its offerings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from casework.access.model import Role
from casework.organisations.speakers import find_speakers_of
from casework.outbox.model import Mail, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.workflow.model import Moved
from hackathon.market.offerings import repository
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import PACKAGE

#: What the programme does; the vendor's own steps are not told.
TOLD = frozenset({"publish", "return", "disable", "enable"})


def notices(session: Session, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    """The mails about steps to those who speak for the vendors."""
    told = [moved for moved in steps if moved.event in TOLD]
    if not told:
        return
    connection = session.connection
    offerings = repository.find_some(connection, [moved.object_id for moved in told])
    without = [one.offering_id for one in offerings.values() if one.draft is None]
    published = repository.find_newest(connection, without) if without else {}
    companies = {one.organisation_id for one in offerings.values()}
    speakers = find_speakers_of(connection, companies, Role.VENDOR, session.now())
    for moved in told:
        offering = offerings[moved.object_id]
        content = offering.draft or published[moved.object_id].content
        yield (
            moved,
            mails_to(
                Template(PACKAGE, "moved" if moved.reason is None else "moved_with_reason"),
                speakers[offering.organisation_id],
                title=content.titles.shown,
                offering_link=session.link(f"/account/offerings/{moved.object_id}"),
                **OFFERING.told(moved),
            ),
        )
