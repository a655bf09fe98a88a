"""What reviewers and those who apply are told by mail; each link leads to the page where they go on. Nothing about what
is reviewed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from casework.outbox.model import Mail, Template
from casework.people.mails import addressed, mails_to
from casework.people.model import Person
from casework.people.repository import find_person
from casework.programme import Session
from casework.workflow.model import Moved
from hackathon.funding.applications.mails import find_recipients
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import repository

_PACKAGE = "hackathon.funding.reviewing"


def invitation(session: Session, call: Call, person: Person) -> Iterator[Mail]:
    """To answer on the page of one's own."""
    return _mail(session, call, person, "invitation", "/account/reviews")


def assigned(session: Session, call: Call, reviewers: Collection[UUID]) -> Iterator[Mail]:
    """To each reviewer who has something new to review."""
    for reviewer in repository.find_reviewers(session.connection, call.call_id):
        if (
            reviewer.reviewer_id in reviewers
            and (person := find_person(session.connection, reviewer.person_id)) is not None
        ):
            yield from _mail(session, call, person, "assigned", f"/calls/{call.call_id}/reviews")


def decided(session: Session, call: Call, reference: str, moved: Moved) -> Iterator[Mail]:
    """To each who applies, in their own language."""
    return mails_to(
        Template(_PACKAGE, "decided"),
        find_recipients(session.connection, moved.object_id),
        call=call.title,
        link=session.link(f"/applications/{moved.object_id}/decision"),
        reference=reference,
        decision=APPLICATIONS.machine.label("state", moved.target),
    )


def _mail(session: Session, call: Call, person: Person, name: str, path: str) -> Iterator[Mail]:
    """None to whoever has left."""
    return mails_to(Template(_PACKAGE, name), addressed(person), call=call.title, link=session.link(path))
