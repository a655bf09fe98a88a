"""Mails about an introduction. None of them names a person of the other side: that stands on its page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

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


def suggested(connection: Connection, introduction: Introduction, at: datetime) -> Iterator[Mail]:
    """To both sides: the programme thinks that they should meet."""
    return mails(connection, introduction, "suggested", BOTH, at)


def stepped(connection: Connection, introduction: Introduction, moved: Moved, by: Side) -> Iterator[Mail]:
    """To whoever did not take the step: one side is interested, both are, or it goes on or is over."""
    others = [side for side in BOTH if side is not by]
    match moved.target:
        case "agency_interested" | "vendor_interested":
            return mails(connection, introduction, "interested", others, moved.at)
        case "contacts_shared":
            return mails(connection, introduction, "shared", BOTH, moved.at)
        case "declined":
            told = [side for side in others if introduction.party(side).interested_at is not None]
            return mails(connection, introduction, "over", told, moved.at, _why(moved))
        case "no_fit" | "contract":
            return mails(connection, introduction, "over", others, moved.at, _why(moved))
    return iter(())


def asked(
    connection: Connection, introduction: Introduction, side: Side, days: int, at: datetime
) -> Iterator[Mail]:
    """To one side, some days after: what has come of it."""
    return mails(connection, introduction, "asked", [side], at, {"days": days})


def expired(connection: Connection, moved: Moved) -> Iterator[Mail]:
    """To the side that was interested: nobody has answered."""
    introduction = repository.find_introduction(connection, moved.object_id)
    assert introduction is not None
    told = [side for side in BOTH if introduction.party(side).interested_at is not None]
    return mails(connection, introduction, "over", told, moved.at, _why(moved))


def mails(  # noqa: PLR0913, PLR0917 (what is told about what, to whom)
    connection: Connection,
    introduction: Introduction,
    name: str,
    sides: Collection[Side],
    at: datetime,
    more: Mapping[str, Field] | None = None,
) -> Iterator[Mail]:
    url = PeopleSettings().portal_url.rstrip("/")
    for side in sides:
        other = introduction.party(side.other)
        for one in repository.find_recipients(connection, introduction, side, at):
            fields: dict[str, Field] = {
                "name": one.name,
                "need": introduction.need_titles.shown(one.language),
                "offering": introduction.offering_titles.shown(one.language),
                "other": other.names.shown(one.language),
                "introduction_link": f"{url}/introductions/{introduction.introduction_id}",
                **(more or {}),
            }
            yield Mail(Template(PACKAGE, name), one.language, one.email, fields, one.person_id)


def _why(moved: Moved) -> dict[str, Field]:
    assert moved.reason is not None
    return {
        "state": INTRODUCTION.label("state", moved.target),
        "reason": INTRODUCTION.label("reason", moved.reason),
    }


INTRODUCTIONS = Binding(
    INTRODUCTION,
    repository.QUERIES["lock"],
    repository.read,
    repository.QUERIES["move"],
    repository.QUERIES["due"],
    expired,
)
