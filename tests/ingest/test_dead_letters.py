"""Housekeeping of dead letters on the real table: bounds, order, counts, and the rights it has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.store.connections import Connection
from ingest.dead_letters import Amount, tidy_dead_letters
from ingest.model import Rejection
from ingest.repository import DETAIL_CHARACTERS_MAX, detail_of
from ingest.settings import IngestSettings
from tests.conftest import Database

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def worker(database: Database) -> Iterator[Connection]:
    with database.connect("worker") as connection:
        yield connection


def store(
    database: Database, status: str, age: timedelta, *, size: int = 100, reason: str = "unknown_thing"
) -> int:
    """One letter as ingest would have left it; its number."""
    with database.superuser() as connection:
        row = connection.execute(
            "INSERT INTO dead_letters (digest, topic, payload, reason, detail, status, first_received_at,"
            " last_received_at, batch_id) VALUES (sha256(gen_random_uuid()::text::bytea), 'falaj/v1/s/t',"
            " convert_to(repeat('x', %s), 'UTF8'), %s, '', %s, %s, %s, 1) RETURNING dead_letter_id",
            [size, reason, status, NOW - age, NOW - age],
        ).fetchone()
    assert row is not None
    return int(row[0])


def left(database: Database) -> set[int]:
    with database.superuser() as connection:
        return {
            number for (number,) in connection.execute("SELECT dead_letter_id FROM dead_letters").fetchall()
        }


def removals(database: Database) -> list[Any]:
    with database.connect("read") as connection:
        return connection.execute(
            "SELECT reason, status, removed_count, removed_bytes, last_removed_at FROM dead_letter_removals"
            " ORDER BY reason, status"
        ).fetchall()


def bounds(**limits: Any) -> IngestSettings:
    return IngestSettings(letters_removal_rows_max=2, **limits)


def test_within_the_bounds_nothing_is_removed_and_all_is_counted(
    database: Database, worker: Connection
) -> None:
    kept = {store(database, "open", DAY), store(database, "replayed", DAY, size=7)}
    assert tidy_dead_letters(worker, bounds(), NOW) == Amount()
    assert left(database) == kept
    assert removals(database) == []
    with database.connect("read") as connection:
        counts = connection.execute("SELECT * FROM dead_letter_counts ORDER BY status").fetchall()
    assert counts == [("open", "unknown_thing", 1, 100, NOW), ("replayed", "unknown_thing", 1, 7, NOW)]


def test_too_old_is_what_was_not_received_again(database: Database, worker: Connection) -> None:
    for status in ("open", "replayed", "discarded"):
        for days in (91, 92, 93):
            store(database, status, days * DAY)
    young = store(database, "open", 89 * DAY)
    again = store(database, "open", 95 * DAY)
    with database.connect("ingest") as connection:
        connection.execute(
            "UPDATE dead_letters SET last_received_at = %s WHERE dead_letter_id = %s", [NOW, again]
        )
    assert tidy_dead_letters(worker, bounds(letters_age_days_max=90), NOW) == Amount(9, 900)
    assert left(database) == {young, again}
    assert [row[1:4] for row in removals(database)] == [
        ("discarded", 3, 300), ("open", 3, 300), ("replayed", 3, 300),
    ]  # fmt: skip


def test_too_many_go_settled_ones_first_then_the_oldest(database: Database, worker: Connection) -> None:
    old_open = [store(database, "open", n * DAY) for n in (30, 29, 28)]
    store(database, "discarded", 1 * DAY)
    store(database, "replayed", 2 * DAY)
    young_open = [store(database, "open", n * DAY) for n in (3, 2, 1)]
    assert tidy_dead_letters(worker, bounds(letters_rows_max=4), NOW) == Amount(4, 400)
    assert left(database) == {old_open[2], *young_open}
    assert [row[1:3] for row in removals(database)] == [("discarded", 1), ("open", 2), ("replayed", 1)]


def test_letters_of_strangers_go_before_those_of_registered_things(
    database: Database, worker: Connection
) -> None:
    ours = store(database, "open", 80 * DAY, reason="wrong_type")
    things = [store(database, "open", n * DAY, reason="unknown_thing") for n in (70, 60)]
    for _ in range(7):
        store(database, "open", timedelta(minutes=1), reason="unknown_topic")
    assert tidy_dead_letters(worker, bounds(letters_rows_max=2), NOW) == Amount(8, 800)
    assert left(database) == {ours, things[1]}
    assert [row[:3] for row in removals(database)] == [
        ("unknown_thing", "open", 1), ("unknown_topic", "open", 7),
    ]  # fmt: skip


def test_too_large_go_until_the_bytes_fit_and_no_further(database: Database, worker: Connection) -> None:
    replayed = [store(database, "replayed", n * DAY, size=400) for n in (9, 8, 7)]
    kept = {replayed[2], store(database, "open", 20 * DAY, size=400)}
    # 1,600 bytes with room for 1,000: two of 400 must go, the third stays.
    assert tidy_dead_letters(worker, bounds(letters_bytes_max=1_000), NOW) == Amount(2, 800)
    assert left(database) == kept


def test_removals_add_up_by_reason_over_the_runs(database: Database, worker: Connection) -> None:
    store(database, "open", 100 * DAY, size=10, reason="wrong_type")
    tidy_dead_letters(worker, bounds(), NOW)
    store(database, "open", 100 * DAY, size=20, reason="wrong_type")
    store(database, "open", 100 * DAY, size=30, reason="clock_ahead")
    tidy_dead_letters(worker, bounds(), NOW + DAY)
    assert removals(database) == [
        ("clock_ahead", "open", 1, 30, NOW + DAY), ("wrong_type", "open", 2, 30, NOW + DAY),
    ]  # fmt: skip


def test_a_letter_that_ingest_holds_at_this_moment_is_left_for_the_next_run(
    database: Database, worker: Connection
) -> None:
    held, free = store(database, "open", 100 * DAY), store(database, "open", 100 * DAY)
    with database.connect("ingest") as ingest, ingest.transaction():
        ingest.execute("UPDATE dead_letters SET times_received = 2 WHERE dead_letter_id = %s", [held])
        assert tidy_dead_letters(worker, bounds(), NOW) == Amount(1, 100)
        assert left(database) == {held}
    assert free not in left(database)
    assert tidy_dead_letters(worker, bounds(), NOW) == Amount(1, 100)
    assert left(database) == set()


def test_the_bound_on_bytes_counts_payloads_as_sent_however_the_database_packs_them(
    database: Database, worker: Connection
) -> None:
    store(database, "open", DAY, size=50_000)  # compresses to almost nothing
    assert tidy_dead_letters(worker, bounds(letters_bytes_max=49_999), NOW) == Amount(1, 50_000)


def test_a_letter_of_many_rejections_begins_with_how_many_of_each_there_are() -> None:
    """As of a feed of trips that nobody registered: thousands, of which a letter has room for some."""
    few = [Rejection(0, "unknown_thing", "t1: trip_delay")]
    assert detail_of(few) == "unknown_thing: t1: trip_delay"
    many = [Rejection(0, "unknown_thing", f"t{number}: trip_delay") for number in range(5_801)]
    found = detail_of([*many, Rejection(0, "missing_result", "t9")])
    assert found.startswith(
        "5801 × unknown_thing, 1 × missing_result; unknown_thing: t0: trip_delay; unknown_thing: t1:"
    )
    assert len(found) == DETAIL_CHARACTERS_MAX
