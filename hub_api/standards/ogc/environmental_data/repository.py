"""Stations and parameters, from SQL."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.store.queries import load_queries
from hub_api.city.selection.model import Datastream
from hub_api.serving.database import Reader, Row
from hub_api.standards.ogc.environmental_data.model import Parameter, Station

QUERIES = load_queries("hub_api.standards.ogc.environmental_data")


async def fetch_stations(reader: Reader, most: int) -> Sequence[Station]:
    """At most ``most`` stations, by thing and datastream."""
    return [_station(row) for row in await reader.fetch(QUERIES["stations"], {"rows": most})]


async def fetch_parameters(reader: Reader) -> Sequence[Parameter]:
    """Everything that any station observes."""
    return [
        Parameter(code, english, arabic, unit, kind == "category", definition)
        for code, english, arabic, unit, kind, definition in await reader.fetch(QUERIES["parameters"])
    ]


def _station(row: Row) -> Station:
    number, thing, english, arabic, longitude, latitude, observed_property, unit, kind = row[:9]
    interval_seconds, source, simulated, zone, source_zone, property_en, property_ar, newest = row[9:]
    datastream = Datastream(
        number=number,
        thing=thing,
        observed_property=observed_property,
        unit=unit,
        result_type=kind,
        interval_seconds=interval_seconds,
        source=source,
        simulated=simulated,
        longitude=longitude,
        latitude=latitude,
        licence=None,
        attribution=None,
        zone=zone,
        source_zone=source_zone,
        element={},
        thing_name_en=english,
        thing_name_ar=arabic,
        observed_property_name_en=property_en,
        observed_property_name_ar=property_ar,
    )
    return Station(datastream, english, arabic, longitude, latitude, newest)
