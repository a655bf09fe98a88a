"""What an export says about itself: licence, attribution, units, flags, and which question it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from citycore.clock import CITY_ZONE
from hub_api.observations.model import QUALITY_NAMES, Reading
from hub_api.selection.model import Datastream

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
        "sources": _sources(reading.selection.datastreams),
    }
    if reading.bucket == "P1D":
        told["zone"] = CITY_ZONE.key
    if reading.selection.is_one:
        one = reading.selection.datastreams[0]
        told |= {
            "datastream": str(one.number), "thing": one.thing, "observed_property": one.observed_property,
            "unit": one.unit, "simulated": one.simulated, "source": one.source,
            "licence": one.licence or "not stated", "attribution": one.attribution or "not stated",
        }  # fmt: skip
    return told


def quality_names(reading: Reading) -> tuple[str, ...]:
    """The qualities that count in an answer."""
    if not reading.is_raw:
        return BUCKET_QUALITIES
    if reading.qualities is None:
        return QUALITY_NAMES
    return tuple(quality.name.lower() for quality in reading.qualities)


def _sources(datastreams: tuple[Datastream, ...]) -> list[dict[str, Any]]:
    known = {
        one.source: {
            "source": one.source, "simulated": one.simulated, "licence": one.licence,
            "attribution": one.attribution,
        }
        for one in datastreams
    }  # fmt: skip
    return [known[name] for name in sorted(known)]
