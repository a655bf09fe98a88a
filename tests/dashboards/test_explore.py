"""Explore without a server: buckets, days above limits, rankings and claims against computations of their own."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from citycore.clock import CITY_ZONE
from dashboards import row
from dashboards.answers import sentence
from dashboards.city import City
from dashboards.explore import asked, chart, client, lines, marks, model
from dashboards.explore.lines import Line, Point, Ranked, Subject
from dashboards.language import Words
from dashboards.limits import limit_of
from dashboards.model import Name, ObservedProperty
from dashboards.palette import LIGHT
from dashboards.period import Period, earlier
from dashboards.state import State
from tests.dashboards.test_charts import values
from tests.dashboards.test_limits import limit
from tests.dashboards.test_rules import NOW

EN, AR = Words("en"), Words("ar")
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 19, 20, tzinfo=UTC)  # midnight in Muscat
SEEB, MUTRAH = (
    Subject(Name(en, ar), frozenset({en.lower()}), en.lower())
    for en, ar in (("Seeb", "السيب"), ("Mutrah", "مطرح"))
)
DAY_LIMIT = limit_of(limit(averaging="PT24H", ends=(15, 45, None)))
PM10 = ObservedProperty("pm10", Name("PM10", "الجسيمات"), "air", "ug/m3", 1)


def hours_of(means, start=START) -> list[Point]:
    return [Point(start + number * HOUR, mean) for number, mean in enumerate(means)]


def statistics(thing: str, means, completeness=1.0):
    return [
        SimpleNamespace(thing=thing, bucket_start=START + number * HOUR, mean=mean, completeness=completeness)
        for number, mean in enumerate(means)
    ]


@pytest.mark.parametrize("days", [1, 3, 7, 14, 28, 90, 365, 1100])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_chart_has_less_than_2000_points(days, count):
    period = Period(START, START + timedelta(days=days))
    bucket = lines.bucket_for(period, count, lines.SETTINGS.points_max)
    per_line = timedelta(days=days) / {"PT1H": HOUR, "P1D": 24 * HOUR, "P1M": 28 * 24 * HOUR}[bucket]
    assert per_line * count < 2000
    if days * 24 * count < 1990:
        assert bucket == "PT1H", "no longer than need be"


@pytest.mark.parametrize(
    ("bucket", "start", "end", "count"),
    [
        ("PT1H", "2026-11-19T20:00Z", "2026-11-20T20:00Z", 24),
        ("P1D", "2026-11-19T20:00Z", "2026-11-21T20:00Z", 2),
        ("P1D", "2026-11-19T21:00Z", "2026-11-21T19:00Z", 1),
        ("P1M", "2026-01-15T10:00Z", "2026-12-15T10:00Z", 9),
        ("P1M", "2025-12-31T20:00Z", "2026-12-31T20:00Z", 10),
    ],
)
def test_as_many_buckets_are_expected_as_begin_and_are_over(bucket, start, end, count):
    period = Period(datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert lines.bucket_count(period, bucket, NOW) == count, "November 2026 goes on"


def test_a_place_is_the_mean_of_its_things_and_a_bucket_without_values_is_a_gap():
    rows = [
        *statistics("a", [1.0, None, 3.0]),
        *statistics("b", [3.0, None, None]),
        *statistics("c", [99.0] * 3),
    ]
    points = lines.points_of(rows, frozenset({"a", "b"}))
    assert [one.mean for one in points] == [2.0, None, 3.0]
    assert [one.mean for one in chart.gapless([points[0], Point(START + 5 * HOUR, 1.0)], "PT1H")] == [
        2.0,
        None,
        1.0,
    ]


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 1e308])
def test_a_number_that_nobody_can_draw_is_a_gap(number):
    asked_for = SimpleNamespace(thing=None, bucket_start=START, mean=number, completeness=1.0)
    assert client._row(asked_for) == lines.Row("", START, None, 1.0)


def random_hours(dice: random.Random) -> list[float | None]:
    return [
        dice.choice([None, round(dice.uniform(0, 90), 1), 15.0, 20.0]) if dice.random() < 0.8 else 10.0
        for _ in range(dice.choice([3, 24, 70]))
    ]


def test_days_above_are_those_of_another_computation():
    dice = random.Random(7)
    for _ in range(200):
        means = random_hours(dice)
        found = lines.days_of(hours_of(means), "PT1H")
        by_day: dict[date, list[float]] = {}
        for number, mean in enumerate(means):
            if mean is not None:
                day = (START + number * HOUR).astimezone(CITY_ZONE).date()
                by_day.setdefault(day, []).append(mean)
        whole = {day: sum(them) / len(them) for day, them in by_day.items() if len(them) >= 18}
        assert found == pytest.approx(whole)
        assert lines.days_above(found, "ug/m3", DAY_LIMIT) == sum(mean > 15 for mean in whole.values())


def test_a_ranking_is_that_of_another_computation():
    dice = random.Random(3)
    for _ in range(200):
        means = {code: random_hours(dice) for code in "abcd"[: dice.randrange(1, 5)]}
        groups = {code: (Name(code, code), frozenset({code})) for code in means}
        rows = [one for code, them in means.items() for one in statistics(code, them)]
        found = lines.ranking(rows, groups, lines.Scale("PT1H", 70, DAY_LIMIT, "ug/m3"))
        true = {}
        for code, them in means.items():
            there = [one for one in them if one is not None]
            if there:
                true[code] = (sum(there) / len(there), min(1.0, len(there) / 70))
        assert {one.code: one.mean for one in found} == pytest.approx(
            {code: mean for code, (mean, _) in true.items()}
        )
        assert {one.code: one.coverage for one in found} == pytest.approx(
            {code: part for code, (_, part) in true.items()}
        )
        order = [one.mean for one in found]
        assert order == sorted(order, reverse=True)


def test_only_a_limit_of_a_day_judges_days():
    asked_for = [limit_of(limit(averaging=averaging)) for averaging in ("PT1H", "P1Y", "P1D", "PT24H")]
    found = lines.day_limit(asked_for)
    assert found is not None
    assert found.averaging == "P1D"
    assert lines.day_limit(asked_for[:2]) is None


def view_of(words=EN, **chosen) -> row.View:
    state = State(language=words.language, observed_property="pm10", **chosen)
    return row.view_of(state, words, NOW, City(properties=[PM10]), lambda *_: row.Offer({"pm10": ["a"]}))


def random_explored(dice: random.Random) -> model.Explored:
    subjects = dice.choice([[SEEB], [SEEB, MUTRAH]])
    backs = [None, *dice.choice([[], ["week"], ["yesterday", "year"]])] if len(subjects) == 1 else [None]
    made = [Line(one, hours_of(random_hours(dice)), back) for one in subjects for back in backs]
    highest = max(made, key=lambda one: one.mean if one.mean is not None else -1.0)
    days = lines.days_of((made[0] if len(subjects) == 1 else highest).points, "PT1H")
    judged = dice.choice([None, DAY_LIMIT])
    above = None if judged is None or not days else lines.days_above(days, "ug/m3", judged)
    before = dice.uniform(1, 50) if len(made) == 1 else None
    return model.Explored(made, "ug/m3", before=before, limit=judged, days_above=above, day_count=len(days))


def true_mean(line: Line) -> float | None:
    there = [one.mean for one in line.points if one.mean is not None]
    return sum(there) / len(there) if there else None


def test_the_claims_of_200_random_states_are_those_of_another_computation():
    dice = random.Random(16)
    for _ in range(200):
        data = random_explored(dice)
        said = {one.key: one.fields for one in model.claims_of(data, view_of())}
        means = [true_mean(one) for one in data.lines]
        if len({one.subject for one in data.lines}) > 1:
            names = {
                one.subject.name.en: mean
                for one, mean in zip(data.lines, means, strict=True)
                if mean is not None
            }
            if not names:
                assert set(said) == {"explore.no_hours_anywhere"}
                continue
            high = said["explore.highest"]
            assert (high["mean"].number, names[high["place"].en]) == pytest.approx((max(names.values()),) * 2)
            if len(names) > 1:
                assert said["explore.lowest"]["mean"].number == pytest.approx(min(names.values()))
            prefix = "explore.place_"
        elif means[0] is None:
            assert set(said) == {"explore.no_hours"}
            continue
        else:
            assert said["explore.mean"]["mean"].number == pytest.approx(means[0])
            for line, mean in zip(data.lines[1:], means[1:], strict=True):
                told = said.get(f"explore.before.{line.back}")
                assert (told is None) == (mean is None)
                assert told is None or told["mean"].number == pytest.approx(mean)
            assert ("explore.before.period" in said) == (data.before is not None)
            prefix = "explore."
        if data.days_above:
            days = said[f"{prefix}days_above"]
            assert (days["count"].number, days["total"]) == (data.days_above, data.day_count)
        else:
            assert (f"{prefix}no_days_above" in said) == (data.days_above == 0)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (EN, "PM10 at Seeb was 20 µg/m³ on average; a week earlier it was 10 µg/m³; on 2 days of 2 it lay above “level 0” (Who)."),
        (AR, "بلغ متوسط «الجسيمات» عند السيب 20 ميكروغرام/م³؛ وكان قبل أسبوع 10 ميكروغرام/م³؛ وتجاوز مستوى «مستوى 0» في يومين من أصل 2 (من)."),
    ],
)  # fmt: skip
def test_the_sentence_reads(words, expected):
    now, week = Line(SEEB, hours_of([20.0] * 48)), Line(SEEB, hours_of([10.0] * 48), "week")
    data = model.Explored([now, week], "ug/m3", limit=DAY_LIMIT, days_above=2, day_count=2)
    said = sentence(model.claims_of(data, view_of(words)), words)
    assert said.translate(dict.fromkeys(range(0x2066, 0x206A))) == expected


def test_an_address_may_compare_places_or_periods_and_the_rows_choice_is_one_of_them():
    assert asked.places_of(State(places=("seeb", "mutrah"))) == ["seeb", "mutrah"]
    assert asked.places_of(State(place="seeb", compare="mutrah")) == ["seeb", "mutrah"]
    assert asked.places_of(State(compare="week")) == []
    assert asked.periods_of(State(compare="week", own=(("periods", "year-yesterday-never"),))) == [
        "yesterday",
        "week",
        "year",
    ]
    assert asked.kinds_of(State(own=(("marks", "alerts-weather-nothing"),))) == ["alerts", "weather"]


def drawn(**given) -> dict:
    period = Period(START, START + timedelta(days=2))
    now = Line(SEEB, hours_of([20.0, 22.0, None, 21.0, *[20.0] * 40]))
    week = Line(SEEB, hours_of([10.0] * 48, earlier(period, "week").start), "week")
    made = chart.Drawn([now, week], ["now", "week"], "ug/m3", "PT1H", period, DAY_LIMIT, **given)
    return chart.lines_chart(made, EN, LIGHT).to_dict()


def test_an_earlier_period_lies_on_the_axis_of_the_one_chosen_and_lines_differ_by_more_than_colour():
    made = drawn()
    line = next(one for one in made["layer"] if one["mark"]["type"] == "line")
    rows = values(made, line)
    first = {name: min(row["time"] for row in rows if row["name"] == name) for name in ("now", "week")}
    assert first == {"now": "2026-11-20T00:00:00Z", "week": "2026-11-20T00:00:00Z"}
    assert line["encoding"]["strokeDash"]["scale"]["range"] == [[1, 0], [7, 3]]
    ends = [values(made, one) for one in made["layer"] if one["mark"].get("fontWeight") == 600]
    assert {row["name"] for row in ends[0]} == {"now", "week"}
    assert "Level 0: up to \u206615\u2069 µg/m³" in {
        row.get("label") for one in made["layer"] for row in values(made, one)
    }


def test_what_happened_is_a_band_and_a_sign_with_a_word():
    name = Name("Eid", "عيد")
    happened = [
        marks.Mark("calendar", START, START + timedelta(days=1), name),
        marks.Mark("alerts", START + HOUR, START + 2 * HOUR, Name("Dust", "غبار")),
        marks.Mark("decisions", START + 3 * HOUR, None, Name("Trees", "أشجار")),
    ]
    made = drawn(marks=happened)
    bands = next(one for one in made["layer"] if one["mark"]["type"] == "rect")
    assert [row["name"] for row in values(made, bands)] == ["Eid", ""]
    signs = next(one for one in made["layer"] if "shape" in one["encoding"])
    assert [row["kind"] for row in values(made, signs)] == ["Alerts", "Decisions"]
    assert signs["encoding"]["shape"]["scale"]["range"] == ["triangle-up", "square"]


def test_names_at_ends_stand_apart():
    assert chart.apart([1.0, 1.0, 5.0], 0.5) == [1.0, 1.5, 5.0]
    assert sorted(chart.apart([3.0, 1.0, 1.1], 1.0)) == [1.0, 2.0, 3.0]


def test_what_only_touches_a_period_is_not_in_it():
    period = Period(START, START + HOUR)
    name = Name("x", "x")
    inside = [marks.Mark("alerts", START, None, name), marks.Mark("alerts", START - HOUR, START + HOUR, name)]
    outside = [
        marks.Mark("alerts", START + HOUR, None, name),
        marks.Mark("alerts", START - HOUR, START, name),
    ]
    assert [marks.overlaps(one, period) for one in inside + outside] == [True, True, False, False]


def test_a_ranked_row_knows_of_how_many_values_it_is():
    rows = statistics("a", [1.0, None, 1.0], completeness=0.5)
    (found,) = lines.ranking(rows, {"a": (Name("A", "أ"), frozenset("a"))}, lines.Scale("PT1H", 4, None, ""))
    assert found == Ranked("a", Name("A", "أ"), 1.0, 0.25, None, 0, 1)
