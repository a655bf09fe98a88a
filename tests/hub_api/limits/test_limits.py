"""Limits and keys against a real database: anonymous, keyed, shared, and with the database away."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from citycore.keys import API_KEY_PREFIX, KEY_BYTES, build_key, digest_of
from hub_api.app import create_app
from hub_api.serving.keys import repository
from hub_api.serving.keys.model import NewKey, Quota
from hub_api.serving.limits.model import Policy, Subject
from hub_api.serving.limits.service import Limiter
from hub_api.serving.limits.settings import LimitSettings
from hub_api.serving.limits.store import LimitStore
from hub_api.settings import ApiSettings
from stack.ports import free_port
from stack.waiting import wait_until
from tests.hub_api.conftest import NOW

STRICT: dict[str, Any] = {"free_networks": "", "anonymous_requests_per_minute": 20}
NOON = datetime(2026, 11, 24, 8, 0, 1, tzinfo=UTC).timestamp()


def issue(database: Any, name: str, **options: Any) -> str:
    key = build_key(secrets.token_bytes(KEY_BYTES), API_KEY_PREFIX)
    quota = Quota(
        requests_per_minute=options.get("per_minute", 5), requests_per_day=options.get("per_day", 1_000)
    )
    with database.connect("owner") as connection:
        repository.issue(
            connection,
            NewKey(
                name=name, owner=options.get("owner", "team"), digest=bytes.fromhex(digest_of(key)), quota=quota,
                expires_at=options.get("expires_at"),
            ),
        )  # fmt: skip
    return key


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def test_without_a_key_an_address_has_a_limit_of_its_own(make_api: Any, city: Any) -> None:
    api = make_api(limits=LimitSettings(**STRICT))
    answers = [api.get("/v1/sources") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=20;w=60, "day";q=100000;w=86400'
    assert answers[0].headers["ratelimit"].startswith('"minute";r=19;t=')
    assert answers[19].headers["ratelimit"].startswith('"minute";r=0;t=')
    refused = answers[20]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "limit_reached"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert f"t={refused.headers['retry-after']}" in refused.headers["ratelimit"]
    for free in ("/livez", "/readyz"):
        answer = api.get(free)
        assert (answer.status_code, "ratelimit" in answer.headers) == (200, False)
    for counted in (
        "/docs",
        "/docs/guide",
        "/openapi.json",
        "/status",
        "/metrics",
        "/changes",
        "/problems/x",
    ):
        answer = api.get(counted)
        assert (answer.status_code, answer.json()["code"]) == (429, "limit_reached"), counted
        assert {"ratelimit", "ratelimit-policy", "retry-after"} <= set(answer.headers)
    arabic = api.get("/v1/sources?lang=ar").json()
    assert "الحد" in arabic["detail"]
    other = api.get("/v1/sources", headers=bearer(issue(city.database, "other")))
    assert other.status_code == 200, "a key has a limit of its own"
    exposed = api.get("/v1/sources", headers={"origin": "https://example.org"})
    assert {"ratelimit", "ratelimit-policy", "retry-after"} <= set(
        exposed.headers["access-control-expose-headers"].lower().split(", ")
    )
    assert exposed.headers["access-control-allow-origin"] == "*"


def test_free_networks_are_not_counted(api: Any) -> None:
    assert "ratelimit" not in api.get("/v1/sources").headers


def test_a_key_raises_the_limit_and_is_told_when_it_does_not_count(make_api: Any, city: Any) -> None:
    database = city.database
    api = make_api(limits=LimitSettings(**STRICT, key_cache_seconds=0))
    key = issue(database, "team-1")
    for header in (bearer(key), {"x-api-key": key}):
        answer = api.get("/v1/sources", headers=header)
        assert answer.headers["ratelimit-policy"] == '"minute";q=5;w=60, "day";q=1000;w=86400'
    expired = issue(database, "team-2", expires_at=NOW - timedelta(seconds=1))
    for wrong, code in ((key + "0", "unknown"), ("", "unknown"), (expired, "expired")):
        answer = api.get("/v1/sources", headers=bearer(wrong))
        assert (answer.status_code, answer.json()["code"]) == (401, f"api_key_{code}")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    with database.connect("owner") as connection:
        repository.revoke(connection, "team-1", datetime.now(UTC))
    answer = api.get("/v1/sources?lang=ar", headers=bearer(key))
    assert (answer.status_code, answer.json()["code"]) == (401, "api_key_revoked")
    assert "أُلغي" in answer.json()["detail"]


def test_a_team_has_one_limit_however_often_it_replaces_its_key(make_api: Any, city: Any) -> None:
    api = make_api(limits=LimitSettings(**STRICT, key_cache_seconds=0))
    first, second = (issue(city.database, name, owner="team:falcons") for name in ("first", "second"))
    other = issue(city.database, "other", owner="falcons")
    codes = [api.get("/v1/sources", headers=bearer(key)).status_code for key in (first,) * 3 + (second,) * 3]
    assert codes == [200] * 5 + [429]
    assert api.get("/v1/sources", headers=bearer(other)).status_code == 200


def test_wrong_keys_are_not_looked_up_for_ever(make_api: Any, city: Any) -> None:
    api = make_api(limits=LimitSettings(wrong_keys_per_minute=3))
    codes = [api.get("/v1/sources", headers=bearer(f"guess-{n}")).status_code for n in range(6)]
    assert codes == [401, 401, 401, 429, 429, 429]
    assert api.get("/v1/sources").status_code == 200, "without a key nothing has changed"


def test_usage_by_day_is_written_down(make_api: Any, city: Any) -> None:
    key = issue(city.database, "team-1")
    now = datetime.now(UTC)
    api = make_api(lambda: now, limits=LimitSettings(**STRICT, usage_seconds=0.1))
    statuses = [api.get("/v1/sources", headers=bearer(key)).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    with city.database.connect("owner") as connection:

        async def is_written(_: Any) -> bool:
            await asyncio.sleep(0.1)
            return [one.limited for one in repository.find_usage(connection, "team-1", 10)] == [2]

        assert wait_until(lambda: api.run(is_written), 30)
        (day,) = repository.find_usage(connection, "team-1", 10)
        assert (day.requests, day.limited) == (5, 2)
        listed = repository.list_keys(connection, day.day)
        assert [(one.name, one.requests_today) for one in listed] == [("team-1", 5)]
        assert "falaj-key" not in repr(connection.execute("SELECT * FROM api_keys").fetchall())


def test_usage_is_written_at_the_stop(city: Any) -> None:
    key = issue(city.database, "team-1")
    app = create_app(ApiSettings(), city.database.settings())

    async def ask_once() -> None:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test") as client,
        ):
            await client.get("/v1/sources", headers=bearer(key))

    asyncio.run(ask_once())
    with city.database.connect("owner") as connection:
        (day,) = repository.find_usage(connection, "team-1", 10)
        assert day.requests == 1


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_processes_share_a_limit_exactly(database: Any, processes: int) -> None:
    """Never one more than the limit; the last of what idle processes hold may stay unused."""

    async def exhaust() -> int:
        stores = [LimitStore(database.settings(), LimitSettings()) for _ in range(processes)]
        limiters = [Limiter(store, LimitSettings(), lambda: NOON) for store in stores]
        subject = Subject("key:1", (Policy("minute", 100, 60),))
        for store in stores:
            await store.open()
        try:
            outcomes = await asyncio.gather(
                *(limiters[n % processes].take(subject) for n in range(processes * 150))
            )
        finally:
            for store in stores:
                await store.close()
        return sum(standings[-1].is_allowed for standings in outcomes)

    assert asyncio.run(exhaust()) == 100, "all processes ask until they are refused, so nothing is left over"


def test_a_new_window_begins_anew(database: Any) -> None:
    moment = [NOON]

    async def work() -> list[bool]:
        store = LimitStore(database.settings(), LimitSettings())
        limiter = Limiter(store, LimitSettings(), lambda: moment[0])
        subject = Subject("key:1", (Policy("minute", 2, 60),))
        await store.open()
        allowed = []
        for seconds in (0, 1, 2, 58.9, 59, 60):
            moment[0] = NOON + seconds
            allowed.append((await limiter.take(subject))[-1].is_allowed)
        await store.forget_windows(NOON + 60)
        await store.close()
        return allowed

    assert asyncio.run(work()) == [True, True, False, False, True, True]
    with database.connect("owner") as connection:
        assert connection.execute("SELECT count(*) FROM api_windows").fetchone() == (1,)


def test_without_the_database_each_process_counts_alone(make_api: Any, database: Any) -> None:
    away = database.settings().model_copy(
        update={"usage_url": type(database.settings().usage_url)(f"postgresql://x@127.0.0.1:{free_port()}/x")}
    )
    key = issue(database, "team-1")
    api = make_api(store=away, limits=LimitSettings(**STRICT, wait_seconds_max=1, retry_seconds=600))
    began = time.monotonic()
    statuses = [api.get("/v1/sources").status_code for _ in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    assert time.monotonic() - began < 15, "only the first request waits a second"
    answer = api.get("/v1/sources", headers=bearer(key))
    assert answer.json()["code"] == "limit_reached", "a key that nobody can check counts as none"


def test_the_role_of_usage_writes_usage_and_nothing_else(database: Any) -> None:
    issue(database, "team-1")
    with database.connect("usage") as connection:
        connection.execute("INSERT INTO api_usage VALUES (1, '2026-11-24', 1, 0)")
        for refused in (
            "SELECT owner FROM api_keys", "UPDATE api_keys SET revoked_at = NULL", "DELETE FROM api_usage",
            "SELECT * FROM observations", "SELECT * FROM dead_letters", "DELETE FROM api_keys",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused)
    with database.connect("read") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT key_digest FROM api_keys")
