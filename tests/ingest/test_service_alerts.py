"""Service alerts of a feed in the store: said, said otherwise, gone; whatever order the feeds come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.store.registry import register
from ingest import notes
from ingest.decoders.model import ServiceAlert, ServiceAlerts
from ingest.model import Announced, Notes
from ingest.notes import store_notes
from tests.conftest import Database
from tests.ingest.conftest import describe_source

AT = datetime(2026, 12, 7, 8, tzinfo=UTC)


def alert(name: str, text: str = "Detour") -> ServiceAlert:
    return ServiceAlert(
        alert=name,
        active_periods=[],
        informed=[],
        informed_left_out=0,
        cause="construction",
        effect="detour",
        severity="warning",
        header=[{"language": "en", "text": text}],
        description=[],
        url=[],
    )


class Feeds:
    """What feeds of a source say, and what the store has of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.connect() as owner:
            register(owner, describe_source("buses"), [])
            ((self.source_id,),) = owner.execute("SELECT source_id FROM sources").fetchall()

    def say(self, minute: int, *alerts: ServiceAlert, topic: str = "alerts", **kind: Any) -> None:
        told = ServiceAlerts(None, alerts, **({"is_whole": True} | kind))
        announced = Announced(self.source_id, topic, AT + timedelta(minutes=minute), told)
        with self.database.connect("ingest") as connection, connection.transaction():
            store_notes(connection, Notes(announced=[announced]), 1)

    def kept(self) -> list[tuple[str, str, int, int | None]]:
        """Alert, text, and the minutes at which it was said first and was gone."""
        with self.database.superuser() as connection:
            return connection.execute(
                "SELECT alert, header -> 0 ->> 'text', (extract(epoch FROM first_stated_at - %(at)s) / 60)::int,"
                " (extract(epoch FROM gone_at - %(at)s) / 60)::int FROM service_alerts ORDER BY topic, alert",
                {"at": AT},
            ).fetchall()


@pytest.fixture
def feeds(database: Database) -> Feeds:
    return Feeds(database)


def test_a_feed_says_what_there_is_now(feeds: Feeds) -> None:
    feeds.say(0, alert("a"), alert("b"))
    feeds.say(1, alert("b", "Longer detour"), alert("c"))
    assert feeds.kept() == [("a", "Detour", 0, 1), ("b", "Longer detour", 0, None), ("c", "Detour", 1, None)]
    feeds.say(2, alert("a"), topic="alerts/others")
    feeds.say(3, topic="positions")
    assert [one[3] for one in feeds.kept()] == [1, None, None, None], "other feeds say nothing of these"
    feeds.say(4)
    feeds.say(5, alert("a", "Again"))
    assert feeds.kept()[0] == ("a", "Again", 0, None)
    assert [one[3] for one in feeds.kept()[1:3]] == [4, 4]


def test_an_older_feed_that_comes_late_changes_nothing(feeds: Feeds) -> None:
    feeds.say(5, alert("a", "New"))
    feeds.say(4, alert("a", "Old"), alert("z"))
    assert feeds.kept() == [("a", "New", 5, None)]


def test_a_feed_of_changes_takes_back_by_name(feeds: Feeds) -> None:
    feeds.say(0, alert("a"), alert("b"))
    feeds.say(1, alert("c"), is_whole=False, deleted=frozenset({"a"}))
    assert [(one[0], one[3]) for one in feeds.kept()] == [("a", 1), ("b", None), ("c", None)]


def test_what_is_gone_is_kept_for_a_while_and_in_bounds(
    feeds: Feeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "GONE_MAX", 2)
    for minute in range(5):
        feeds.say(minute, alert(f"a{minute}"))
    assert [one[0] for one in feeds.kept()] == ["a2", "a3", "a4"]
    feeds.say(8 * 24 * 60)
    assert [one[0] for one in feeds.kept()] == ["a4"]
