"""What data are there, and how does one get them? The catalogue, and the query that is being built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import falaj_client as api
from dashboards.answers import Claim, Counted, Listed
from dashboards.data import client as own
from dashboards.data.query import BUCKETS, FORMATS, Query
from dashboards.row import View
from dashboards.state import ANY


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``query`` is None where nothing with numbers is observed; ``rows`` are its first ones, None before somebody tries it."""

    datasets: Sequence[api.Dataset]
    files: Sequence[api.BulkFile]
    query: Query | None
    rows: Sequence[api.Observation | api.Statistics] | None


def load(view: View) -> Catalogue:
    query = query_of(view)
    rows = own.first_rows(query) if query is not None and view.state.chosen("try") else None
    return Catalogue(own.datasets(), own.bulk_files(), query, rows)


def things_of(view: View) -> list[str]:
    """What can be asked for alone: the things of the place that observe the property, by name."""
    found = [one for one in view.things if view.observed_property in one.observed_properties]
    return [one.code for one in sorted(found, key=lambda one: one.name.text(view.words.language))]


def query_of(view: View) -> Query | None:
    """What the choices of the page ask for."""
    if not view.observed_property:
        return None
    state = view.state
    return Query(
        observed_property=view.observed_property,
        place=state.place,
        thing=state.thing if state.thing in things_of(view) else ANY,
        start=view.period.start,
        end=view.period.end,
        bucket=state.chosen("bucket") or next(iter(BUCKETS)),
        format=state.chosen("format") or FORMATS[0],
    )


def claims_of(data: Catalogue, view: View) -> list[Claim]:
    """How many datasets there are and whose, how much is observed by how much, and since when."""
    if not data.datasets:
        return [Claim("data.none")]
    names = Listed(tuple(one.name for one in data.datasets))
    claims = [
        Claim("data.datasets", {"datasets": Counted("data.counted", len(data.datasets)), "names": names})
    ]
    observed = sum(one.datastream_count > 0 for one in view.city.properties)
    if observed:
        things = sum(one.thing_count for one in data.datasets)
        fields = {"properties": Counted("data.properties", observed), "sensors": Counted("things", things)}
        claims.append(Claim("data.observed", fields))
    starts = [one.start for one in data.datasets if one.start is not None]
    if starts:
        claims.append(Claim("data.since", {"start": min(starts)}))
    return claims
