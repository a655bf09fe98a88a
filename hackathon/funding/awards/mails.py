"""What the recipients of an award are told, each in their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from casework.outbox.model import Mail, Template
from casework.programme import Session
from casework.workflow.wording import Label
from hackathon.funding.awards.machine import PACKAGE
from hackathon.funding.awards.model import Award
from hackathon.funding.awards.repository import QUERIES

Fields: TypeAlias = Mapping[str, str | int | datetime | Label]


def mails(session: Session, award: Award, name: str, fields: Fields) -> Iterator[Mail]:
    """The mail ``name`` to everybody who applied; each with the award's title and address."""
    rows = session.connection.execute(
        QUERIES["recipients"], {"application_id": award.application_id}
    ).fetchall()
    link = session.link(f"/awards/{award.award_id}")
    for person_id, email, language, called in rows:
        title = award.terms.title_ar if language == "ar" else award.terms.title_en
        told: Fields = {"name": called, "title": title, "award_link": link, **fields}
        yield Mail(Template(PACKAGE, name), language, email, told, person_id)
