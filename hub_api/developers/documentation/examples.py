"""Example requests with names that exist on this very hub, so that each of them works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import MAXYEAR, datetime, timedelta

from citycore.clock import CITY_ZONE
from citycore.errors import FalajError
from citycore.store.queries import load_queries
from hub_api.developers.documentation.lists import examples_of, list_of
from hub_api.serving.database import Database
from hub_api.serving.hub import Hub

QUERIES = load_queries("hub_api.developers.documentation")
Names = Mapping[str, str]

#: What the examples name while the hub is empty or its database is away.
PLACEHOLDERS: Names = {
    "datastream": "1",
    "thing": "air-01",
    "observed_property": "pm2_5",
    "source": "muscat-simulator",
    "dataset": "muscat-simulator",
    "kind": "air_quality_station",
    "place": "muscat",
    "sector": "air",
    "route": "1",
    "stop": "1-1",
    "bbox": "58.0,23.3,58.9,23.8",
    "day": "2026-11-24",
    "next_day": "2026-11-25",
    "month": "2026-11-01",
    "next_month": "2026-12-01",
}

#: What a hub may not have.
OPTIONAL = (
    "bulk_file",
    "hackathon",
    "challenge",
    "organisation",
    "call",
    "opportunity",
    "funding_award",
    "vendor",
    "need",
    "pilot",
    "annotation",
    "subject",
    "release",
    "session",
    "issue",
)
_SERIES = "/v1/observations?thing={thing}&observed_property={observed_property}"
#: An open list that is not here has examples all the same: itself, and as a table.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "things": ("/v1/things?limit=5", "/v1/things?observed_property={observed_property}&bbox={bbox}"),
    "thing": ("/v1/things/{thing}",),
    "datastreams": ("/v1/datastreams?thing={thing}", "/v1/datastreams?observed_property={observed_property}"),
    "datastream": ("/v1/datastreams/{datastream}",),
    "presence": ("/v1/presence?presence=silent", "/v1/presence?observed_property={observed_property}"),
    "gaps": ("/v1/datastreams/{datastream}/gaps?limit=10",),
    "flags": (
        "/v1/datastreams/{datastream}/flags?limit=10",
        "/v1/datastreams/{datastream}/flags?test=anomaly",
    ),
    "observed_properties": ("/v1/observed-properties", "/v1/observed-properties?sector={sector}"),
    "sources": ("/v1/sources",),
    "datasets": ("/v1/datasets",),
    "dataset": ("/v1/datasets/{dataset}",),
    "bulk": ("/v1/bulk?limit=5", "/v1/bulk?dataset={dataset}&first_date=2026-01-01"),
    "dataset_bulk": ("/v1/bulk/{dataset}",),
    "bulk_file": ("{bulk_file}",),
    "catalogue": ("/catalog", "/catalog?f=turtle"),
    "catalogued_dataset": ("/catalog/{dataset}", "/catalog/{dataset}?f=turtle"),
    "croissant": ("/catalog/{dataset}/croissant.json",),
    "data_package": ("/catalog/{dataset}/datapackage.json",),
    "places": ("/v1/places", "/v1/places?kind=wilayat"),
    "latest": (
        "/v1/latest?observed_property={observed_property}",
        "/v1/latest?bbox={bbox}&limit=10",
        "/v1/latest?q={observed_property}&fields=thing_name,result,unit",
    ),
    "observations": (
        f"{_SERIES}&order=desc&limit=24",
        f"{_SERIES}&bucket=PT1H&start=2026-01-01T00:00:00%2B04:00",
        "/v1/observations?observed_property={observed_property}&bbox={bbox}&limit=5",
        f"{_SERIES}&bucket=P1D&count=estimated",
        f"{_SERIES}&bucket=P1M",
        f"{_SERIES}&bucket=P1W&start={{day}}&end={{day}}",
        f"{_SERIES}&labels=true&limit=5",
        f"{_SERIES}&f=csv&header=metadata",
        f"{_SERIES}&f=parquet",
        f"{_SERIES}&quality=good&f=ndjson&trailer=true&limit=10",
    ),
    "forecasts": ("/v1/forecasts?limit=5", "/v1/forecasts?datastream={datastream}"),
    "forecast_skill": ("/v1/forecasts/skill?datastream={datastream}", "/v1/forecasts/skill?f=csv"),
    "forecast_scenario": (
        "/v1/forecasts/scenario?place={place}&observed_property={observed_property}",
        "/v1/forecasts/scenario?place={place}&observed_property={observed_property}&combine=highest&above=50&f=csv",
    ),
    "forecast_exceedance": (
        "/v1/forecasts/exceedance?datastream={datastream}&limits=eu_aqi_2024",
        "/v1/forecasts/exceedance?thing={thing}&observed_property={observed_property}&f=csv",
    ),
    "air_quality": (
        "/v1/air-quality?index=eu",
        "/v1/air-quality?by=place",
        "/v1/air-quality?thing={thing}&start=2026-01-01T00:00:00%2B04:00&f=csv",
    ),
    "alerts": ("/v1/alerts?open=true", "/v1/alerts?severity=extreme&f=csv"),
    "annotations": (
        "/v1/annotations?start={day}T00:00:00%2B04:00",
        "/v1/annotations?place={place}&general=true&f=csv",
    ),
    "limits": ("/v1/limits?observed_property=pm2_5", "/v1/limits?table=who_2021&f=csv"),
    "nowcasts": ("/v1/nowcasts?limit=5", "/v1/nowcasts?thing={thing}&f=csv"),
    "anomalies": ("/v1/anomalies?open=true", "/v1/anomalies?observed_property={observed_property}&f=csv"),
    "calendar_days": ("/v1/calendar?year=2026", "/v1/calendar?kind=ramadan&f=csv"),
    "transport_routes": ("/v1/transport/routes", "/v1/transport/routes?f=csv"),
    "transport_service_alerts": (
        "/v1/transport/service-alerts?open=true",
        "/v1/transport/service-alerts?route={route}&f=csv",
    ),
    "transport_performance": (
        "/v1/transport/performance",
        "/v1/transport/performance?route={route}&by=stop&bucket=PT1H",
        "/v1/transport/performance?by=direction&timepoints=true&f=csv",
    ),
    "transport_segments": ("/v1/transport/segments?route={route}", "/v1/transport/segments?f=csv"),
    "transport_roads": (
        "/v1/transport/roads?limit=5",
        "/v1/transport/roads?place={place}&start={day}T00:00:00%2B04:00&f=csv",
    ),
    "gtfs_realtime": ("/gtfs-rt",),
    "gtfs_realtime_vehicle_positions": (
        "/gtfs-rt/vehicle-positions?f=json",
        "/gtfs-rt/vehicle-positions?source={source}",
    ),
    "gtfs_realtime_trip_updates": ("/gtfs-rt/trip-updates?f=json",),
    "gtfs_realtime_alerts": ("/gtfs-rt/alerts?f=json",),
    "transport_parking": ("/v1/transport/parking?limit=5", "/v1/transport/parking?place={place}&f=csv"),
    "stream": ("/v1/stream?observed_property={observed_property}&seconds=1",),
    "ledger": ("/v1/ledger",),
    "search": ("/v1/search?q=water&limit=5", "/v1/search?governorate=OM-MA&kind=need&f=csv"),
    "hackathons": ("/v1/innovation/hackathons", "/v1/innovation/hackathons?state=registration_open"),
    "challenges": (
        "/v1/innovation/challenges",
        "/v1/innovation/challenges?dataset={dataset}",
        "/v1/innovation/challenges?f=csv",
    ),
    "organisations": ("/v1/innovation/organisations", "/v1/innovation/organisations?kind=agency"),
    "deadlines": ("/v1/innovation/deadlines", "/v1/innovation/deadlines?hackathon={hackathon}"),
    "ambassadors": ("/v1/innovation/ambassadors", "/v1/innovation/ambassadors?governorate=OM-MA"),
    "reach": ("/v1/innovation/reach", "/v1/innovation/reach?topic=open_data&f=csv"),
    "submissions": ("/v1/innovation/submissions", "/v1/innovation/submissions?hackathon={hackathon}"),
    "results": ("/v1/innovation/results", "/v1/innovation/results?hackathon={hackathon}&f=csv"),
    "awards": ("/v1/innovation/awards", "/v1/innovation/awards?award=peoples_choice"),
    "calls": ("/v1/innovation/calls", "/v1/innovation/calls?state=open", "/v1/innovation/calls?f=csv"),
    "needs": (
        "/v1/innovation/needs",
        "/v1/innovation/needs?state=published",
        "/v1/innovation/needs?sector=water&f=csv",
    ),
    "opportunities": ("/v1/innovation/common-grants/opportunities?page=1&pageSize=10",),
    "funding_awards": ("/v1/innovation/funding-awards", "/v1/innovation/funding-awards?state=active&f=csv"),
    "grants": ("/v1/innovation/360giving",),
    "opportunity": ("/v1/innovation/common-grants/opportunities/{opportunity}",),
    "offerings": ("/v1/innovation/offerings", "/v1/innovation/offerings?capability=smart_lighting&f=csv"),
    "vendors": ("/v1/innovation/vendors", "/v1/innovation/vendors?governorate=OM-MA"),
    "introductions": ("/v1/innovation/introductions", "/v1/innovation/introductions?year=2026&f=csv"),
    "pilots": ("/v1/innovation/pilots", "/v1/innovation/pilots?origin=introduction&f=csv"),
    "calendar": ("/v1/innovation/deadlines.ics",),
    "status": ("/v1/status",),
    "livez": ("/livez",),
    "readyz": ("/readyz",),
    "metrics": ("/metrics",),
}


async def example_names(hub: Hub) -> Names:
    """Names from the registry, or the placeholders if there is nothing to name. Asked of the database
    as seldom as caches may ask for the documentation.
    """
    names = hub.examples.recall("names")
    if names is None:
        names = await _fetch_names(hub.database)
        if names is not PLACEHOLDERS:
            hub.examples.keep("names", names, hub.settings.registry_cache_seconds)
    return names


async def _fetch_names(database: Database) -> Names:
    try:
        rows = await database.fetch(QUERIES["example_names"])
    except FalajError:  # the documentation is readable while the database is away
        return PLACEHOLDERS
    if not rows:
        return PLACEHOLDERS
    fields = (
        "datastream",
        "thing",
        "observed_property",
        "source",
        "kind",
        "place",
        "route",
        "stop",
        *OPTIONAL,
    )
    *values, newest = rows[0]
    found = {name: str(value) for name, value in zip(fields, values, strict=True) if value is not None}
    found["dataset"] = found["source"]
    return {**PLACEHOLDERS, **found, **_dates(newest)}


def _dates(newest: datetime) -> Names:
    """The day and the month in Muscat that hold the newest value, so that there is something to see."""
    if newest.year == MAXYEAR:  # of an older hub: there may be no next month
        return {}
    day = newest.astimezone(CITY_ZONE).date()
    month = day.replace(day=1)
    next_month = (month + timedelta(days=31)).replace(day=1)
    return {
        "day": day.isoformat(),
        "next_day": (day + timedelta(days=1)).isoformat(),
        "month": month.isoformat(),
        "next_month": next_month.isoformat(),
    }


def example_urls(operation: str, names: Names) -> list[str]:
    """The example requests of one operation, as paths with their queries.

    A bulk file, a hackathon or a challenge is an example only where there is one.
    """
    missing = [f"{{{name}}}" for name in OPTIONAL if name not in names]
    found = list_of(operation)
    urls = EXAMPLES.get(operation) or (() if found is None else examples_of(found, operation))
    known = [url for url in urls if not any(name in url for name in missing)]
    return [url.format(**names) for url in known]
