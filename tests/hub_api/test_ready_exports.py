"""Exports that lie ready: their length, ranges of them, one state for a reader, and bounds on what they hold."""

from __future__ import annotations

import asyncio
import gzip
import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hub_api.serving.exports.shelf import Ready, Shelf
from hub_api.serving.validators import known_version
from hub_api.settings import ApiSettings
from tests.hub_api.conftest import MINUTES, serving_process
from tests.hub_api.test_exports import STREAMED

DAY = "start=2026-11-24T00:00:00Z&end=2026-11-25T00:00:00Z"
SERIES = f"/v1/observations?thing=air-01&observed_property=pm2_5&{DAY}"
#: Of one result type, as readers that infer types want them.
QUESTIONS = (("/v1/latest?observed_property=pm2_5&", 1), (f"{SERIES}&", MINUTES))
PLAIN = {"accept-encoding": "identity"}


@pytest.fixture(scope="module")
def hub(standing_city: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_process(standing_city.database, tmp_path_factory.mktemp("ready") / "api.log") as (url, _):
        yield url


def test_polars_reads_addresses(hub: str) -> None:
    import polars as pl

    for path, rows in QUESTIONS:
        question = hub + path
        for frame in (
            pl.read_csv(f"{question}f=csv"),
            pl.read_ndjson(f"{question}f=ndjson"),
            pl.read_parquet(f"{question}f=parquet"),
            pl.scan_parquet(f"{question}f=parquet").collect(),
            pl.read_parquet(f"{question}f=geoparquet"),
            pl.read_ipc_stream(f"{question}f=arrow"),
        ):
            assert len(frame) == rows


def test_gdal_reads_addresses(hub: str) -> None:
    import geopandas
    import pyogrio

    for path, rows in QUESTIONS:
        question = hub + path
        url = f"{question}f=geojson"
        assert pyogrio.read_info(url)["features"] == rows
        assert len(pyogrio.read_dataframe(f"/vsicurl/{url}")) == rows
        assert len(geopandas.read_file(url)) == rows


def head_and_get(api: Any, url: str, **headers: str) -> tuple[httpx.Response, httpx.Response]:
    return api.request("HEAD", url, headers=PLAIN | headers), api.get(url, headers=PLAIN | headers)


def part(api: Any, url: str, wanted: str, **headers: str) -> httpx.Response:
    found: httpx.Response = api.get(url, headers={"range": f"bytes={wanted}", **headers})
    return found


def test_every_format_has_its_length_and_ranges(api: Any) -> None:
    for chosen in STREAMED:
        for question in (f"/v1/latest?f={chosen}", f"{SERIES}&f={chosen}", f"/v1/things.{chosen}?kind=bus"):
            head, whole = head_and_get(api, question)
            length, etag = len(whole.content), whole.headers["etag"]
            assert head.headers == whole.headers
            assert int(head.headers["content-length"]) == length
            assert whole.headers["accept-ranges"] == "bytes"
            assert etag.startswith('"')
            for wanted, start, end in (
                ("0-9", 0, 10), ("10-", 10, length), ("-7", length - 7, length),
                (f"5-{length * 2}", 5, length), (f"-{length * 2}", 0, length),
            ):  # fmt: skip
                found = part(api, question, wanted, **{"if-range": etag})
                assert (found.status_code, found.content) == (206, whole.content[start:end])
                assert found.headers["content-range"] == f"bytes {start}-{end - 1}/{length}"
                assert found.headers["etag"] == etag
                assert "content-encoding" not in found.headers
            beyond = part(api, question, f"{length}-")
            assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
            assert beyond.headers["content-range"] == f"bytes */{length}"


def test_what_is_no_range_of_this_state_gets_the_whole(api: Any) -> None:
    url = f"{SERIES}&f=csv"
    whole = api.get(url, headers=PLAIN)
    for wanted, if_range in (
        ("0-9", '"other"'), ("0-9", f"W/{whole.headers['etag']}"), ("0-9", "Tue, 24 Nov 2026 09:59:00 GMT"),
        ("9-0", None), ("0-1,3-4", None), ("x", None),
    ):  # fmt: skip
        found = part(api, url, wanted, **({} if if_range is None else {"if-range": if_range}))
        assert (found.status_code, found.content) == (200, whole.content)
    head = api.request("HEAD", url, headers={"range": "bytes=0-9"})
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(whole.content)))


def test_if_match_means_these_bytes(api: Any, city: Any) -> None:
    url = f"{SERIES}&f=csv"
    whole = api.get(url, headers=PLAIN)
    etag = whole.headers["etag"]
    for given in (etag, "*", f'"other", {etag}'):
        assert api.get(url, headers={"if-match": given}).status_code == 200
        assert part(api, url, "0-9", **{"if-match": given}).status_code == 206
    for given in ('"other"', f"W/{etag}", ""):
        for headers in ({}, {"range": "bytes=0-9"}):
            refused = api.get(url, headers={"if-match": given, **headers})
            assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed"), given
            assert refused.headers["etag"] == etag
    old = {
        "if-modified-since": "Tue, 24 Nov 2099 09:59:00 GMT",
        "if-unmodified-since": "Tue, 24 Nov 1999 09:59:00 GMT",
    }
    assert api.get(url, headers=old).status_code == 200, "late values come without a later date"


def test_gzip_has_a_length_of_its_own_and_a_weak_etag(api: Any) -> None:
    url = f"{SERIES}&f=csv"
    plain = api.get(url, headers=PLAIN)
    head = api.request("HEAD", url, headers={"accept-encoding": "gzip"})

    async def raw(client: httpx.AsyncClient) -> bytes:
        async with client.stream("GET", url, headers={"accept-encoding": "gzip"}) as answer:
            assert answer.headers == head.headers
            return b"".join([piece async for piece in answer.aiter_raw()])

    sent = api.run(raw)
    assert gzip.decompress(sent) == plain.content
    assert int(head.headers["content-length"]) == len(sent) < len(plain.content)
    assert head.headers["etag"] == f"W/{plain.headers['etag']}"
    for answer in (plain, head):
        assert "Accept-Encoding" in answer.headers["vary"]
        again = api.get(url, headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.headers["etag"].removeprefix("W/") == plain.headers["etag"]


def change(city: Any, result: float) -> None:
    """A new newest value, by a batch of its own."""
    with city.database.superuser() as connection:
        connection.execute("UPDATE latest SET result = %s WHERE result IS NOT NULL", [result])
        connection.execute("UPDATE ingest_totals SET batches = batches + 1")


def test_ranges_are_of_what_the_reader_was_shown(api: Any, city: Any) -> None:
    url = "/v1/latest?f=csv"
    for first in ("HEAD", "GET"):
        shown = api.request(first, url, headers=PLAIN)
        before = api.get(url, headers=PLAIN)
        assert before.headers == shown.headers
        change(city, time.monotonic())
        other = api.request("HEAD", url, headers=PLAIN | {"user-agent": "another program"})
        assert other.headers["etag"] != shown.headers["etag"], "others see the news"
        half = int(shown.headers["content-length"]) // 2
        pieces = [part(api, url, wanted) for wanted in (f"0-{half - 1}", f"{half}-")]
        assert b"".join(one.content for one in pieces) == before.content
        assert {one.headers["etag"] for one in pieces} == {shown.headers["etag"]}
        assert part(api, url, "0-9", **{"if-range": shown.headers["etag"]}).status_code == 206
        now = api.get(url, headers=PLAIN)
        assert now.headers["etag"] != shown.headers["etag"], "who asks for the whole sees the news"
        old = part(api, url, "0-9", **{"if-range": shown.headers["etag"]})
        assert (old.status_code, old.content) == (200, now.content)


def test_the_first_range_shows_a_state_too(api: Any, city: Any) -> None:
    import pyarrow.parquet

    url = "/v1/latest?f=parquet"
    end = part(api, url, "-100")
    change(city, -1)
    length = int(end.headers["content-range"].rpartition("/")[2])
    start = part(api, url, f"0-{length - 101}")
    assert len(pyarrow.parquet.read_table(io.BytesIO(start.content + end.content))) == 3


def test_what_is_too_long_is_streamed(city: Any, make_api: Any) -> None:
    api = make_api(export_ready_bytes_each_max=2_000, export_block_bytes=500)
    url = f"{SERIES}&f=csv&trailer=true"
    for method in ("GET", "HEAD", "GET"):
        answer = api.request(method, url, headers=PLAIN)
        assert answer.headers["accept-ranges"] == "none"
        assert "content-length" not in answer.headers
        assert answer.headers["etag"].startswith("W/")
        assert method == "HEAD" or len(answer.text.splitlines()) == MINUTES + 2
    assert part(api, url, "0-9").status_code == 200
    short = api.get(f"{url}&limit=3", headers=PLAIN)
    assert int(short.headers["content-length"]) == len(short.content)
    pool = api.app.state.hub.database.exports.get_stats()
    assert pool["pool_available"] == pool["pool_size"]


def test_many_who_ask_the_same_wait_for_one(city: Any, make_api: Any) -> None:
    api = make_api()
    url = f"{SERIES}&f=csv"

    async def all_at_once(client: httpx.AsyncClient) -> list[httpx.Response]:
        return await asyncio.gather(*(client.get(url, headers=PLAIN) for _ in range(12)))

    answers = api.run(all_at_once)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert len({answer.content for answer in answers}) == 1


def test_a_shelf_is_bounded() -> None:
    shelf = Shelf(ApiSettings(export_ready_bytes_max=100, export_ready_bytes_each_max=60))
    ready = [shelf.keep((f"http://hub/{n}", "csv"), f'W/"{n}"', bytes(60), {}) for n in range(2)]
    assert shelf.find(("http://hub/0", "csv"), 'W/"0"') is None, "the older made room"
    assert shelf.find(("http://hub/1", "csv"), 'W/"1"') is ready[1]
    assert shelf.find(("http://hub/1", "csv"), 'W/"2"') is None, "another version of the data"
    assert shelf.has_room_for(("http://hub/2", "csv"))
    with shelf.lent(ready[0]), shelf.lent(ready[0]):
        assert not shelf.has_room_for(("http://hub/2", "csv")), "what is on its way takes room"
    assert shelf.has_room_for(("http://hub/2", "csv"))
    shelf.note_long(("http://hub/2", "csv"))
    assert not shelf.has_room_for(("http://hub/2", "csv"))


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ('W/"v"', 'W/"v"'),
        ('"v.bytes"', '"v.bytes"'),
        ('"x", W/"v.bytes"', 'W/"v.bytes"'),
        ("*", 'W/"v"'),
        ('"w.bytes"', None),
        ('"vv"', None),
        ("", None),
        ('"v.\u00e9"', 'W/"v"'),
    ],
)
def test_an_etag_of_bytes_is_one_of_their_version(given: str, known: str | None) -> None:
    from starlette.requests import Request

    request = Request({"type": "http", "headers": [(b"if-none-match", given.encode("latin-1"))]})
    assert known_version(request, 'W/"v"') == known


def test_what_is_shown_is_not_shown_for_ever() -> None:
    from starlette.requests import Request

    shelf = Shelf(ApiSettings(export_ready_seconds=600, export_ready_seconds_max=600))
    question = ("http://hub/x", "csv")
    request = Request({"type": "http", "headers": []})
    old = Ready('W/"1"', '"1.x"', b"x", {}, time.monotonic() - 601)
    shelf.show(request, question, old)  # type: ignore[arg-type]  # a format
    assert shelf.shown(request, question) is None  # type: ignore[arg-type]  # a format


def test_what_the_registry_says_is_news_too(city: Any, make_api: Any) -> None:
    api = make_api(registry_cache_seconds=0, live_cache_seconds=0)
    url = f"{SERIES}&f=geojson"
    before = api.get(url, headers=PLAIN)
    with city.database.superuser() as connection:
        connection.execute("UPDATE things SET longitude = 57 WHERE code = 'air-01'")
    now = api.get(url, headers=PLAIN)
    assert now.headers["etag"] != before.headers["etag"]
    assert "[57" in now.text
