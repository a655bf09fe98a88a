"""What is remembered of an answer is forgotten with the next batch, and while nobody would tell of one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub_api.serving.announcements import Announcements
from hub_api.serving.validators import RevalidationMiddleware
from stack.waiting import wait_until

SERIES = "/v1/observations?thing=air-01&observed_property=pm2_5"
SECONDS_MAX = 40


@pytest.fixture
def remembering(make_api: Any, city: Any) -> Any:
    """An API that believes for minutes what it hears nothing against."""
    return make_api(validator_seconds_max=600, live_cache_seconds=600)


def heeds(api: Any) -> Callable[[], bool]:
    """Whether the API hears of batches; asking lets it listen."""
    return lambda: api.get("/livez").is_success and api.app.state.announcements.state is not None


def insert(city: Any, minute: int) -> None:
    """A late value, of which nobody is told."""
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO observations VALUES (%s, 1, '2026-11-24T11:00Z'::timestamptz + %s * interval '1 minute', 8, 9)",
            [city.datastreams["air-01.pm2_5"], minute],
        )


def status(api: Any, etag: str) -> int:
    return int(api.get(SERIES, headers={"if-none-match": etag}).status_code)


def test_an_announced_batch_ends_what_was_believed(remembering: Any, city: Any) -> None:
    assert wait_until(heeds(remembering), SECONDS_MAX)
    etag = remembering.get(SERIES).headers["etag"]
    insert(city, 1)
    assert status(remembering, etag) == 304, "remembered, since nothing was announced"
    with city.database.connect("ingest") as connection:
        connection.execute("SELECT pg_notify('falaj_batches', '9')")
    assert wait_until(lambda: status(remembering, etag) == 200, SECONDS_MAX)


def test_without_a_listener_the_store_is_asked(remembering: Any, city: Any) -> None:
    assert wait_until(heeds(remembering), SECONDS_MAX)
    etag = remembering.get(SERIES).headers["etag"]
    before = remembering.app.state.announcements.state
    with city.database.superuser() as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'falaj-api-announcements' AND datname = current_database()"
        ).fetchall()
    assert ended == [(True,)]
    insert(city, 2)
    assert wait_until(lambda: status(remembering, etag) == 200, SECONDS_MAX)
    assert wait_until(heeds(remembering), SECONDS_MAX)
    assert remembering.app.state.announcements.state != before


def test_what_was_asked_before_a_batch_is_not_believed_after_it(database: Any) -> None:
    """A batch is announced while the answer is under way: it may hold the old rows."""
    announcements = Announcements(database.settings(), 1)
    announcements._note()
    asked: list[int | None] = []

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        asked.append(announcements.state)
        if len(asked) == 1:
            announcements._note()
        headers = [(b"etag", b'W/"1"'), (b"cache-control", b"public, max-age=60")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    middleware = RevalidationMiddleware(app, announcements, entries_max=10, seconds_max=60)
    with asyncio.Runner() as runner:
        assert [runner.run(ask(middleware)) for _ in range(4)] == [200, 200, 304, 304]
    assert asked == [1, 2]


async def ask(app: ASGIApp) -> int:
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"",
        "headers": [(b"if-none-match", b'W/"1"')],
    }  # fmt: skip
    told: list[int] = []

    async def receive() -> Message:
        raise AssertionError("there is no body")

    async def send(message: Message) -> None:
        told.append(message.get("status", 0))

    await app(scope, receive, send)
    return told[0]
