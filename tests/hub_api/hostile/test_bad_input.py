"""What nobody should send: always a problem of the right status, never a 500, never a silent default."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

MILLION = "x" * 1_000_000

#: What is sent, and the parameter that is blamed. ``test_problems.py`` has a table of the plain faults.
WRONG: list[tuple[str, str]] = [
    # times that do not exist
    ("/v1/observations?datastream=1&start=2026-02-29T00:00:00Z", "start"),
    ("/v1/observations?datastream=1&start=2026-13-01T00:00:00Z", "start"),
    ("/v1/observations?datastream=1&start=2026-11-24T25:00:00Z", "start"),
    ("/v1/observations?datastream=1&start=2026-11-24T00:00:00%2B99:00", "start"),
    ("/v1/observations?datastream=1&end=0000-01-01T00:00:00Z", "end"),
    ("/v1/observations?datastream=1&end=10000-01-01T00:00:00Z", "end"),
    ("/v1/observations?datastream=1&end=1764000000", "end"),
    ("/v1/observations?datastream=1&start=now", "start"),
    ("/v1/observations?datastream=1&start=%D9%A2%D9%A0%D9%A2%D9%A6-11-24T00:00:00Z", "start"),
    # reversed ranges
    ("/v1/observations?datastream=1&start=2026-11-25T00:00:00Z&end=2026-11-24T00:00:00Z", "start"),
    ("/v1/observations?datastream=1&f=csv&start=2026-11-25T00:00:00Z&end=2026-11-24T00:00:00Z", "start"),
    # numbers
    ("/v1/things?limit=1e3", "limit"),
    ("/v1/things?limit=0x10", "limit"),
    ("/v1/things?limit=10.5", "limit"),
    ("/v1/things?limit=-1", "limit"),
    ("/v1/things?limit=10001", "limit"),
    ("/v1/things?limit=99999999999999999999999999", "limit"),
    ("/v1/observations?datastream=1&limit=10001", "limit"),
    ("/v1/observations?datastream=2147483648", "datastream"),
    ("/v1/observations?datastream=-1", "datastream"),
    ("/v1/observations?datastream=NaN", "datastream"),
    # boxes
    ("/v1/things?bbox=-180,-90,180,91", "bbox"),
    ("/v1/things?bbox=nan,nan,nan,nan", "bbox"),
    ("/v1/things?bbox=1e308,1e308,1e309,1e309", "bbox"),
    ("/v1/things?bbox=58,23,58,23", "bbox"),
    ("/v1/latest?bbox=58;23;59;24", "bbox"),
    ("/v1/observations?bbox=,,,", "bbox"),
    ("/v1/observations?bbox=58,23,59,24,0,0", "bbox"),
    # control characters, NUL above all, which PostgreSQL does not take
    ("/v1/things?kind=%00", "kind"),
    ("/v1/latest?observed_property=pm2_5%00", "observed_property"),
    ("/v1/observations?thing=air-01%00&observed_property=pm2_5", "thing"),
    ("/v1/observations?place=%00", "place"),
    ("/v1/datastreams?source=a%0ab", "source"),
    ("/v1/things/%00", "thing"),
    ("/v1/stream?thing=%00", "thing"),
    ("/v1/forecasts?datastream=%00", "datastream"),
    ("/v1/things?cursor=%00", "cursor"),
    # cursors that nobody gave
    ("/v1/things?cursor=AAAA", "cursor"),
    ("/v1/things?cursor=%F0%9F%98%80", "cursor"),
    ("/v1/observations?datastream=1&cursor=eyJhbGciOiJub25lIn0", "cursor"),
    ("/v1/stream?last_event_id=1:2:3:4", "last_event_id"),
    ("/v1/stream?last_event_id=9223372036854775808:9223372036854775808:", "last_event_id"),
    ("/v1/stream?last_event_id=%D9%A1:%D9%A2:", "last_event_id"),
    # twice
    ("/v1/places?kind=wilayat&kind=wilayat", "kind"),
    ("/v1/forecasts?datastream=1&datastream=2", "datastream"),
    ("/v1/things?near=58,23,5&near=58,23,5", "near"),
    # circles, words, columns and several names
    ("/v1/things?near=nan,nan,nan", "near"),
    ("/v1/things?near=inf,0,1", "near"),
    ("/v1/latest?near=58,23,1e400", "near"),
    ("/v1/latest?near=58,23,-1", "near"),
    ("/v1/observations?near=%D9%A1,2,3,4,5", "near"),
    ("/v1/things?q=", "q"),
    ("/v1/things?q=a%00", "q"),
    ("/v1/things?q=" + "x" * 201, "q"),
    ("/v1/things?thing=" + "a," * 5_000, "thing"),
    ("/v1/things?thing=a%00,b", "thing"),
    ("/v1/datastreams?datastream=1,2147483648", "datastream"),
    ("/v1/things?fields=" + ",".join(f"f{n}" for n in range(101)), "fields"),
    ("/v1/things?fields=__class__", "fields"),
    ("/v1/observations.csv?datastream=1&fields=result;DROP", "fields"),
    ("/v1/observations?datastream=1&start=2026-02-30", "start"),
    ("/v1/observations?datastream=1&start=2026-11-25&end=2026-11-24", "start"),
    ("/v1/latest?lang=ar&lang=en", "lang"),
    # names of nothing
    ("/v1/things?__proto__=1", "__proto__"),
    ("/v1/things?=1", ""),
    ("/v1/things?%00=1", "\x00"),
    ("/v1/things?kind[]=bus", "kind[]"),
]  # fmt: skip
#: Names that exist nowhere; some would be SQL, a path or a format if anybody let them.
UNKNOWN = [
    "/v1/things/' OR 1=1 --", "/v1/things/air-01'; DROP TABLE things; --", "/v1/things/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/v1/things/{0.__class__}", "/v1/things/%(thing)s", "/v1/things/%25s", "/v1/things/\u202eair-01", "/v1/things/😀",
    "/v1/things/%ff%fe", "/v1/things/%ed%a0%80", "/v1/datastreams/2147483647",
    "/v1/things?kind=' UNION SELECT 1", "/v1/latest?place=%ff", "/v1/latest?thing=😀", "/v1/observations?thing=$$",
    "/v1/observations?source=%25", "/v1/observations?place=_", "/v1/forecasts?thing=\\&observed_property=\\",
    "/v1/observations.exe?datastream=1", "/v1/", "/v1//things", "//v1/things", "/problems/%00x%25",
    "/v1/datasets/..", "/v1/datasets/%2e%2e%2fthings", "/v1/bulk/..%2f..%2f..%2fetc/2026-11-24.parquet",
    "/v1/bulk/recorded/..%2f..%2fpasswd.parquet", "/v1/bulk/recorded/2026-02-30.parquet",
    "/v1/bulk/recorded/2026-11-24.parquet%00", "/v1/bulk/recorded%00/2026-11-24.parquet",
]  # fmt: skip
FIELDS = [
    {"accept": "\xff\xfe"}, {"accept": "*/*;q=nan, text/csv;q=inf;q=-1"}, {"accept": "," * 5_000},
    {"accept-language": "ar;q=" + "9" * 5_000}, {"accept-language": "\xff"}, {"if-none-match": "\xff"},
    {"if-none-match": "W/" * 5_000}, {"if-none-match": "*"}, {"if-modified-since": "never"},
    {"range": "bytes=-" + "9" * 400}, {"accept-encoding": "gzip;q=x,,;"}, {"origin": "\xff"},
    {"last-event-id": "\xff"}, {"host": "\xff"}, {"x-forwarded-for": "not-an-address"}, {"cookie": "=;=;="},
    {"content-type": "application/x-www-form-urlencoded", "content-length": "0"},
]  # fmt: skip


def blamed(answer: httpx.Response) -> set[str]:
    assert answer.status_code in {409, 422}, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.content) < 5_000
    return {fault["parameter"] for fault in answer.json()["errors"]}


def test_each_wrong_value_is_blamed_on_its_parameter(standing_api: Any) -> None:
    for url, parameter in WRONG:
        assert parameter in blamed(standing_api.get(url)), url
        assert standing_api.request("HEAD", url).status_code == standing_api.get(url).status_code, url


def test_a_million_characters_are_blamed_in_every_parameter(standing_api: Any) -> None:
    """In this process, since no client sends so long a line; ``test_process.py`` sends one to a real server."""
    for path, methods in standing_api.get("/openapi.json").json()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                status, text = standing_api.run(
                    lambda _, name=parameter["name"], path=path: _raw(standing_api.app, path, name)
                )
                assert status == 422, (path, parameter["name"])
                assert f'"{parameter["name"]}"' in text


async def _raw(app: Any, path: str, name: str) -> tuple[int, str]:
    """The application asked without a client in between."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    path = path.replace("{thing}", "air-01").replace("{datastream}", "1")
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": [], "root_path": "",
        "query_string": f"{name}={MILLION}".encode(), "http_version": "1.1", "scheme": "http",
        "client": ("127.0.0.1", 1), "server": ("hub.test", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    return messages[0]["status"], b"".join(one.get("body", b"") for one in messages[1:]).decode()


def test_what_exists_nowhere_is_a_404(standing_api: Any) -> None:
    for url in UNKNOWN:
        answer = standing_api.get(url)
        assert answer.status_code in {404, 422}, url
        assert answer.headers["content-type"] == "application/problem+json", url
        assert answer.json()["code"] in {"not_found", "no_such_path", "invalid_parameter"}, url
    assert standing_api.get("/v1/things").json()["data"], "nothing was dropped"


def test_a_slash_too_many_leads_to_the_list(standing_api: Any) -> None:
    answer = standing_api.get("/v1/things/?limit=1")
    assert (answer.status_code, answer.headers["location"]) == (307, "http://hub.test/v1/things?limit=1")


def test_no_header_field_breaks_an_answer(standing_api: Any, standing_city: Any) -> None:
    number = standing_city.datastreams["air-01.pm2_5"]
    for fields in FIELDS:
        raw = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        for url in (
            "/v1/things",
            "/v1/latest",
            f"/v1/observations?datastream={number}&limit=2",
            "/docs",
            "/nothing",
        ):
            answer = standing_api.get(url, headers=raw)
            assert answer.status_code in {200, 304, 404}, (url, fields, answer.text[:300])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
def test_what_is_not_reading_is_refused(standing_api: Any, method: str) -> None:
    for path in ("/v1/things", "/v1/things/air-01", "/v1/observations.csv", "/v1/stream", "/livez"):
        answer = standing_api.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed"), path
        assert answer.headers["allow"] == "GET", path
