"""The calendar of days as open data."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from citycore.calendar.model import Entry, EntryKind
from citycore.calendar.service import keep
from citycore.calendar.settings import CalendarSettings
from tests.hub_api.conftest import Api, City


@pytest.fixture
def term(city: City) -> None:
    entry = Entry(
        kind=EntryKind.SCHOOL_TERM,
        starts_on=date(2026, 8, 30),
        ends_on=date(2027, 1, 14),
        name_ar="الفصل الأول",
        name_en="First term",
        is_confirmed=True,
        source="MoE",
    )
    with city.database.connect("registry") as store:
        keep(store, entry, CalendarSettings())


def test_days_in_both_languages_and_all_formats(api: Api, term: None) -> None:
    answer = api.get("/v1/calendar?year=2026")
    assert answer.status_code == 200, answer.text
    found = {(one["kind"], one["first_date"]): one for one in answer.json()["data"]}
    assert found["ramadan", "2026-02-19"] == {
        "country": "OM",
        "kind": "ramadan",
        "first_date": "2026-02-19",
        "last_date": "2026-03-19",
        "name": {"en": "Ramadan", "ar": "رمضان"},
        "confirmed": True,
        "announced_by": "timeanddate.com/holidays/oman/ramadan-begins (holidays 0.109)",
        "shipped": False,
    }
    national = found["holiday", "2026-11-25"]
    assert (national["last_date"], national["name"]["ar"], national["shipped"]) == (
        "2026-11-26",
        "يوم وطني",
        True,
    )
    rows = list(csv.DictReader(io.StringIO(api.get("/v1/calendar.csv?year=2027").text)))
    assert [row["name_ar"] for row in rows if row["kind"] == "school_term"] == ["الفصل الأول"]
    assert {row["confirmed"] for row in rows if row["name_en"] == "Eid al-Fitr"} == {"false"}
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/v1/calendar?year=2026&limit=4{cursor and '&cursor=' + cursor}").json()
        seen += [(one["kind"], one["first_date"]) for one in page["data"]]
        cursor = page["next"]
    assert seen == list(found)


def test_other_countries_and_what_is_wrong(api: Api) -> None:
    (cup,) = [
        one["name"]
        for one in api.get("/v1/calendar?country=AU-VIC&year=2023").json()["data"]
        if one["first_date"] == "2023-11-07"
    ]
    assert cup["en"] == "Melbourne Cup Day"
    assert api.get("/v1/calendar?country=Oman").status_code == 404
    for wrong in ("year=1900", "kind=feast", "f=geojson"):
        assert api.get(f"/v1/calendar?{wrong}").status_code in {406, 422}, wrong
