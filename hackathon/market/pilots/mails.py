"""Mails about a pilot, to both sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from casework.access.model import Role
from casework.organisations.speakers import find_speakers
from casework.outbox.model import Mail, Template
from casework.people.model import Recipient
from casework.workflow.model import Moved
from casework.workflow.wording import Label
from citycore.store.connections import Connection
from hackathon.contest.teams.repository import find_members
from hackathon.funding.applications.repository import find_applicants
from hackathon.market.pilots.desk import PilotDesk
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import PACKAGE, Pilot
from hackathon.market.pilots.repository import find_people

Field = str | int | datetime | Label


def stepped(connection: Connection, desk: PilotDesk, pilot: Pilot, moved: Moved) -> Iterator[Mail]:
    """To both sides: how it stands, with the reason if there is one."""
    fields: dict[str, Field] = {"state": PILOT.label("state", moved.target)}
    name = "moved"
    if moved.reason is not None:
        fields["reason"], name = PILOT.label("reason", moved.reason), "moved_with_reason"
    for one in (*_agency(connection, pilot, moved.at), *_providers(connection, pilot, moved.at)):
        filled: dict[str, Field] = {
            **fields,
            "name": one.name,
            "title": pilot.titles.shown(one.language),
            "agency": pilot.agency.shown(one.language),
            "pilot_link": desk.link(pilot.pilot_id),
        }
        yield Mail(Template(PACKAGE, name), one.language, one.email, filled, one.person_id)


def proposed(connection: Connection, desk: PilotDesk, pilot: Pilot, at: datetime) -> Iterator[Mail]:
    """To both sides, when the programme proposes it."""
    for one in (*_agency(connection, pilot, at), *_providers(connection, pilot, at)):
        fields: dict[str, Field] = {
            "name": one.name,
            "title": pilot.titles.shown(one.language),
            "agency": pilot.agency.shown(one.language),
            "pilot_link": desk.link(pilot.pilot_id),
        }
        yield Mail(Template(PACKAGE, "proposed"), one.language, one.email, fields, one.person_id)


def _agency(connection: Connection, pilot: Pilot, at: datetime) -> list[Recipient]:
    return find_speakers(connection, [pilot.agency_id], Role.OFFICER, at)


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
