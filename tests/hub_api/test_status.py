"""The status: what is said of components and feeds, when something is late, and while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from citycore.model import SourceKind
from hub_api.city.status.model import (
    Component,
    DeadLetters,
    Feed,
    Feeds,
    FeedState,
    Ingest,
    Readings,
    SignOfLife,
    State,
)
from hub_api.city.status.rules import components, feed_state, is_taken_over, worst
from hub_api.city.status.settings import StatusSettings
from hub_api.city.status.words import duration
from tests.hub_api.conftest import NOW, START, City

FEED = Feed(
    source="simulator", source_kind=SourceKind.SIMULATED, source_names=("Simulator", "محاكٍ"),
    observed_property="pm2_5", property_names=("PM2.5", "جسيمات"), datastreams=4, interval_seconds_min=60,
    interval_seconds_max=60, newest_at=NOW, median_at=NOW, oldest_at=NOW, fresh=4, late=0, silent=0, never=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ((4, 0, 0, 0), FeedState.FRESH),
        ((2, 0, 2, 0), FeedState.FRESH),
        ((1, 1, 2, 0), FeedState.LATE),
        ((1, 0, 2, 1), FeedState.SILENT),
        ((0, 0, 0, 4), FeedState.NEVER),
    ],
)
def test_a_feed_is_as_its_median_datastream(counts: tuple[int, int, int, int], state: FeedState) -> None:
    fresh, late, silent, never = counts
    feed = replace(FEED, fresh=fresh, late=late, silent=silent, never=never)
    assert feed_state(feed) is state
    assert feed_state(replace(feed, source_kind=SourceKind.RECORDED)) is FeedState.RECORDED


def test_the_whole_is_as_its_worst_part() -> None:
    assert worst([State.GOOD, State.UNKNOWN]) is State.UNKNOWN
    assert worst([State.LATE, State.UNKNOWN, State.GOOD]) is State.LATE
    assert worst([State.LATE, State.BAD]) is State.BAD


def test_without_the_database_nothing_else_is_known_but_the_stream() -> None:
    parts = components(None, stream_is_away=True, settings=StatusSettings())
    assert [(part.name, part.state) for part in parts] == [
        ("database", State.BAD), ("broker", State.UNKNOWN), ("ingest", State.UNKNOWN),
        ("worker", State.UNKNOWN), ("stream", State.BAD),
    ]  # fmt: skip
    assert parts[0] == Component("database", State.BAD)


def sign(component: str, seconds_ago: float, instance: str = "", **more: Any) -> SignOfLife:
    return SignOfLife(component, instance, NOW - timedelta(seconds=seconds_ago), **more)


def held(messages: int, seconds: float, seconds_ago: float = 1) -> SignOfLife:
    """The broker's sign: it has held messages for so long."""
    return sign(
        "broker", seconds_ago, waiting_messages=messages, waiting_since=NOW - timedelta(seconds=seconds)
    )


def states(*signs: SignOfLife, committed: float | None, rolled_up: float | None = None) -> dict[str, State]:
    """What is said when the newest batch and the oldest that waits for its roll-up are so old."""
    ago = [None if age is None else NOW - timedelta(seconds=age) for age in (committed, rolled_up)]
    readings = Readings(NOW, Ingest(ago[0], 0.1), ago[1], DeadLetters(0, None), Feeds(), signs)
    parts = components(readings, stream_is_away=False, settings=StatusSettings())
    return {part.name: part.state for part in parts}


GOOD, LATE, BAD, UNKNOWN = State.GOOD, State.LATE, State.BAD, State.UNKNOWN
BROKER, INGEST, WORKER = sign("broker", 1, waiting_messages=0), sign("ingest", 1, "a"), sign("worker", 1)


@pytest.mark.parametrize(
    ("signs", "committed", "expected"),
    [
        ((BROKER, INGEST, WORKER), 1, (GOOD, GOOD, GOOD)),
        # Nobody has said anything yet: that is not in order.
        ((), 1, (UNKNOWN, UNKNOWN, UNKNOWN)),
        ((BROKER, INGEST, WORKER), None, (GOOD, UNKNOWN, GOOD)),
        # Frozen, whatever the ledger looked like a moment ago.
        ((BROKER, sign("ingest", 31, "a"), WORKER), 1, (GOOD, BAD, GOOD)),
        ((BROKER, sign("ingest", 31, "a"), sign("ingest", 1, "b"), WORKER), 1, (GOOD, BAD, GOOD)),
        ((BROKER, INGEST, sign("worker", 31)), 1, (GOOD, GOOD, BAD)),
        ((sign("broker", 31), INGEST, WORKER), 1, (BAD, GOOD, GOOD)),
        # Without the worker nobody tells of the broker.
        ((sign("broker", 31), INGEST, sign("worker", 31)), 1, (UNKNOWN, GOOD, BAD)),
        # Frozen since then, and about to be called so.
        ((sign("broker", 17), INGEST, sign("worker", 14)), 1, (UNKNOWN, GOOD, GOOD)),
        # Messages wait, and nothing was stored.
        ((held(500, 40), INGEST, WORKER), 40, (GOOD, LATE, GOOD)),
        ((held(500, 40), INGEST, WORKER), None, (GOOD, LATE, GOOD)),
        ((held(500, 40), INGEST, WORKER), 3, (GOOD, GOOD, GOOD)),
        # One that has just arrived in a quiet hour.
        ((held(1, 2), INGEST, WORKER), 200, (GOOD, GOOD, GOOD)),
        ((held(500, 40, seconds_ago=31), INGEST, WORKER), 40, (BAD, GOOD, GOOD)),
        ((held(10_001, 5), INGEST, WORKER), 1, (GOOD, LATE, GOOD)),
        ((BROKER, INGEST, WORKER), 301, (GOOD, LATE, GOOD)),
    ],
)
def test_only_a_part_that_gives_account_is_in_order(
    signs: tuple[SignOfLife, ...], committed: float | None, expected: tuple[State, ...]
) -> None:
    said = states(*signs, committed=committed)
    assert tuple(said[name] for name in ("broker", "ingest", "worker")) == expected


@pytest.mark.parametrize("hours", [6, -9])
def test_a_clock_that_jumps_makes_nothing_bad_for_longer_than_an_account(hours: int) -> None:
    """Below 0 it was set back: what was noted before lies ahead, and what has been dead since is not in order meanwhile."""
    before = hours * 3600.0
    old = (sign("broker", before, waiting_messages=0), sign("ingest", before, "a"), sign("worker", before))
    said = states(*old, committed=before, rolled_up=max(0.0, before))
    assert (said["ingest"], said["worker"]) == (BAD, BAD), "as long as nobody has given a new account"
    # Each gives account within seconds, and the next batch comes.
    assert set(states(BROKER, INGEST, WORKER, committed=1, rolled_up=1).values()) == {GOOD}
    # Nothing is stored any more, though a batch lies ahead, and messages wait.
    assert states(held(500, 40), INGEST, WORKER, committed=before)["ingest"] is LATE
    assert states(BROKER, INGEST, WORKER, committed=before)["ingest"] is LATE


def test_a_session_that_was_taken_over_before_a_clock_was_set_back_is_not_taken_over_for_hours() -> None:
    for seconds, expected in ((60, True), (-60, True), (9 * 3600, False), (-9 * 3600, False)):
        ingest = Ingest(NOW, 0.1, 1, NOW - timedelta(seconds=seconds))
        assert is_taken_over(ingest, NOW, StatusSettings()) is expected


def test_a_worker_that_lives_may_be_late() -> None:
    assert states(WORKER, committed=1, rolled_up=121)["worker"] is LATE
    assert states(sign("worker", 31), committed=1, rolled_up=121)["worker"] is BAD


@pytest.mark.parametrize(
    ("seconds", "english", "arabic"),
    [
        (-5, "0 s", "0 ثانية"),
        (0.25, "0.2 s", "0.2 ثانية"),
        (3.0, "3 s", "3 ثوانٍ"),
        (60, "1 min", "دقيقة واحدة"),
        (61.4, "61 s", "61 ثانية"),
        (119, "119 s", "119 ثانية"),
        (120, "2 min", "دقيقتين"),
        (3_600, "1 h", "ساعة واحدة"),
        (5_400, "90 min", "90 دقيقة"),
        (7_200, "2 h", "ساعتين"),
        (200_000, "2 d", "يومين"),
    ],
)
def test_ages_are_words(seconds: float, english: str, arabic: str) -> None:
    assert (duration("en", seconds), duration("ar", seconds)) == (english, arabic)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def feeds_of(api: Any) -> dict[tuple[str, str], Any]:
    data = api.get("/v1/status").json()["data"]
    return {(feed["source"], feed["observed_property"]): feed for feed in data["feeds"]}


def test_every_feed_has_its_age(city: City, make_api: Any) -> None:
    """The newest values: PM2.5 (every minute) 09:59, weather 09:00, location 00:09; PM10 never."""
    api = make_api(at(START + timedelta(hours=10, minutes=1)))
    feeds = feeds_of(api)
    fine = feeds["simulator", "pm2_5"]
    assert (fine["state"], fine["median_age_seconds"], fine["worst_age_seconds"]) == ("fresh", 120.0, 120.0)
    assert (fine["interval_seconds"], fine["fresh_count"], fine["simulated"]) == ([60, 60], 1, True)
    never = feeds["simulator", "pm10"]
    assert (never["state"], never["never_count"], never["median_age_seconds"]) == ("never", 1, None)
    assert feeds["simulator", "location"]["state"] == "silent", "without an interval an hour is expected"
    assert feeds["recorded", "weather"]["state"] == "recorded"
    later = feeds_of(make_api(at(START + timedelta(hours=10, minutes=2))))["simulator", "pm2_5"]
    assert (later["state"], later["late_count"]) == ("late", 1)
    latest = feeds_of(make_api(at(START + timedelta(hours=10, minutes=3))))["simulator", "pm2_5"]
    assert (latest["state"], latest["silent_count"]) == ("silent", 1)


def test_components_say_how_far_they_are(city: City, make_api: Any) -> None:
    """The newest of the city's batches was committed at 00:01:40.25."""
    committed = START + timedelta(seconds=100.25)
    with city.database.connect("worker") as worker, city.database.connect("ingest") as ingest:
        report = "INSERT INTO component_reports VALUES (%s, %s, %s, %s, %s)"
        moment = committed + timedelta(seconds=50)
        told = moment + timedelta(seconds=9)
        ingest.execute(report, ["ingest", "test", told, None, None])
        ingest.execute(report, ["ingest", "gone", moment - timedelta(days=2), None, None])
        worker.execute(report, ["worker", "", told, None, None])
        worker.execute(report, ["broker", "", told, 1_234, moment])
    good = make_api(at(committed + timedelta(seconds=60))).get("/v1/status").json()["data"]
    assert good["state"] == "good"
    assert good["components"]["ingest"] == {
        "state": "good", "age_seconds": 60.0, "account_age_seconds": 1.0, "waiting_messages": 1234,
        "stalled_seconds": 10.0,
    }  # fmt: skip
    assert good["last_batch"]["lag_seconds"] == 0.25
    stalled = make_api(at(committed + timedelta(seconds=73)))
    assert stalled.get("/v1/status").json()["data"]["state"] == "late"
    page = stalled.get("/status").text
    assert "1,234 messages wait at the broker, and nothing was stored for 23 s." in page
    assert "logs/ingest.log" in page
    assert "تنتظر عند الوسيط 1,234" in stalled.get("/status?lang=ar").text
    with city.database.superuser() as connection:
        connection.execute("INSERT INTO dirty_buckets VALUES (7, '{1}', '{1}'), (9, '{1}', '{1}')")
        connection.execute(
            "INSERT INTO dead_letter_counts VALUES ('open', 'not_json', 3, 9, now()), ('replayed', 'not_json', 5, 9, now())"
        )
    frozen = make_api(at(committed + timedelta(seconds=301)))
    data = frozen.get("/v1/status").json()["data"]
    assert data["state"] == "bad"
    parts = {name: (part["state"], part["age_seconds"]) for name, part in data["components"].items()}
    assert parts["ingest"] == ("bad", 301.0)
    assert parts["worker"] == ("bad", 394.0)
    assert parts["broker"] == ("unknown", None)
    assert data["dead_letters"]["open_count"] == 3
    assert "No account for 4 min: frozen, or gone." in frozen.get("/status").text


def test_buckets_that_cannot_be_computed_are_told(city: City, make_api: Any) -> None:
    moment = at(START + timedelta(seconds=160))
    api = make_api(moment)
    data = api.get("/v1/status").json()["data"]
    assert data["set_aside"] == {"bucket_count": 0, "since": None}
    assert data["components"]["worker"]["state"] == "unknown"
    assert 'falaj_rollup_set_aside_buckets{bucket="PT1H"} 0.0' in api.get("/metrics").text
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO set_aside_buckets VALUES (1, 3600, 0, '22003: overflow', '2026-01-02 03:04Z'),"
            " (1, 900, 0, '22003: overflow', '2026-01-02 03:05Z'), (2, 3600, 0, '22003: overflow', now())"
        )
    api = make_api(moment)
    data = api.get("/v1/status").json()["data"]
    assert data["set_aside"] == {"bucket_count": 3, "since": "2026-01-02T03:04:00Z"}
    assert data["components"]["worker"]["state"] == "late"
    assert data["state"] == "late"
    figures = api.get("/metrics").text
    assert 'falaj_rollup_set_aside_buckets{bucket="PT1H"} 2.0' in figures
    assert 'falaj_rollup_set_aside_buckets{bucket="PT15M"} 1.0' in figures
    for language, words in (("en", "that cannot be computed"), ("ar", "يتعذر حسابها")):
        assert words in api.get(f"/status?lang={language}").text
    assert "tried again by itself" in api.get("/status").text
    assert "logs/worker.log" in api.get("/status").text


def test_credentials_that_wait_for_the_broker_are_told_with_since_when(city: City, make_api: Any) -> None:
    api = make_api()
    before = api.get("/v1/status").json()["data"]["credentials"]
    assert before == {"waiting_count": 0, "since": None, "unknown_count": 0}
    assert "wait for the broker" not in api.get("/status?lang=en").text
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO source_credentials"
            " (source_id, username, secret_digest, sealed_secret, created_at, told_at, revoked_at)"
            " SELECT source_id, name, sha256(''), sealed, made, told, revoked FROM sources, (VALUES"
            " ('waits', '\\x01'::bytea, timestamptz '2026-01-02 03:04Z', NULL::timestamptz, NULL::timestamptz),"
            " ('waits-too', '\\x01', '2026-01-03 03:04Z', NULL, NULL), ('lost', NULL, '2026-01-01 03:04Z', NULL, NULL),"
            " ('works', NULL, '2026-01-01 03:04Z', now(), NULL), ('revoked', NULL, '2026-01-01 03:04Z', NULL, now()))"
            " AS given (name, sealed, made, told, revoked) WHERE sources.code = 'simulator'"
        )
    api = make_api()
    told = api.get("/v1/status").json()["data"]["credentials"]
    assert told == {"waiting_count": 2, "since": "2026-01-02T03:04:00Z", "unknown_count": 1}
    page = api.get("/status?lang=en").text
    assert "as soon as it listens: 2. The first was made" in page
    assert "2026-01-02T03:04:00" in page
    assert "have to be made anew: <bdi>1</bdi>" in page
    assert "تنتظر الوسيط" in api.get("/status?lang=ar").text


def test_the_page_says_what_to_do_about_failures_letters_and_silence(city: City, make_api: Any) -> None:
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO failures (job, subject, reason, attempts, first_at, last_at, due_at, is_begun)"
            " VALUES ('forecast', '7', 'no reason', 1, now(), now(), now(), false)"
        )
        connection.execute("INSERT INTO dead_letter_counts VALUES ('open', 'not_json', 3, 9, now())")
    page = make_api(at(START + timedelta(days=1))).get("/status").text
    assert "see why it failed" in page
    assert "Dead letters that wait for a decision: <bdi>3</bdi>" in page
    assert "falaj letters" not in page, "everybody reads it"
    for file in ("mosquitto.log", "ingest.log", "worker.log"):
        assert file in page, "a part that gave no account"


def test_a_session_that_another_hub_took_over_is_told_with_what_to_do(city: City, make_api: Any) -> None:
    committed = START + timedelta(seconds=100.25)
    with city.database.superuser() as connection:
        connection.execute(
            "INSERT INTO ingest_sessions (worker, filters, taken_over_count, taken_over_at)"
            " VALUES ('a', '{}', 3, %s), ('b', '{}', 0, NULL)",
            [committed],
        )
    api = make_api(at(committed + timedelta(seconds=60)))
    told = api.get("/v1/status").json()["data"]
    assert (told["state"], told["components"]["ingest"]["state"]) == ("bad", "bad")
    assert told["session"]["is_taken_over"] is True
    assert told["session"]["taken_over_count"] == 3
    assert "an identity of its own" in api.get("/status").text
    assert "بهوية واحدة" in api.get("/status?lang=ar").text
    long_after = make_api(at(committed + timedelta(seconds=1801)))
    assert long_after.get("/v1/status").json()["data"]["session"]["is_taken_over"] is False
    assert "an identity of its own" not in long_after.get("/status").text


def test_the_database_is_asked_once_however_many_look(city: City, make_api: Any) -> None:
    api = make_api(status=StatusSettings(cache_seconds=600))

    async def many(client: Any) -> list[Any]:
        return await asyncio.gather(*(client.get("/v1/status") for _ in range(20)))

    first = {answer.text for answer in api.run(many)}
    assert len(first) == 1
    with city.database.superuser() as connection:
        connection.execute("DELETE FROM latest")
    assert api.get("/v1/status").text in first, "kept"
    assert api.get("/v1/status").headers["cache-control"] == "public, max-age=600"


def test_while_the_database_is_away_the_page_says_so(database: Any, make_api: Any) -> None:
    nowhere = database.settings().model_copy(
        update={"read_url": SecretStr("postgresql://falaj_read@127.0.0.1:1/falaj")}
    )
    api = make_api(store=nowhere, pool_reconnect_seconds_max=0.1)
    answer = api.get("/v1/status")
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["state"], data["components"]["database"]["state"], data["feeds"]) == ("bad", "bad", None)
    page = api.get("/status?lang=ar")
    assert page.status_code == 200
    assert "قاعدة البيانات لا تستجيب" in page.text


def test_an_empty_hub_has_a_status(make_api: Any) -> None:
    api = make_api()
    assert api.get("/v1/status").json()["data"]["feeds"] == []
    assert "Nothing is registered yet." in api.get("/status").text


def test_the_page_comes_anew_without_a_script_unless_one_stops_it(api: Any) -> None:
    page = api.get("/status")
    assert page.headers["refresh"] == "30"
    assert "every 30 seconds" in page.text
    assert "refresh=0" in page.text
    still = api.get("/status?refresh=0")
    assert "refresh" not in still.headers
    assert api.get("/status?refresh=-1").status_code == 422


def test_the_page_shows_what_the_json_says(api: Any) -> None:
    text = api.get("/status").text
    for feed in api.get("/v1/status").json()["data"]["feeds"]:
        assert feed["name"]["en"] in text
        assert f'<span class="mark is-{feed["state"]}">' in text
    assert (
        api.get("/status?f=json").json()["data"]["version"]
        == api.get("/openapi.json").json()["info"]["version"]
    )
    assert "at most 2 of its intervals old" in text


def test_nothing_of_dead_letters_but_their_number_is_public(api: Any) -> None:
    assert set(api.get("/v1/status").json()["data"]["dead_letters"]) == {"open_count", "counted_at"}


def test_the_read_role_sees_no_more_of_the_backlog_than_it_needs(city: City) -> None:
    import psycopg

    with city.database.connect("read") as connection:
        connection.execute("SELECT min(batch_id) FROM dirty_buckets")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT datastream_ids FROM dirty_buckets")


def test_of_many_feeds_those_that_have_sent_anything_are_shown_and_all_are_counted(
    city: City, make_api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with city.database.connect("owner") as owner:
        owner.execute(
            "INSERT INTO datastreams (thing_id, observed_property_code, unit, result_type)"
            " SELECT thing_id, 'air_temperature', 'Cel', 'measurement' FROM things WHERE code = 'air-01'"
        )
    everything = make_api().get("/v1/status").json()["data"]
    silent = ("simulator", "air_temperature")
    assert silent in {(one["source"], one["observed_property"]) for one in everything["feeds"]}
    never = [one for one in everything["feeds"] if one["state"] == "never"]
    count = everything["feed_count"]
    assert count == len(everything["feeds"]) > len(never)
    by_code = [(one["source"], one["observed_property"]) for one in never]
    monkeypatch.setenv("FALAJ_STATUS_FEEDS_MAX", str(count - 1))
    most = make_api().get("/v1/status").json()["data"]
    kept = [one for one in everything["feeds"] if (one["source"], one["observed_property"]) != by_code[-1]]
    assert (most["feeds"], most["feed_count"]) == (kept, count)
    monkeypatch.setenv("FALAJ_STATUS_FEEDS_MAX", str(count - len(never)))
    api = make_api()
    answer = api.get("/v1/status").json()
    assert answer["data"]["feed_count"] == count
    shown = [(one["source"], one["observed_property"]) for one in answer["data"]["feeds"]]
    assert shown == sorted(shown)
    assert len(shown) == count - len(never)
    assert silent not in shown
    assert f"{count - len(never)} of {count} are shown" in api.get("/status?lang=en").text
