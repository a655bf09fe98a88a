"""Recordings: every real file is counted exactly, and everything unclear is refused with its line."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citycore.errors import InvalidFile
from citycore.language import Catalogue
from citycore.licences import known_licences
from citycore.recordings.errors import InvalidRecording
from citycore.recordings.mapping import read_mapping
from citycore.topics import parse_topic
from citycore.vocabulary import observed_properties
from simulators.mapping import MAPPINGS, load_mapping
from simulators.recording import count_values, describe_recording, messages, rows

RECORDINGS = MAPPINGS.parent

MAPPING = """
files = ["counts*.csv"]
missing = ["", "NA"]
ignore = ["note"]
[source]
code = "town"
name_en = "Town"
name_ar = "بلدة"
[time]
column = "when"
zone = "America/Chicago"
ambiguous = "first"
[thing]
code = "gate"
kind = "counter"
name_en = "Gate"
name_ar = "بوابة"
interval_seconds = 3600
[columns]
flow = { observed_property = "vehicle_flow" }
sky = { observed_property = "weather", result_type = "category" }
"""
HEADER = "when,flow,sky,note\n"

#: File, distinct non-missing values, messages (rows that hold a value), things.
SHARED = [
    ("airquality/valencia_avda_francia_2022_2023_hourly.csv.gz", 171_016, 17_431, 1),
    ("airquality/london_marylebone_2003_2004_hourly.csv.gz", 151_426, 17_544, 1),
    ("airquality/aqeval_london_no2_2001_2003_hourly.csv.gz", 127_270, 26_280, 1),
    ("traffic/i94_minneapolis_2016_2018_hourly.csv.gz", 104_496, 17_416, 1),
    ("traffic/melbourne_pedestrians_2015_2016_hourly.csv.gz", 66_037, 66_037, 4),
    ("traffic/river_waterflow_hourly.csv.gz", 1_268, 1_268, 1),
]


def _write(folder: Path, text: str, mapping: str = MAPPING) -> tuple[Path, Path]:
    (folder / "map.toml").write_text(mapping, "utf-8")
    (folder / "counts.csv").write_text(text, "utf-8")
    return folder / "counts.csv", folder / "map.toml"


def _read(folder: Path, text: str, mapping: str = MAPPING) -> list[tuple[datetime, dict[str, float | str]]]:
    file, toml = _write(folder, text, mapping)
    return [(row.phenomenon_time, row.results) for row in rows(file, load_mapping(file, toml))]


@pytest.mark.parametrize(("name", "values", "message_count", "things"), SHARED)
def test_shared_recordings_are_counted_exactly(
    shared_data: Path, name: str, values: int, message_count: int, things: int
) -> None:
    path = shared_data / name
    mapping = load_mapping(path)
    assert count_values(path, mapping) == values == _cells(path, mapping.columns.keys())
    assert sum(1 for _ in messages(path, mapping)) == message_count
    source, described = describe_recording(path, mapping)
    assert source.kind == "recorded"
    assert len(described) == things


def _cells(path: Path, columns: object) -> int:
    """An independent count: cells with text in the value columns (no file repeats a time)."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return sum(bool(line[name]) for line in csv.DictReader(lines) for name in columns)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "values", "message_count", "first", "last"),
    [
        ("i94_minneapolis_2018_hourly.csv.gz", 10_056, 1_676, "2018-07-23T05:00Z", "2018-10-01T04:00Z"),
        ("waterflow_2022_hourly.csv.gz", 1_268, 1_268, "2022-03-20T10:00Z", "2022-05-16T20:00Z"),
    ],
)
def test_shipped_recordings(name: str, values: int, message_count: int, first: str, last: str) -> None:
    path = RECORDINGS / name
    mapping = load_mapping(path)
    assert count_values(path, mapping) == values
    all_messages = list(messages(path, mapping))
    assert len(all_messages) == message_count
    assert all_messages[0].phenomenon_time == datetime.fromisoformat(first)
    assert all_messages[-1].phenomenon_time == datetime.fromisoformat(last)
    address = parse_topic(all_messages[0].topic)
    assert address is not None
    assert address.thing in {thing.code for thing in mapping.things.values()}


def test_a_message_is_native_json_in_utc() -> None:
    path = RECORDINGS / "i94_minneapolis_2018_hourly.csv.gz"
    first = next(messages(path, load_mapping(path)))
    assert json.loads(first.payload) == {
        "phenomenon_time": "2018-07-23T05:00:00Z",
        "results": {
            "vehicle_flow": 714.0, "air_temperature": 292.82, "rainfall": 0.0, "snowfall": 0.0,
            "cloud_cover": 1.0, "weather": "Clear",
        },
    }  # fmt: skip


def test_units_are_those_of_the_recording() -> None:
    london = read_mapping(MAPPINGS / "london_marylebone.toml")
    assert london.columns["no2"].unit == "[ppb]"
    assert london.columns["co"].unit == "[ppm]"
    assert london.columns["pm25"].unit == observed_properties()["pm2_5"].unit
    assert read_mapping(MAPPINGS / "i94.toml").columns["temp"].unit == "K"


def test_valencia_is_one_hour_ahead_all_year(shared_data: Path) -> None:
    path = shared_data / "airquality/valencia_avda_francia_2022_2023_hourly.csv.gz"
    times = [row.phenomenon_time for row in rows(path, load_mapping(path))]
    assert times[0] == datetime(2021, 12, 31, 23, tzinfo=UTC)
    assert len(set(times)) == len(times)


def test_every_shipped_mapping_is_valid_and_attributed() -> None:
    paths = sorted(MAPPINGS.glob("*.toml"))
    assert len(paths) == 6
    for path in paths:
        mapping = read_mapping(path)
        assert mapping.source.attribution
        assert mapping.source.licence in known_licences()
        assert mapping.source.description_en
        assert mapping.source.description_ar
        assert mapping.source.provider_en
        assert mapping.source.provider_ar
        assert mapping.source.zone, "forecasts follow the days of the place, not Muscat's"
    attribution = (RECORDINGS / "ATTRIBUTION.md").read_text("utf-8")
    for file in RECORDINGS.glob("*.csv.gz"):
        assert file.name in attribution


def test_values_missing_cells_and_ignored_columns(tmp_path: Path) -> None:
    text = HEADER + "2018-01-01 00:00,5,Clear,x\n2018-01-01 01:00,NA,,y\n\n2018-01-01 02:00,,Rain,\n"
    assert _read(tmp_path, text) == [
        (datetime(2018, 1, 1, 6, tzinfo=UTC), {"vehicle_flow": 5.0, "weather": "Clear"}),
        (datetime(2018, 1, 1, 8, tzinfo=UTC), {"weather": "Rain"}),
    ]


def test_a_repeated_time_counts_once_and_is_sent_twice(tmp_path: Path) -> None:
    file, toml = _write(tmp_path, HEADER + "2018-01-01 00:00,5,Clear,\n2018-01-01 00:00,5,,\n")
    mapping = load_mapping(file, toml)
    assert count_values(file, mapping) == 2
    assert len(list(messages(file, mapping))) == 2


@pytest.mark.parametrize(
    ("policy", "hour"), [("first", 6), ("last", 7)], ids=["summer time", "standard time"]
)
def test_ambiguous_local_times_follow_the_policy(tmp_path: Path, policy: str, hour: int) -> None:
    text = MAPPING.replace('ambiguous = "first"', f'ambiguous = "{policy}"')
    (row,) = _read(tmp_path, HEADER + "2018-11-04 01:00,5,,\n", text)
    assert row[0] == datetime(2018, 11, 4, hour, tzinfo=UTC)


def test_times_with_an_offset_need_no_zone(tmp_path: Path) -> None:
    text = MAPPING.replace('zone = "America/Chicago"\n', "")
    (row,) = _read(tmp_path, HEADER + "2022-03-27T03:00:00+02:00,5,,\n", text)
    assert row[0] == datetime(2022, 3, 27, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("", 1, "no_header"),
        ("when,flow,sky\n", 0, ""),
        ("when,flow,sky,colour\n", 1, "unmapped_column"),
        ("when,flow\n", 1, "missing_column"),
        ("when,flow,sky,flow\n", 1, "repeated_column"),
        (HEADER + "2018-01-01 00:00,5\n", 2, "wrong_cell_count"),
        (HEADER + "2018-01-01 00:00,1,,\n2018-01-01 01:00,five,,\n", 3, "bad_number"),
        (HEADER + "2018-01-01 00:00,inf,,\n", 2, "bad_number"),
        (HEADER + "2018-01-01 00:00,1_000,,\n", 2, "bad_number"),
        (HEADER + "yesterday,5,,\n", 2, "bad_time"),
        (HEADER + ",5,,\n", 2, "missing_time"),
        (HEADER + "2016-12-31 23:59:60,5,,\n", 2, "bad_time"),
        (HEADER + "0001-01-01T00:00:00+14:00,5,,\n", 2, "bad_time"),
        (HEADER + "9999-12-31 23:59:59,5,,\n", 2, "bad_time"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(tmp_path: Path, text: str, line: int, key: str) -> None:
    if not key:  # the ignored column may be absent
        assert _read(tmp_path, text) == []
        return
    with pytest.raises(InvalidRecording) as caught:
        _read(tmp_path, text)
    assert (caught.value.key, caught.value.details["line"]) == (key, line)


@pytest.mark.parametrize(
    ("ambiguous", "left"),
    [("refuse", ["nonexistent_time", "ambiguous_time"]), ("last", ["nonexistent_time"])],
)
def test_an_hour_that_the_clocks_skip_leaves_the_rest(
    tmp_path: Path, ambiguous: str, left: list[str]
) -> None:
    """Of a year, each hour of the wall clock."""
    start = datetime(2018, 1, 1)  # noqa: DTZ001 (local times are what is tested)
    hours = [start + timedelta(hours=n) for n in range(8_760)]
    text = HEADER + "".join(f"{hour},{n},,\n" for n, hour in enumerate(hours))
    mapping_text = MAPPING.replace('ambiguous = "first"', f'ambiguous = "{ambiguous}"')
    file, toml = _write(tmp_path, text, mapping_text)
    mapping, refused = load_mapping(file, toml), []  # type: ignore[var-annotated]  # of the errors
    read = list(rows(file, mapping, refused.append))
    assert [error.key for error in refused] == left
    assert len(read) == len({row.phenomenon_time for row in read}) == 8_760 - len(left)
    assert refused[0].details["line"] == 2 + hours.index(datetime(2018, 3, 11, 2))  # noqa: DTZ001 (as above)
    assert count_values(file, mapping) == len(read)


def test_a_mapping_of_one_s_own_need_not_say_which_files_it_fits(tmp_path: Path) -> None:
    text = MAPPING.replace('files = ["counts*.csv"]\n', "")
    assert text != MAPPING
    assert len(_read(tmp_path, HEADER + "2018-01-01 00:00,5,,\n", text)) == 1


def test_a_nonexistent_time_without_values_is_no_error(tmp_path: Path) -> None:
    assert _read(tmp_path, HEADER + "2018-03-11 02:30,,,\n") == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('zone = "America/Chicago"', 'zone = "America/Nowhere"', "unknown_zone"),
        ('"vehicle_flow"', '"cars"', "unknown_property"),
        ('observed_property = "weather"', 'observed_property = "vehicle_flow"', "twice_mapped"),
        ('code = "town"', 'code = "Town Hall"', "wrong_code"),
        ('code = "gate"\n', "", "missing_entry"),
        ('name_en = "Town"\n', "", "wrong_entry"),
        ('ambiguous = "first"', 'ambiguous = "both"', "wrong_entry"),
        ('ambiguous = "first"', 'clock = "wrong"', "wrong_entry"),
        ("[columns]", "[columns", "not_toml"),
        ('code = "gate"\n', 'column = "note"\n', "missing_entry"),
        ('code = "gate"\n', 'code = "gate"\nlongitude = 1.0\n', "missing_entry"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in MAPPING
    with pytest.raises(InvalidRecording) as caught:
        _read(tmp_path, HEADER, MAPPING.replace(old, new, 1))
    assert caught.value.key == key
    assert "map.toml" in str(caught.value)


def test_a_missing_zone(tmp_path: Path) -> None:
    mapping = MAPPING.replace('zone = "America/Chicago"\n', "")
    with pytest.raises(InvalidRecording) as caught:
        _read(tmp_path, f"{HEADER}2018-01-01 01:00,5,,\n", mapping)
    assert caught.value.key == "no_zone"


def test_an_unknown_thing_and_files_that_cannot_be_read(tmp_path: Path) -> None:
    melbourne = MAPPINGS / "melbourne.toml"
    file = tmp_path / "melbourne.csv"
    file.write_text("Sensor,utc,local,Count\nMoon,2015-01-01T00:00Z,,1\n", "utf-8")
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes((RECORDINGS / "waterflow_2022_hourly.csv.gz").read_bytes()[:1_000])
    torn = tmp_path / "torn.csv.gz"
    whole = (RECORDINGS / "waterflow_2022_hourly.csv.gz").read_bytes()
    torn.write_bytes(whole[:2_000] + b"\xff" * 200 + whole[2_200:])
    not_gzip = tmp_path / "not.csv.gz"
    not_gzip.write_text("Time\n", "utf-8")
    waterflow = MAPPINGS / "waterflow.toml"
    for path, mapping, key in (
        (file, melbourne, "unknown_thing"),
        (cut, waterflow, "unreadable"),
        (torn, waterflow, "unreadable"),
        (not_gzip, waterflow, "unreadable"),
        (tmp_path / "absent.csv", waterflow, "unreadable"),
    ):
        with pytest.raises(InvalidFile) as caught:
            count_values(path, load_mapping(path, mapping))
        assert isinstance(caught.value, InvalidRecording)
        assert caught.value.key == key


def test_a_file_without_a_mapping_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidRecording, match="--mapping") as caught:
        load_mapping(tmp_path / "unknown.csv")
    assert "ملف" in caught.value.text("ar")


def test_another_source_code_renames_source_and_things() -> None:
    path = RECORDINGS / "waterflow_2022_hourly.csv.gz"
    mapping = load_mapping(path, source="second")
    assert next(messages(path, mapping)).topic == "falaj/v1/second/second-waterflow-branch-1"
    with pytest.raises(InvalidRecording):
        load_mapping(path, source="No Code")


def test_texts_exist_in_both_languages() -> None:
    texts = Catalogue("citycore.recordings").texts
    assert texts["en"].keys() == texts["ar"].keys()
