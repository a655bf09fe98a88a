"""Recordings of many shapes: times in several columns, wide tables, other encodings, hours that clocks skip and repeat."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from citycore.recordings.errors import InvalidRecording
from citycore.recordings.mapping import read_mapping
from citycore.recordings.registering import document_of
from simulators.recording import Row, messages, rows

HEAD = """
[source]
code = "town"
name_en = "Town"
name_ar = "بلدة"
"""
STATION = """
[thing]
code = "gate"
kind = "station"
name_en = "Gate"
name_ar = "بوابة"
"""
ONE = STATION + '[columns]\nx = { observed_property = "pm2_5" }\n'
PARTS = 'year = "y"\nmonth = "m"\nday = "d"\nhour = "h"\n'


def _read(folder: Path, content: str | bytes, mapping: str) -> list[Row]:
    (folder / "map.toml").write_text(mapping, "utf-8")
    file = folder / "file.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(rows(file, read_mapping(folder / "map.toml"), refused.append))


refused: list[InvalidRecording] = []


@pytest.fixture(autouse=True)
def _nothing_refused_yet() -> None:
    refused.clear()


@pytest.mark.parametrize(
    ("time", "content", "expected"),
    [
        (PARTS, "y,m,d,h,x\n2013,3,1,5,7\n", datetime(2013, 3, 1, 5, tzinfo=UTC)),
        (PARTS, "y,m,d,h,x\n2013,3.0,1,24,7\n", datetime(2013, 3, 2, tzinfo=UTC)),
        (PARTS + 'minute = "n"\n', "y,m,d,h,n,x\n2013,12,31,23,59,7\n", datetime(2013, 12, 31, 23, 59, tzinfo=UTC)),
        ('date = "d"\nhour = "h"\n', "d,h,x\n2011-01-02,3,7\n", datetime(2011, 1, 2, 3, tzinfo=UTC)),
        (
            'date = "d"\ntime = "t"\nformat = "%d/%m/%Y %I:%M %p"\n',
            "d,t,x\n03/04/2011,12:30 AM,7\n",
            datetime(2011, 4, 3, 0, 30, tzinfo=UTC),
        ),
        (
            'column = "t"\nformat = "%m/%d/%y %H:%M"\n',
            "t,x\n3/4/11 24:00,7\n",
            datetime(2011, 3, 5, tzinfo=UTC),
        ),
        (
            'column = "t"\nformat = "%d.%m.%Y %H:%M:%S%z"\n',
            "t,x\n03.04.2011 05:06:07.5+0400,7\n",
            datetime(2011, 4, 3, 1, 6, 7, 500_000, tzinfo=UTC),
        ),
    ],
)  # fmt: skip
def test_times_in_many_columns_and_forms(tmp_path: Path, time: str, content: str, expected: datetime) -> None:
    (row,) = _read(tmp_path, content, f'{HEAD}[time]\n{time}zone = "UTC"\n{ONE}')
    assert (row.phenomenon_time, row.results) == (expected, {"pm2_5": 7.0})


@pytest.mark.parametrize(
    ("time", "key"),
    [
        ('year = "y"\nmonth = "m"\n', "time_columns"),
        ('column = "t"\nhour = "h"\n', "time_columns"),
        ('time = "t"\n', "time_columns"),
        ("", "time_columns"),
        ('column = "t"\nformat = "%Q"\n', "time_format"),
        ('column = "t"\nformat = "%d %d"\n', "time_format"),
    ],
)
def test_a_mapping_says_where_the_time_is(tmp_path: Path, time: str, key: str) -> None:
    with pytest.raises(InvalidRecording) as caught:
        _read(tmp_path, "t,x\n", f"{HEAD}[time]\n{time}{ONE}")
    assert caught.value.key == key


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "windows-1256"])
def test_encodings_delimiters_decimals_and_a_late_header(tmp_path: Path, encoding: str) -> None:
    name = {"latin-1": "Lufttemperatur °", "windows-1256": "حرارة"}.get(encoding, "حرارة °")
    content = (
        f"a report\n\nt;{name}\n2020-01-01 00:00;21,5\n2020-01-01 01:00;-\n2020-01-01 02:00;NA\n".encode(
            encoding
        )
    )
    declared = encoding.removesuffix("-sig")
    mapping = f"""{HEAD}[file]
encoding = "{declared}"
delimiter = ";"
decimal = ","
header_line = 3
[time]
column = "t"
zone = "Asia/Muscat"
{STATION}[columns]
"{name}" = {{ observed_property = "air_temperature", unit = "Cel", to = "K" }}
"""  # fmt: skip
    (row,) = _read(tmp_path, content, mapping)
    assert row.results == {"air_temperature": pytest.approx(294.65)}
    assert row.phenomenon_time == datetime(2019, 12, 31, 20, tzinfo=UTC)


WIDE = f"""{HEAD}[time]
column = "t"
zone = "UTC"
[thing]
kind = "station"
[thing.values.a]
code = "a"
name_en = "A"
name_ar = "أ"
[thing.values.b]
code = "b"
name_en = "B"
name_ar = "ب"
[columns]
"A PM" = {{ observed_property = "pm2_5", thing = "a" }}
"B PM" = {{ observed_property = "pm2_5", thing = "b" }}
"B PM (2)" = {{ observed_property = "pm2_5", thing = "b", sensor = "sds011" }}
[sensors.sds011]
name_en = "SDS011"
name_ar = "SDS011"
"""


def test_a_wide_table_has_a_column_for_each_station_and_sensor(tmp_path: Path) -> None:
    found = _read(tmp_path, "t,A PM,B PM,B PM (2)\n2020-01-01 00:00,1,2,3\n2020-01-01 01:00,,5,\n", WIDE)
    assert [(row.thing.code, row.results) for row in found] == [
        ("a", {"pm2_5": 1.0}),
        ("b", {"pm2_5": 2.0, "pm2_5/sds011": 3.0}),
        ("b", {"pm2_5": 5.0}),
    ]
    document = document_of(read_mapping(tmp_path / "map.toml"))
    assert [
        (thing.code, [(each.observed_property, each.sensor) for each in thing.datastreams])
        for thing in document.sources[0].things
    ] == [("a", [("pm2_5", None)]), ("b", [("pm2_5", None), ("pm2_5", "sds011")])]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (', thing = "a"', "", "missing_entry"),
        ('thing = "a"', 'thing = "c"', "missing_entry"),
        ('[thing]\nkind = "station"', '[thing]\nkind = "station"\ncolumn = "s"', "thing_twice"),
        (', sensor = "sds011"', "", "twice_mapped"),
        ('"pm2_5", thing = "a"', '"pm2_5", to = "m", thing = "a"', "no_conversion"),
        ("[sensors.sds011]", '[file]\ndelimiter = ";;"\n[sensors.sds011]', "wrong_entry"),
        ("[sensors.sds011]", '[file]\nencoding = "klingon"\n[sensors.sds011]', "wrong_entry"),
    ],
)
def test_what_is_wrong_with_a_wide_mapping_is_said(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in WIDE
    with pytest.raises(InvalidRecording) as caught:
        _read(tmp_path, "t,A PM,B PM,B PM (2)\n", WIDE.replace(old, new, 1))
    assert caught.value.key == key


def test_hours_that_clocks_skip_and_repeat(tmp_path: Path) -> None:
    """The skipped row goes alone; a pair is told apart by its order; one alone is suspect."""
    content = "t,s,x\n" + "".join(
        f"{time},{station},1\n"
        for time, station in (
            ("2018-03-11 01:00", "p"),
            ("2018-03-11 02:00", "p"),
            ("2018-03-11 03:00", "p"),
            ("2018-11-04 01:00", "p"),
            ("2018-11-04 01:00", "q"),
            ("2018-11-04 01:00", "p"),
            ("2018-11-04 02:00", "p"),
        )
    )
    things = "".join(
        f'[thing.values.{code}]\ncode = "{code}"\nname_en = "{code}"\nname_ar = "{code}"\n' for code in "pq"
    )
    mapping = f"""{HEAD}[time]
column = "t"
zone = "America/Chicago"
[thing]
kind = "station"
column = "s"
{things}[columns]
x = {{ observed_property = "pm2_5" }}
"""
    found = _read(tmp_path, content, mapping)
    assert [error.key for error in refused] == ["nonexistent_time"]
    assert refused[0].details["line"] == 3
    november = [row for row in found if row.phenomenon_time.month == 11]
    assert [(row.thing.code, row.phenomenon_time.hour, row.is_certain) for row in november] == [
        ("p", 6, True), ("q", 6, False), ("p", 7, True), ("p", 8, True),
    ]  # fmt: skip
    sent = [
        message.payload for message in messages(tmp_path / "file.csv", read_mapping(tmp_path / "map.toml"))
    ]
    assert [b'"2018-11-04T01:00:00"' in payload for payload in sent[2:]] == [False, True, False, False]
