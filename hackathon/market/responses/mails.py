"""Mails about a response: to its company alone, and never with what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Field, Mail, Template
from casework.people.mails import mails_to
from casework.programme import Session
from casework.workflow.model import Moved
from hackathon.market.needs.model import Need
from hackathon.market.responses.machine import RESPONSE
from hackathon.market.responses.model import Receipt, Response


class Marks(NamedTuple):
    """Totals: a response's own, None if it was out, and that of who is to win."""

    own: Decimal | None
    winning: Decimal


def handed_in(session: Session, need: Need, response: Response, receipt: Receipt) -> Iterator[Mail]:
    """The receipt: when, the SHA-256 of the document, which tells nothing about it, and to which keys it is sealed."""
    fingerprints = "\n".join(receipt.fingerprints)
    said: dict[str, Field] = {"digest": receipt.digest, "fingerprints": fingerprints}
    return _mails(session, need, response, "handed_in", sealed_at=receipt.sealed_at, **said)


def told(session: Session, need: Need, response: Response, marks: Marks, ends_at: datetime) -> Iterator[Mail]:
    """The evaluation has come to its end: one's own mark and that of who is to win."""
    own, winning = "–" if marks.own is None else f"{marks.own:.2f}", f"{marks.winning:.2f}"
    return _mails(session, need, response, "told", own=own, winning=winning, ends_at=ends_at)


def ended(session: Session, need: Need, response: Response, moved: Moved) -> Iterator[Mail]:
    """What became of it, and why."""
    return _mails(session, need, response, "ended", **RESPONSE.told(moved))


def _mails(session: Session, need: Need, response: Response, name: str, **fields: Field) -> Iterator[Mail]:
    speakers = find_speakers(session.connection, [response.organisation_id], Role.VENDOR, session.now())
    link = session.link(f"/needs/{need.need_id}/response")
    template = Template(RESPONSE.package, name)
    return mails_to(template, speakers, title=need.title, response_link=link, **fields)
