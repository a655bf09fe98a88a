"""Mails about a need: to its agency, and to whoever responds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import Field, mails_to
from casework.people.model import Recipient
from casework.programme import Session
from casework.workflow.model import Extension, Moved
from casework.workflow.wording import Label
from hackathon.market.needs import repository
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.model import Addendum, Need


def reviewed(session: Session, moved: Moved) -> Iterator[Mail]:
    """To the agency: what the programme decided."""
    need = _need(session, moved.object_id)
    fields: dict[str, Field] = {"state": NEED.label("state", moved.target)}
    name = "reviewed"
    if moved.reason is not None:
        fields["reason"], name = NEED.label("reason", moved.reason), "reviewed_with_reason"
    officers = find_speakers(session.connection, [need.organisation_id], Role.OFFICER, moved.at)
    return _mails(name, need, officers, fields, _link(session, need.need_id, "/desk"))


def asked(session: Session, need: Need, at: datetime) -> Iterator[Mail]:
    """To the agency: somebody asks."""
    officers = find_speakers(session.connection, [need.organisation_id], Role.OFFICER, at)
    return _mails("asked", need, officers, {}, _link(session, need.need_id, "/desk"))


def answered(session: Session, need: Need) -> Iterator[Mail]:
    """To whoever responds: there is an answer for all."""
    respondents = repository.find_respondents(session.connection, need.need_id, session.now())
    return _mails("answered", need, respondents, {}, _link(session, need.need_id))


def added(session: Session, need: Need, addendum: Addendum) -> Iterator[Mail]:
    """To whoever responds: what was added, in their language."""
    respondents = repository.find_respondents(session.connection, need.need_id, session.now())
    return _mails("addendum", need, respondents, {"text": addendum.text}, _link(session, need.need_id))


def extended(session: Session, need_id: UUID, extension: Extension) -> Iterator[Mail]:
    """To whoever responds: there is more time."""
    need = _need(session, need_id)
    fields: dict[str, Field] = {
        "deadline": NEED.label("deadline", extension.name),
        "instant": extension.instant,
        "reason": Label("casework.workflow", f"extension.{extension.reason}"),
    }
    respondents = repository.find_respondents(session.connection, need_id, session.now())
    return _mails("extended", need, respondents, fields, _link(session, need_id))


def named(session: Session, need: Need, opener: Recipient) -> Iterator[Mail]:
    """To somebody who is to hold a key."""
    return _mails("opener", need, [opener], {}, _link(session, need.need_id, "/opening"))


def _mails(
    name: str, need: Need, recipients: Iterable[Recipient], fields: Mapping[str, Field], link: str
) -> Iterator[Mail]:
    return mails_to(Template(NEED.package, name), recipients, title=need.title, need_link=link, **fields)


def _need(session: Session, need_id: UUID) -> Need:
    need = repository.find_need(session.connection, need_id)
    assert need is not None
    return need


def _link(session: Session, need_id: UUID, part: str = "") -> str:
    """Where people reach a need, or a part of its pages."""
    return session.link(f"/needs/{need_id}{part}")
