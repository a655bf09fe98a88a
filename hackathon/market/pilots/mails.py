"""Mails about a pilot, to both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.mails import mails_to
from casework.people.model import Recipient
from casework.programme import Session
from casework.workflow.model import Moved
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.contest.teams.repository import find_members
from hackathon.funding.applications.repository import find_applicants
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import PACKAGE, Pilot
from hackathon.market.pilots.repository import find_people


def stepped(session: Session, pilot: Pilot, moved: Moved) -> Iterator[Mail]:
    """How it stands, with the reason if there is one."""
    name = "moved" if moved.reason is None else "moved_with_reason"
    return mails(session, pilot, name, moved.at, **PILOT.told(moved))


def mails(session: Session, pilot: Pilot, name: str, at: datetime, **labels: Label) -> Iterator[Mail]:
    """The mail ``name`` to both sides, each in their language."""
    officers = find_speakers(session.connection, [pilot.agency_id], Role.OFFICER, at)
    return mails_to(
        Template(PACKAGE, name),
        [*officers, *_providers(session.connection, pilot, at)],
        title=pilot.titles.shown,
        agency=pilot.agency.shown,
        pilot_link=session.link(f"/pilots/{pilot.pilot_id}"),
        **labels,
    )


def _providers(connection: Connection, pilot: Pilot, at: datetime) -> list[Recipient]:
    """Who speaks for the company, or who leads the team or the application."""
    if pilot.provider_id is not None:
        return find_speakers(connection, [pilot.provider_id], Role.VENDOR, at)
    if pilot.team_id is not None:
        people = [one.person_id for one in find_members(connection, pilot.team_id) if one.is_captain]
    else:
        assert pilot.application_id is not None
        leading = find_applicants(connection, pilot.application_id)
        people = [one.person_id for one in leading if one.is_lead and one.state == "member"]
    return find_people(connection, [one for one in people if one is not None])
