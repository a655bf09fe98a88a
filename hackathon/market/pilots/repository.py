"""The statements about pilots. It never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import psycopg

from casework.access.model import Actor
from casework.people.model import Names, Recipient
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Standing, one_of
from citycore.places import place_of, read_outlines
from citycore.store.connections import Connection
from citycore.store.kinds import values_of
from citycore.store.queries import load_queries
from citycore.store.rows import only_row, row_of, rows_of
from hackathon.market.pilots import errors
from hackathon.market.pilots.machine import PILOT
from hackathon.market.pilots.model import (
    Facts,
    Measured,
    NewDatastream,
    NewThing,
    Origin,
    Pilot,
    Property,
    Proposal,
    Thing,
)
from hackathon.market.pilots.rules import scopes_of

QUERIES = load_queries("hackathon.market.pilots")
#: By the codes of the functions through which the registry is written.
_REFUSALS: dict[str, type[Refusal]] = {
    "FP001": errors.PilotRegistrationClosed,
    "FP002": errors.PilotOutsideNamespace,
    "FP003": errors.PilotNameTaken,
    "FP005": errors.PilotUnknownProperty,
    "FP006": errors.PilotUnknownThing,
}
_TOO_MANY = "FP004"


class _Value(NamedTuple):
    """A thing with one of its datastreams."""

    code: str
    kind: str
    names: Names
    longitude: float | None
    latitude: float | None
    measured: Measured | None


def find_pilot(connection: Connection, pilot_id: UUID) -> Pilot | None:
    return row_of(connection, Pilot, QUERIES["some"], {"pilots": [pilot_id]})


def find_pilots(
    connection: Connection, states: list[str] | None, scopes: list[UUID] | None, after: UUID | None, rows: int
) -> list[Pilot]:
    """The newest first; in all states or of everybody for None."""
    parameters = {"states": states, "scopes": scopes, "after": after, "rows": rows}
    return rows_of(connection, Pilot, QUERIES["list"], parameters)


def find_of_origin(connection: Connection, origin_id: UUID) -> UUID | None:
    return row_of(connection, UUID, QUERIES["of_origin"], {"origin_id": origin_id})


def is_code_taken(connection: Connection, code: str) -> bool:
    return only_row(connection, bool, QUERIES["is_code_taken"], {"code": code})


def store_pilot(connection: Connection, pilot_id: UUID, proposal: Proposal, at: datetime) -> bool:
    """Whether it was stored; not if there is one of the same origin or code."""
    ground = proposal.ground
    parameters = {
        **values_of(proposal.plan),
        **values_of(ground),
        "pilot_id": pilot_id,
        "state": PILOT.initial.name,
        "at": at,
        "agency_id": proposal.agency_id,
        "is_simulated": proposal.is_simulated,
        **{f"{one.value}_id": ground.origin_id if one is ground.origin else None for one in Origin},
    }
    return connection.execute(QUERIES["create"], parameters).rowcount > 0


def find_people(connection: Connection, people: Collection[UUID]) -> list[Recipient]:
    """Those of these people who can be written to."""
    return rows_of(connection, Recipient, QUERIES["people"], {"people": list(people)})


def is_agency(connection: Connection, organisation_id: UUID) -> bool:
    return only_row(connection, bool, QUERIES["agency"], {"organisation_id": organisation_id})


def find_agencies(connection: Connection, rows: int) -> list[tuple[UUID, Names]]:
    found = connection.execute(QUERIES["agencies"], {"rows": rows}).fetchall()
    return [(organisation_id, Names(name_ar, name_en)) for organisation_id, name_ar, name_en in found]


def register_thing(
    connection: Connection, pilot_id: UUID, code: str, thing: NewThing, things_max: int
) -> None:
    """The refusal of the function that looks after the namespace, whatever stands against it."""
    parameters = values_of(thing) | {
        "pilot_id": pilot_id,
        "code": code,
        "place": _place(connection, thing),
        "things_max": things_max,
    }
    with _refusing(connection, things_max):
        connection.execute(QUERIES["register_thing"], parameters)


def register_datastream(
    connection: Connection, pilot_id: UUID, stream: NewDatastream, datastreams_max: int
) -> None:
    parameters = values_of(stream) | {"pilot_id": pilot_id, "datastreams_max": datastreams_max}
    with _refusing(connection, datastreams_max):
        connection.execute(QUERIES["register_datastream"], parameters)


def find_properties(connection: Connection) -> list[Property]:
    return rows_of(connection, Property, QUERIES["properties"])


def find_things(connection: Connection, pilot_id: UUID, since: datetime, until: datetime) -> list[Thing]:
    """With the newest value of each datastream, and how many came from ``since`` until (not including) ``until``."""
    parameters = {"pilot_id": pilot_id, "since": since, "until": until}
    rows = rows_of(connection, _Value, QUERIES["values"], parameters)
    return [_thing(list(group)) for _, group in groupby(rows, key=lambda row: row.code)]


@contextmanager
def _refusing(connection: Connection, count_max: int) -> Iterator[None]:
    """What the functions raise becomes a refusal; nothing else of the transaction is lost."""
    try:
        with connection.transaction():
            yield
    except psycopg.Error as error:
        if error.sqlstate == _TOO_MANY:
            raise errors.PilotTooMany(count_max=count_max) from error
        if error.sqlstate in _REFUSALS:
            raise _REFUSALS[error.sqlstate] from error
        raise


def _read_some(
    connection: Connection, object_ids: Sequence[UUID], _actor: Actor
) -> dict[UUID, Standing[Facts]]:
    found = rows_of(connection, Pilot, QUERIES["some"], {"pilots": list(object_ids)})
    return {one.pilot_id: _standing(one.pilot_id, one) for one in found}


def _standing(its: UUID, found: Pilot) -> Standing[Facts]:
    return Standing(its, found.state, found.version, f"pilot:{its}", scopes_of(found), its, Facts())


def _thing(rows: Sequence[_Value]) -> Thing:
    code, kind, names, longitude, latitude, _ = rows[0]
    measures = tuple(row.measured for row in rows if row.measured is not None)
    return Thing(code, kind, names, longitude, latitude, measures)


def _place(connection: Connection, thing: NewThing) -> str | None:
    """The smallest place that it stands in."""
    if thing.longitude is None or thing.latitude is None:
        return None
    outlines = read_outlines(dict(connection.execute(QUERIES["outlines"]).fetchall()))
    return place_of(thing.longitude, thing.latitude, outlines)


PILOTS: Binding[Facts] = Binding(
    PILOT, QUERIES["lock"], one_of(_read_some), QUERIES["move"], read_some=_read_some
)
