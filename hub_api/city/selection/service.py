"""From the filters of a question to the datastreams it means."""

from __future__ import annotations

from collections.abc import Mapping

from citycore.licences import licence_of
from citycore.store.queries import load_queries
from hub_api.city.datastreams.repository import datastream_element
from hub_api.city.datastreams.service import explain_absence
from hub_api.city.selection.model import Datastream, Selection
from hub_api.city.text_search.service import search
from hub_api.serving.areas import check_area
from hub_api.serving.database import Row
from hub_api.serving.errors import QueryTooDear
from hub_api.serving.filters import IN_AREA, area_of, arrays
from hub_api.serving.hub import Hub
from hub_api.serving.names.service import check_names, check_several
from hub_api.serving.parameters import SelectionQuery

SELECT = load_queries("hub_api.city.selection")["select"].replace("{in_area}", IN_AREA)
FILTERS = ("datastream", "thing", "observed_property", "place", "source")
#: The columns that describe a datastream; those after them follow the fields below.
DESCRIBED = 14


async def select(hub: Hub, filters: Mapping[str, object], *, is_one: bool) -> Selection:
    """The datastreams that fit all filters: names and numbers, one or several; the texts of ``bbox``, ``near`` and ``q``.

    ``UnknownName`` with the nearest name if there are none because a name does not exist, or if one of several does not. What
    was selected is remembered: one datastream as long as a cache may keep the registry, several (they
    may move, and there may be new ones) as long as it may keep live values.
    """
    key = tuple(sorted((name, str(value)) for name, value in filters.items() if value is not None))
    known: Selection | None = hub.selections.recall(key)
    if known is None:
        known = await _select(hub, filters, is_one=is_one)
        if known.datastreams:
            settings = hub.settings
            seconds = settings.registry_cache_seconds if known.is_one else settings.live_cache_seconds
            hub.selections.keep(key, known, seconds, len(known.datastreams))
    return known


async def _select(hub: Hub, filters: Mapping[str, object], *, is_one: bool) -> Selection:
    bbox, near, words = (_text(filters.get(name)) for name in ("bbox", "near", "q"))
    wanted = {name: filters.get(name) for name in FILTERS}
    found = await search(hub, words)
    most = hub.settings.selection_datastreams_max
    parameters = {
        **arrays(wanted),
        **area_of(bbox, near),
        "found": None if found is None else found.datastreams,
        "rows": most + 1,
    }
    rows = await hub.database.fetch(SELECT, parameters)
    if len(rows) > most:
        raise QueryTooDear(reason="datastreams", estimated=len(rows), maximum=most)
    if rows:
        await check_several(hub, wanted)
    elif is_one:
        named = {name: value[0] for name, value in arrays(wanted).items() if value}
        await explain_absence(hub, SelectionQuery.model_validate(named))
    else:
        await check_names(hub, wanted)
        await check_area(hub, bbox, near)
    return Selection(tuple(_datastream(row) for row in rows), is_one and len(rows) == 1)


def _text(given: object) -> str | None:
    return None if given is None else str(given)


def _datastream(row: Row) -> Datastream:
    element = datastream_element(row[:DESCRIBED])
    longitude, latitude, code, url, name_en, name_ar, attribution, zone, source_zone, *called = row[
        DESCRIBED:
    ]
    shared = (
        "thing",
        "observed_property",
        "sensor",
        "unit",
        "result_type",
        "interval_seconds",
        "source",
        "simulated",
    )
    return Datastream(
        number=element["datastream"],
        longitude=longitude,
        latitude=latitude,
        attribution=attribution,
        zone=zone,
        source_zone=source_zone,
        licence=licence_of(code, url=url, name_en=name_en, name_ar=name_ar),
        element=element,
        thing_name_en=element["thing_name"]["en"],
        thing_name_ar=element["thing_name"]["ar"],
        observed_property_name_en=called[0],
        observed_property_name_ar=called[1],
        **{name: element[name] for name in shared},
    )
