"""A query that people build: its address, and the same in the languages they write. Pure but for the client's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dashboards.client import hub, shown_url
from dashboards.tables import stamp

#: What the page calls a bucket, and what the API does; ``raw`` are the values themselves.
BUCKETS: Mapping[str, str] = {
    "hour": "PT1H",
    "quarter": "PT15M",
    "day": "P1D",
    "month": "P1M",
    "year": "P1Y",
    "raw": "raw",
}
FORMATS = ("csv", "json", "ndjson", "parquet", "arrow", "geojson")
RAW = "raw"


@dataclass(frozen=True, slots=True)
class Query:
    """Values of a property in ``[start, end)``, everywhere or at a place, of everything or of one thing; empty for all."""

    observed_property: str
    place: str
    thing: str
    start: datetime
    end: datetime
    bucket: str
    format: str

    def filters(self) -> dict[str, str]:
        """What the API is asked for, in the order in which people read it."""
        asked = {
            "observed_property": self.observed_property,
            "place": "" if self.thing else self.place,
            "thing": self.thing,
            "start": stamp(self.start),
            "end": stamp(self.end),
        }
        return {name: value for name, value in asked.items() if value}

    def url(self, format: str = "") -> str:  # noqa: A002  # as the API calls it
        """Where it is answered, in its own format or another; JSON is what the API gives unasked."""
        chosen = format or self.format
        parameters = {**self.filters(), "bucket": BUCKETS[self.bucket]}
        if chosen != "json":
            parameters["f"] = chosen
        return shown_url(hub().core.address("/v1/observations", tuple(parameters.items())))


def codes(query: Query) -> dict[str, str]:
    """The same question by language or tool: each whole, to be copied and run."""
    return {
        "curl": f"curl '{query.url()}'{_saved(query)}",
        "Python": _python(query),
        "pandas": f'import pandas\n\ntable = pandas.read_csv("{query.url("csv")}")',
        "R": f'table <- read.csv("{query.url("csv")}", check.names = FALSE)',
    }


def _saved(query: Query) -> str:
    return "" if query.format == "json" else f" > {query.observed_property}.{query.format}"


def _python(query: Query) -> str:
    base = query.url().split("/v1/")[0]
    asked = dict(query.filters())
    if query.bucket != RAW:
        asked["bucket"] = BUCKETS[query.bucket]
    filters = "".join(f'        {name}="{value}",\n' for name, value in asked.items())
    method = "observations" if query.bucket == RAW else "statistics"
    return (
        "from falaj_client import Client\n\n"
        f'with Client("{base}") as hub:\n'
        f"    rows = hub.{method}(\n{filters}    ).all()"
    )
