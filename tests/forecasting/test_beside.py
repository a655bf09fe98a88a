"""Other properties at the same place: they are read, used where that has paid, and never from after an origin."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.intervals import HOUR
from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from citycore.store.registry import register
from forecasting.candidates.extras import BESIDE_NAMES, Extras, of_late
from forecasting.candidates.model import beside_of
from forecasting.candidates.trees import Trees
from forecasting.candidates.trial import gain
from forecasting.day_types import DayTypes
from forecasting.model import Beside, HourlySeries, Panel, PanelSeries, SeriesTraits
from forecasting.reading import read_beside, read_panel
from forecasting.repository import Limits
from forecasting.running.processes import Inline
from forecasting.running.settings import ServingSettings
from forecasting.service import Bench, Report, issue_due, issue_now, study_due
from forecasting.settings import ForecastSettings

SETTINGS = ForecastSettings(tree_rows_max=12_000, tree_rounds=60)
START = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 26 * 168


def wind_and_smog(seed=1):
    """Wind in spells of two days, and a pollutant that it blows away a day later."""
    random = np.random.default_rng(seed)
    wind = np.repeat(random.uniform(0, 10, HOURS // 48 + 1), 48)[:HOURS]
    smog = 60 + 10 * np.sin(np.arange(HOURS) / 24 * 2 * np.pi) + random.standard_normal(HOURS)
    smog[24:] -= 5 * wind[:-24]
    return HourlySeries(START, np.maximum(smog, 0)), HourlySeries(START, wind)


def panel(series, *beside):
    traits = SeriesTraits(lower_bound=0)
    return Panel("no2", (PanelSeries(0, series, traits, beside),), DayTypes())


def said(fitted, asked, origin, hours=48):
    return fitted.predict(asked, {0: [origin]}, hours)[0].median[0]


def test_what_has_paid_is_used():
    smog, wind = wind_and_smog()
    asked = panel(smog, Beside("wind_speed", wind))
    until = smog.end - 40 * 24 * HOUR
    fitted = pickle.loads(pickle.dumps(Trees(SETTINGS).fit(asked.before(until), until)))
    assert beside_of({"lightgbm": fitted, "other": object()}) == ("wind_speed",)
    without = Trees(SETTINGS).fit(panel(smog).before(until), until)
    errors = np.zeros(2)
    for back in range(200, 24 * 40, 31):
        origin = smog.end - back * HOUR
        for place, (learned, known) in enumerate(((fitted, asked), (without, panel(smog)))):
            errors[place] += np.abs(said(learned, known, origin, 24) - smog.after(origin, 24)).mean()
    assert errors[0] < 0.87 * errors[1]


def test_what_has_not_paid_leaves_everything_as_it_is():
    smog, _ = wind_and_smog()
    noise = HourlySeries(START, np.random.default_rng(9).uniform(0, 10, HOURS))
    fitted = Trees(SETTINGS).fit(panel(smog, Beside("wind_speed", noise)), smog.end)
    plain = Trees(SETTINGS).fit(panel(smog), smog.end)
    assert fitted.beside == ()
    assert fitted.heads == plain.heads
    np.testing.assert_array_equal(fitted.lines.slopes, plain.lines.slopes)


def test_nothing_of_another_property_after_the_origin_is_seen():
    smog, wind = wind_and_smog()
    origin = smog.end - 300 * HOUR
    honest = panel(smog, Beside("wind_speed", wind))
    fitted = Trees(SETTINGS).fit(honest.before(origin), origin)
    assert fitted.beside == ("wind_speed",)
    expected = said(fitted, honest, origin, 168)
    for poison in (np.nan, 1e300, -1e300):
        spoilt = HourlySeries(START, np.where(np.arange(HOURS) < HOURS - 300, wind.values, poison))
        asked = panel(smog, Beside("wind_speed", spoilt))
        again = Trees(SETTINGS).fit(asked.before(origin), origin)
        assert again.heads == fitted.heads
        np.testing.assert_array_equal(said(again, asked, origin, 168), expected)
    assert honest.before(origin).series[0].beside[0].series.end == origin


@pytest.mark.parametrize("shift", [0, -5, 5])
def test_the_columns_are_means_of_what_lay_before_each_origin(shift):
    wind = wind_and_smog()[1]
    other = HourlySeries(START + shift * HOUR, wind.values.copy())
    other.values[1000:1010] = np.nan
    origins = [START + hours * HOUR for hours in (10, 900, 1011, 2000)]
    found = of_late(other, origins)
    assert found.shape == (4, len(BESIDE_NAMES))
    assert np.isnan(found[0]).all(), "too little is known to say what is usual"
    for row, origin in zip(found[1:], origins[1:], strict=True):
        before = other.before(origin).values
        usual = before[-672:]
        swing = np.nanstd(usual)
        expected = [
            (np.nanmean(before[-3:]) - np.nanmean(usual)) / swing
            if np.isfinite(before[-3:]).any()
            else np.nan,
            (np.nanmean(before[-24:]) - np.nanmean(usual)) / swing,
            (np.nanmean(before[-24:]) - np.nanmean(before[-48:-24])) / swing,
        ]
        np.testing.assert_allclose(row, expected, rtol=1e-6)


def test_a_series_without_it_has_empty_columns_and_an_answer():
    smog, wind = wind_and_smog()
    both = panel(smog, Beside("wind_speed", wind))
    alone = replace(both.series[0], key=1, beside=())
    asked = replace(both, series=(*both.series, alone))
    fitted = Trees(SETTINGS).fit(asked, smog.end)
    assert fitted.extras == Extras(beside=("wind_speed",))
    answers = fitted.predict(asked, {0: [smog.end], 1: [smog.end]}, 24)
    assert all(np.isfinite(answers[key].median).all() for key in (0, 1))


@pytest.mark.parametrize("value", [7.0, 0.0, np.nan])
def test_what_never_changes_says_nothing(value):
    still = HourlySeries(START, np.full(HOURS, value))
    assert np.isnan(of_late(still, [still.end])[:, :2]).all()


def test_without_rows_to_judge_by_there_is_no_gain():
    table = np.full((50, 3), 5.0)
    assert gain(table, np.ones(50), np.zeros(50), 2, {}) == 0.0


NOW = datetime(2026, 8, 30, 0, 40, tzinfo=UTC)
LIMITS = Limits(
    ForecastSettings(backtest_origins=3, tree_rows_max=12_000, tree_rounds=20, prophet_series_max=0),
    ServingSettings(),
)


@pytest.fixture
def stations(database, add_hours):
    """A station with wind, one without at the same place, one elsewhere; numbers by thing and property."""
    smog, wind = wind_and_smog()
    description = SourceDescription(code="s", kind=SourceKind.DEVICE, name_en="S", name_ar="س")
    measured = {
        "a": ("no2", "wind_speed", "air_pressure"),
        "b": ("no2",),
        "c": ("no2", "wind_speed"),
        "d": ("no2",),
    }
    with database.connect() as owner:
        register(
            owner,
            description,
            [
                ThingDescription(
                    code=code,
                    kind="station",
                    name_en=code,
                    name_ar=code,
                    datastreams=tuple(DatastreamDescription(observed_property=one) for one in some),
                )
                for code, some in measured.items()
            ],
        )
        owner.execute(
            "INSERT INTO places (code, kind, name_en, name_ar, geometry, provenance)"
            " VALUES ('p', 'wilayat', 'P', 'م', '{}', '{}')"
        )
        owner.execute("UPDATE things SET place_code = 'p' WHERE code IN ('a', 'b')")
        rows = owner.execute(
            "SELECT code, observed_property_code, datastream_id FROM datastreams JOIN things USING (thing_id)"
        ).fetchall()
        numbers = {(thing, code): number for thing, code, number in rows}
        for (_, code), number in numbers.items():
            add_hours(owner, number, smog.end, (smog if code == "no2" else wind).values)
    return numbers


def test_it_is_that_of_the_thing_or_else_of_the_place_and_only_what_is_asked_for(database, stations):
    wanted = [stations[thing, "no2"] for thing in "abcd"]
    with database.connect("worker") as worker:
        found = read_panel(worker, wanted, NOW, 8, LIMITS.forecast)
        assert all(one.beside == () for one in found.series)
        found = read_beside(worker, found, ("wind_speed", "rainfall", "no2"), NOW, LIMITS.forecast)
    told = {one.key: [other.property_code for other in one.beside] for one in found.series}
    assert told == {number: [] if number == wanted[3] else ["wind_speed"] for number in wanted}
    first, second, third, _ = (one.beside[0].series if one.beside else None for one in found.series)
    assert first is second, "read once, sent once"
    assert first is not third
    # As far back as the first origin needs it.
    assert first.start == found.series[0].series.start - 28 * 24 * HOUR
    assert first.end == found.series[0].series.end


def test_a_study_says_what_it_looks_at_and_an_issue_reads_that(database, stations, monkeypatch):
    read = []
    monkeypatch.setattr(
        "forecasting.service.read_beside",
        lambda connection, panel, codes, *rest: (
            read.append(tuple(codes)) or read_beside(connection, panel, codes, *rest)
        ),
    )
    with database.connect("worker") as worker:
        bench = Bench(worker, Inline(), lambda: NOW, LIMITS)
        assert issue_due(bench).failed == 0
        report = study_due(bench)
        assert report == Report(studied=4)
        rows = worker.execute("SELECT datastream_id, study -> 'beside' FROM forecast_studies").fetchall()
        assert dict(rows)[stations["a", "no2"]] == ["wind_speed"]
        read.clear()
        later = Bench(worker, Inline(), lambda: NOW + timedelta(seconds=1), LIMITS)
        issued = issue_now(later, [stations["a", "no2"]])
        assert issued == Report(issued=1)
        assert read == [("wind_speed",)]
        newest = worker.execute(
            "SELECT is_provisional, fallback_reason FROM forecasts ORDER BY forecast_id DESC LIMIT 1"
        ).fetchone()
        assert newest == (False, None)
