"""Mails about sessions to those who have a seat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from casework.journeys.mails import mail_to
from casework.journeys.model import Heard
from casework.outbox.model import Mail, Template
from casework.people.mails import Field
from casework.programme import Session
from participation.dialogue.model import PACKAGE, Talk


def to_attendees(
    session: Session, talk: Talk, people: Iterable[Heard], name: str, **fields: Field
) -> Iterator[Mail]:
    for one in people:
        title = talk.plan.titles.shown(one.language)
        yield mail_to(session, one, Template(PACKAGE, name), title=title, **fields)
