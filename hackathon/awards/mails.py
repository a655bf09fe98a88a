"""What the recipients of an award are told, each in their language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from citycore.store.connections import Connection
from hackathon.awards.desk import AwardDesk
from hackathon.awards.machine import PACKAGE
from hackathon.awards.model import Award
from hackathon.awards.repository import QUERIES
from hackathon.outbox.model import Mail, Template
from hackathon.workflow.wording import Label

Fields: TypeAlias = Mapping[str, str | int | datetime | Label]


def mails(
    connection: Connection,
    desk: AwardDesk,
    award: Award,
    name: str,
    fields: Fields,
) -> Iterator[Mail]:
    """The mail ``name`` to everybody who applied; each with the award's title and address."""
    rows = connection.execute(QUERIES["recipients"], {"application_id": award.application_id}).fetchall()
    link = f"{desk.desk.settings.portal_url.rstrip('/')}/awards/{award.award_id}"
    for person_id, email, language, called in rows:
        title = award.terms.title_ar if language == "ar" else award.terms.title_en
        told: Fields = {"name": called, "title": title, "award_link": link, **fields}
        yield Mail(Template(PACKAGE, name), language, email, told, person_id)
