"""What whoever sends by HTTP is told, where the commit of the batch was not heard of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from citycore.model import DatastreamDescription
from citycore.settings import BrokerSettings
from citycore.store.registry import register
from citycore.wire import encode
from ingest.metrics import Metrics
from ingest.model import Received
from ingest.outcomes import Outcome, Post
from ingest.posts import tell
from ingest.service import Ingest
from ingest.settings import IngestSettings
from ingest.writer import Batch
from tests.conftest import Database
from tests.ingest.conftest import describe_source, describe_thing

AT = datetime(2026, 3, 1, tzinfo=UTC)


def told(ingest: Ingest, minutes: list[int], *, is_heard: bool) -> list[Outcome | None]:
    """Store messages of these minutes in one batch, and what becomes of each as it is told."""
    now = int(AT.timestamp() * 1e6) + 10**12
    posts = [Post() for _ in minutes]
    received = [
        Received(
            "falaj/v1/s/t",
            encode(AT + timedelta(minutes=minute), {"air_temperature": 20.0 + minute, "mood": 1}),
            now,
            False,
            (0, 0),
            post,
        )
        for minute, post in zip(minutes, posts, strict=True)
    ]
    checked = ingest._check(received)
    batch = Batch(checked)
    (part,) = batch.parts
    ingest._writer.write(batch)
    if not is_heard:  # as after a connection that broke between the commit and its answer
        committed, batch = part.batch_id, Batch(checked)
        batch.parts[0].batch_id = committed
        ingest._writer.write(batch)
    tell(checked, batch.fates, batch.unheard)
    return [post.wait(0.0) for post in posts]


@pytest.mark.parametrize("is_heard", [True, False])
def test_it_is_told_only_what_is_known(database: Database, is_heard: bool) -> None:
    with database.connect() as owner:
        own = DatastreamDescription(observed_property="air_temperature")
        register(owner, describe_source("s"), [describe_thing("t", own)])
    ingest = Ingest(BrokerSettings(), database.settings(), IngestSettings(), Metrics())

    def accounts(*minutes: int) -> list[tuple[int, int, int] | None]:
        return [
            None if each is None else (each.stored, each.duplicate, each.quarantined)
            for each in told(ingest, list(minutes), is_heard=is_heard)
        ]

    try:
        assert accounts(0, 1) == [(1, 0, 1)] * 2, "the account says that all were new"
        assert accounts(1, 0) == [(0, 1, 1)] * 2, "and here that none was"
        mixed = accounts(1, 2)
        assert mixed == ([(0, 1, 1), (1, 0, 1)] if is_heard else [None, None])
        assert accounts(1, 2) == [(0, 1, 1)] * 2, "sent again it is certain"
    finally:
        ingest._writer.close()
    with database.connect() as owner:
        assert owner.execute("SELECT count(*) FROM observations").fetchone() == (3,)
