"""The documentation is made once; addresses differ from reader to reader."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

from hub_api.serving.pages.finished import PLACE, Finished
from hub_api.settings import ApiSettings


def test_a_text_is_made_once_for_all() -> None:
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return f"curl '{PLACE}/v1'"

    async def work() -> None:
        finished = Finished(ApiSettings())
        addresses = ["http://a", "http://b", "http://<c>"] * 3
        copies = await asyncio.gather(*(finished.copy(("docs", "en"), one, make) for one in addresses))
        assert len(made) == 1
        assert copies[0].body == b"curl 'http://a/v1'"
        assert copies[2].body == b"curl 'http://&lt;c&gt;/v1'"
        assert all(gzip.decompress(one.coded) == one.body for one in copies)
        assert len({one.etag for one in copies}) == 3
        await finished.copy(("docs", "ar"), "http://a", make)
        assert len(made) == 2

    asyncio.run(work())


def test_documentation_is_not_sent_again(api: Any) -> None:
    for url in ("/docs", "/docs/guide", "/openapi.json", "/docs?lang=ar"):
        first = api.get(url)
        assert first.headers["content-encoding"] == "gzip"
        again = api.get(url, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.headers["etag"]) == (304, first.headers["etag"])
        plain = api.get(url, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.content == first.content
        assert PLACE not in plain.text


def test_documentation_follows_the_registry(city: Any, make_api: Any) -> None:
    api = make_api(registry_cache_seconds=0)
    assert "/v1/things/air-01" in api.get("/docs").text
    with city.database.superuser() as connection:
        connection.execute("UPDATE things SET code = 'air-77' WHERE code = 'air-01'")
    for url in ("/docs", "/docs/guide", "/openapi.json"):
        assert "air-77" in api.get(url).text, url
