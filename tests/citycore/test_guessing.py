"""A guessed mapping works as it stands, for real files and for tables in the shapes of others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from citycore.recordings.errors import InvalidRecording
from citycore.recordings.guessing.headings import read_heading
from citycore.recordings.guessing.sample import read_table
from citycore.recordings.guessing.times import guess_time
from citycore.recordings.guessing.writing import guess_mapping
from citycore.recordings.mapping import Mapping, read_mapping
from simulators.recording import count_values
from tests.simulators.test_recording import SHARED


def _guessed(file: Path, folder: Path, zone: str | None = None) -> Mapping:
    mapping = folder / "guessed.toml"
    mapping.write_text(guess_mapping(file, zone=zone), "utf-8")
    return read_mapping(mapping)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("airquality/valencia_avda_francia_2022_2023_hourly.csv.gz", "Etc/GMT-1"),
        ("airquality/london_marylebone_2003_2004_hourly.csv.gz", "UTC"),
        ("airquality/aqeval_london_no2_2001_2003_hourly.csv.gz", "UTC"),
        ("traffic/i94_minneapolis_2016_2018_hourly.csv.gz", "America/Chicago"),
        ("traffic/melbourne_pedestrians_2015_2016_hourly.csv.gz", None),
        ("traffic/river_waterflow_hourly.csv.gz", None),
    ],
)
def test_real_files_lose_nothing(shared_data: Path, tmp_path: Path, name: str, zone: str | None) -> None:
    """As many values as by the mapping that was written by hand (tests/simulators/test_recording.py)."""
    file = shared_data / name
    [values] = [values for known, values, _, _ in SHARED if known == name]
    assert count_values(file, _guessed(file, tmp_path, zone)) == values


def _values(hours: int, *columns: str) -> pd.DataFrame:
    random = np.random.default_rng(5)
    table = pd.DataFrame({column: random.gamma(3, 60, hours).round(2) for column in columns})
    return table.mask(random.random(table.shape) < 0.05)


def test_a_table_like_that_of_beijing(tmp_path: Path) -> None:
    times = pd.date_range("2013-03-01", periods=600, freq="h")
    when = pd.DataFrame(
        {"No": range(1, 601), "year": times.year, "month": times.month, "day": times.day, "hour": times.hour}
    )
    values = [
        _values(600, "PM2.5", "NO2", "TEMP", "WSPM").assign(CO=1_500.0, wd="NNW", station=name)
        for name in "AB"
    ]
    table = pd.concat([pd.concat([when, each], axis=1) for each in values])
    file = tmp_path / "PRSA_Data.csv"
    table.to_csv(file, index=False, na_rep="NA")
    mapping = _guessed(file, tmp_path, "Asia/Shanghai")
    assert mapping.time.parts == {"year": "year", "month": "month", "day": "day", "hour": "hour"}
    assert {name: each.observed_property for name, each in mapping.columns.items()} == {
        "PM2.5": "pm2_5", "NO2": "no2", "TEMP": "air_temperature", "WSPM": "wind_speed", "CO": "co",
    }  # fmt: skip
    assert mapping.conversions["CO"].factor == pytest.approx(0.001)
    assert (mapping.thing_column, set(mapping.things)) == ("station", {"A", "B"})
    assert count_values(file, mapping) == int(table[list(mapping.columns)].notna().sum().sum())


def test_a_table_like_that_of_hired_bicycles(tmp_path: Path) -> None:
    """A day and an hour; a year that is none, a share that is a percentage, and the hour that clocks skip."""
    times = pd.date_range("2011-03-10", periods=96, freq="h")
    table = pd.DataFrame(
        {
            "instant": range(1, 97), "dteday": times.strftime("%Y-%m-%d"), "yr": 0, "mnth": times.month, "hr": times.hour,
            "hum": 0.5, "cnt": range(3, 99),
        }
    )  # fmt: skip
    table["cnt"] = table["cnt"].sample(frac=1, random_state=1).to_numpy()
    file = tmp_path / "hour.csv"
    table.to_csv(file, index=False)
    mapping = _guessed(file, tmp_path, "America/New_York")
    assert (mapping.time.whole, mapping.time.parts) == (("dteday",), {"hour": "hr"})
    assert {name: each.observed_property for name, each in mapping.columns.items()} == {
        "hum": "relative_humidity", "cnt": "bicycle_count",
    }  # fmt: skip
    assert mapping.conversions["hum"](0.5) == 50
    assert count_values(file, mapping) == 2 * 95


@pytest.mark.parametrize("heading", ["Panther_office_{}", "{} electricity (kWh)"])
def test_a_table_like_that_of_buildings(tmp_path: Path, heading: str) -> None:
    table = _values(300, *(heading.format(name) for name in ("Hannah", "Lavinia", "Jeane")))
    present = int(table.notna().sum().sum())
    table.insert(0, "timestamp", pd.date_range("2016-01-01", periods=300, freq="h"))
    file = tmp_path / "electricity.csv"
    table.to_csv(file, index=False)
    mapping = _guessed(file, tmp_path, "US/Eastern")
    assert len(mapping.things) == 3
    assert {each.observed_property for each in mapping.columns.values()} == {"electric_energy"}
    assert count_values(file, mapping) == present


def test_an_arabic_table_in_an_old_encoding(tmp_path: Path) -> None:
    lines = ["تقرير المحطة", "", "التاريخ;الوقت;درجة الحرارة;الرطوبة %;PM2.5 (µg/m³)"]
    lines += [f"{day:02}/01/2024;{hour:02}:00;{20 + hour % 7},5;{40 + hour};{'-' if hour == 9 else 30 + hour}"
              for day in range(1, 32) for hour in range(24)]  # fmt: skip
    file = tmp_path / "report.csv"
    file.write_bytes("\r\n".join(lines).encode("windows-1256"))
    mapping = _guessed(file, tmp_path)
    assert mapping.layout.header_line == 3
    assert {each.observed_property for each in mapping.columns.values()} == {
        "air_temperature", "relative_humidity", "pm2_5",
    }  # fmt: skip
    assert count_values(file, mapping) == 31 * (24 * 3 - 1)


@pytest.mark.parametrize(
    ("written", "first", "doubts"),
    [
        ("%d/%m/%Y %H:%M", datetime(2024, 2, 1), 0),  # noqa: DTZ001
        ("%m/%d/%Y %H:%M", datetime(2024, 2, 1), 0),  # noqa: DTZ001
        ("%m/%d/%y %I:%M %p", datetime(2024, 2, 1), 0),  # noqa: DTZ001
        ("%Y%m%d%H%M", datetime(2024, 2, 1), 0),  # noqa: DTZ001
        ("%d.%m.%Y %H:%M:%S", datetime(2024, 2, 1), 0),  # noqa: DTZ001
    ],
)
def test_the_data_say_which_is_the_day(tmp_path: Path, written: str, first: datetime, doubts: int) -> None:
    """Of the first twelve days of a month, both orders can be read: the steps between rows decide."""
    times = pd.date_range(first, periods=11 * 24, freq="h")
    file = tmp_path / "days.csv"
    file.write_text("t,x\n" + "".join(f"{time:{written}},{n}\n" for n, time in enumerate(times)))
    time = guess_time(read_table(file))
    assert time is not None
    assert time.moments[0] == first
    assert time.moments[-1] == times[-1].to_pydatetime()
    assert len(time.notes) == doubts


def test_what_the_data_do_not_say_is_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "unsure.csv"
    file.write_text("t,temperature,colour\n03/04/2024 00:00,20.5,red\n")
    text = guess_mapping(file)
    assert "# Day or month first?" in text
    assert '"colour",  # ' in text
    assert "the city's zone, since none was given" in text


@pytest.mark.parametrize(
    ("heading", "code", "unit"),
    [
        ("PM2.5 (µg/m³)", "pm2_5", "ug/m3"),
        ("Temp °C", "air_temperature", "Cel"),
        ("Water flow [l/s]", "water_flow", "L/s"),
        ("درجة الحرارة (°C)", "air_temperature", "Cel"),
        ("الرطوبة", "relative_humidity", None),
        ("bg.no2", "no2_background", None),
        ("colour", None, None),
    ],
)
def test_headings(heading: str, code: str | None, unit: str | None) -> None:
    assert read_heading(heading)[:2] == (code, unit)


@pytest.mark.parametrize("content", ["", "one column\n1\n2\n", "a,b\n1,2\n3,4\n"])
def test_what_is_no_recording_is_said(tmp_path: Path, content: str) -> None:
    file = tmp_path / "no.csv"
    file.write_text(content)
    with pytest.raises(InvalidRecording):
        guess_mapping(file)
