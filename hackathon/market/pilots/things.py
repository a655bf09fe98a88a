"""The things of a pilot: registered by who provides it while it is agreed or running, and read by everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from casework.programme import Session
from casework.workflow.errors import NotAllowed
from hackathon.market.pilots import repository
from hackathon.market.pilots.model import NewDatastream, NewThing, Pilot, Property, Thing
from hackathon.market.pilots.repository import PILOTS
from hackathon.market.pilots.rules import check_interval, check_thing, code_of, is_provider
from hackathon.market.pilots.service import get_own_pilot
from hackathon.market.pilots.settings import PilotSettings


def register(session: Session, pilot_id: UUID, thing: NewThing) -> str:
    """The code of a new thing, which begins with the pilot's namespace; the first makes its source."""
    thing = replace(thing, name_ar=thing.name_ar.strip(), name_en=thing.name_en.strip())
    settings = session.of(PilotSettings)
    check_thing(thing, settings)
    code = code_of(_hold(session, pilot_id, "register_thing"), thing.name)
    repository.register_thing(session.connection, pilot_id, code, thing, settings.things_max)
    return code


def add_datastream(session: Session, pilot_id: UUID, stream: NewDatastream) -> None:
    """What a thing measures, in the unit of the property."""
    settings = session.of(PilotSettings)
    check_interval(stream.interval_seconds, settings)
    _hold(session, pilot_id, "register_datastream")
    repository.register_datastream(session.connection, pilot_id, stream, settings.datastreams_max)


def list_things(session: Session, pilot: Pilot) -> list[Thing]:
    """With their newest values and counts of the last day; of a pilot that the actor was given."""
    now = session.now()
    since = now - timedelta(hours=session.of(PilotSettings).count_hours)
    # Clocks of devices may be ahead a little; what they send counts.
    return repository.find_things(session.connection, pilot.pilot_id, since, now + timedelta(hours=1))


def list_properties(session: Session) -> list[Property]:
    return repository.find_properties(session.connection)


def _hold(session: Session, pilot_id: UUID, event: str) -> Pilot:
    """The pilot, ours until the transaction ends, for who provides it; what is done is logged."""
    standing = session.lock(PILOTS, pilot_id)
    at, pilot = session.now(), get_own_pilot(session, pilot_id)
    if not is_provider(session.actor.at(at), pilot):
        raise NotAllowed
    session.note(PILOTS, standing, event, at)
    return pilot
