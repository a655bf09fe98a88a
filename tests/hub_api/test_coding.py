"""Answers as gzip: the same bytes once they are read, for those who take it and for nobody else."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import brotli
import pytest
import zstandard

from hub_api.serving.transport.coders import takes_gzip, wanted_coding

SERIES = "/v1/observations?thing=air-01&observed_property=pm2_5"
TEXTS = (
    SERIES, f"{SERIES}&f=csv&trailer=true", f"{SERIES}&f=ndjson", f"{SERIES}&f=geojson", "/v1/things.csv",
    "/v1/observed-properties", "/openapi.json", "/docs", "/docs?lang=ar",
)  # fmt: skip
IDENTITY = {"accept-encoding": "identity"}
GZIP = {"accept-encoding": "gzip"}


def raw(api: Any, url: str, headers: dict[str, str], method: str = "GET") -> tuple[Any, bytes]:
    """An answer and its bytes as they were sent."""

    async def ask(client: Any) -> tuple[Any, bytes]:
        async with client.stream(method, url, headers=headers) as answer:
            return answer, b"".join([piece async for piece in answer.aiter_raw()])

    answer, body = api.run(ask)
    return answer, body


def weak(etag: str | None) -> str | None:
    """As ``If-None-Match`` compares; a strong one is of the plain bytes alone."""
    return None if etag is None else etag.removeprefix("W/")


def test_text_is_the_same_once_it_is_read(api: Any, city: Any) -> None:
    for url in TEXTS:
        plain, body = raw(api, url, IDENTITY)
        coded, sent = raw(api, url, GZIP)
        assert "content-encoding" not in plain.headers
        assert coded.headers["content-encoding"] == "gzip", url
        assert gzip.decompress(sent) == body, url
        assert len(sent) < len(body) / 2 or url == "/v1/things.csv"
        assert weak(coded.headers.get("etag")) == weak(plain.headers.get("etag"))
        if "content-length" in plain.headers:
            assert int(coded.headers["content-length"]) == len(sent)
        for answer in (plain, coded):
            assert "Accept-Encoding" in answer.headers["vary"]


def test_head_has_the_headers_of_get(api: Any, city: Any) -> None:
    for url in TEXTS:
        for headers in (GZIP, IDENTITY):
            get, _ = raw(api, url, headers)
            head, body = raw(api, url, headers, "HEAD")
            assert body == b""
            assert head.headers == get.headers, url


def test_what_is_short_binary_or_live_stays_as_it_is(api: Any, city: Any) -> None:
    for url in (
        "/v1/things?limit=0",
        "/livez",
        f"{SERIES}&f=parquet",
        f"{SERIES}&f=arrow",
        "/v1/stream?seconds=1",
    ):
        answer, _ = raw(api, url, GZIP)
        assert "content-encoding" not in answer.headers, url


def test_a_304_varies_as_its_200_did(api: Any, city: Any) -> None:
    first, _ = raw(api, SERIES, GZIP)
    for headers in (GZIP, IDENTITY):
        again, body = raw(api, SERIES, headers | {"if-none-match": first.headers["etag"]})
        assert (again.status_code, body) == (304, b"")
        assert again.headers["vary"] == first.headers["vary"]
        assert "content-encoding" not in again.headers


def test_an_export_is_coded_block_by_block(city: Any, make_api: Any) -> None:
    api = make_api(export_block_bytes=100)
    pieces: list[bytes] = []

    async def ask(client: Any) -> None:
        async with client.stream("GET", f"{SERIES}&f=csv", headers=GZIP) as answer:
            pieces.extend([piece async for piece in answer.aiter_raw()])

    api.run(ask)
    assert len(gzip.decompress(b"".join(pieces)).splitlines()) == 601
    with pytest.raises(EOFError):
        gzip.decompress(b"".join(pieces)[:-9])
    deflater = zlib.decompressobj(31)
    deflater.decompress(b"".join(pieces))
    assert deflater.eof


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("gzip;q=nonsense", None),
        ("gzip;q=2", None),
        ("*", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0, *", None),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("br;q=0.9, zstd;q=0.8, gzip;q=0.7", "br"),
        ("zstd;q=0, br;q=0, gzip;q=0.1", "gzip"),
        ("x-gzip", "gzip"),
        (",".join(["a"] * 100 + ["gzip"]), None),
    ],
)
def test_which_coding_is_liked_best(field: str, expected: str | None) -> None:
    assert wanted_coding(field) == expected
    assert takes_gzip(field) or expected != "gzip"


def opened(coding: str, body: bytes) -> bytes:
    if coding == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(body)
    return brotli.decompress(body) if coding == "br" else gzip.decompress(body)


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_every_coding_is_the_same_text(api: Any, city: Any, coding: str) -> None:
    for url in (*TEXTS[:6], f"{SERIES}&f=csv&limit=500"):
        plain, body = raw(api, url, IDENTITY)
        sent_as, sent = raw(api, url, {"accept-encoding": coding})
        assert (sent_as.headers["content-encoding"], opened(coding, sent)) == (coding, body), url
        assert (
            weak(sent_as.headers["etag"]) == weak(plain.headers["etag"]) if "etag" in plain.headers else True
        )
    for url in (f"{SERIES}&f=parquet", f"{SERIES}&f=xlsx", "/v1/stream?seconds=1"):
        assert "content-encoding" not in raw(api, url, {"accept-encoding": coding})[0].headers, url


@pytest.mark.parametrize("coding", ["zstd", "br"])
def test_what_is_streamed_is_coded_block_by_block(city: Any, make_api: Any, coding: str) -> None:
    api = make_api(export_block_bytes=100, export_ready_bytes_each_max=0)
    answer, sent = raw(api, f"{SERIES}&f=csv", {"accept-encoding": coding})
    assert answer.headers["content-encoding"] == coding
    assert len(opened(coding, sent).splitlines()) == 601
