"""Programs of others open exports by their address, as they come: lists and observations, whole and in ranges."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from tests.conftest import open_database
from tests.hub_api.conftest import MINUTES, seeded_city, serving_process

DAY = "start=2026-11-24&end=2026-11-24"
#: A list and a window, of one result type, and how many rows they have.
QUESTIONS = (
    ("/v1/latest?observed_property=pm2_5", 1),
    (f"/v1/observations?thing=air-01&observed_property=pm2_5&{DAY}", MINUTES),
    (f"/v1/observations?observed_property=pm2_5&{DAY}&labels=true", MINUTES),
    ("/v1/things?q=station", 2),
)


@pytest.fixture(scope="module")
def hub(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with open_database(postgres) as database:
        seeded_city(database)
        with serving_process(database, tmp_path_factory.mktemp("clients") / "api.log") as (url, _):
            yield url


def read_with_polars(url: str) -> Iterator[Any]:
    import polars as pl

    yield pl.read_csv(f"{url}&f=csv")
    yield pl.read_ndjson(f"{url}&f=ndjson")
    yield pl.read_parquet(f"{url}&f=parquet")
    yield pl.scan_parquet(f"{url}&f=geoparquet").collect()
    yield pl.scan_csv(f"{url}&f=csv").collect()
    yield pl.read_ipc_stream(f"{url}&f=arrow")


def read_with_pandas(url: str) -> Iterator[Any]:
    import pandas as pd

    yield pd.read_csv(f"{url}&f=csv")
    yield pd.read_parquet(f"{url}&f=parquet")
    yield pd.read_json(f"{url}&f=ndjson", lines=True)


def read_with_gdal(url: str) -> Iterator[Any]:
    """``/vsicurl/`` is what QGIS puts before an address."""
    import pyogrio

    yield pyogrio.read_dataframe(f"/vsicurl/{url}&f=geojson")
    yield pyogrio.read_dataframe(f"{url}&f=geojson")


def read_with_geopandas(url: str) -> Iterator[Any]:
    import geopandas

    yield geopandas.read_file(f"{url}&f=geojson")
    frame = geopandas.read_parquet(f"{url}&f=geoparquet")
    assert frame.crs == "OGC:CRS84"
    assert all(kind == "Point" for kind in frame.geometry.dropna().geom_type)
    yield frame


def read_with_duckdb(url: str) -> Iterator[Any]:
    """Its own reader of Parquet over the ranges of fsspec, as httpfs cannot be had everywhere; like that it asks when a file was
    changed, which fsspec does not know.
    """
    import duckdb
    from fsspec.implementations.http import HTTPFileSystem

    class Dated(HTTPFileSystem):  # type: ignore[misc]
        def modified(self, path: str) -> datetime:
            return parsedate_to_datetime(httpx.head(path).headers["last-modified"])

    with duckdb.connect() as connection:
        connection.register_filesystem(Dated())
        yield connection.sql(f"SELECT * FROM read_parquet('{url}&f=parquet')").fetchall()


def read_with_pyarrow(url: str) -> Iterator[Any]:
    import fsspec
    from pyarrow import parquet

    with fsspec.open(f"{url}&f=parquet") as file:
        yield parquet.read_table(file)


READERS = (
    read_with_polars,
    read_with_pandas,
    read_with_gdal,
    read_with_geopandas,
    read_with_duckdb,
    read_with_pyarrow,
)


@pytest.mark.parametrize("read", READERS)
def test_it_opens_by_its_address(hub: str, read: Callable[[str], Iterator[Any]]) -> None:
    for path, rows in QUESTIONS:
        for frame in read(hub + path):
            assert len(frame) == rows, path


class RangeReader(io.RawIOBase):
    """A file behind an address, as DuckDB's httpfs reads one: its length by HEAD, then ranges, all of one state."""

    def __init__(self, url: str) -> None:
        self.client, self.url, self.place, self.asked = httpx.Client(), url, 0, 0
        head = self.client.head(url, headers={"accept-encoding": "identity"})
        assert head.headers["accept-ranges"] == "bytes"
        self.length, self.etag = int(head.headers["content-length"]), head.headers["etag"]

    def close(self) -> None:
        self.client.close()
        super().close()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = place + {0: 0, 1: self.place, 2: self.length}[whence]
        return self.place

    def readinto(self, buffer: Any) -> int:
        end = min(self.place + len(buffer), self.length)
        if end <= self.place:
            return 0
        answer = self.client.get(
            self.url, headers={"range": f"bytes={self.place}-{end - 1}", "if-match": self.etag}
        )
        assert answer.status_code == 206
        assert answer.headers["content-range"] == f"bytes {self.place}-{end - 1}/{self.length}"
        self.asked += len(answer.content)
        buffer[: len(answer.content)] = answer.content
        self.place = end
        return len(answer.content)


def test_a_column_is_read_by_its_ranges(hub: str) -> None:
    from pyarrow import parquet

    with RangeReader(f"{hub}{QUESTIONS[1][0]}&f=parquet") as reader:
        file = parquet.ParquetFile(reader)
        assert file.read(["quality"]).num_rows == MINUTES
        assert reader.asked < 2 * reader.length


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_r_reads_csv_with_the_same_names_whatever_the_filter(hub: str) -> None:
    for path, rows in QUESTIONS[1:3]:
        script = f'x <- read.csv("{hub}{path}&f=csv"); cat(nrow(x), max(x$result), x$unit[1])'
        run = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
        assert run.stdout == f"{rows} 149.75 ug/m3"
