"""From the filters of a question to the datastreams it means."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.licences import licence_of
from citycore.store.queries import load_queries
from hub_api.city.datastreams.repository import datastream_element
from hub_api.city.datastreams.service import explain_absence
from hub_api.city.selection.model import Datastream, Selection
from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooDear
from hub_api.serving.hub import Hub
from hub_api.serving.names.service import check_names
from hub_api.serving.parameters import Box, SelectionQuery, parse_box

QUERIES = load_queries("hub_api.city.selection")
FILTERS = ("datastream", "thing", "observed_property", "place", "source")
NO_BOX = dict.fromkeys(Box._fields)
#: The columns that describe a datastream; those after them follow the fields below.
DESCRIBED = 12


async def select(hub: Hub, query: SelectionQuery, filters: Mapping[str, object]) -> Selection:
    """The datastreams that fit all filters; ``bbox`` among them is its text.

    ``UnknownName`` with the nearest name if there are none because a name does not exist. What was
    selected is remembered: one datastream as long as a cache may keep the registry, several (they
    may move, and there may be new ones) as long as it may keep live values.
    """
    key = tuple(sorted((name, str(value)) for name, value in filters.items() if value is not None))
    known: Selection | None = hub.selections.recall(key)
    if known is None:
        known = await _select(hub, query, filters)
        if known.datastreams:
            settings = hub.settings
            seconds = settings.registry_cache_seconds if known.is_one else settings.live_cache_seconds
            hub.selections.keep(key, known, seconds, len(known.datastreams))
    return known


async def _select(hub: Hub, query: SelectionQuery, filters: Mapping[str, object]) -> Selection:
    bbox = filters.get("bbox")
    box = NO_BOX if bbox is None else parse_box(str(bbox))._asdict()
    wanted = {name: filters.get(name) for name in FILTERS}
    most = hub.settings.selection_datastreams_max
    rows = await hub.database.fetch(QUERIES["select"], {**wanted, **box, "rows": most + 1})
    if len(rows) > most:
        raise QueryTooDear(reason="datastreams", estimated=len(rows), maximum=most)
    if not rows and query.is_one:
        await explain_absence(hub, query)
    if not rows:
        await check_names(hub, wanted)
    return Selection(tuple(_datastream(row) for row in rows), query.is_one)


def _datastream(row: Row) -> Datastream:
    element = datastream_element(row[:DESCRIBED])
    longitude, latitude, code, url, name_en, name_ar, attribution, zone, source_zone = row[DESCRIBED:]
    shared = ("thing", "observed_property", "unit", "result_type", "interval_seconds", "source", "simulated")
    return Datastream(
        number=element["datastream"],
        longitude=longitude,
        latitude=latitude,
        attribution=attribution,
        zone=zone,
        source_zone=source_zone,
        licence=licence_of(code, url=url, name_en=name_en, name_ar=name_ar),
        element=element,
        **{name: element[name] for name in shared},
    )
