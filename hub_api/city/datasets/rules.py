"""The distributions of a dataset, and how it looks as an element of an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from citycore.clock import day_start
from citycore.language import LANGUAGES
from citycore.model import Quality
from hub_api.city.datasets.model import Dataset, Distribution
from hub_api.serving.answers import age_seconds
from hub_api.serving.formats import MEDIA_TYPES
from hub_api.serving.shapes import licence_element, names
from hub_api.serving.texts import TEXTS

EVENT_STREAM = "text/event-stream"


def distributions(dataset: str) -> Iterator[Distribution]:
    """Every way to get the data of a dataset: whole days in bulk, any part by a question, live."""
    yield Distribution("bulk", "parquet", MEDIA_TYPES["json"], f"/v1/bulk?dataset={dataset}")
    for name, media_type in MEDIA_TYPES.items():
        yield Distribution("observations", name, media_type, f"/v1/observations?source={dataset}&f={name}")
    yield Distribution("latest", "json", MEDIA_TYPES["json"], f"/v1/latest?source={dataset}")
    yield Distribution("things", "geojson", MEDIA_TYPES["geojson"], f"/v1/things?source={dataset}&f=geojson")
    yield Distribution("stream", "server-sent events", EVENT_STREAM, f"/v1/stream?source={dataset}")


def dataset_element(dataset: Dataset, as_of: datetime) -> dict[str, Any]:
    """One element of ``/v1/datasets``."""
    newest = dataset.newest_phenomenon_time
    return {
        "dataset": dataset.code,
        "kind": dataset.kind,
        "simulated": dataset.is_simulated,
        "name": names(dataset.name_en, dataset.name_ar),
        "description": _both(dataset.description_en, dataset.description_ar),
        "provider": {"name": _both(dataset.provider_en, dataset.provider_ar), "homepage": dataset.homepage},
        "licence": licence_element(dataset.licence),
        "attribution": dataset.attribution,
        "observed_properties": dataset.observed_properties,
        "thing_count": dataset.thing_count,
        "datastream_count": dataset.datastream_count,
        "temporal": _temporal(dataset),
        "spatial": {"bbox": dataset.box, "places": dataset.places},
        "interval_seconds": dataset.interval_seconds,
        "day_count": dataset.day_count,
        "bulk_file_count": dataset.file_count,
        "newest_phenomenon_time": newest,
        "age_seconds": None if newest is None else age_seconds(as_of, newest),
        "quality_flags": quality_flags(),
        "distributions": [
            {"kind": one.kind, "format": one.format, "media_type": one.media_type, "url": one.url}
            for one in distributions(dataset.code)
        ],
    }


@cache
def quality_flags() -> Sequence[Mapping[str, Any]]:
    """QARTOD's primary flags, and what each means; the same for all datasets."""
    return [
        {
            "quality": int(flag),
            "code": flag.name.lower(),
            "meaning": {
                language: TEXTS.text(f"quality.{flag.name.lower()}", language) for language in LANGUAGES
            },
        }
        for flag in Quality
    ]


def _temporal(dataset: Dataset) -> dict[str, Any]:
    """From the beginning of the first local day with observations to the newest of them."""
    first = dataset.first_date
    start = None if first is None else day_start(first, ZoneInfo(dataset.zone))
    return {"start": start, "end": dataset.newest_phenomenon_time, "zone": dataset.zone}


def _both(english: str | None, arabic: str | None) -> dict[str, str] | None:
    """In both languages, each for the other if only one is known."""
    if english is None and arabic is None:
        return None
    return names(english or arabic or "", arabic or english or "")
