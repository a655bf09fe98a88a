"""What data are there, and how does one get them? Datasets with their calls."""

from __future__ import annotations

import falaj_client as api
from dashboards.answers import Claim, Counted, Listed
from dashboards.data.client import datasets, datasets_url, observations_url
from dashboards.downloads import Table, show_table
from dashboards.page import Page, run
from dashboards.row import View, nothing
from dashboards.tables import stamp

COLUMNS = ("dataset", "licence", "things", "datastreams", "start", "newest_phenomenon_time", "simulated")


def claims(found: list[api.Dataset], _view: View) -> list[Claim]:
    if not found:
        return [Claim("data.none")]
    names = Listed(tuple(one.name for one in found))
    return [Claim("data.datasets", {"datasets": Counted("data.counted", len(found)), "names": names})]


def body(found: list[api.Dataset], view: View) -> None:
    table = Table(
        columns=COLUMNS,
        rows=lambda: [_row(one) for one in found],
        shown=("dataset", "licence", "things", "since", "age"),
        cells=[_cells(one, view) for one in found],
    )
    if found:
        calls = [datasets_url(), *(observations_url(one.dataset) for one in found)]
        show_table("datasets", table, calls, view.words)


def _row(one: api.Dataset) -> tuple[object, ...]:
    start, newest = (None if at is None else stamp(at) for at in (one.start, one.newest_phenomenon_time))
    licence = None if one.licence is None else one.licence.id
    simulated = str(one.simulated).lower()
    return one.dataset, licence, one.thing_count, one.datastream_count, start, newest, simulated


def _cells(one: api.Dataset, view: View) -> tuple[str, ...]:
    words, newest = view.words, one.newest_phenomenon_time
    return (
        one.name.text(words.language),
        words("none") if one.licence is None else words.code(one.licence.id),
        words.code(f"{one.thing_count:,}"),
        words("none") if one.start is None else words.date(one.start),
        words("none") if newest is None else words.ago(view.now - newest),
    )


run(
    Page(
        code="data",
        load=lambda _: datasets(),
        answer=claims,
        body=body,
        offer=nothing,
        of_sensors=False,
    )
)
