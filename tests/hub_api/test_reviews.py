"""What the hub's staff has not accepted: in nothing that is said of the city, before it is accepted and after it is taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from citycore.alerts.document import plain, read_rules
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.errors import ReviewWrong, SourceNotFound
from citycore.registry.reviews import Decided, Review, decide, decisions_of, evidence_of, review_of
from citycore.registry.service import Keeper, apply
from hub_api.city.stream.repository import find_position, find_step
from stack.postgres import PrivatePostgres
from tests.conftest import Template
from tests.hub_api.conftest import NOW, START, Api, City, open_city
from tests.hub_api.test_alerts import RULE

TEAM = f"team:{UUID(int=7)}"
ROOF = Document(
    sources=[
        SourceEntry(
            code="my-roof", name_en="My roof", name_ar="سطحي", owner=TEAM,
            things=[
                ThingEntry(
                    code="roof", kind="air_quality_station", name_en="Roof", name_ar="سطح", longitude=58.55, latitude=23.6,
                    datastreams=[DatastreamEntry(observed_property="pm2_5")],
                ),
                ThingEntry(
                    code="roof-bus", kind="bus", name_en="Roof bus", name_ar="حافلة سطح",
                    datastreams=[DatastreamEntry(observed_property="location", result_type="position")],
                ),
            ],
        )
    ]
)  # fmt: skip
#: Each names what of the city it tells; the source, the thing or the number of the datastream stands in it, or not.
QUESTIONS: Mapping[str, str] = {
    "latest": "/v1/latest?limit=100",
    "latest of its place": "/v1/latest?place=matrah",
    "latest as a table": "/v1/latest.csv",
    "things": "/v1/things",
    "thing": "/v1/things/roof",
    "datastreams": "/v1/datastreams",
    "datastream": "/v1/datastreams/{datastream}",
    "sources": "/v1/sources",
    "datasets": "/v1/datasets",
    "dataset": "/v1/datasets/my-roof",
    "search": "/v1/things?q=roof",
    "observations": "/v1/observations?datastream={datastream}",
    "observations as a table": "/v1/observations.csv?observed_property=pm2_5&start=2026-11-24T00:00:00Z",
    "hours": "/v1/observations?thing=roof&observed_property=pm2_5&bucket=PT1H",
    "flags": "/v1/datastreams/{datastream}/flags?start=2026-11-24T00:00:00Z",
    "presence": "/v1/presence",
    "gaps": "/v1/datastreams/{datastream}/gaps?start=2026-11-24T00:00:00Z",
    "forecasts": "/v1/forecasts",
    "nowcasts": "/v1/nowcasts",
    "anomalies": "/v1/anomalies",
    "alerts": "/v1/alerts",
    "air by thing": "/v1/air-quality?index=us",
    "air by place": "/v1/air-quality?index=us&by=place",
    "bulk files": "/v1/bulk",
    "status": "/v1/status",
    "SensorThings things": "/sta/v1.1/Things",
    "SensorThings thing": "/sta/v1.1/Things({thing})",
    "SensorThings datastreams": "/sta/v1.1/Datastreams?$expand=Thing",
    "SensorThings locations": "/sta/v1.1/Locations",
    "SensorThings history": "/sta/v1.1/HistoricalLocations?$expand=Locations",
    "SensorThings features": "/sta/v1.1/FeaturesOfInterest",
    "SensorThings observations": "/sta/v1.1/Observations?$filter=result gt 4000&$expand=Datastream",
    "SensorThings datastream's observations": "/sta/v1.1/Datastreams({datastream})/Observations",
    "OGC things": "/ogc/collections/things/items?f=json",
    "OGC latest": "/ogc/collections/latest/items?f=json",
    "OGC alerts": "/ogc/collections/alerts/items?f=json",
    "EDR locations": "/ogc/collections/observations/locations?f=json",
    "EDR area": "/ogc/collections/observations/area?coords=POLYGON((58 23,59 23,59 24,58 24,58 23))&datetime=2026-11-24T00:00:00Z/2026-11-24T00:04:00Z",
    "EDR position": "/ogc/collections/observations/position?coords=POINT(58.55 23.6)&datetime=2026-11-24T00:00:00Z/2026-11-24T00:04:00Z",
    "GTFS Realtime": "/gtfs-rt/vehicle-positions?f=json",
    "NGSI-LD": "/ngsi-ld/v1/entities?type=AirQualityObserved",
    "catalogue": "/catalog.ttl",
}  # fmt: skip
MARKS = ("roof", "Roof", "سطح", "4711.5")


@pytest.fixture
def roof(city: City) -> Callable[[str], dict[str, int]]:
    """A stranger's source with a value, hours, a forecast, a nowcast, an anomaly, an alert and a file; what decides about it."""
    with city.database.connect("registry") as connection:
        apply(connection, ROOF, START, Keeper([TEAM]))
    (rule,) = read_rules(RULE)
    with city.database.superuser() as connection:
        numbers = connection.execute(
            "SELECT datastream_id, thing_id, source_id FROM datastreams JOIN things USING (thing_id) WHERE code = 'roof'"
        ).fetchone()
        assert numbers is not None
        named = dict(zip(("datastream", "thing", "source"), numbers, strict=True))
        values = {
            **named,
            "rule": Jsonb(plain(rule)),
            "alert": UUID(int=9),
            "start": START,
            "now": NOW - timedelta(minutes=1),
        }
        for statement in ROWS.split(";"):
            connection.execute(statement, values)

    def decide(review: str) -> dict[str, int]:
        with city.database.connect("registry") as connection:
            connection.execute("UPDATE sources SET review = %s WHERE code = 'my-roof'", [review])
        return named

    return decide


ROWS = """
INSERT INTO observations SELECT %(datastream)s, 1, %(start)s::timestamptz + n * interval '1 minute', 4711.5, 1 FROM generate_series(0, 9) AS n;
INSERT INTO latest (datastream_id, phenomenon_time, result, quality, batch_id) VALUES (%(datastream)s, %(now)s, 4711.5, 1, 1);
INSERT INTO latest (datastream_id, phenomenon_time, longitude, latitude, quality, batch_id)
SELECT datastream_id, %(now)s, 58.55, 23.6, 1, 1 FROM datastreams JOIN things USING (thing_id) WHERE code = 'roof-bus';
INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, good_count, not_evaluated_count, suspect_count, bad_count)
VALUES (%(datastream)s, %(start)s, 10, 4711.5, 10, 0, 0, 0);
INSERT INTO observation_flags (datastream_id, phenomenon_time, test, quality, batch_id) VALUES (%(datastream)s, %(start)s, 'spike', 3, 1);
INSERT INTO gaps (datastream_id, began_at, ended_at, reason) VALUES (%(datastream)s, %(start)s, %(now)s, 'unknown');
INSERT INTO alerts (alert_id, rule_code, subject, thing_id, datastream_id, rule, severity, is_public, raised_at, value)
VALUES (%(alert)s, 'fine_dust', 'datastream:7', %(thing)s, %(datastream)s, %(rule)s, 'severe', true, %(start)s, 4711.5);
INSERT INTO air_quality_hours (thing_id, index_code, bucket_start, value, is_beyond, level, level_rank, observed_property, span, method, coverage, parts)
VALUES (%(thing)s, 'us', %(now)s::timestamptz - interval '2 hours', 4711.5, false, 'good', 1, 'pm2_5', 'PT24H', 'mean', 1, '[]');
INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, backtest_origins, training_start, training_hours, data_digest, candidates)
VALUES (%(datastream)s, %(start)s, %(start)s, 24, 'naive', 'naive', 1, %(start)s, 24, 'x', '[]');
INSERT INTO nowcasts VALUES (%(datastream)s, %(now)s, %(now)s, 'naive', '{1}', '{1}', '{1}', '{1}', '{1}', 1, 1, 1, 1, 1);
INSERT INTO anomalies (datastream_id, expected_by, starts_at, step_count, worst_at, observed, expected, lower_95, upper_95, size)
VALUES (%(datastream)s, 'nowcast', %(start)s, 1, %(start)s, 1, 1, 1, 1, 1);
INSERT INTO dataset_days (source_id, local_date, written_change_count, row_count, byte_count, sha256, first_phenomenon_time, last_phenomenon_time, generated_at)
VALUES (%(source)s, '2026-11-23', 1, 10, 100, sha256('x'), %(start)s, %(start)s, %(start)s)
"""


def told(api: Api, question: str, named: Mapping[str, int]) -> str:
    answer = api.get(question.format(**named), headers={"Cache-Control": "no-cache"})
    assert answer.status_code in {200, 404}, (question, answer.text[:300])
    if "/flags" in question or "/gaps" in question:  # neither names whose it is
        return MARKS[0] if answer.status_code == 200 and answer.json()["data"] else ""
    # What was asked for is said again in links and in what is not known.
    return "" if answer.status_code == 404 else answer.text.replace("q=roof", "").replace("thing=roof", "")


@pytest.fixture
def ask(roof: Any, make_api: Callable[..., Api]) -> Callable[[str], dict[str, bool]]:
    """After a decision, which questions tell of the stranger's sensor."""

    def asked(review: str) -> dict[str, bool]:
        named, api = roof(review), make_api()
        return {name: any(mark in told(api, one, named) for mark in MARKS) for name, one in QUESTIONS.items()}

    return asked


def test_a_strangers_sensor_stays_apart_until_it_is_accepted(ask: Callable[[str], dict[str, bool]]) -> None:
    waiting, accepted, gone = ask("waiting"), ask("accepted"), ask("taken_out")
    assert not [name for name, tells in waiting.items() if tells]
    assert not [name for name, tells in gone.items() if tells]
    assert [name for name, tells in accepted.items() if not tells] == []


#: What the whole hub is asked, whatever stands in it; the answers of two cities are compared.
OF_THE_CITY = ("latest", "latest of its place", "latest as a table", "things", "datastreams", "sources", "datasets", "search",
    "observations as a table", "presence", "nowcasts", "anomalies", "alerts", "air by thing", "air by place", "bulk files",
    "SensorThings things", "SensorThings locations", "SensorThings features", "SensorThings history", "OGC things", "OGC latest", "OGC alerts",
    "EDR locations", "EDR area", "EDR position", "GTFS Realtime", "NGSI-LD", "catalogue")  # fmt: skip


def test_a_source_that_is_taken_out_leaves_the_city_as_if_it_had_never_been(
    city: City,
    roof: Any,
    make_api: Callable[..., Api],
    postgres: PrivatePostgres,
    city_template: Template[Any],
) -> None:
    """Figures, levels, lists, hours and files are those of a twin city in which nobody registered it, its history included."""

    def answers(api: Api) -> dict[str, str]:
        return {
            name: api.get(QUESTIONS[name], headers={"Cache-Control": "no-cache"}).text for name in OF_THE_CITY
        }

    with open_city(postgres, city_template) as twin:
        without = answers(make_api(store=twin.database.settings()))
        roof("accepted")
        accepted = answers(make_api())
        roof("taken_out")
        gone = answers(make_api())
    assert [name for name in OF_THE_CITY if accepted[name] == without[name]] == []
    assert [name for name in OF_THE_CITY if gone[name] != without[name]] == []


def test_who_asks_for_it_sees_it_with_a_mark(roof: Any, make_api: Callable[..., Api]) -> None:
    roof("waiting")
    api = make_api()
    for path, key in (("latest", "thing"), ("things", "thing"), ("datastreams", "thing")):
        found = {
            one[key]: one["reviewed"] for one in api.get(f"/v1/{path}?include=unreviewed").json()["data"]
        }
        assert (found["roof"], found["air-01"]) == (False, True)
    assert api.get("/v1/latest?include=everything").status_code == 422
    assert api.get("/v1/alerts?include=unreviewed").status_code == 422, "no figure of the city takes it"


def test_what_makes_figures_of_the_city_does_not_see_it(roof: Any, city: City) -> None:
    """Forecasts, alerts, bulk files: each of their connections says so, and what keeps roll-ups and archive sees everything."""
    for review, seen in (("waiting", 0), ("accepted", 1), ("refused", 0)):
        roof(review)
        for role, sources, expected in (
            ("worker", "accepted", seen),
            ("worker", "", 1),
            ("registry", "", 1),
            ("ingest", "", 1),
        ):
            with city.database.connect(role) as connection:
                connection.execute("SELECT set_config('falaj.sources', %s, false)", [sources])
                for table in ("things WHERE code", "sources JOIN things USING (source_id) WHERE things.code"):
                    counted = connection.execute(f"SELECT count(*) FROM {table} = 'roof'").fetchone()
                    assert counted == (expected,), (review, role, sources)


def test_what_an_operator_registers_is_accepted_and_stays_so(city: City) -> None:
    with city.database.connect("registry") as connection:
        apply(connection, ROOF, START)
        apply(connection, ROOF, START, Keeper([TEAM]))
        assert review_of(connection, "my-roof") is Review.ACCEPTED


def test_a_decision_needs_a_reason_and_ends_what_goes_on(roof: Any, city: City) -> None:
    with city.database.connect("registry") as connection:
        for review, reason in (
            (Review.TAKEN_OUT, "never was in"),
            (Review.ACCEPTED, " "),
            (Review.ACCEPTED, "x" * 1001),
        ):
            with pytest.raises(ReviewWrong):
                decide(connection, "my-roof", Decided(review, reason, "command", NOW))
        with pytest.raises(SourceNotFound):
            decide(connection, "no-roof", Decided(Review.ACCEPTED, "fits", "command", NOW))
        assert decide(connection, "my-roof", Decided(Review.ACCEPTED, "fits", "command", NOW)).owner == TEAM
        decide(connection, "my-roof", Decided(Review.TAKEN_OUT, "beside a chimney", "command", NOW))
        assert [one.reason for one in decisions_of(connection, "my-roof", 10)] == ["beside a chimney", "fits"]
        (seen,) = (one for one in evidence_of(connection, "my-roof", START, 10) if one.observations)
        assert (seen.observations, seen.mean, seen.gaps, seen.neighbours) == (10, 4711.5, 1, 1)
    with city.database.superuser() as connection:
        assert connection.execute("SELECT count(*) FROM alerts WHERE cleared_at IS NULL").fetchone() == (0,)


def test_the_live_stream_tells_nothing_of_it(roof: Any, city: City, make_api: Callable[..., Api]) -> None:
    """What a follower reads between two positions of the ledger."""
    api = make_api()
    fetch = api.app.state.hub.database.fetch
    begun = api.run(lambda _: find_position(fetch))
    named = roof("waiting")
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined,"
            " first_received_at) VALUES (4711, 'w', 2, 2, 2, 0, 0, 0, now())"
        )
        for number in (named["datastream"], city.datastreams["air-01.pm10"]):
            connection.execute(
                "INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id) VALUES (%s, 1, %s, 1, 4711)",
                [number, NOW],
            )
    told = {}
    for review in ("waiting", "accepted", "refused"):
        roof(review)
        step = api.run(lambda _: find_step(fetch, begun, None, 100, 10))
        assert step.rows is not None
        told[review] = {row.thing for row in step.rows}
    assert told == {"waiting": {"air-01"}, "accepted": {"air-01", "roof"}, "refused": {"air-01"}}
