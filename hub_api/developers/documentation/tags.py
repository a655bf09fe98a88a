"""Which operations belong together; programs that write clients make one module of each tag."""

from __future__ import annotations

from collections.abc import Mapping

from hub_api.developers.documentation.lists import list_of, tag_of_list

#: Of the room of the standards.
CATALOGUE = ("catalogue", "catalogued_dataset", "croissant", "data_package")
#: By tag, in the order of a reader who begins; open lists of one noun are tagged by its wing.
TAGGED: Mapping[str, tuple[str, ...]] = {
    "things": (
        "things",
        "thing",
        "datastreams",
        "datastream",
        "presence",
        "gaps",
        "flags",
        "observed_properties",
        "places",
    ),
    "observations": (
        "latest",
        "observations",
        "stream",
        "forecasts",
        "forecast_exceedance",
        "forecast_skill",
        "forecast_scenario",
        "nowcasts",
        "anomalies",
        "air_quality",
        "alerts",
        "annotations",
        "annotation",
        "limits",
        "calendar_days",
        "ingest",
    ),
    "transport": (
        "transport_routes",
        "transport_service_alerts",
        "transport_performance",
        "transport_segments",
        "transport_roads",
        "transport_parking",
        "gtfs_realtime",
        "gtfs_realtime_vehicle_positions",
        "gtfs_realtime_trip_updates",
        "gtfs_realtime_alerts",
    ),
    "datasets": ("sources", "datasets", "dataset", "bulk", "dataset_bulk", "bulk_file", *CATALOGUE),
    "hackathons": ("organisations", "deadlines", "calendar", "ambassadors"),
    "funding": ("grants", "opportunities", "opportunity"),
    "marketplace": (),
    "participation": (),
    "hub": ("status", "ledger", "livez", "readyz", "metrics"),
}
_TAGS = {operation: tag for tag, operations in TAGGED.items() for operation in operations}


def tag_of(operation: str) -> str:
    """``KeyError`` for an operation that belongs nowhere yet."""
    found = None if operation in _TAGS else list_of(operation)
    return _TAGS[operation] if found is None else tag_of_list(found)
