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
