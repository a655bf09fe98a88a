"""The cursor that a connection of the API keeps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from hub_api.serving.database import ReadConnection
from hub_api.serving.instants import Bounded


def test_a_kept_cursor_reads_after_an_error_and_after_a_long_answer(database: Any) -> None:
    async def read() -> list[Any]:
        connection = await ReadConnection.connect(database.url("read"), autocommit=True)
        async with connection:
            with pytest.raises(psycopg.errors.DivisionByZero):
                await connection.fetch_bounded(Bounded(b"SELECT 1 / 0"), None, prepare=None)
            long = await connection.fetch_bounded(
                Bounded(b"SELECT generate_series(1, 2001)"), None, prepare=None
            )
            instant = await connection.fetch_bounded(
                Bounded(b"SELECT '2026-12-04T00:00Z'::timestamptz, %(text)s::text"),
                {"text": "a"},
                prepare=None,
            )
            return [len(long), *instant]

    assert asyncio.run(read()) == [2001, (datetime(2026, 12, 4, tzinfo=UTC), "a")]
