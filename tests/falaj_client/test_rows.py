"""What rows and questions say of themselves."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from falaj_client import AsyncClient, Client, Options
from falaj_client.footer import row_count
from tests.hub_api.conftest import MINUTES, City


def test_rows_of_one_datastream_say_whose_they_are(api_url: str, city: City) -> None:
    with Client(api_url) as client:
        named = {"thing": "air-01", "observed_property": "pm2_5"}
        for asked in (
            client.observations(**named, limit=3),
            client.observations(datastream=city.datastreams["air-01.pm2_5"], limit=3),
            client.observations(observed_property="pm2_5", limit=3),
            client.statistics(**named, limit=3),
        ):
            for row in asked:
                assert (row.thing, row.observed_property, row.unit, row.simulated) == (
                    "air-01",
                    "pm2_5",
                    "ug/m3",
                    True,
                )
                assert row.datastream == city.datastreams["air-01.pm2_5"]


class Counting(httpx.HTTPTransport):
    """The network, and how often it was asked for what."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.query.decode())
        return super().handle_request(request)


def test_a_list_has_a_length_and_places_and_is_asked_no_more_than_it_must(api_url: str) -> None:
    network = Counting()
    with Client(api_url, transport=network) as client:
        things = client.things()
        assert repr(things) == f"<LocatedListing of Thing: {api_url}/v1/things>"
        assert things, "as every question, without asking"
        assert network.asked == []
        assert [one.code for one in list(things)] == ["air-01", "bus-01", "weather-01"]
        assert len(network.asked) == 1, "a list asks for the length of what it reads; that is one question"
        assert (len(things), things[0].code, things[-1].code) == (3, "air-01", "weather-01")
        assert [one.code for one in things[:2]] == ["air-01", "bus-01"]
        assert [one.code for one in things[::-1]] == ["weather-01", "bus-01", "air-01"]
        assert things[5:9] == things[:0] == []
        with pytest.raises(IndexError):
            things[3]
        network.asked.clear()
        assert things[1].code == "bus-01"
        assert things[1:2][0].code == "bus-01"
        assert network.asked == ["limit=2", "limit=2"]
        assert len(client.things(limit=2)) == 2
        assert client.things(limit=1)[:5] == client.things(limit=1).all()
        waiting = iter(things)
        assert len(things) == len(list(waiting)) == 3


def test_the_length_of_a_series_is_counted_by_the_hub(api_url: str, city: City) -> None:
    network = Counting()
    with Client(api_url, transport=network) as client:
        day = client.observations(datastream=city.datastreams["air-01.pm2_5"])
        assert len(day) == MINUTES
        assert len(network.asked) == 1
        assert len(client.observations(datastream=city.datastreams["air-01.pm2_5"], limit=5)) == 5
        assert (day[0].thing, day[0].unit) == ("air-01", "ug/m3")
        rows = list(day)
        assert len(rows) == MINUTES


def test_a_notebook_shows_a_table_of_the_first_rows(api_url: str, city: City) -> None:
    with Client(api_url) as client:
        shown = client.things()._repr_html_()  # as notebooks do
        assert shown.count("<tr>") == 1 + 3
        assert "<th>thing</th>" in shown
        assert "محاكٍ" not in shown
        day = client.observations(datastream=city.datastreams["air-01.pm2_5"])._repr_html_()
        assert day.count("<tr>") == 1 + 10
        assert "…" in day
        assert "ug/m3" in day
        unknown = client.observations(thing="<b>")._repr_html_()
        assert "<table" not in unknown
        assert "<b>" not in unknown
    with Client("http://127.0.0.1:1", options=Options(attempts_max=1)) as client:
        assert "127.0.0.1:1" in client.things()._repr_html_()


def test_names_read_well(api_url: str) -> None:
    with Client(api_url) as client:
        assert client.thing("air-01").code == "air-01"
        assert client.dataset("simulator").code == "simulator"
        first = client.datastreams()[0]
        assert first.number == first.datastream
        assert client.places()[0].code == client.places()[0].place
        assert client.sources()[0].code == "recorded"
        assert "pm2_5" in [one.code for one in client.observed_properties()]


def test_polars_has_the_same_table(api_url: str, city: City) -> None:
    number = city.datastreams["air-01.pm2_5"]
    with Client(api_url) as client:
        things = client.things().to_polars()
        assert things["thing"].to_list() == ["air-01", "bus-01", "weather-01"]
        frame = client.observations(datastream=number).to_polars()
        assert frame.height == MINUTES

    async def ask() -> int:
        async with AsyncClient(api_url) as client:
            return (await client.observations(datastream=number).to_polars()).height

    assert asyncio.run(ask()) == MINUTES


def test_files_say_how_many_rows_they_have(api_url: str, city: City, tmp_path: Path) -> None:
    with Client(api_url) as client:
        day = client.observations(datastream=city.datastreams["air-01.pm2_5"])
        assert day.save_csv(tmp_path / "day.csv") == day.save_parquet(tmp_path / "day.parquet") == MINUTES


@given(
    st.lists(st.integers(0, 2**40), max_size=30),
    st.integers(1, 7),
    st.sampled_from(["snappy", "zstd", "none"]),
)
def test_a_footer_says_the_rows_of_any_file(numbers: list[int], rows: int, coding: str) -> None:
    file = BytesIO()
    table = (
        pa.table(
            {
                "n": numbers,
                "text": [str(one) for one in numbers],
                "deep": [{"a": [one, None]} for one in numbers],
            }
        )
        if numbers
        else pa.table({"n": numbers})
    )
    parquet.write_table(table, file, row_group_size=rows, compression=coding)
    assert row_count(file) == len(numbers)


@given(st.binary(max_size=200))
def test_a_footer_of_anything_is_a_value_error(noise: bytes) -> None:
    for body in (noise, noise + len(noise).to_bytes(4, "little") + b"PAR1"):
        with suppress(ValueError):
            assert isinstance(row_count(BytesIO(body)), int)
