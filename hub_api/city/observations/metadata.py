"""What an export says about itself: licence, attribution, units, flags, and which question it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from citycore.clock import CITY_ZONE
from hub_api.city.observations.model import OF_ONE_ZONE, QUALITY_NAMES, Reading
from hub_api.city.selection.model import Datastream, Selection
from hub_api.serving.shapes import licence_element

#: QARTOD's primary flags, by number.
FLAGS = dict(zip(("1", "2", "3", "4", "9"), QUALITY_NAMES, strict=True))
#: What buckets count in their values; flags 4 and 9 are only counted.
BUCKET_QUALITIES = QUALITY_NAMES[:3]


def describe(reading: Reading, url: str, as_of: datetime) -> dict[str, Any]:
    """Facts by name, for comments of CSV and the metadata of schemas; values are text or JSON."""
    told: dict[str, Any] = {
        "question": url,
        "as_of": as_of.isoformat(),
        "bucket": reading.bucket,
        "quality": ",".join(quality_names(reading)),
        "quality_flags": FLAGS,
        "intervals": "half-open, [start, end), UTC",
        "sources": [_source(one) for one in reading.selection.sources],
    }
    if reading.series in OF_ONE_ZONE:
        told["zone"] = zone_of(reading)
    if reading.selection.is_one:
        one = reading.selection.datastreams[0]
        told |= {
            "datastream": str(one.number),
            "thing": one.thing,
            "observed_property": one.observed_property,
            "sensor": one.sensor or "not stated",
            "unit": one.unit,
            "simulated": one.simulated,
            "source": one.source,
            "licence": "not stated" if one.licence is None else one.licence.code,
            "attribution": one.attribution or "not stated",
        }
        if one.licence is not None and one.licence.url is not None:
            told["licence_url"] = one.licence.url
    return told


def zone_of(reading: Reading) -> str:
    """Whose days these are, where all are of one zone; the city's, where there are none."""
    return next(iter(reading.selection.zones), CITY_ZONE.key)


def quality_names(reading: Reading) -> tuple[str, ...]:
    """The qualities that count in an answer."""
    if not reading.is_raw:
        return BUCKET_QUALITIES
    if reading.qualities is None:
        return QUALITY_NAMES
    return tuple(quality.name.lower() for quality in reading.qualities)


def licensing(selection: Selection) -> dict[str, Any]:
    """Under which licence the rows of an answer stand, and whom to name: of each source if there are several."""
    told = [
        {"source": one.source, "licence": licence_element(one.licence), "attribution": one.attribution}
        for one in selection.sources
    ]
    if len(told) == 1:
        return {"licence": told[0]["licence"], "attribution": told[0]["attribution"]}
    return {"licences": told} if told else {}


def registered(selection: Selection) -> tuple[object, ...]:
    """What an export says of its datastreams besides their rows; a change of the registry is news, too."""
    told = [
        (
            one.number,
            one.thing,
            one.sensor,
            one.unit,
            one.simulated,
            one.longitude,
            one.latitude,
            one.zone,
            *_called(one),
        )
        for one in selection.datastreams
    ]
    return told, [_source(one) for one in selection.sources]


def _called(one: Datastream) -> tuple[str, ...]:
    return (
        one.thing_name_en,
        one.thing_name_ar,
        one.observed_property_name_en,
        one.observed_property_name_ar,
    )


def _source(one: Datastream) -> dict[str, Any]:
    licence = one.licence
    return {
        "source": one.source,
        "simulated": one.simulated,
        "licence": None if licence is None else licence.code,
        "licence_url": None if licence is None else licence.url,
        "attribution": one.attribution,
    }
