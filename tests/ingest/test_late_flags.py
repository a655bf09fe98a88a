"""A flag that a later result gives to a stored one: in the batch's transaction, with the hour computed anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from citycore.model import DatastreamDescription
from citycore.settings import BrokerSettings
from citycore.store.registry import register
from citycore.topics import Address, build_topic
from citycore.wire import encode
from ingest.metrics import Metrics
from ingest.model import NOTHING, Account, Received
from ingest.service import Ingest
from ingest.settings import IngestSettings
from ingest.writer import Batch
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

AT = datetime(2026, 3, 1, 8, 59, tzinfo=UTC)
#: Across the hour, so that the flag is of an hour that the batch itself does not touch.
RESULTS = (20.0, 60.0, 21.0)


def test_a_spike_is_flagged_once_the_next_result_is_there(database: Database) -> None:
    with database.connect() as owner:
        register(
            owner,
            describe_source("s"),
            [describe_thing("t", DatastreamDescription(observed_property="air_temperature"))],
        )
    ingest = Ingest(BrokerSettings(), database.settings(), IngestSettings(), Metrics())
    total: Account = NOTHING
    for number, result in enumerate(RESULTS):
        payload = encode(AT + timedelta(minutes=number - 1), {"air_temperature": result})
        message = Received(build_topic(Address("s", "t")), payload, int(AT.timestamp() * 1e6), False, (0, 0))
        checked = ingest._check([message])
        total += ingest._writer.write(Batch(checked))
        ingest._recents |= ingest._seen
    ingest._writer.close()
    with database.connect() as owner:
        stored = owner.execute(
            "SELECT result, quality, batch_id FROM observations ORDER BY phenomenon_time"
        ).fetchall()
        flags = owner.execute("SELECT test, quality FROM observation_flags WHERE test = 'spike'").fetchall()
        (hours,) = owner.execute(
            "SELECT bucket_hours FROM dirty_buckets ORDER BY batch_id DESC LIMIT 1"
        ).fetchone() or ([],)
    assert (total.received, total.stored, total.quarantined) == (3, 3, 0)
    assert [(result, quality) for result, quality, _ in stored][1] == (60.0, 4)
    assert stored[1][2] == stored[2][2], "it counts as changed by the batch that found it"
    assert flags == [("spike", 4)]
    assert sorted(set(hours)) == [int(AT.timestamp()) // 3600, int(AT.timestamp()) // 3600 + 1]


def test_of_two_results_for_one_instant_the_stored_one_has_its_own_flags(database: Database) -> None:
    """The first is kept (``keep_first``), or the last (``keep_last``); the flag of the other must not stay with it."""
    datastreams = (
        DatastreamDescription(observed_property="pm2_5"),
        DatastreamDescription(observed_property="no2", conflict_policy="keep_last"),
    )
    with database.connect() as owner:
        register(owner, describe_source("s"), [describe_thing("t", *datastreams)])
    ingest = Ingest(BrokerSettings(), database.settings(), IngestSettings(), Metrics())
    received = [
        Received(
            build_topic(Address("s", "t")),
            encode(AT - timedelta(minutes=minute), {"pm2_5": result, "no2": result}),
            int(AT.timestamp() * 1e6),
            False,
            (0, 0),
        )
        for minute, result in [(3, 20.0), (3, -5.0), (2, -6.0), (2, 21.0), (1, -7.0), (1, -7.0)]
    ]
    account = ingest._writer.write(Batch(ingest._check(received)))
    ingest._writer.close()
    with database.connect() as owner:
        stored = owner.execute(
            "SELECT observed_property_code, result, observations.quality, array_agg(test) FILTER (WHERE test IS NOT NULL)"
            " FROM observations JOIN datastreams USING (datastream_id)"
            " LEFT JOIN observation_flags USING (datastream_id, phenomenon_time)"
            " GROUP BY datastream_id, observed_property_code, phenomenon_time, result, observations.quality"
            " ORDER BY observed_property_code DESC, phenomenon_time"
        ).fetchall()
    assert (account.stored, account.conflicting, account.duplicate) == (6, 4, 2)
    assert stored == [
        ("pm2_5", 20.0, 1, None),
        ("pm2_5", -6.0, 4, ["gross_range"]),
        ("pm2_5", -7.0, 4, ["gross_range"]),
        ("no2", -5.0, 4, ["gross_range"]),
        ("no2", 21.0, 1, None),
        ("no2", -7.0, 4, ["gross_range"]),
    ]
