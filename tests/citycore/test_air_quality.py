"""Indices of air quality: test points, NowCast, coverage, and hours worked out a second time, step by step."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from citycore.air_quality.averages import mean, nowcast, one_hour
from citycore.air_quality.model import AirQuality, Hour, Index, Part, Series
from citycore.air_quality.rules import MEASURES, POLLUTANTS, TABLES, air_quality
from citycore.limits.service import shipped_tables
from ingest.rollups import QUERIES
from stack.processes import ROOT

RECORDINGS = ROOT.parent / "shared" / "data" / "airquality"
UNITS = {"co": "mg/m3"}


def hours(*values: float | None) -> list[Hour | None]:
    """24 hours that end with these, each whole."""
    found = [None if value is None else Hour(value, 60, 60) for value in values]
    return [None] * (24 - len(found)) + found


def judge(
    index: Index, unit: Mapping[str, str] | None = None, **pollutants: Sequence[float | None]
) -> AirQuality:
    series = [
        Series(
            observed_property=code,
            unit=(unit or {}).get(code, UNITS.get(code, "ug/m3")),
            made_at_celsius=None,
            hours=hours(*values),
        )
        for code, values in pollutants.items()
    ]
    return air_quality(index, shipped_tables()[TABLES[index]], series)


def part_of(judged: AirQuality, observed_property: str, span: str) -> Part | None:
    return next(
        (
            part
            for part in judged.parts
            if (part.measure.observed_property, part.measure.span) == (observed_property, span)
        ),
        None,
    )


def worst(judged: AirQuality) -> tuple[Any, ...]:
    part = judged.worst
    if part is None or part.grade is None:
        return (None,)
    return part.grade.index, part.grade.level.code, part.measure.observed_property


@pytest.mark.parametrize(
    ("values", "value", "coverage"),
    [
        ([10.0] * 12, 10, 1),
        ([0.0] * 12, 0, 1),
        (
            [50, 80, 75, 90, 82, 53, 64, 74, 21, 10, 16, 13],
            17.41,
            1,
        ),  # the worked example of the EPA, w = 1/2
        ([50, 100], 83.3333, 2 / 12),  # w = 1/2: (100 + 50/2) / 1.5
        ([100, None, 50], (50 + 100 * 0.25) / 1.25, 2 / 12),
        ([100, 90, None, None], None, 2 / 12),
        ([80, None, None], None, 1 / 12),
        ([80, None, 80], 80, 2 / 12),
        ([10.0] * 10 + [None, None], None, 10 / 12),
        ([90, 100], (100 + 90 * 0.9) / 1.9, 2 / 12),
        ([-2.0, -1.0], -1.5, 2 / 12),
        ([], None, 0),
    ],
)
def test_nowcast(values: list[float | None], value: float | None, coverage: float) -> None:
    found = nowcast(hours(*values))
    assert found.value == (None if value is None else pytest.approx(value, rel=2e-3))
    assert found.coverage == pytest.approx(coverage)


def test_nowcast_sees_twelve_hours_and_no_more() -> None:
    assert nowcast(hours(*[1e6] * 12, *[10.0] * 12)).value == pytest.approx(10)


@pytest.mark.parametrize(
    ("present", "wanted", "is_enough"), [(5, 8, False), (6, 8, True), (17, 24, False), (18, 24, True)]
)
def test_three_quarters_of_the_hours_are_needed(present: int, wanted: int, is_enough: bool) -> None:
    found = mean(hours(*[4.0] * present), wanted)
    assert (found.value is not None, found.coverage) == (is_enough, present / wanted)


@pytest.mark.parametrize(
    ("hour", "value", "coverage"),
    [
        (Hour(4.0, 45, 60), 4.0, 0.75),
        (Hour(4.0, 44, 60), None, 44 / 60),
        (Hour(4.0, 70, 60), 4.0, 1.0),
        (Hour(4.0, 1, None), 4.0, 1.0),
        (Hour(None, 0, 60), None, 0.0),
        (None, None, 0.0),
    ],
)
def test_three_quarters_of_an_hour_are_needed(
    hour: Hour | None, value: float | None, coverage: float
) -> None:
    found = one_hour([hour])
    assert (found.value, found.coverage) == (value, coverage)


@pytest.mark.parametrize(
    ("observed_property", "unit", "value", "expected"),
    [
        # Steady for a day, so that every average is the value itself.
        ("pm2_5", "ug/m3", 9.0, (50, "good", "pm2_5")),
        ("pm2_5", "ug/m3", 9.05, (50, "good", "pm2_5")),
        ("pm2_5", "ug/m3", 12.0, (56, "moderate", "pm2_5")),
        ("pm2_5", "ug/m3", 35.4, (100, "moderate", "pm2_5")),
        ("pm2_5", "ug/m3", 125.4, (200, "unhealthy", "pm2_5")),
        ("pm2_5", "ug/m3", 200.0, (275, "very_unhealthy", "pm2_5")),
        ("pm2_5", "ug/m3", 225.5, (301, "hazardous", "pm2_5")),
        ("pm2_5", "ug/m3", 325.4, (500, "hazardous", "pm2_5")),
        ("pm2_5", "ug/m3", 700.0, (None, "hazardous", "pm2_5")),
        ("pm2_5", "ug/m3", -1.0, (None,)),
        ("pm10", "ug/m3", 54.9, (50, "good", "pm10")),
        ("pm10", "ug/m3", 155.0, (101, "unhealthy_sensitive", "pm10")),
        ("pm10", "ug/m3", 604.0, (500, "hazardous", "pm10")),
        ("o3", "[ppm]", 0.0549, (50, "good", "o3")),
        ("o3", "[ppm]", 0.055, (51, "moderate", "o3")),
        ("o3", "[ppb]", 85.0, (150, "unhealthy_sensitive", "o3")),
        ("o3", "[ppb]", 200.0, (300, "very_unhealthy", "o3")),
        ("o3", "[ppb]", 250.0, (300, "very_unhealthy", "o3")),
        ("o3", "[ppb]", 405.0, (301, "hazardous", "o3")),
        ("o3", "[ppb]", 604.0, (500, "hazardous", "o3")),
        ("co", "[ppm]", 4.49, (50, "good", "co")),
        ("co", "[ppm]", 4.5, (51, "moderate", "co")),
        ("co", "[ppm]", 50.4, (500, "hazardous", "co")),
        ("so2", "[ppb]", 35.9, (50, "good", "so2")),
        ("so2", "[ppb]", 75.0, (100, "moderate", "so2")),
        ("so2", "[ppb]", 304.0, (200, "unhealthy", "so2")),
        ("so2", "[ppb]", 305.0, (201, "very_unhealthy", "so2")),
        ("so2", "[ppb]", 1004.0, (500, "hazardous", "so2")),
        ("no2", "[ppb]", 53.0, (50, "good", "no2")),
        ("no2", "[ppb]", 101.0, (101, "unhealthy_sensitive", "no2")),
        ("no2", "[ppb]", 2049.0, (500, "hazardous", "no2")),
        ("no2", "ug/m3", 100.0 * 1.8805, (100, "moderate", "no2")),
    ],
)
def test_points_of_the_us_index(
    observed_property: str, unit: str, value: float, expected: tuple[Any, ...]
) -> None:
    judged = judge(Index.US, {observed_property: unit}, **{observed_property: [value] * 24})
    assert worst(judged) == expected


def test_sulphur_dioxide_of_one_hour_never_gives_more_than_200() -> None:
    judged = judge(Index.US, {"so2": "[ppb]"}, so2=[10.0] * 23 + [900.0])
    assert worst(judged) == (200, "unhealthy", "so2")


def test_it_is_called_nowcast_where_it_is() -> None:
    judged = judge(Index.US, pm2_5=[9.0] * 24, o3=[40.0] * 24)
    methods = {
        (part.measure.observed_property, part.measure.span, part.measure.method) for part in judged.parts
    }
    assert methods == {("pm2_5", "PT12H", "nowcast"), ("o3", "PT8H", "mean")}
    assert {measure.observed_property for measure in MEASURES[Index.US] if measure.method == "nowcast"} == {
        "pm2_5",
        "pm10",
    }


@pytest.mark.parametrize(
    ("observed_property", "bounds"),
    [
        ("pm2_5", (5, 15, 50, 90, 140)),
        ("pm10", (15, 45, 120, 195, 270)),
        ("no2", (10, 25, 60, 100, 150)),
        ("o3", (60, 100, 120, 160, 180)),
        ("so2", (20, 40, 125, 190, 275)),
    ],
)
def test_points_of_the_european_index(observed_property: str, bounds: tuple[int, ...]) -> None:
    levels = ("good", "fair", "moderate", "poor", "very_poor", "extremely_poor")
    for rank, bound in enumerate(bounds):
        for value, level in ((bound, levels[rank]), (bound + 0.001, levels[rank + 1])):
            assert worst(judge(Index.EU, **{observed_property: [value]})) == (None, level, observed_property)


@pytest.mark.parametrize(
    ("observed_property", "unit", "bounds"),
    [
        ("pm2_5", "ug/m3", {15: "guideline", 25: "interim_4", 37.5: "interim_3", 50: "interim_2", 75: "interim_1", 76: "above"}),
        ("pm10", "ug/m3", {45: "guideline", 50: "interim_4", 75: "interim_3", 100: "interim_2", 150: "interim_1", 151: "above"}),
        ("no2", "ug/m3", {25: "guideline", 50: "interim_2", 120: "interim_1", 121: "above"}),
        ("o3", "ug/m3", {100: "guideline", 120: "interim_2", 160: "interim_1", 161: "above"}),
        ("so2", "ug/m3", {40: "guideline", 50: "interim_2", 125: "interim_1", 126: "above"}),
        ("co", "mg/m3", {4: "guideline", 7: "interim_1", 8: "above"}),
    ],
)  # fmt: skip
def test_points_of_the_guidelines_of_who(observed_property: str, unit: str, bounds: dict[float, str]) -> None:
    for value, level in bounds.items():
        judged = judge(Index.WHO, {observed_property: unit}, **{observed_property: [value] * 24})
        assert worst(judged) == (None, level, observed_property)


def test_the_worst_pollutant_decides_and_the_others_are_told() -> None:
    judged = judge(Index.EU, pm2_5=[4.0], no2=[70.0], o3=[130.0])
    assert worst(judged) == (None, "poor", "no2"), "of two that are equally bad the first of the measures"
    assert [part.measure.observed_property for part in judged.parts] == ["pm2_5", "no2", "o3"]
    beyond = judge(Index.US, pm2_5=[9.0] * 24, pm10=[700.0] * 24)
    assert worst(beyond) == (None, "hazardous", "pm10")


def test_too_little_is_no_index_and_says_how_much_there_was() -> None:
    judged = judge(Index.US, pm2_5=[9.0] * 10 + [None, None], o3=[40.0] * 5)
    assert judged.worst is None
    parts = [(part.measure.span, part.concentration, round(part.coverage, 3)) for part in judged.parts]
    assert parts == [("PT12H", None, 0.833), ("PT8H", None, 0.625)]


def test_what_has_no_finite_mean_is_an_error_of_its_own() -> None:
    with pytest.raises(OverflowError):
        judge(Index.WHO, pm10=[1e308] * 24)


def test_the_roll_up_notes_what_an_index_looks_at() -> None:
    listed = ", ".join(f"'{code}'" for code in POLLUTANTS)
    assert f"IN ({listed})" in QUERIES["note_air_quality"]
    revision = ROOT / "citycore/store/migrations/versions/b005/city/air_quality.sql"
    assert f"IN ({listed})" in revision.read_text("utf-8")


#: A second time, from the published tables, in exact fractions and without a line of the code above: (last value, index up to it).
BREAKPOINTS: Mapping[str, tuple[str, Sequence[tuple[str, int]]]] = {
    "pm2_5": ("0.1", (("9.0", 50), ("35.4", 100), ("55.4", 150), ("125.4", 200), ("225.4", 300), ("325.4", 500))),
    "pm10": ("1", (("54", 50), ("154", 100), ("254", 150), ("354", 200), ("424", 300), ("604", 500))),
    "o3": ("0.001", (("0.054", 50), ("0.070", 100), ("0.085", 150), ("0.105", 200), ("0.200", 300))),
    "co": ("0.1", (("4.4", 50), ("9.4", 100), ("12.4", 150), ("15.4", 200), ("30.4", 300), ("50.4", 500))),
    "so2": ("1", (("35", 50), ("75", 100), ("185", 150), ("304", 200))),
    "no2": ("1", (("53", 50), ("100", 100), ("360", 150), ("649", 200), ("1249", 300), ("2049", 500))),
}  # fmt: skip


def by_hand(code: str, concentration: Fraction) -> int:
    step_text, table = BREAKPOINTS[code]
    step = Fraction(step_text)
    cut = math.floor(concentration / step) * step
    low, index_low = Fraction(0), 0
    for last, index_high in table:
        high = Fraction(last)
        if cut <= high:
            return math.floor(
                (index_high - index_low) / (high - low) * (cut - low) + index_low + Fraction(1, 2)
            )
        low, index_low = high + step, index_high + 1
    raise AssertionError("beyond the table of these tests")


def nowcast_by_hand(values: Sequence[Fraction | None]) -> Fraction | None:
    last = list(reversed(values[-12:]))
    if sum(value is not None for value in last[:3]) < 2:
        return None
    there = [value for value in last if value is not None]
    weight = max(min(there) / max(there), Fraction(1, 2)) if max(there) else Fraction(1)
    above = sum((weight**age * value for age, value in enumerate(last) if value is not None), Fraction(0))
    return above / sum((weight**age for age, value in enumerate(last) if value is not None), Fraction(0))


def mean_by_hand(values: Sequence[Fraction | None], least: int) -> Fraction | None:
    there = [value for value in values if value is not None]
    return sum(there, Fraction(0)) / len(there) if len(there) >= least else None


def us_by_hand(series: Mapping[str, Sequence[float | None]], units: Mapping[str, str]) -> int | None:
    """The index of the last hour: NowCast of particles, eight hours of ozone and CO, one hour of NO2 and SO2."""
    #: What a microgram in a cubic metre is in parts at 25 Cel and 1 atm: 24.4654 l/mol and g/mol.
    litres = Fraction("24.465403698")
    masses = {"o3": "47.998", "no2": "46.006", "so2": "64.064", "co": "28.010"}
    exact = {
        code: [None if value is None else Fraction(repr(float(value))) for value in values]
        for code, values in series.items()
    }
    found: list[int] = []
    for code, values in exact.items():
        average = {
            "pm2_5": nowcast_by_hand,
            "pm10": nowcast_by_hand,
            "o3": lambda v: mean_by_hand(v[-8:], 6),
            "co": lambda v: mean_by_hand(v[-8:], 6),
            "no2": lambda v: v[-1],
            "so2": lambda v: v[-1],
        }[code](values)
        if average is None:
            continue
        if code in masses:
            is_mass = units.get(code, "ug/m3").endswith("/m3")
            if is_mass:  # ug/m3 to ppb, mg/m3 to ppm
                average = average * litres / Fraction(masses[code])
            if code == "o3":
                average /= 1000  # the table has ppm
        found.append(by_hand(code, average))
    return max(found, default=None)


def made_up(hour: int) -> dict[str, float | None]:
    """A day on a street by the sea: traffic twice, ozone after noon, dust in the evening, and instruments that fail."""
    rush = math.exp(-(((hour % 24) - 7) ** 2) / 4) + math.exp(-(((hour % 24) - 18) ** 2) / 6)
    dust = 140 * math.exp(-((hour - 40) ** 2) / 12)
    row: dict[str, float | None] = {
        "pm2_5": round(11 + 23 * rush + dust * 0.3, 1),
        "pm10": round(24 + 41 * rush + dust * 2.4, 1),
        "no2": round(9 + 74 * rush, 1),
        "o3": round(48 + 61 * math.exp(-(((hour % 24) - 15) ** 2) / 9) - 20 * rush, 1),
        "so2": round(4 + 9 * rush, 1),
        "co": round(0.3 + 1.6 * rush, 2),
    }
    if hour % 11 == 5:
        row["pm2_5"] = None
    if hour in {30, 31, 32, 33}:
        row["o3"] = row["pm10"] = None
    return row


#: Ten hours of it: the index and what decides. Of hour 40, by hand: PM10 of the last twelve hours is 39.1, four times none, 45.1, 66.6, 112.7, 183.4,
#: 267.6, 342.3, 381.1. The least is a tenth of the greatest, so an hour weighs half of the one after it: (381.1 + 342.3 / 2 + 267.6 / 4 + 183.4 / 8
#: + 112.7 / 16 + 66.6 / 32 + 45.1 / 64 + 39.1 / 2048) / (1 + 1/2 + … + 1/64 + 1/2048) = 651.9 / 1.985 = 328.4, cut to 328. In 255 to 354, which is
#: 151 to 200: 49 / 99 × 73 + 151 = 187.1.
TEN = {
    24: (57, "pm2_5"), 27: (55, "pm2_5"), 31: (88, "pm2_5"), 33: (80, "pm2_5"), 36: (72, "pm2_5"),
    38: (126, "pm10"), 40: (187, "pm10"), 41: (197, "pm10"), 43: (159, "pm10"), 46: (79, "pm2_5"),
}  # fmt: skip


@pytest.mark.parametrize("hour", TEN)
def test_ten_hours_of_a_made_up_series(hour: int) -> None:
    rows = [made_up(back) for back in range(hour - 23, hour + 1)]
    series = {code: [row[code] for row in rows] for code in rows[0]}
    index, _, decisive = worst(judge(Index.US, **series))
    assert index == us_by_hand(series, {"co": "mg/m3"})
    assert (index, decisive) == TEN[hour]


def recorded(name: str, columns: Mapping[str, str]) -> list[dict[str, float | None]]:
    file = RECORDINGS / name
    if not file.exists():
        pytest.skip("the recordings are not here")
    with gzip.open(file, "rt") as lines:
        return [
            {code: float(row[column]) if row[column] else None for code, column in columns.items()}
            for row in csv.DictReader(lines)
        ]


@pytest.mark.parametrize(
    ("name", "columns", "units"),
    [
        (
            "valencia_avda_francia_2022_2023_hourly.csv.gz",
            {"pm2_5": "pm2.5", "pm10": "pm10", "no2": "no2", "o3": "o3", "so2": "so2", "co": "co"},
            {"co": "mg/m3"},
        ),
        (
            "london_marylebone_2003_2004_hourly.csv.gz",
            {"pm2_5": "pm25", "pm10": "pm10", "no2": "no2", "o3": "o3", "so2": "so2", "co": "co"},
            {"no2": "[ppb]", "o3": "[ppb]", "so2": "[ppb]", "co": "[ppm]"},
        ),
    ],
)
def test_hours_of_recordings(name: str, columns: Mapping[str, str], units: Mapping[str, str]) -> None:
    rows = recorded(name, columns)
    compared = 0
    for hour in range(23, len(rows), 1_501):
        window = rows[hour - 23 : hour + 1]
        series = {code: [row[code] for row in window] for code in columns}
        assert worst(judge(Index.US, units, **series))[0] == us_by_hand(series, units), hour
        compared += 1
    assert compared >= 10
