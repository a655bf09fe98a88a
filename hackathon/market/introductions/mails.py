"""Mails about an introduction. None of them names a person of the other side: that stands on its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.people.settings import PeopleSettings
from casework.workflow.model import Binding, Moved
from citycore.store.connections import Connection
from citycore.store.rows import known
from hackathon.market.introductions import repository
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.model import PACKAGE, Introduction, Side

BOTH = (Side.AGENCY, Side.VENDOR)


def stepped(
    connection: Connection, introduction: Introduction, moved: Moved, by: Side | None
) -> Iterator[Mail]:
    """To whoever did not take the step: one side is interested, both are, or it goes on or is over."""
    others = [side for side in BOTH if side is not by]
    match moved.target:
        case "agency_interested" | "vendor_interested":
            yield from mails(connection, introduction, "interested", others, moved.at)
        case "contacts_shared":
            yield from mails(connection, introduction, "shared", BOTH, moved.at)
        case "declined" | "expired":
            interested = [side for side in others if introduction.party(side).interested_at is not None]
            yield from mails(
                connection, introduction, "over", interested, moved.at, **INTRODUCTION.told(moved)
            )
        case "no_fit" | "contract":
            yield from mails(connection, introduction, "over", others, moved.at, **INTRODUCTION.told(moved))


def mails(
    connection: Connection,
    introduction: Introduction,
    name: str,
    sides: Sequence[Side],
    at: datetime,
    **fields: Field,
) -> Iterator[Mail]:
    """To those who speak for these sides, each in their language."""
    link = f"{PeopleSettings().portal_url.rstrip('/')}/introductions/{introduction.introduction_id}"
    for side in sides:
        yield from mails_to(
            Template(PACKAGE, name),
            repository.find_recipients(connection, introduction, side, at),
            need=introduction.need_titles.shown,
            offering=introduction.offering_titles.shown,
            other=introduction.party(side.other).names.shown,
            introduction_link=link,
            **fields,
        )


def _expired(connection: Connection, moved: Moved) -> Iterator[Mail]:
    introduction = known(repository.find_introduction(connection, moved.object_id))
    return stepped(connection, introduction, moved, None)


INTRODUCTIONS = Binding(
    INTRODUCTION,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    _expired,
)
