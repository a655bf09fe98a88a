"""What a vendor is told of its offerings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.programme import Session
from casework.workflow.model import Moved
from casework.workflow.wording import Label
from hackathon.market.offerings import repository
from hackathon.market.offerings.machine import OFFERING
from hackathon.market.offerings.model import PACKAGE

#: What the programme does; the vendor's own steps are not told.
TOLD = frozenset({"publish", "return", "disable", "enable"})


def notices(session: Session, moved: Moved) -> Iterator[Mail]:
    """The mails about a step to those who speak for the vendor."""
    if moved.event not in TOLD:
        return
    connection = session.connection
    offering = repository.find_offering(connection, moved.object_id)
    assert offering is not None
    content = offering.draft
    if content is None:
        content = repository.find_versions(connection, moved.object_id)[0].content
    link = session.link(f"/account/offerings/{moved.object_id}")
    for speaker in find_speakers(connection, [offering.organisation_id], Role.VENDOR, moved.at):
        fields: dict[str, str | int | datetime | Label] = {
            "name": speaker.name,
            "title": content.titles.shown(speaker.language),
            "state": OFFERING.label("state", moved.target),
            "offering_link": link,
        }
        name = "moved"
        if moved.reason is not None:
            fields["reason"], name = OFFERING.label("reason", moved.reason), "moved_with_reason"
        yield Mail(Template(PACKAGE, name), speaker.language, speaker.email, fields, speaker.person_id)
