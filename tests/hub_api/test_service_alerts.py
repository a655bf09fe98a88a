"""What operators announce: in the list of the API, and in the feed of alerts as the operator says it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from google.transit import gtfs_realtime_pb2 as gtfs
from psycopg.types.json import Jsonb

from tests.hub_api.conftest import NOW, Api, City
from tests.hub_api.test_transport import ask, measured

__all__ = ["measured"]
WHOLE = {"agency": None, "route": None, "route_type": None, "direction": None, "stop": None, "trip": None}


@pytest.fixture
def announced(measured: City) -> City:
    """Of the buses: a detour of line r1, one of an unknown line, and one that is gone; and a second feed that says the first."""
    rows = [
        ("feed", "detour", [{**WHOLE, "route": "r1"}, {**WHOLE, "stop": "b"}], "Detour", None),
        ("feed", "elsewhere", [{**WHOLE, "route": "r9"}], "Elsewhere", None),
        ("feed", "over", [{**WHOLE, "route": "r1"}], "Over", NOW),
        ("older", "detour", [{**WHOLE, "route": "r1"}], "Said before", NOW),
    ]
    with measured.database.superuser() as connection:
        for topic, alert, informed, text, gone_at in rows:
            connection.execute(
                "INSERT INTO service_alerts (source_id, topic, alert, active_periods, informed, informed_left_out, cause, effect,"
                " severity, header, description, url, first_stated_at, stated_at, gone_at)"
                " SELECT source_id, %s, %s, %s, %s, 3, 'construction', 'detour', 'warning', %s, '[]', '[]', %s, %s, %s"
                " FROM sources WHERE code = 'muscat-buses'",
                [
                    topic,
                    alert,
                    Jsonb([{"start": "2026-01-01T00:00:00Z", "end": None}]),
                    Jsonb(informed),
                    Jsonb([{"language": "ar", "text": "تحويلة"}, {"language": None, "text": text}]),
                    NOW,
                    NOW,
                    gone_at,
                ],
            )
    return measured


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["service_alert"] for row in rows]


def test_the_list_has_what_operators_say_and_what_is_gone(api: Api, announced: City) -> None:
    every = ask(api, "service-alerts")
    assert names(every) == ["detour", "elsewhere", "over"]
    first = every[0]
    assert (first["source"], first["simulated"], first["cause"], first["effect"], first["severity"]) == (
        "muscat-buses", True, "construction", "detour", "warning"
    )  # fmt: skip
    assert first["header"][1] == {"language": None, "text": "Detour"}, "as the newest feed that has it"
    assert first["active_periods"] == [{"start": "2026-01-01T00:00:00Z", "end": None}]
    assert (first["informed"][0]["route"], first["informed_left_out"], first["gone_at"]) == ("r1", 3, None)
    assert names(ask(api, "service-alerts?open=true")) == ["detour", "elsewhere"]
    assert names(ask(api, "service-alerts?open=false")) == ["over"]
    assert names(ask(api, "service-alerts?route=r1")) == ["detour", "over"]
    assert names(ask(api, "service-alerts?stop=b&source=muscat-buses")) == ["detour"]
    page = api.get("/v1/transport/service-alerts?limit=2").json()
    assert names(ask(api, f"service-alerts?limit=2&cursor={page['next']}")) == ["over"]
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/transport/service-alerts.csv").text)))
    assert (rows[0]["routes"], rows[0]["stops"], rows[0]["header"]) == ("r1", "b", "تحويلة | Detour")


def test_what_is_not_reviewed_announces_nothing(api: Api, announced: City) -> None:
    with announced.database.superuser() as connection:
        connection.execute("UPDATE sources SET review = 'waiting' WHERE code = 'muscat-buses'")
    assert ask(api, "service-alerts") == []


def test_the_feed_hands_on_what_concerns_its_schedule(api: Api, announced: City) -> None:
    feed = gtfs.FeedMessage.FromString(api.get("/gtfs-rt/alerts").content)
    (entity,) = feed.entity
    assert entity.id == "announced:detour"
    alert = entity.alert
    assert (alert.cause, alert.effect) == (gtfs.Alert.CONSTRUCTION, gtfs.Alert.DETOUR)
    assert [(one.route_id, one.stop_id) for one in alert.informed_entity] == [("r1", ""), ("", "b")]
    assert [(one.language, one.text) for one in alert.header_text.translation] == [
        ("ar", "تحويلة"),
        ("", "Detour"),
    ]
    assert (alert.active_period[0].start, alert.active_period[0].HasField("end")) == (1_767_225_600, False)
    assert api.get("/gtfs-rt/alerts?f=json").json()["left_out"] == {"concerns_no_stop": 1}
