"""What is asked: of the API, and of the ceilings in their own words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

from benchmarks.reading.history import DATASTREAMS, DAY, DAY_STEPS, END, PROPERTIES, STEP, History
from hub_api.city.observations.rules import position_of, position_text
from hub_api.serving.paging import Cursors, question
from hub_api.settings import ApiSettings

PATH = "/v1/observations"
DIFFERENT_DAYS = 2_000
PAGE_ROWS = 1_000
#: How much of the history lies before a page; the last one is as full as the first.
DEPTHS = {"half way": 0.5, "nine tenths": 0.9, "last": 1.0}
#: One property is a fifth of all datastreams.
PAGED: Mapping[str, dict[str, str]] = {
    "one datastream": {"datastream": "1"},
    "several datastreams": {"observed_property": PROPERTIES[0]},
}


def days(stored_days: int) -> list[dict[str, str]]:
    """Single days of single datastreams among the newest, none like its neighbour."""
    chosen = random.Random(1)  # noqa: S311  # the same choice in every run
    found = []
    for _ in range(DIFFERENT_DAYS):
        start = END - DAY * chosen.randint(1, stored_days)
        datastream = chosen.randint(1, DATASTREAMS)
        found.append({"datastream": str(datastream), "start": _text(start), "end": _text(start + DAY)})
    return found


def export(chosen: str, rows: int, stored_days: int) -> dict[str, str]:
    """One property of all stations, the newest days, so many rows."""
    start = END - DAY * stored_days
    return {
        "observed_property": PROPERTIES[0],
        "start": _text(start),
        "end": _text(END),
        "f": chosen,
        "limit": str(rows),
    }


def everything(chosen: str, rows: int) -> dict[str, str]:
    """All datastreams, the oldest first."""
    return {"source": "bench", "f": chosen, "limit": str(rows)}


def export_query(chosen: str, rows: int, stored_days: int) -> str:
    """The columns of the API's file, by one query, as somebody would write it for psql or ADBC."""
    start = END - DAY * stored_days
    instant, simulated = "observation.phenomenon_time", "source.kind = 'simulated'"
    if chosen == "csv":
        instant = f"""to_char({instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
        simulated = f"CASE WHEN {simulated} THEN 'true' ELSE 'false' END"
    return f"""
        SELECT {instant} AS phenomenon_time, observation.datastream_id AS datastream, thing.code AS thing,
               datastream.observed_property_code AS observed_property, datastream.unit, observation.result,
               observation.quality, {simulated} AS simulated
        FROM observations AS observation
        JOIN datastreams AS datastream USING (datastream_id)
        JOIN things AS thing USING (thing_id)
        JOIN sources AS source USING (source_id)
        WHERE datastream.observed_property_code = '{PROPERTIES[0]}'
          AND observation.phenomenon_time >= '{_text(start)}' AND observation.phenomenon_time < '{_text(END)}'
        ORDER BY observation.phenomenon_time, observation.datastream_id
        LIMIT {rows}
    """  # noqa: S608  # nothing of it is input


def check_rows(port: int, target: str, chosen: str, rows: int) -> None:
    """Read an export once and count, so that nothing is measured that is not the whole answer."""
    import io

    from pyarrow import ipc, parquet

    body = httpx.get(f"http://127.0.0.1:{port}{target}", timeout=120).content
    if chosen == "csv":
        found = body.count(b"\n") - 1
    elif chosen == "arrow":
        found = sum(batch.num_rows for batch in ipc.open_stream(body))
    else:
        found = parquet.ParquetFile(io.BytesIO(body)).metadata.num_rows
    if found != rows:
        raise RuntimeError(f"{found} of {rows} rows in {target}")


def pages(asked: Mapping[str, str], history: History) -> dict[str, str]:
    """The first page and deeper ones, by cursors as the API would write them."""
    cursors = Cursors(ApiSettings().cursor_key.get_secret_value().encode())
    found = {"first": f"{PATH}?{urlencode({**asked, 'limit': PAGE_ROWS})}"}
    number = None if "datastream" in asked else DATASTREAMS // 2 + 1
    rows_a_step = 1 if number is None else DATASTREAMS // len(PROPERTIES)
    steps = history.days * DAY_STEPS
    most = steps - PAGE_ROWS // rows_a_step - 2
    for name, depth in DEPTHS.items():
        before = min(round(steps * depth), most)
        moment = END - (steps - before if asked["order"] == "asc" else before + 1) * STEP
        cursor = cursors.write(question(PATH, asked), position_of(position_text(moment), number))
        found[name] = f"{PATH}?{urlencode({**asked, 'limit': PAGE_ROWS, 'cursor': cursor})}"
    return found


def _text(moment: object) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
