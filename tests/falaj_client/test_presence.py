"""Who is there and who was not, asked of the real API by both clients."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from falaj_client import AsyncClient, Client, NotFound, Options
from tests.hub_api.conftest import MINUTES, START, City

PAGED = Options(page_rows=250)


def test_who_is_there_and_who_was_not(api_url: str, city: City, fine: int) -> None:
    began = START + timedelta(hours=2)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO gaps VALUES (%s, %s, %s, 'offline'), (%s, %s, NULL, 'unknown')",
            [fine, began, began + timedelta(hours=1), fine, START + timedelta(minutes=MINUTES - 1)],
        )

    async def asynchronously() -> tuple[list[Any], list[Any]]:
        async with AsyncClient(api_url, options=PAGED) as client:
            return await client.presence(thing="air-01").all(), await client.gaps(fine).all()

    with Client(api_url, options=PAGED) as client:
        there = {each.datastream: each for each in client.presence(thing="air-01")}
        assert there.keys() == {city.datastreams["air-01.pm2_5"], city.datastreams["air-01.pm10"]}
        assert (there[fine].thing_name.ar, there[fine].source) == ("روي", "simulator")
        assert there[fine].newest_phenomenon_time == START + timedelta(minutes=MINUTES - 1)
        state = there[fine].presence
        assert fine in {each.datastream for each in client.presence(presence=state)}
        assert [each.datastream for each in client.presence(thing="air-01", limit=1)] == [min(there)]
        first, *_, last = client.gaps(fine)
        assert (first.start, first.end, first.reason) == (began, began + timedelta(hours=1), "offline")
        assert (first.local_date, first.zone) == (date(2026, 11, 24), "Asia/Muscat")
        assert (last.end, last.reason) == (None, "unknown")
        (part,) = client.gaps(fine, start=began + timedelta(minutes=5), end=began + timedelta(minutes=9))
        assert (part.start, part.end) == (began + timedelta(minutes=5), began + timedelta(minutes=9))
        assert asyncio.run(asynchronously()) == (list(there.values()), list(client.gaps(fine)))
        with pytest.raises(NotFound):
            client.gaps(999_999).all()
