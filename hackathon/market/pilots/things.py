"""The things of a pilot: registered by who provides it while it is agreed or running, and read by everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from casework.access.model import Actor
from casework.workflow.errors import NotAllowed
from casework.workflow.service import lock, note, unit
from citycore.store.connections import Connection
from hackathon.market.pilots import repository
from hackathon.market.pilots.desk import PilotDesk
from hackathon.market.pilots.model import NewThing, Pilot, Property, ResultType, Thing
from hackathon.market.pilots.repository import PILOTS
from hackathon.market.pilots.rules import code_of, is_provider, why_wrong_interval, why_wrong_thing
from hackathon.market.pilots.service import get_own_pilot


def register(connection: Connection, desk: PilotDesk, actor: Actor, pilot_id: UUID, thing: NewThing) -> str:
    """The code of a new thing, which begins with the pilot's namespace; the first makes its source."""
    thing = replace(thing, name_ar=thing.name_ar.strip(), name_en=thing.name_en.strip())
    refusal = why_wrong_thing(thing, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        pilot = _hold(connection, desk, actor, pilot_id, "register_thing")
        code = code_of(pilot, thing.name)
        repository.register_thing(connection, pilot_id, code, thing, desk.settings.things_max)
    return code


def add_datastream(  # noqa: PLR0913, PLR0917 (what is measured by what, how often)
    connection: Connection,
    desk: PilotDesk,
    actor: Actor,
    pilot_id: UUID,
    thing_code: str,
    property_code: str,
    interval_seconds: int | None,
    result_type: ResultType = ResultType.MEASUREMENT,
) -> None:
    """What a thing measures, in the unit of the property."""
    refusal = why_wrong_interval(interval_seconds, desk.settings)
    if refusal is not None:
        raise refusal
    with unit(connection):
        _hold(connection, desk, actor, pilot_id, "register_datastream")
        repository.register_datastream(
            connection,
            pilot_id,
            thing_code,
            property_code,
            result_type,
            interval_seconds,
            desk.settings.datastreams_max,
        )


def list_things(connection: Connection, desk: PilotDesk, pilot: Pilot) -> list[Thing]:
    """With their newest values and counts of the last day; of a pilot that the actor was given."""
    now = desk.desk.clock()
    with connection.transaction():
        since = now - timedelta(hours=desk.settings.count_hours)
        # Clocks of devices may be ahead a little; what they send counts.
        return repository.find_things(connection, pilot.pilot_id, since, now + timedelta(hours=1))


def list_properties(connection: Connection) -> list[Property]:
    with connection.transaction():
        return repository.find_properties(connection)


def _hold(connection: Connection, desk: PilotDesk, actor: Actor, pilot_id: UUID, event: str) -> Pilot:
    """The pilot, ours until the transaction ends, for who provides it; what is done is logged."""
    standing = lock(connection, PILOTS, pilot_id, actor)
    at = desk.desk.clock()
    pilot = get_own_pilot(connection, desk, actor, pilot_id)
    if not is_provider(actor.at(at), pilot):
        raise NotAllowed
    note(connection, PILOTS, standing, event, actor, at)
    return pilot
