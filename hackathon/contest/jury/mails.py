"""What judges are told by mail; each link leads to the page where they go on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from casework.outbox.model import Mail, Template
from casework.people.mails import addressed, mails_to
from casework.people.model import Person
from casework.people.repository import find_person
from casework.programme import Session
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.jury import repository


def invitation(session: Session, hackathon: Hackathon, person: Person) -> Iterator[Mail]:
    """To answer on the page of one's own."""
    return _mail(session, hackathon, person, "invitation", "account/judging")


def offered(session: Session, hackathon: Hackathon, judges: Collection[UUID]) -> Iterator[Mail]:
    """To each judge who has new score sheets. Whose submissions they are stands on the page alone."""
    path = f"hackathons/{hackathon.hackathon_id}/judging"
    for judge in repository.find_judges(session.connection, hackathon.hackathon_id):
        if (
            judge.judge_id in judges
            and (person := find_person(session.connection, judge.person_id)) is not None
        ):
            yield from _mail(session, hackathon, person, "sheets_offered", path)


def _mail(session: Session, hackathon: Hackathon, person: Person, name: str, path: str) -> Iterator[Mail]:
    return mails_to(
        Template("hackathon.contest.jury", name),
        addressed(person),
        hackathon=hackathon.description.title,
        link=session.link(f"/{path}"),
    )
