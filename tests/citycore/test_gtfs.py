"""Schedules as they come: right ones, and what is said of wrong ones."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from citycore.transport.errors import FeedInvalid
from citycore.transport.gtfs import read_feed, seconds_of
from citycore.transport.settings import FeedSettings
from tests.citycore.transit_scene import feed_files, feed_of, write_feed

SETTINGS = FeedSettings()
EIGHT = 8 * 3_600


def pack(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_a_folder_and_a_zip_of_it_are_one_version(tmp_path: Path) -> None:
    files = feed_files({"t1": EIGHT, "late": 25 * 3_600}, {"t1": "bus"})
    feed = feed_of(tmp_path / "folder", files)
    assert feed == read_feed(pack(tmp_path / "feed.zip", files), SETTINGS)
    other = feed_of(
        tmp_path / "other", files | {"agency.txt": files["agency.txt"].replace("Invented", "Other")}
    )
    assert other.digest != feed.digest
    first, late = feed.trips
    assert (first.arrivals, first.departures) == (
        (28_800, 28_920, 29_070, 29_220),
        (28_800, 28_950, 29_100, 29_220),
    )
    assert (first.block, late.block, late.departures[0]) == ("bus", None, 90_000)
    assert len(feed.days) == 61
    assert (feed.routes[0].name_en, feed.routes[0].name_ar) == ("From a to d", "من أ إلى د")
    assert [(stop.name_en, stop.name_ar) for stop in feed.stops[:2]] == [
        ("Stop a", "الموقف أ"),
        ("Stop b", "Stop b"),
    ]


def test_exceptions_and_untimed_stops(tmp_path: Path) -> None:
    files = feed_files({"t1": EIGHT})
    files["calendar_dates.txt"] = "service_id,date,exception_type\ndaily,20261124,2\ndaily,20270101,1\n"
    rows = files["stop_times.txt"].splitlines()
    rows[2], rows[3] = "t1,,,b,2", "t1,,,c,3"
    feed = feed_of(tmp_path, files | {"stop_times.txt": "\ufeff" + "\r\n".join(rows)})
    assert date(2026, 11, 24) not in feed.days
    assert feed.days[date(2027, 1, 1)] == {"daily"}
    assert feed.trips[0].departures == (28_800, 28_940, 29_080, 29_220)
    assert feed.trips[0].timepoints == (True, False, False, True)


@pytest.mark.parametrize(
    ("text", "seconds"), [("8:00:00", 28_800), ("25:10:05", 90_605), ("100:00:00", 360_000)]
)
def test_times(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


def change(name: str, old: str, new: str) -> dict[str, str]:
    files = feed_files({"t1": EIGHT})
    assert old in files[name]
    return files | {name: files[name].replace(old, new, 1)}


WRONG = {
    "unknown stop": (change("stop_times.txt", ",b,2", ",x,2"), "stop_times.txt, line 3: stop_id names “x”"),
    "unknown trip": (change("trips.txt", ",t1,", ",t2,"), "stop_times.txt, line 2: trip_id names “t1”"),
    "unknown route": (change("trips.txt", "r1,", "r9,"), "trips.txt, line 2: route_id names “r9”"),
    "unknown service": (change("trips.txt", "daily", "never"), "service_id names “never”, which is not in calendar.txt"),
    "time": (change("stop_times.txt", "08:00:00", "8 am"), "stop_times.txt, line 2: arrival_time is “8 am”; write HH:MM:SS"),
    "far time": (change("stop_times.txt", "08:00:00", "170:00:00"), "arrival_time is “170:00:00”"),
    "back in time": (change("stop_times.txt", "08:02:00", "07:00:00"), "line 3: trip “t1” goes back in time"),
    "no time at the end": (change("stop_times.txt", "08:07:00,08:07:00", ","), "trip “t1” has no time at its first or last stop"),
    "one stop": ({**feed_files({"t1": EIGHT}), "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,8:00:00,8:00:00,a,1\n"}, "fewer than two stops"),
    "coordinate": (change("stops.txt", "23.6,58.4\n", "58.4,223.6\n"), "stops.txt, line 2: stop_lon is “223.6”, which is not a number from -180 to 180"),
    "nan": (change("stops.txt", "23.6,58.4\n", "nan,58.4\n"), "stop_lat is “nan”"),
    "date": (change("calendar.txt", "20261101", "2026-1-1"), "calendar.txt, line 2: start_date is “2026-1-1”; write YYYYMMDD"),
    "calendar for ever": (change("calendar.txt", "20261231", "21261231"), "calendar.txt, line 2: more than 1500"),
    "zone": (change("agency.txt", "Asia/Muscat", "Muscat"), "agency_timezone is “Muscat”, which is no time zone"),
    "column": (change("stops.txt", "stop_id", "id"), "stops.txt, line 1: the column stop_id is missing"),
    "twice": (change("stops.txt", "b,Stop b", "a,Stop b"), "stops.txt, line 3: “a” stands there twice"),
    "short": (change("stops.txt", "b,Stop b", "b"), "stops.txt, line 3: the row has 3 fields, and the heading 4"),
    "empty": (change("stops.txt", "b,Stop b", ",Stop b"), "stops.txt, line 3: stop_id is empty"),
    "long": (change("stops.txt", "b,Stop b", "b" * 64 + ",Stop b"), "stops.txt, line 3: stop_id has more than 63 bytes"),
    "nul": (change("stops.txt", "Stop b", "Stop \0"), "stops.txt, line 3: this is no CSV"),
    "no rows": (change("routes.txt", "r1,1,From a to d,3\n", ""), "routes.txt: there is no row"),
    "frequencies": ({**feed_files({"t1": EIGHT}), "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nt1,8:0:0,9:0:0,60\n"}, "frequencies.txt, line 2: trips by frequency"),
    "no days": (change("calendar.txt", "1,1,1,1,1,1,1", "0,0,0,0,0,0,0"), "no service runs on any day"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_names_file_line_and_what_belongs_there(tmp_path: Path, name: str) -> None:
    files, line = WRONG[name]
    with pytest.raises(FeedInvalid) as caught:
        feed_of(tmp_path, files)
    english, arabic = caught.value.text("en"), caught.value.text("ar")
    assert line in english
    assert "\n" not in english + arabic
    assert "لم يُحمَّل" in arabic


@pytest.mark.parametrize("missing", ["agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"])
def test_a_missing_file(tmp_path: Path, missing: str) -> None:
    files = {name: text for name, text in feed_files({"t1": EIGHT}).items() if name != missing}
    with pytest.raises(FeedInvalid, match=f"{missing}: the file is missing"):
        feed_of(tmp_path, files)


def test_other_encodings_calendars_and_archives(tmp_path: Path) -> None:
    files = feed_files({"t1": EIGHT})
    folder = write_feed(tmp_path / "latin", files)
    (folder / "stops.txt").write_bytes(files["stops.txt"].replace("Stop b", "Stöp").encode("latin-1"))
    with pytest.raises(FeedInvalid, match=r"stops.txt, line 3: this is not UTF-8"):
        read_feed(folder, SETTINGS)
    folder = write_feed(tmp_path / "days", files)
    (folder / "calendar.txt").unlink()
    with pytest.raises(FeedInvalid, match=r"neither calendar.txt nor calendar_dates.txt"):
        read_feed(folder, SETTINGS)
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(FeedInvalid, match=r"text.zip: this is neither a folder nor a ZIP"):
        read_feed(tmp_path / "text.zip", SETTINGS)
    broken = pack(tmp_path / "broken.zip", files)
    content = bytearray(broken.read_bytes())
    content[60:80] = b"\xff" * 20
    broken.write_bytes(content)
    with pytest.raises(FeedInvalid, match=r"agency.txt"):
        read_feed(broken, SETTINGS)


def test_no_more_is_unpacked_than_may_be(tmp_path: Path) -> None:
    """A bomb: a kilobyte that would be a megabyte."""
    files = feed_files({"t1": EIGHT})
    bomb = pack(tmp_path / "bomb.zip", files | {"stops.txt": "stop_id\n" + "0" * 10**6})
    with pytest.raises(
        FeedInvalid, match=r"stops.txt: more than 100000 bytes unpacked.*FALAJ_GTFS_FILE_BYTES_MAX"
    ):
        read_feed(bomb, FeedSettings(file_bytes_max=100_000))
    with pytest.raises(FeedInvalid, match=r"more than 500 bytes unpacked.*FALAJ_GTFS_FEED_BYTES_MAX"):
        read_feed(pack(tmp_path / "feed.zip", files), FeedSettings(feed_bytes_max=500))
    with pytest.raises(FeedInvalid, match=r"stops.txt, line 4: more than 2\. .*FALAJ_GTFS_ROWS_MAX"):
        feed_of_limited(tmp_path / "rows", files, FeedSettings(rows_max=2))


def feed_of_limited(folder: Path, files: dict[str, str], settings: FeedSettings) -> None:
    read_feed(write_feed(folder, files), settings)


def test_many_faults_are_counted_and_some_told(tmp_path: Path) -> None:
    files = feed_files({f"t{number}": EIGHT + number for number in range(20)})
    files["stop_times.txt"] = files["stop_times.txt"].replace(",b,", ",x,")
    with pytest.raises(FeedInvalid) as caught:
        read_feed(write_feed(tmp_path, files), FeedSettings(faults_max=5))
    assert (len(caught.value.faults), caught.value.details["count"]) == (5, 20)
