"""Mails about an introduction. None of them names a person of the other side: that stands on its page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from casework.outbox.model import Mail, Template
from casework.people.settings import PeopleSettings
from casework.workflow.model import Binding, Moved
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.market.introductions import repository
from hackathon.market.introductions.machine import INTRODUCTION
from hackathon.market.introductions.model import PACKAGE, Introduction, Side

Field = str | int | datetime | Label
BOTH = (Side.AGENCY, Side.VENDOR)


class Notice(NamedTuple):
    """What is mailed to these sides; ``fields`` are those that only this mail has."""

    name: str
    sides: Collection[Side]
    fields: Mapping[str, Field] = MappingProxyType({})


def stepped(
    connection: Connection, introduction: Introduction, moved: Moved, by: Side | None
) -> Iterator[Mail]:
    """To whoever did not take the step: one side is interested, both are, or it goes on or is over."""
    others = [side for side in BOTH if side is not by]
    match moved.target:
        case "agency_interested" | "vendor_interested":
            notice = Notice("interested", others)
        case "contacts_shared":
            notice = Notice("shared", BOTH)
        case "declined" | "expired":
            interested = [side for side in others if introduction.party(side).interested_at is not None]
            notice = Notice("over", interested, _why(moved))
        case "no_fit" | "contract":
            notice = Notice("over", others, _why(moved))
        case _:
            return iter(())
    return mails(connection, introduction, notice, moved.at)


def mails(connection: Connection, introduction: Introduction, notice: Notice, at: datetime) -> Iterator[Mail]:
    """To those who speak for these sides, each in their language."""
    link = f"{PeopleSettings().portal_url.rstrip('/')}/introductions/{introduction.introduction_id}"
    for side in notice.sides:
        other = introduction.party(side.other)
        for one in repository.find_recipients(connection, introduction, side, at):
            fields: dict[str, Field] = {
                "name": one.name,
                "need": introduction.need_titles.shown(one.language),
                "offering": introduction.offering_titles.shown(one.language),
                "other": other.names.shown(one.language),
                "introduction_link": link,
                **notice.fields,
            }
            yield Mail(Template(PACKAGE, notice.name), one.language, one.email, fields, one.person_id)


def _why(moved: Moved) -> dict[str, Field]:
    assert moved.reason is not None
    return {
        "state": INTRODUCTION.label("state", moved.target),
        "reason": INTRODUCTION.label("reason", moved.reason),
    }


def _expired(connection: Connection, moved: Moved) -> Iterator[Mail]:
    introduction = repository.find_introduction(connection, moved.object_id)
    assert introduction is not None
    return stepped(connection, introduction, moved, None)


INTRODUCTIONS = Binding(
    INTRODUCTION,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    _expired,
)
