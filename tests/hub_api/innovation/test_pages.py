"""Lists that are read row by row say what the plain definition says, on every page, however states are mixed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from psycopg.rows import namedtuple_row, tuple_row

from benchmarks.programme.crowd import Size, fill
from citycore.clock import system_clock
from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from hub_api.programme.contest.results.public import AWARDS, RESULTS
from hub_api.programme.contest.submissions.public import SUBMISSIONS
from hub_api.programme.open_data.lists import OpenList
from hub_api.programme.outreach.activities.public import REACH
from hub_api.serving.database import Row
from hub_api.serving.lists.model import Fetch
from tests.conftest import open_database

PLAIN = load_queries("tests.hub_api.innovation", "plain.sql")
MIXED = load_queries("tests.hub_api.innovation", "mixed.sql")
SIZE = Size(people=200, teams=36, organisations=4, hackathons=5, judges=3, ambassadors=20)
ROUNDS = range(1, 7)
AWARDED_PLACES = 3
#: A list, and where its filters stand in a row.
LISTS: Mapping[str, tuple[OpenList, Mapping[str, int]]] = {
    "submissions": (SUBMISSIONS, {"hackathon": 1, "challenge": 2, "state": 6}),
    "results": (RESULTS, {"hackathon": 1, "status": 4, "challenge": 6}),
    "awards": (AWARDS, {"hackathon": 1, "award": 4, "challenge": 5}),
    "reach": (REACH, {"governorate": 1, "topic": 2, "audience": 3}),
}


class Asked:
    """The role of the open data, without a pool."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def fetch(
        self, query: Any, parameters: Mapping[str, object] | None = None, *, is_named: bool = False
    ) -> Sequence[Row]:
        factory = namedtuple_row if is_named else tuple_row
        return self._connection.cursor(row_factory=factory).execute(query, parameters).fetchall()


@pytest.fixture(scope="module")
def crowd(postgres: Any) -> Iterator[tuple[Connection, Asked]]:
    with open_database(postgres) as database, database.connect() as owner, database.connect("read") as reader:
        fill(owner, SIZE, system_clock())
        for name, query in MIXED.items():
            if name.startswith("begin_"):
                owner.execute(query, {})
        yield owner, Asked(reader)


def mix(owner: Connection, number: int) -> None:
    for name, query in MIXED.items():
        if name.startswith("mix_"):
            owner.execute(query, {"round": number})


def plain(owner: Connection, name: str) -> list[Row]:
    if name != "awards":
        return owner.execute(PLAIN[name]).fetchall()
    submissions = {row[0]: row for row in owner.execute(PLAIN["submissions"])}
    won = [
        ((row[1], "place", _track(row), row[10], row[7]), (*row[1:4], "place", row[6], row[10], None, *row[7:10]))
        for row in owner.execute(PLAIN["results"])
        if row[4] == "final" and row[10] <= AWARDED_PLACES
    ]  # fmt: skip
    won += [
        ((code, "peoples_choice", "", 1, one), (code, en, ar, "peoples_choice", None, 1, votes, one, *rest))
        for code, en, ar, votes, one, *rest in owner.execute(PLAIN["choices"])
    ]
    return [("/".join(map(str, key)), *row, submissions[key[-1]][9]) for key, row in sorted(won)]


def _track(row: Row) -> str:
    return str(row[0]).split("/")[1]


def pages(asked: Asked, open_list: OpenList, fetch: Fetch, rows: int) -> list[Row]:
    found: list[Row] = []
    while True:
        after = open_list.listing.key(found[-1]) if found else None
        page = asyncio.run(_fetched(asked, fetch, after, rows))
        found += page
        if len(page) < rows:
            return found


async def _fetched(asked: Asked, fetch: Fetch, after: Any, rows: int) -> Sequence[Row]:
    return await fetch(asked, after, rows)


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_what_the_plain_definition_says(crowd: tuple[Connection, Asked], name: str) -> None:
    owner, asked = crowd
    open_list, filters = LISTS[name]
    seen: set[int] = set()
    for number in ROUNDS:
        mix(owner, number)
        expected = plain(owner, name)
        seen.add(len(expected))
        for rows in (1, 3, 1_000):
            assert pages(asked, open_list, open_list.rows({}), rows) == expected, (number, rows)
        for word, place in filters.items():
            for value in {row[place] for row in expected} - {None}:
                fitting = [row for row in expected if row[place] == value]
                assert pages(asked, open_list, open_list.rows({word: value}), 2) == fitting, (number, word)
    assert len(seen) > 1, "rounds differ"
    assert max(seen) > 1


def test_what_is_mixed_has_something_to_hide(crowd: tuple[Connection, Asked]) -> None:
    owner, _ = crowd
    counts = []
    for number in ROUNDS:
        mix(owner, number)
        counts.append([len(plain(owner, name)) for name in (*LISTS, "choices") if name != "awards"])
        hidden = owner.execute(
            "SELECT (SELECT count(*) FROM innovation.submissions), (SELECT count(*) FROM innovation.placings)"
        ).fetchone()
        assert hidden is not None
        assert counts[-1][0] < hidden[0]
        assert counts[-1][1] < hidden[1]
    assert all(sum(column) > 0 for column in zip(*counts, strict=True))
