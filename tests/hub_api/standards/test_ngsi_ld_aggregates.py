"""Aggregates of entities over time: which periods, which values, from the store, the archive and the roll-ups alike."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from hub_api.serving.errors import InvalidParameters
from hub_api.standards.durations import Duration
from hub_api.standards.ngsi_ld.aggregates import AGGREGATES, METHODS, Summary, is_counted, summaries
from hub_api.standards.ngsi_ld.periods import Periods, duration_of, periods_of
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from tests.hub_api.conftest import START, Api, standing_api, standing_city
from tests.hub_api.test_archive import Scene, scene

__all__ = ["scene", "standing_api", "standing_city"]
ROOT = "/ngsi-ld/v1/temporal"
AIR, SKY, BUS = (
    "urn:ngsi-ld:AirQualityObserved:air-01",
    "urn:ngsi-ld:WeatherObserved:weather-01",
    "urn:ngsi-ld:Vehicle:bus-01",
)
EVERY = ",".join(METHODS)
DAY = {"timerel": "between", "timeAt": "2026-11-24T00:00:00Z", "endTimeAt": "2026-11-24T10:00:00Z"}


def ask(api: Api, path: str, status: int = 200, **query: Any) -> Any:
    answer = api.get(f"{ROOT}/{path}?{urlencode({'format': 'aggregatedValues', **query})}")
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT0S", Duration()), ("P0D", Duration()), ("PT1H", Duration(time=timedelta(hours=1))), ("P2W", Duration(time=timedelta(weeks=2))),
        ("P3Y6M4DT12H30M5S", Duration(42, timedelta(days=4, hours=12, minutes=30, seconds=5))), ("PT0.5S", Duration(time=timedelta(seconds=0.5))),
        ("P1M", Duration(1)), ("PT1M", Duration(time=timedelta(minutes=1))),
        *((text, None) for text in ("", "P", "PT", "P1", "1H", "PT1H1H", "P1W2D", "P-1D", "+P1D", "PT1H ", "P1S", "P1.5D", "P0001-00-04T12:30:05")),
    ],
)  # fmt: skip
def test_durations(text: str, duration: Duration | None) -> None:
    if duration is not None:
        assert duration_of(text) == duration
        return
    with pytest.raises(InvalidParameters) as refused:
        duration_of(text)
    assert refused.value.faults[0].code == "ngsi_ld_duration"


def test_periods_begin_with_the_span_and_end_with_it() -> None:
    start, end = datetime(2026, 1, 31, 12, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)
    months = periods_of(start, end, duration_of("P1M"), 10)
    assert [(one.month, one.day, one.hour) for one in months.starts] == [
        (1, 31, 12),
        (2, 28, 12),
        (3, 31, 12),
    ]
    assert months.of(3) == (months.starts[2], end)
    assert periods_of(start, end, duration_of("PT0S"), 10) == Periods((start,), end)
    quarters = periods_of(start, start + timedelta(minutes=40), duration_of("PT15M"), 3)
    assert [one.minute for one in quarters.starts] == [0, 15, 30]
    assert not quarters.are_quarters
    assert periods_of(start, start + timedelta(minutes=45), duration_of("PT15M"), 3).are_quarters
    with pytest.raises(InvalidParameters) as refused:
        periods_of(start, end, duration_of("PT1S"), 100)
    assert refused.value.faults[0].code == "ngsi_ld_periods"
    assert (
        len(
            periods_of(
                datetime(9990, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC), duration_of("P9Y"), 9
            ).starts
        )
        == 2
    )


def test_summaries_say_what_the_methods_mean() -> None:
    periods = Periods((START, START + timedelta(hours=1)), START + timedelta(hours=2))
    values = [3.0, 1.5, 1.5, -2.0]
    rows: list[tuple[datetime, float | str]] = [
        (START + timedelta(minutes=n), value) for n, value in enumerate(values)
    ]
    found = summaries([*rows, (START + timedelta(minutes=70), 8.0)], periods, is_circular=False)
    told = {method: AGGREGATES[method](found[1]) for method in METHODS}
    assert told == {
        "totalCount": 4, "distinctCount": 3, "sum": 4.0, "avg": 1.0, "min": -2.0, "max": 3.0,
        "stddev": pytest.approx(statistics.stdev(values)), "sumsq": 17.5,
    }  # fmt: skip
    assert AGGREGATES["stddev"](found[2]) is None
    texts = summaries([(START, "rain"), (START, "clear"), (START, "rain")], periods, is_circular=False)[1]
    assert (texts.count, texts.distinct, texts.minimum, texts.maximum) == (3, 2, "clear", "rain")
    winds = summaries([(START, 350.0), (START, 10.0)], periods, is_circular=True)[1]
    assert winds.average % 360 == pytest.approx(0, abs=1e-9) or winds.average == pytest.approx(360)
    assert summaries([(START - timedelta(hours=1), 1.0)], periods, is_circular=False) == {}
    parts = [summaries([row], periods, is_circular=False)[1] for row in rows]
    whole = Summary.joined(Summary.joined(parts[0], parts[1]), Summary.joined(parts[2], parts[3]))
    assert whole.standard_deviation == pytest.approx(statistics.stdev(values))
    assert not any(
        is_counted(*one)
        for one in ((None, 1), (1.0, 4), (float("nan"), 1), (float("inf"), 1), (1e200, 1), ("x", 9))
    )
    assert is_counted("x", 2)


def test_hours_of_numbers(standing_api: Api) -> None:
    (air,) = ask(
        standing_api,
        "entities",
        type="AirQualityObserved",
        aggrMethods=EVERY,
        aggrPeriodDuration="PT1H",
        **DAY,
    )
    whole = standing_api.get(
        f"{ROOT}/entities/{AIR}?options=temporalValues&{urlencode(DAY)}&lastN=500"
    ).json()
    last = [value for value, at in whole["pm2_5"]["values"] if at >= "2026-11-24T09:00:00Z"]
    hour = ["2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z"]
    assert {name: air["pm2_5"][name][-1] for name in METHODS} == {
        "totalCount": [60, *hour], "distinctCount": [60, *hour], "sum": [sum(last), *hour], "avg": [sum(last) / 60, *hour],
        "min": [135, *hour], "max": [149.75, *hour], "stddev": [pytest.approx(statistics.stdev(last)), *hour],
        "sumsq": [pytest.approx(sum(one * one for one in last)), *hour],
    }  # fmt: skip
    assert (air["id"], air["type"], air["pm2_5"]["type"]) == (AIR, "AirQualityObserved", "Property")
    assert [len(air["pm2_5"][name]) for name in METHODS] == [10] * len(METHODS)
    assert [one[1] for one in air["pm2_5"]["avg"]] == [f"2026-11-24T{hour:02}:00:00Z" for hour in range(10)]
    one = ask(standing_api, f"entities/{AIR}", aggrMethods="max,avg", aggrPeriodDuration="PT4M", timerel="between",
              timeAt="2026-11-24T00:00:00Z", endTimeAt="2026-11-24T00:10:00Z")  # fmt: skip
    assert one["pm2_5"] == {
        "type": "Property",
        "max": [[0.75, "2026-11-24T00:00:00Z", "2026-11-24T00:04:00Z"], [1.75, "2026-11-24T00:04:00Z", "2026-11-24T00:08:00Z"],
                [2.25, "2026-11-24T00:08:00Z", "2026-11-24T00:10:00Z"]],
        "avg": [[0.375, "2026-11-24T00:00:00Z", "2026-11-24T00:04:00Z"], [1.375, "2026-11-24T00:04:00Z", "2026-11-24T00:08:00Z"],
                [2.125, "2026-11-24T00:08:00Z", "2026-11-24T00:10:00Z"]],
    }  # fmt: skip


def test_open_spans_whole_spans_texts_and_places(standing_api: Api) -> None:
    (sky,) = ask(
        standing_api, "entities", type="WeatherObserved", aggrMethods="totalCount,min,avg", timerel="before", timeAt="2026-11-24T01:00:00Z"
    )  # fmt: skip
    assert sky["weather"] == {
        "type": "Property", "totalCount": [[1, "2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"]],
        "min": [['clear, "dry"', "2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z"]], "avg": [],
    }  # fmt: skip
    named = ask(standing_api, f"entities/{SKY}", 400, attrs="weather", aggrMethods="min,avg")
    assert named["type"] == "https://uri.etsi.org/ngsi-ld/errors/InvalidRequest"
    picked = ask(
        standing_api,
        f"entities/{SKY}",
        pick="weather",
        aggrMethods="totalCount",
        timerel="before",
        timeAt="2026-11-24T01:00:00Z",
    )
    assert list(picked) == ["weather"]
    assert ask(standing_api, f"entities/{BUS}", aggrMethods="avg") == {"id": BUS, "type": "Vehicle"}
    assert ask(standing_api, "entities", type="Vehicle", aggrMethods="avg", **DAY) == []
    newest = ask(
        standing_api,
        f"entities/{AIR}",
        aggrMethods="max",
        aggrPeriodDuration="PT1H",
        lastN=2,
        timerel="after",
        timeAt="2026-11-24T00:00:00Z",
    )
    assert [one[0] for one in newest["pm2_5"]["max"]] == [149.75, 134.75]
    body = {
        "type": "Query", "entities": [{"type": "AirQualityObserved"}],
        "temporalQ": {**DAY, "aggrMethods": "totalCount", "aggrPeriodDuration": "PT0S"},
    }  # fmt: skip
    (posted,) = standing_api.request(
        "POST", f"{ROOT}/entityOperations/query?options=aggregatedValues", json=body
    ).json()
    assert posted["pm2_5"]["totalCount"] == [[600, DAY["timeAt"], DAY["endTimeAt"]]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "aggrMethods"), ({"aggrMethods": "median"}, "aggrMethods"), ({"aggrMethods": "avg,"}, "aggrMethods"),
        ({"aggrMethods": "avg", "aggrPeriodDuration": "1h"}, "aggrPeriodDuration"),
        ({"aggrMethods": "avg", "aggrPeriodDuration": "PT1S"}, "aggrPeriodDuration"),
        ({"aggrMethods": "avg", "format": "temporalValues"}, "aggrMethods"), ({"aggrMethods": ",".join(["avg"] * 9_000)}, "aggrMethods"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_said(standing_api: Api, query: dict[str, str], parameter: str) -> None:
    told = ask(standing_api, "entities", 400, type="AirQualityObserved", **DAY, **query)
    assert told["type"] == "https://uri.etsi.org/ngsi-ld/errors/BadRequestData"
    assert [one["parameter"] for one in told["errors"]] == [parameter]
    elsewhere = standing_api.get("/ngsi-ld/v1/entities?type=Vehicle&format=aggregatedValues")
    assert elsewhere.status_code == 400
    assert "/temporal/entities" in elsewhere.json()["detail"]


def test_the_archive_and_the_roll_ups_say_the_same(scene: Scene, make_api: Callable[..., Api]) -> None:
    span = {"timerel": "between", "timeAt": "2026-11-22T00:00:00Z", "endTimeAt": "2026-11-24T10:00:00Z"}
    questions = [
        {**span, "aggrMethods": EVERY, "aggrPeriodDuration": "P1D"},
        {"timerel": "before", "timeAt": "2026-11-24T10:00:00Z", "aggrMethods": "totalCount,avg", "aggrPeriodDuration": "PT6H"},
        {"timerel": "after", "timeAt": "2026-11-23T00:00:00Z", "aggrMethods": "totalCount,max", "aggrPeriodDuration": "PT45M"},
    ]  # fmt: skip
    before = [ask(scene.api, f"entities/{AIR}", **one) for one in questions]
    assert sum(one[0] for one in before[0]["pm2_5"]["totalCount"]) > 900
    few = make_api(ngsi_ld=NgsiLdSettings(aggregated_rows_max=20))
    rolled = [
        ask(few, f"entities/{AIR}", **one | {"aggrMethods": "totalCount,sum,avg,min,max,stddev,sumsq"})
        for one in questions
    ]
    for whole, counted in zip(before, rolled, strict=True):
        for method in {*whole["pm2_5"], *counted["pm2_5"]} - {"type"}:
            if method in whole["pm2_5"] and method in counted["pm2_5"]:
                pairs = zip(whole["pm2_5"][method], counted["pm2_5"][method], strict=True)
                assert all(
                    one[1:] == other[1:] and one[0] == pytest.approx(other[0]) for one, other in pairs
                ), method
    ask(few, f"entities/{AIR}", 400, **questions[0])
    ask(few, f"entities/{AIR}", 400, **questions[1] | {"timeAt": "2026-11-24T10:01:00Z"})
    over = {"type": "AirQualityObserved", "q": "pm2_5>=0", "aggrMethods": "avg", **span}
    assert ask(scene.api, "entities", **over)
    assert scene.archive(3).let_go > 0
    told = ask(scene.api, "entities", 400, **over)
    assert [one["code"] for one in told["errors"]] == ["ngsi_ld_archived"]
    later = {"timeAt": "2026-11-25T00:00:00Z", "endTimeAt": "2026-11-26T00:00:00Z"}
    assert ask(scene.api, "entities", **over | later) == []
    for question, known in zip(questions, before, strict=True):
        again = ask(scene.api, f"entities/{AIR}", **question)
        for method in set(known["pm2_5"]) - {"type"}:
            pairs = zip(again["pm2_5"][method], known["pm2_5"][method], strict=True)
            assert all(one[1:] == other[1:] and one[0] == pytest.approx(other[0]) for one, other in pairs), (
                method
            )
