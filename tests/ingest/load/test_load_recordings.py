"""Recordings of many shapes into a real store: what is stored are the cells that hold a value, as pandas counts them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from citycore.clock import system_clock
from citycore.recordings.guessing.writing import guess_mapping
from citycore.recordings.mapping import Mapping, read_mapping
from citycore.recordings.registering import document_of
from citycore.registry.service import apply
from ingest.load.settings import LoadSettings
from ingest.model import Account
from simulators.mapping import MAPPINGS
from tests.conftest import Database
from tests.ingest.load.conftest import Run, outcomes, query

SOURCE = '[source]\ncode = "{0}"\nname_en = "{0}"\nname_ar = "{0}"\n'
HOUR = '[thing]\nkind = "station"\ninterval_seconds = 3600\n'
BEIJING = (
    'ignore = ["No", "wd"]\n'
    + SOURCE.format("beijing")
    + """[time]
year = "year"
month = "month"
day = "day"
hour = "hour"
zone = "Asia/Shanghai"
"""
    + HOUR
    + """column = "station"
[thing.values.Dongsi]
code = "dongsi"
name_en = "Dongsi"
name_ar = "دونغسي"
[thing.values."Wanliu"]
code = "wanliu"
name_en = "Wanliu"
name_ar = "وانليو"
[columns]
"PM2.5" = { observed_property = "pm2_5" }
NO2 = { observed_property = "no2" }
CO = { observed_property = "co", unit = "ug/m3", to = "mg/m3" }
TEMP = { observed_property = "air_temperature" }
"""
)


def _register(database: Database, folder: Path, text: str) -> Mapping:
    file = folder / "mapping.toml"
    file.write_text(text, "utf-8")
    mapping = read_mapping(file)
    with database.connect() as connection:
        apply(connection, document_of(mapping), system_clock())
    return mapping


def _stored(database: Database) -> dict[tuple[str, str, datetime], tuple[float, int]]:
    rows = query(
        database,
        "SELECT things.code, observed_property_code, phenomenon_time, result, quality FROM observations"
        " JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)",
    )
    return {
        (thing, code, time.astimezone(UTC)): (result, quality) for thing, code, time, result, quality in rows
    }


def _beijing(hours: int) -> pd.DataFrame:
    """The columns of the Beijing files, with cells that hold nothing."""
    random = np.random.default_rng(7)
    times = pd.date_range("2016-01-01", periods=hours, freq="h")
    tables = []
    for station in ("Dongsi", "Wanliu"):
        table = pd.DataFrame(
            {
                "No": np.arange(1, hours + 1), "year": times.year, "month": times.month, "day": times.day,
                "hour": times.hour, "PM2.5": random.integers(1, 900, hours).astype(float),
                "NO2": random.integers(1, 200, hours).astype(float), "CO": random.integers(100, 9000, hours).astype(float),
                "TEMP": random.normal(12, 8, hours).round(1), "wd": "NNW", "station": station,
            }
        )  # fmt: skip
        for column in ("PM2.5", "NO2", "CO", "TEMP"):
            table.loc[random.random(hours) < 0.03, column] = np.nan
        tables.append(table)
    return pd.concat(tables)


@pytest.mark.parametrize("batch_rows", [50, 100_000])
def test_four_columns_of_time_and_a_column_of_stations(
    database: Database, run: Run, tmp_path: Path, batch_rows: int
) -> None:
    table = _beijing(400)
    file = tmp_path / "beijing.csv"
    table.to_csv(file, index=False, na_rep="NA")
    mapping = _register(database, tmp_path, BEIJING)
    settings = LoadSettings(batch_rows=batch_rows, csv_block_bytes=4096)
    report = run(file, mapping=mapping, settings=settings, outcomes=tmp_path / "out.csv")
    values = table[["PM2.5", "NO2", "CO", "TEMP"]]
    present, missing = int(values.notna().sum().sum()), int(values.isna().sum().sum())
    assert report.total == Account(present, present, present, 0, 0, 0)
    assert report.missing == missing == len(outcomes(tmp_path / "out.csv"))
    assert query(database, "SELECT count(*) FROM dead_letters") == [(0,)]
    found = _stored(database)
    assert len(found) == present
    for row in table.itertuples():
        local = pd.Timestamp(int(row.year), int(row.month), int(row.day), int(row.hour), tz="Asia/Shanghai")
        for cell, code, factor in (
            (row._6, "pm2_5", 1),
            (row.CO, "co", 0.001),
            (row.TEMP, "air_temperature", 1),
        ):
            stored = found.get((str(row.station).lower(), code, local.to_pydatetime().astimezone(UTC)))
            assert (stored is None) == bool(np.isnan(cell))
            assert stored is None or stored[0] == pytest.approx(cell * factor, rel=1e-12)
    assert run(file, mapping=mapping, settings=settings).was_complete
    again = run(file, mapping=mapping, settings=settings, again=True)
    assert (again.total.duplicate, again.missing) == (present, missing)


def _wide(encoding: str) -> tuple[pd.DataFrame, bytes]:
    random = np.random.default_rng(3)
    times = pd.date_range("2012-01-01", periods=500, freq="15min")
    table = pd.DataFrame(
        {
            f"محطة {n}" if encoding != "latin-1" else f"é {n}": random.normal(20, 5, 500).round(2)
            for n in range(12)
        }
    )
    table = table.mask(random.random(table.shape) < 0.1)
    table.insert(0, "t", times.strftime("%d/%m/%Y %H:%M"))
    text = "Report of the city\n" + table.to_csv(index=False, sep=";", decimal=",", na_rep="-")
    return table, text.encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "windows-1256", "utf-16"])
def test_a_column_for_each_station(database: Database, run: Run, tmp_path: Path, encoding: str) -> None:
    table, content = _wide(encoding)
    file = tmp_path / "wide.csv"
    file.write_bytes(content)
    names = list(table.columns[1:])
    things = "".join(
        f'[thing.values.s{n}]\ncode = "s{n}"\nname_en = "S{n}"\nname_ar = "س{n}"\n' for n in range(12)
    )
    columns = "".join(
        f'"{name}" = {{ observed_property = "air_temperature", unit = "[degF]", to = "Cel", thing = "s{n}" }}\n'
        for n, name in enumerate(names)
    )
    mapping = _register(
        database,
        tmp_path,
        SOURCE.format("wide") + f'[file]\nencoding = "{encoding}"\ndelimiter = ";"\ndecimal = ","\nheader_line = 2\n'
        '[time]\ncolumn = "t"\nformat = "%d/%m/%Y %H:%M"\nzone = "Asia/Muscat"\n' + HOUR + things + "[columns]\n" + columns,
    )  # fmt: skip
    report = run(file, mapping=mapping)
    present = int(table[names].notna().sum().sum())
    assert report.total == Account(present, present, present, 0, 0, 0)
    assert report.missing == 12 * 500 - present
    found = _stored(database)
    for n, name in enumerate(names):
        first = int(table[name].first_valid_index())
        time = pd.Timestamp("2011-12-31 20:00", tz="UTC") + pd.Timedelta(minutes=15 * first)
        result = found[f"s{n}", "air_temperature", time.to_pydatetime()][0]
        assert result == pytest.approx((table[name][first] - 32) / 1.8)


def test_what_cannot_be_read_is_refused_alone(database: Database, run: Run, tmp_path: Path) -> None:
    """The hour that the clocks skip, a repeated one, rubbish: each cell with its reason, the rest is stored."""
    mapping = _register(
        database,
        tmp_path,
        SOURCE.format("clocks") + '[time]\ncolumn = "t"\nzone = "America/Chicago"\n' + HOUR
        + 'column = "s"\n'
        + "".join(f'[thing.values.{c}]\ncode = "{c}"\nname_en = "{c}"\nname_ar = "{c}"\n' for c in "pq")
        + '[columns]\nx = { observed_property = "pm2_5" }\ny = { observed_property = "no2" }\n',
    )  # fmt: skip
    file = tmp_path / "clocks.csv"
    file.write_text(
        "t,s,x,y\n"
        "2018-03-11 01:00,p,1,2\n"
        "2018-03-11 02:00,p,3,\n"  # skipped: one value, and one that is missing
        "2018-03-11 03:00,p,5,six\n"
        "2018-11-04 01:00,p,7,8\n"
        "2018-11-04 01:00,q,9,\n"  # once only: nobody knows which of the two
        "2018-11-04 01:00,p,11,12\n"
        "yesterday,p,13,\n"
        ",p,14,\n"
        ",,,\n"
        "2018-11-05 01:00,nowhere,15,\n"
        "2018-11-05 01:00,p\n"
        "2018-11-06,p,16,17\n"
    )
    report = run(file, mapping=mapping, outcomes=tmp_path / "out.csv")
    found = _stored(database)
    assert sorted((key[0], key[1], f"{key[2]:%m-%dT%H}", *value) for key, value in found.items()) == [
        ("p", "no2", "03-11T07", 2.0, 1), ("p", "no2", "11-04T06", 8.0, 1), ("p", "no2", "11-04T07", 12.0, 1),
        ("p", "no2", "11-06T06", 17.0, 1),
        ("p", "pm2_5", "03-11T07", 1.0, 1), ("p", "pm2_5", "03-11T08", 5.0, 1), ("p", "pm2_5", "11-04T06", 7.0, 1),
        ("p", "pm2_5", "11-04T07", 11.0, 1), ("p", "pm2_5", "11-06T06", 16.0, 1),
        ("q", "pm2_5", "11-04T06", 9.0, 3),
    ]  # fmt: skip
    named = [
        (int(row["line"]), row["outcome"], row["reason"], row["detail"])
        for row in outcomes(tmp_path / "out.csv")
    ]
    assert [row for row in named if row[1] != "missing"] == [
        (3, "quarantined", "skipped_time", "2018-03-11 02:00"),
        (4, "quarantined", "wrong_type", "no2: six"),
        (8, "quarantined", "unreadable_payload", "yesterday"),
        (9, "quarantined", "missing_time", ""),
        (11, "quarantined", "unknown_thing", "nowhere"),
        (12, "quarantined", "unreadable_payload", "2 columns instead of 4"),
    ]
    assert report.total == Account(16, 16, 10, 0, 0, 6)
    assert report.missing == 5
    letters = query(
        database, "SELECT convert_from(payload, 'UTF8') FROM dead_letters WHERE reason = 'skipped_time'"
    )
    assert letters == [
        ('{"phenomenon_time":"2018-03-11 02:00","observed_property":"pm2_5","result":3.0,"unit":"ug/m3"}',)
    ]


def test_categories_beside_numbers(database: Database, run: Run, tmp_path: Path) -> None:
    mapping = _register(
        database,
        tmp_path,
        SOURCE.format("mixed") + '[file]\ndelimiter = "\\t"\ndecimal = ","\n[time]\ndate = "d"\nhour = "h"\nzone = "UTC"\n'
        + HOUR + 'code = "m"\nname_en = "M"\nname_ar = "م"\n[columns]\n'
        'temp = { observed_property = "air_temperature", unit = "K", to = "Cel" }\n'
        'sky = { observed_property = "weather", result_type = "category" }\n',
    )  # fmt: skip
    file = tmp_path / "mixed.tsv"
    file.write_text(
        "d\th\ttemp\tsky\n2018-01-01\t0\t273,15\tClear\n2018-01-01\t1\tNA\tRain, heavy\n2018-01-01\t2\t300,15\tnull\n"
    )
    report = run(file, mapping=mapping)
    assert report.total == Account(4, 4, 4, 0, 0, 0)
    assert report.missing == 2
    found = _stored(database)
    assert [round(value[0], 6) for _, value in sorted(found.items())] == [0.0, 27.0]
    assert query(database, "SELECT result FROM observations_category ORDER BY phenomenon_time") == [
        ("Clear",),
        ("Rain, heavy",),
    ]


def test_the_command_guesses_registers_and_loads(
    database: Database, started: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """What ``--guess`` prints is a mapping that ``--mapping`` takes as it stands."""
    table = _beijing(200)
    file, mapping = tmp_path / "beijing.csv", tmp_path / "mapping.toml"
    table.to_csv(file, index=False, na_rep="NA")
    guessed, said = started(file, "--guess", "--zone", "Asia/Shanghai").communicate(timeout=120)
    mapping.write_bytes(guessed)
    assert b'ambiguous = "order"' in guessed, said
    process = started(file, "--mapping", str(mapping), "--register", "--json")
    printed, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    report = json.loads(printed)
    values = table[["PM2.5", "NO2", "CO", "TEMP"]]
    assert report["total"]["stored"] == len(_stored(database)) == int(values.notna().sum().sum())
    assert report["missing"] == int(values.isna().sum().sum())
    process = started(file, "--register")
    assert b"--mapping" in process.communicate(timeout=120)[1]
    assert process.returncode == 1


def test_the_real_file_of_a_counter_gives_the_values_of_its_replay(
    database: Database, run: Run, tmp_path: Path, shared_data: Path
) -> None:
    file = shared_data / "traffic/i94_minneapolis_2016_2018_hourly.csv.gz"
    mapping = _register(database, tmp_path, (MAPPINGS / "i94.toml").read_text("utf-8"))
    report = run(file, mapping=mapping, settings=LoadSettings())
    assert (report.total.stored, report.total.quarantined) == (104_496, 0)
    assert report.missing == int(pd.read_csv(file)[list(mapping.columns)].isna().sum().sum())
    sums: dict[str, float] = dict(
        query(
            database,
            "SELECT observed_property_code, sum(result) FROM observations JOIN datastreams USING (datastream_id)"
            " GROUP BY 1",
        )
    )  # type: ignore[arg-type]  # rows of two
    assert sums == {
        stream.observed_property: pytest.approx(pd.read_csv(file)[name].sum(), rel=1e-9)
        for name, stream in mapping.columns.items()
        if stream.result_type == "measurement"
    }


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("airquality/valencia_avda_francia_2022_2023_hourly.csv.gz", "Etc/GMT-1"),
        ("airquality/london_marylebone_2003_2004_hourly.csv.gz", "UTC"),
        ("traffic/melbourne_pedestrians_2015_2016_hourly.csv.gz", None),
        ("traffic/river_waterflow_hourly.csv.gz", None),
    ],
)
def test_real_files_are_stored_whole_by_their_guessed_mappings(  # fixtures
    database: Database, run: Run, tmp_path: Path, shared_data: Path, name: str, zone: str | None
) -> None:
    file = shared_data / name
    mapping = _register(database, tmp_path, guess_mapping(file, zone=zone))
    report = run(file, mapping=mapping, settings=LoadSettings())
    cells = pd.read_csv(file)[list(mapping.columns)]
    assert report.total.stored == int(cells.notna().sum().sum())
    assert report.missing == int(cells.isna().sum().sum())
    assert report.total.received == report.total.stored
