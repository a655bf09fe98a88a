"""Which sensors can be trusted: claims against counts of their own, what one looks at first, and the page with its gaps."""

from __future__ import annotations

import random
import re
from collections import Counter as Counts
from datetime import UTC, date, datetime, timedelta

import pytest

import falaj_client as api
from citycore.model import Quality
from dashboards.answers import Counted
from dashboards.language import Words
from dashboards.model import Datastream, Latest, Name, Thing
from dashboards.palette import LIGHT
from dashboards.period import Period
from dashboards.sensors.detail import Detail, Stream
from dashboards.sensors.model import claims_of, sensors_of, shown
from dashboards.sensors.model import opened as looked_at
from dashboards.sensors.strip import REASONS, strip_chart
from tests.dashboards.test_pages import city, html, opened, well

__all__ = ["city", "opened"]

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def thing(code: str) -> Thing:
    return Thing(code, "air", Name(code, code), "muscat", True, None, None, frozenset({"pm10"}))


def row(code: str, age: timedelta) -> Latest:
    return Latest(1, code, Name(code, code), "pm10", "ug/m3", NOW - age, 1.0, Quality.GOOD, True, "muscat", None, None, 300)  # fmt: skip


def said(code: str, state: str, connection: str | None = None) -> api.Presence:
    return api.Presence(
        datastream=1, thing=code, thing_name=Name(code, code), observed_property="pm10", source="muscat",
        simulated=True, place=None, presence=state, newest_phenomenon_time=NOW, age_seconds=0.0,
        interval_seconds=300, quality=1, connection=connection, connection_since=NOW - HOUR if connection else None,
    )  # fmt: skip


def test_claims_of_200_random_places_agree_with_counts_of_their_own():
    dice = random.Random(20261128)
    seen: set[str] = set()
    for _ in range(200):
        codes = [f"s{number}" for number in range(dice.choice([0, 1, 2, 9]))]
        ages = {code: dice.choice([None, 0, 0, 1, 7, 30]) for code in codes}
        states = {code: dice.choice(["healthy", "healthy", "late", "suspect", "silent"]) for code in codes}
        rows = [row(code, age * HOUR) for code, age in ages.items() if age is not None]
        sensors = sensors_of(
            [thing(code) for code in codes], rows, [said(*one) for one in states.items()], NOW
        )
        claims = {one.key: one.fields for one in claims_of(sensors)}
        seen |= set(claims)
        if not codes:
            assert set(claims) == {"answer.no_sensors"}
            continue
        quiet = [code for code in codes if ages[code] != 0]
        counts = Counts(
            "silent" if code in quiet else states[code].replace("silent", "healthy") for code in codes
        )
        if counts["healthy"] == len(codes):
            assert set(claims) == {"sensors.all_healthy"}
            continue
        assert claims["sensors.healthy"]["healthy"] == counts["healthy"]
        for state in ("silent", "suspect", "late"):
            count = claims.get(f"sensors.{state}", {}).get("sensors", Counted("", 0))
            assert isinstance(count, Counted)
            assert count.number == counts[state]
        never = claims.get("sensors.never", {}).get("sensors", Counted("", 0))
        assert isinstance(never, Counted)
        assert never.number == sum(age is None for age in ages.values())
        heard = [ages[code] or 0 for code in quiet if ages[code] is not None]
        assert ("sensors.longest" in claims) == bool(heard)
        if heard:
            assert claims["sensors.longest"]["since"] == NOW - max(heard) * HOUR
    assert len(seen) == 8, "every kind of claim was met"


def test_the_worst_is_looked_at_first_and_one_of_another_place_never():
    sensors = sensors_of(
        [thing("a"), thing("b"), thing("c"), thing("d")],
        [row("a", 0 * HOUR), row("b", 9 * HOUR), row("c", 30 * HOUR)],
        [said("b", "silent", "offline")],
        NOW,
    )
    assert [one.thing.code for one in sensors] == ["c", "b", "d", "a"], "never heard of stands after silent"
    assert looked_at(sensors, "") == "c"
    assert looked_at(sensors, "a") == "a"
    assert looked_at(sensors, "elsewhere") == "c"
    assert looked_at(shown(sensors, "healthy"), "") == ""
    assert [one.offline_since for one in sensors] == [None, NOW - HOUR, None, None]
    assert [one.since for one in sensors] == [NOW - 30 * HOUR, NOW - 9 * HOUR, None, None]


def detailed(gaps: list[tuple[int, int | None, str]]) -> Detail:
    """Gaps as hours before now: from, to, reason."""
    made = [
        api.DatastreamGap(
            start=NOW - start * HOUR, end=None if end is None else NOW - end * HOUR,
            local_date=date(2026, 11, 28 - start // 24), zone="Asia/Muscat", reason=reason,
        )
        for start, end, reason in gaps
    ]  # fmt: skip
    stream = Datastream(1, "a", Name("a", "a"), "pm10", "ug/m3", "muscat", True, None, False)
    streams = [Stream(stream, None, {}, made, [])]
    return Detail(thing("a"), Period(NOW - 28 * 24 * HOUR, NOW), streams, 0, [])


def test_gaps_add_up_by_day_and_reason():
    detail = detailed([(30, 28, "offline"), (27, 26, "offline"), (2, None, "unknown")])
    assert detail.reasons(NOW) == {
        (date(2026, 11, 28), "unknown"): 2 * HOUR,
        (date(2026, 11, 27), "offline"): 3 * HOUR,
    }
    assert detail.streams[0].missing(NOW) == 5 * HOUR
    assert detail.streams[0].completeness() is None


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_strip_has_a_bar_for_each_gap_told_by_colour_thickness_and_words(language):
    words = Words(language)
    chart = strip_chart(
        detailed([(30, 28, "offline"), (2, None, "unknown")]), ["PM10"], NOW, words, LIGHT
    ).to_dict()
    base, bars = chart["layer"]
    drawn = [chart["datasets"][layer["data"]["name"]] for layer in (base, bars)]
    assert [len(rows) for rows in drawn] == [1, 2]
    assert drawn[1][1]["end"] == "2026-11-28T13:00:00Z", "what goes on ends now, on Muscat's clock"
    assert bars["encoding"]["size"]["scale"]["range"] == list(REASONS.values())
    assert len(set(bars["encoding"]["color"]["scale"]["range"])) == len(REASONS)
    assert len(strip_chart(detailed([]), ["PM10"], NOW, words, LIGHT).to_dict()["layer"]) == 1


@pytest.mark.usefixtures("wire")
def test_the_page_says_who_is_silent_since_when_and_why_nothing_came(opened):
    app = well(opened("app_pages/sensors.py", health="silent"))
    page = html(app)
    assert "57 of 60 sensors are healthy; silent: 3 sensors; " in page
    assert "the longest silent is " in page
    assert 'href="sensors?lang=en&amp;thing=' in page
    assert "the sensor was disconnected" in page
    (charted,) = re.findall(
        r"csv-(gaps-[a-z0-9-]+)-en", " ".join(one.proto.id for one in app.get("download_button"))
    )
    app.session_state[f"data-{charted}-en"] = True
    assert "goes on" in html(app.run())
    assert "Dead letters that wait for a decision</td><td>7</td>" in page
    assert [len(app.get("vega_lite_chart")), app.query_params.get("health")] == [1, "silent"]


@pytest.mark.usefixtures("wire")
def test_a_healthy_sensor_can_be_looked_at(opened, city):
    app = well(opened("app_pages/sensors.py", lang="ar", thing="air-quality-seeb-1"))
    page = html(app)
    assert "محطة هواء السيب 1 بالتفصيل" in page
    assert "<td>100%</td>" in page, "completeness"
    assert "قفزة مفاجئة" in page
    assert sum("/gaps?" in path for path in city.asked) == 5


@pytest.mark.usefixtures("wire")
def test_what_is_not_reviewed_is_shown_on_request_apart_and_marked(opened):
    app = well(opened("app_pages/sensors.py"))
    before = html(app)
    assert "Roof" not in before
    assert "57 of 60 sensors are healthy" in before
    after = html(well(app.toggle(key="unreviewed").set_value(True).run()))
    assert "Roof (not reviewed)" in after
    assert 'falaj-badge" title="The hub' in after
    assert "47.5" in after
    assert "57 of 60 sensors are healthy" in after, "it counts nowhere"
