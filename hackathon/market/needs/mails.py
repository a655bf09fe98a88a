"""Mails about a need: to its agency, and to whoever responds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.model import Recipient
from casework.workflow.model import Extension, Moved
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.market.needs import repository
from hackathon.market.needs.desk import NeedDesk
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.model import Addendum, Need

Field = str | int | datetime | Label


def reviewed(connection: Connection, desk: NeedDesk, moved: Moved) -> Iterator[Mail]:
    """To the agency: what the programme decided."""
    need = _need(connection, moved.object_id)
    fields: dict[str, Field] = {"state": NEED.label("state", moved.target)}
    name = "reviewed"
    if moved.reason is not None:
        fields["reason"], name = NEED.label("reason", moved.reason), "reviewed_with_reason"
    officers = find_speakers(connection, [need.organisation_id], Role.OFFICER, moved.at)
    return _mails(name, need, officers, fields, desk.link(need.need_id, "/desk"))


def asked(connection: Connection, desk: NeedDesk, need: Need, at: datetime) -> Iterator[Mail]:
    """To the agency: somebody asks."""
    officers = find_speakers(connection, [need.organisation_id], Role.OFFICER, at)
    return _mails("asked", need, officers, {}, desk.link(need.need_id, "/desk"))


def answered(connection: Connection, desk: NeedDesk, need: Need) -> Iterator[Mail]:
    """To whoever responds: there is an answer for all."""
    respondents = repository.find_respondents(connection, need.need_id, desk.desk.clock())
    return _mails("answered", need, respondents, {}, desk.link(need.need_id))


def added(connection: Connection, desk: NeedDesk, need: Need, addendum: Addendum) -> Iterator[Mail]:
    """To whoever responds: what was added, in their language."""
    for one in repository.find_respondents(connection, need.need_id, desk.desk.clock()):
        text = addendum.text_ar if one.language == "ar" else addendum.text_en
        yield from _mails("addendum", need, [one], {"text": text}, desk.link(need.need_id))


def extended(connection: Connection, desk: NeedDesk, need_id: UUID, extension: Extension) -> Iterator[Mail]:
    """To whoever responds: there is more time."""
    need = _need(connection, need_id)
    fields: dict[str, Field] = {
        "deadline": NEED.label("deadline", extension.name),
        "instant": extension.instant,
        "reason": Label("casework.workflow", f"extension.{extension.reason}"),
    }
    respondents = repository.find_respondents(connection, need_id, desk.desk.clock())
    return _mails("extended", need, respondents, fields, desk.link(need_id))


def named(desk: NeedDesk, need: Need, opener: Recipient) -> Iterator[Mail]:
    """To somebody who is to hold a key."""
    return _mails("opener", need, [opener], {}, desk.link(need.need_id, "/opening"))


def _mails(
    name: str, need: Need, recipients: Iterable[Recipient], fields: Mapping[str, Field], link: str
) -> Iterator[Mail]:
    for one in recipients:
        filled = {**fields, "name": one.name, "title": need.title(one.language), "need_link": link}
        yield Mail(Template(NEED.package, name), one.language, one.email, filled, one.person_id)


def _need(connection: Connection, need_id: UUID) -> Need:
    need = repository.find_need(connection, need_id)
    assert need is not None
    return need
