"""The calendar of days: what the package knows, what the operator keeps on top of it, and what a file may say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from citycore.calendar import service
from citycore.calendar.document import read_entries, shipped_ramadan
from citycore.calendar.errors import (
    CalendarEntryNotFound,
    CalendarEntryShipped,
    CalendarEntryWrong,
    CalendarFull,
)
from citycore.calendar.holidays import country_of
from citycore.calendar.model import DayKind, Entry, EntryKind, Key
from citycore.calendar.rules import entries_of, school_days, year_of_days
from citycore.calendar.settings import CalendarSettings
from citycore.language import LANGUAGES
from stack import boundary
from tests.conftest import Database

SETTINGS = CalendarSettings()


def entry(
    kind: str, first: str, last: str | None = None, *, confirmed: bool = True, country: str = "OM"
) -> Entry:
    return Entry(
        kind=EntryKind(kind),
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last or first),
        name_ar="اسم",
        name_en="Name",
        is_confirmed=confirmed,
        source="test",
        country=country,
    )


RAMADAN = entry("ramadan", "2026-02-19", "2026-03-19")


@pytest.mark.parametrize(
    ("own", "country", "day", "kind"),
    [
        ([], "OM", "2026-11-24", DayKind.WORKING),
        ([], "OM", "2026-11-25", DayKind.HOLIDAY),
        ([], "OM", "2026-11-27", DayKind.WEEKEND),
        ([], "OM", "2012-05-05", DayKind.WORKING),  # a Saturday, before the weekend moved
        ([RAMADAN], "OM", "2026-02-19", DayKind.RAMADAN_WORKING),
        ([RAMADAN], "OM", "2026-02-20", DayKind.RAMADAN_WEEKEND),
        ([RAMADAN], "OM", "2026-02-18", DayKind.WORKING),
        ([RAMADAN], "OM", "2026-03-19", DayKind.HOLIDAY),  # 29 Ramadan begins the holiday of the feast
        ([RAMADAN], "US", "2026-02-19", DayKind.WORKING),
        ([entry("holiday", "2026-11-24")], "OM", "2026-11-24", DayKind.HOLIDAY),
        ([entry("holiday", "2026-11-24")], "GB", "2026-11-24", DayKind.WORKING),
        ([entry("working", "2026-11-25")], "OM", "2026-11-25", DayKind.WORKING),
        ([entry("working", "2026-11-27")], "OM", "2026-11-27", DayKind.WORKING),
        ([entry("other", "2026-11-24")], "OM", "2026-11-24", DayKind.WORKING),
        ([], "US", "2017-07-04", DayKind.HOLIDAY),
        ([], "AU-VIC", "2023-11-07", DayKind.HOLIDAY),
        ([], "AU-NSW", "2023-11-07", DayKind.WORKING),
        ([], "ZZ", "2026-11-28", DayKind.WEEKEND),
    ],
)  # fmt: skip
def test_each_date_is_of_one_kind(own: list[Entry], country: str, day: str, kind: DayKind) -> None:
    wanted = date.fromisoformat(day)
    assert year_of_days(own, country, wanted.year).kinds[wanted] is kind


def test_an_announced_feast_takes_the_place_of_the_estimated_one() -> None:
    estimated = [one for one in entries_of([], "OM", 2027) if one.name_en == "Eid al-Fitr"]
    (shipped,) = estimated
    assert not shipped.is_confirmed
    moved = entry(
        "holiday", str(shipped.starts_on + timedelta(days=1)), str(shipped.ends_on + timedelta(days=1))
    )
    assert year_of_days([moved], "OM", 2027).kinds[shipped.starts_on] is not DayKind.HOLIDAY
    known = entries_of([moved], "OM", 2027)
    assert [one for one in known if one.name_en in {"Eid al-Fitr", "Name"}] == [moved]
    assert any(one.name_en == "National Day" for one in known), "the others stay"
    rumour = entry("holiday", str(moved.starts_on), str(moved.ends_on), confirmed=False)
    assert year_of_days([rumour], "OM", 2027).kinds[shipped.starts_on] is DayKind.HOLIDAY


def test_school_terms_are_what_the_operator_says() -> None:
    own = [
        entry("school_term", "2026-08-30", "2027-01-14"),
        entry("school_holiday", "2026-11-01", "2026-11-05"),
    ]
    asked = (date(2026, 9, 1), date(2026, 11, 3), date(2026, 7, 1), date(2027, 1, 20))
    assert [school_days(own, "OM").get(day) for day in asked] == [True, False, None, None]
    assert school_days(own, "GB") == {}


@pytest.mark.parametrize(("begins", "between"), [("2027-01-31", False), ("2027-08-30", None)])
def test_between_two_terms_that_are_near_there_are_holidays(begins: str, between: bool | None) -> None:
    own = [
        entry("school_term", begins, "2027-12-10"),
        entry("school_term", "2026-08-30", "2027-01-14"),
    ]
    known = school_days(own, "OM")
    assert known.get(date(2027, 1, 15)) is between
    assert known[date(2027, 1, 14)]
    assert known[date.fromisoformat(begins)]
    assert known.get(date.fromisoformat(begins) - timedelta(days=1)) is between


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Asia/Muscat", "OM"), ("America/Chicago", "US"), ("Europe/London", "GB"), ("Europe/Madrid", "ES"),
        ("Australia/Melbourne", "AU-VIC"), ("Asia/Shanghai", "CN"), ("UTC", None), ("nowhere", None),
    ],
)  # fmt: skip
def test_a_zone_has_a_country(zone: str, country: str | None) -> None:
    assert country_of(zone) == country


def test_what_is_kept_confirmed_moved_and_removed(database: Database) -> None:
    with database.connect("registry") as store:
        assert tuple(service.own_entries(store)) == shipped_ramadan()
        seeded = {one.starts_on: one for one in shipped_ramadan()}
        announced = [seeded[date.fromisoformat(day)] for day in ("2021-04-14", "2024-03-12", "2026-02-19")]
        assert all(one.kind is EntryKind.RAMADAN and one.is_confirmed for one in announced)
        assert not seeded[date(2027, 2, 8)].is_confirmed
        whole = ("OM", date(1970, 1, 1), date(2100, 12, 31))
        assert service.changed_at(store, *whole) is None, "what ships has changed nothing"

        service.keep(store, entry("holiday", "2026-12-01", "2026-12-02"), SETTINGS)
        first = service.changed_at(store, "OM", date(2026, 12, 2), date(2026, 12, 4))
        assert first is not None
        assert service.changed_at(store, "OM", date(2026, 12, 3), date(2026, 12, 4)) is None
        assert service.changed_at(store, "US", date(2026, 12, 2), date(2026, 12, 4)) is None
        service.keep(store, entry("holiday", "2026-12-01", "2026-12-03"), SETTINGS)
        assert service.changed_at(store, "OM", date(2026, 12, 3), date(2026, 12, 4)) is not None
        changed = service.changed_at(store, *whole)
        service.keep(store, entry("holiday", "2026-12-01", "2026-12-03"), SETTINGS)
        assert service.changed_at(store, *whole) == changed, "the same again is no change"

        (feast,) = [one for one in entries_of([], "OM", 2027) if one.name_en == "Eid al-Adha"]
        for key in (feast.key, Key("OM", EntryKind.RAMADAN, date(2027, 2, 8))):
            assert service.confirm(store, key, "ONA", SETTINGS).is_confirmed
        own = {one.key: one for one in service.own_entries(store)}
        assert (own[feast.key].source, own[feast.key].name_ar) == ("ONA", "عيد الأضحى")
        assert [one.is_confirmed for one in entries_of(own.values(), "OM", 2027) if one.key == feast.key] == [
            True
        ]
        service.remove(store, feast.key)
        with pytest.raises(CalendarEntryShipped):
            service.remove(store, feast.key)
        with pytest.raises(CalendarEntryNotFound):
            service.confirm(store, Key("OM", EntryKind.OTHER, date(2027, 1, 2)), None, SETTINGS)


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        (entry("holiday", "2026-12-02", "2026-12-01"), "ends_on", "order"),
        (entry("holiday", "2026-12-02", "2028-12-01"), "ends_on", "too_long"),
        (entry("ramadan", "2026-03-01", "2026-03-02"), "starts_on", "overlap"),
        (entry("holiday", "1920-01-01"), "starts_on", "year"),
        (entry("holiday", "2026-12-02", country="Oman"), "country", "no_country"),
    ],
)
def test_what_is_wrong_is_named_in_both_languages(
    database: Database, wrong: Entry, field: str, reason: str
) -> None:
    with database.connect("registry") as store, pytest.raises(CalendarEntryWrong) as caught:
        service.keep(store, wrong, SETTINGS)
    assert (caught.value.field, caught.value.reason) == (field, reason)
    assert len({caught.value.text(language) for language in LANGUAGES}) == 2


HEAD = "kind,starts_on,ends_on,name_ar,name_en,confirmed,source\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("kind,starts_on\nholiday,2026-01-01\n", 1, "no_column"),
        (HEAD + "holiday,2026-12-01,,ا,A,yes,s\nfeast,2026-12-05,,ا,A,yes,s\n", 3, "no_kind"),
        (HEAD + "holiday,1 December,,ا,A,yes,s\n", 2, "no_day"),
        (HEAD + "holiday,2026-12-01,,ا,A,perhaps,s\n", 2, "no_truth"),
        (HEAD + "holiday,2026-12-01,,ا,A,yes,s,more\n", 2, "too_many_cells"),
        (HEAD + "holiday,2026-12-01,,,A,yes,s\n", 2, "text"),
        (HEAD + "holiday,2026-12-01,2026-12-03,ا,A,yes,s\nholiday,2026-12-02,,ا,A,yes,s\n", 3, "overlap"),
    ],
)
def test_a_file_is_kept_whole_or_not_at_all(database: Database, text: str, line: int, reason: str) -> None:
    with database.connect("registry") as store:
        before = service.own_entries(store)
        with pytest.raises(CalendarEntryWrong) as caught:
            service.bring(store, text, SETTINGS)
        assert service.own_entries(store) == before
    assert (caught.value.details["line"], caught.value.reason) == (line, reason)
    assert f"{line}" in caught.value.text("ar")


def test_a_calendar_is_bounded(database: Database) -> None:
    with database.connect("registry") as store:
        with pytest.raises(CalendarFull):
            service.keep(store, entry("other", "2026-12-01"), CalendarSettings(entries_max=1))
        with pytest.raises(CalendarFull):
            service.bring(store, HEAD, CalendarSettings(file_bytes_max=5))
    assert list(read_entries("\N{BYTE ORDER MARK}" + HEAD)) == []


def test_the_command_line(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in (database.environment() | {"FALAJ_LANGUAGE": "en"}).items():
        monkeypatch.setenv(name, value)

    def said(*arguments: str, code: int = 0) -> str:
        assert boundary.run(["calendar", *arguments]) == code
        told = capsys.readouterr()
        return told.out + told.err

    listed = said("list", "--year", "2026")
    assert "2026-02-19\t2026-03-19\tramadan\tconfirmed\tRamadan\tرمضان" in listed
    assert "National Day\tيوم وطني\tholidays" in listed
    assert "Kept" in said("add", "2026-12-06/2026-12-07", "--names", "مؤتمر", "Summit", "--kind", "other")
    assert "estimated\tSummit" in said("list", "--year", "2026")
    assert "Confirmed" in said("confirm", "2026-12-06", "--kind", "other", "--source", "ONA")
    assert "confirmed\tSummit\tمؤتمر\tONA" in said("list", "--year", "2026")
    assert "Removed" in said("remove", "2026-12-06", "--kind", "other")
    assert "as a working day" in said("remove", "2026-11-25", code=1)
    assert "Write it as 2027-03-09" in said("add", "tomorrow", code=1)
    file = tmp_path / "days.csv"
    file.write_text(HEAD + "school_term,2026-08-30,2027-01-14,الفصل الأول,First term,yes,MoE\n", "utf-8")
    assert "Kept of " in said("import", str(file))
    file.write_bytes(b"kind\n\xff")
    assert "UTF-8" in said("import", str(file), code=1)
    monkeypatch.setenv("FALAJ_LANGUAGE", "ar")
    assert "ليس تاريخًا" in said("add", "غدا", code=1)
