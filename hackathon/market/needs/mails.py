"""Mails about a need: to its agency, and to whoever responds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from casework.access.model import Role
from casework.organisations.speakers import find_speakers, find_speakers_of
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import addressed, mails_to
from casework.people.model import Person, Recipient
from casework.programme import Session
from casework.workflow.model import Extension, Moved
from casework.workflow.wording import Label
from citycore.store.rows import known
from hackathon.market.needs import repository
from hackathon.market.needs.machine import NEED
from hackathon.market.needs.model import Addendum, Need


def reviewed(session: Session, steps: Sequence[Moved]) -> Iterator[tuple[Moved, Iterable[Mail]]]:
    """To the agencies: what the programme decided."""
    needs = repository.find_some(session.connection, [moved.object_id for moved in steps])
    agencies = {need.organisation_id for need in needs.values()}
    officers = find_speakers_of(session.connection, agencies, Role.OFFICER, session.now())
    for moved in steps:
        need = needs[moved.object_id]
        name = "reviewed" if moved.reason is None else "reviewed_with_reason"
        to = officers[need.organisation_id]
        yield moved, _mails(session, name, need, to, "/desk", **NEED.told(moved))


def asked(session: Session, need: Need, at: datetime) -> Iterator[Mail]:
    """To the agency: somebody asks."""
    return _to_agency(session, "asked", need, at)


def answered(session: Session, need: Need) -> Iterator[Mail]:
    """To whoever responds: there is an answer for all."""
    return _to_respondents(session, "answered", need)


def added(session: Session, need: Need, addendum: Addendum) -> Iterator[Mail]:
    """To whoever responds: what was added, in their language."""
    return _to_respondents(session, "addendum", need, text=addendum.text)


def extended(session: Session, need_id: UUID, extension: Extension) -> Iterator[Mail]:
    """To whoever responds: there is more time."""
    return _to_respondents(
        session,
        "extended",
        known(repository.find_need(session.connection, need_id)),
        deadline=NEED.label("deadline", extension.name),
        instant=extension.instant,
        reason=Label("casework.workflow", f"extension.{extension.reason}"),
    )


def named(session: Session, need: Need, opener: Person) -> Iterator[Mail]:
    """To somebody who is to hold a key."""
    return _mails(session, "opener", need, addressed(opener), "/opening")


def _to_agency(session: Session, name: str, need: Need, at: datetime, **fields: Field) -> Iterator[Mail]:
    officers = find_speakers(session.connection, [need.organisation_id], Role.OFFICER, at)
    return _mails(session, name, need, officers, "/desk", **fields)


def _to_respondents(session: Session, name: str, need: Need, **fields: Field) -> Iterator[Mail]:
    respondents = repository.find_respondents(session.connection, need.need_id, session.now())
    return _mails(session, name, need, respondents, "", **fields)


def _mails(
    session: Session, name: str, need: Need, to: Iterable[Recipient], part: str, **fields: Field
) -> Iterator[Mail]:
    """With a link to the need, or to a part of its pages."""
    link = session.link(f"/needs/{need.need_id}{part}")
    return mails_to(Template(NEED.package, name), to, title=need.title, need_link=link, **fields)
