"""What reviewers are told by mail; each link leads to the page where they go on. Nothing about what they review."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from casework.outbox.model import Mail, Template
from casework.people.model import Person
from casework.people.repository import find_person
from citycore.store.connections import Connection
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing import repository
from hackathon.funding.reviewing.desk import ReviewingDesk


def invitation(desk: ReviewingDesk, call: Call, person: Person) -> Iterator[Mail]:
    """To answer on the page of one's own."""
    return mail(desk, call, person, "invitation", "account/reviews")


def assigned(
    connection: Connection, desk: ReviewingDesk, call: Call, reviewers: Collection[UUID]
) -> Iterator[Mail]:
    """To each reviewer who has something new to review."""
    for reviewer in repository.find_reviewers(connection, call.call_id):
        if (
            reviewer.reviewer_id in reviewers
            and (person := find_person(connection, reviewer.person_id)) is not None
        ):
            yield from mail(desk, call, person, "assigned", f"calls/{call.call_id}/reviews")


def mail(desk: ReviewingDesk, call: Call, person: Person, name: str, path: str) -> Iterator[Mail]:
    """None to whoever has left."""
    if person.email is None:
        return
    language, texts = person.language, call.description.texts
    yield Mail(
        Template("hackathon.funding.reviewing", name),
        language,
        person.email,
        {
            "name": person.names.shown(language),
            "call": texts.title_ar if language == "ar" else texts.title_en,
            "link": f"{desk.desk.settings.portal_url.rstrip('/')}/{path}",
        },
        person.person_id,
    )
