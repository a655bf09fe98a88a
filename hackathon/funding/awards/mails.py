"""What the recipients of an award are told, each in their language."""

from __future__ import annotations

from collections.abc import Iterator

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.people.model import Recipient
from casework.programme import Session
from citycore.store.rows import rows_of
from hackathon.funding.awards.machine import PACKAGE
from hackathon.funding.awards.model import Award
from hackathon.funding.awards.repository import QUERIES


def mails(session: Session, award: Award, name: str, **fields: Field) -> Iterator[Mail]:
    """The mail ``name`` to everybody who applied; each with the award's title and address."""
    recipients = rows_of(
        session.connection, Recipient, QUERIES["recipients"], {"application_id": award.application_id}
    )
    link = session.link(f"/awards/{award.award_id}")
    return mails_to(Template(PACKAGE, name), recipients, title=award.title, award_link=link, **fields)
