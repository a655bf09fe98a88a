"""``/v1/innovation/calls``, the CommonGrants shape and the calendar: what is public, exactly, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pytest

from casework.programme import Session
from hackathon.contest.hackathons.machine import DEADLINES as HACKATHON_DEADLINES
from hackathon.funding.calls import service
from hackathon.funding.calls.machine import CALL, UNPUBLISHED
from hackathon.funding.calls.repository import CALLS
from hub_api.programme.funding.calls import public
from hub_api.programme.funding.calls.common_grants import STATUS
from tests.hackathon.calling import programme_for
from tests.hackathon.funding import DATES, DAY, NOW, OFFICER, Funding
from tests.hackathon.heat import AGENCY
from tests.hub_api.conftest import Api, City, open_city, standing
from tests.hub_api.innovation.conftest import organisation

SECRET = {"title_en": "SECRET", "title_ar": "SECRET", "summary_en": "SECRET"}
GRANTS = "common-grants/opportunities"


@dataclass(frozen=True, slots=True)
class Calls:
    """``funding`` moves them on; ``hidden`` are the identifiers of those that nobody knows of."""

    city: City
    funding: Funding
    owner: Any
    opened: UUID
    hidden: tuple[UUID, ...]


@pytest.fixture(scope="module")
def calls(postgres: Any, city_template: Any) -> Iterator[Calls]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            organisation(owner, AGENCY, "Water Works", "verified")
            funding = Funding(portal)
            hidden = (funding.draft(code="water-secret", texts=SECRET), funding.complete(texts=SECRET))
            funding.step(hidden[1], "approve")
            given_up = funding.complete(texts=SECRET)
            funding.step(given_up, "cancel", "no_budget")
            coming = funding.complete(code="water-coming", rounds=2)
            for event in ("approve", "forecast"):
                funding.step(coming, event)
            off = funding.complete(code="water-off")
            for event in ("approve", "forecast"):
                funding.step(off, event)
            funding.step(off, "cancel", "no_budget")
            opened = funding.opened(code="water-open", organisation_id=AGENCY)
            programme_for(portal, lambda: funding.now).call(
                OFFICER, Session.extend, CALLS, opened, "closes", DATES["closes"] + DAY / 2, "holiday"
            )
            yield Calls(city, funding, owner, opened, (*hidden, given_up))


@pytest.fixture(scope="module")
def hub(calls: Calls) -> Iterator[Api]:
    with standing(calls.city) as api:
        yield api


def data(hub: Api, url: str) -> Any:
    answer = hub.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_calls_say_what_is_funded_and_what_is_asked(hub: Api) -> None:
    found = {one["call"]: one for one in data(hub, "calls")}
    assert list(found) == ["city-shade", "water-coming", "water-off", "water-open"]
    assert found["city-shade"]["hackathon"] == "city-heat"
    one = found["water-open"]
    assert (one["state"], one["state_name"]) == ("open", {"en": "Open", "ar": "مفتوحة"})
    assert (one["currency"], one["budget"], one["award_min"], one["award_max"]) == (
        "OMR", "90000.000", "1000.000", "30000.000",
    )  # fmt: skip
    assert one["funder"] == {
        "organisation": str(AGENCY), "kind": "agency", "name": {"en": "Water Works", "ar": "Water Works"},
    }  # fmt: skip
    assert one["eligibility"]["kinds"] == ["person", "university"]
    assert one["eligibility"]["governorates"] == ["OM-MA", "OM-MU"]
    assert [each["statement"] for each in one["eligibility"]["statements"]] == ["ethics"]
    assert [(each["criterion"], each["weight"]) for each in one["criteria"]] == [
        ("worth", 66.5),
        ("data", 33.5),
    ]
    assert [form["round"] for form in one["forms"]] == [1]
    assert [each["identifying"] for each in one["forms"][0]["fields"]] == [False, False, True]
    assert [form["round"] for form in found["water-coming"]["forms"]] == [1, 2]
    assert [each["deadline"] for each in one["deadlines"]] == [
        "opens",
        "closes",
        "reviews_due",
        "appeals_close",
    ]
    closes = one["deadlines"][1]
    assert (closes["instant"], closes["zone"]) == ("2026-11-03T20:00:00Z", "Asia/Muscat")
    assert closes["extensions"][0]["reason_name"]["en"] == "Public holiday"
    off = found["water-off"]
    assert (off["state"], off["state_reason_name"]["en"], off["deadlines"]) == (
        "cancelled", "The budget is not available", [],
    )  # fmt: skip
    assert data(hub, "calls/water-open") == one
    assert [each["call"] for each in data(hub, "calls?state=open")] == ["city-shade", "water-open"]
    assert [each["call"] for each in data(hub, f"calls?organisation={AGENCY}")] == ["water-open"]


def test_every_format_says_the_same_and_pages_go_on(hub: Api) -> None:
    expected = [one["call"] for one in data(hub, "calls")]
    table = list(csv.DictReader(io.StringIO(hub.get("/v1/innovation/calls.csv").text)))
    lines = [json.loads(line) for line in hub.get("/v1/innovation/calls.ndjson").text.splitlines()]
    assert [one["call"] for one in table] == [one["call"] for one in lines] == expected
    row = table[3]
    assert (row["budget"], row["kinds"], row["criteria"]) == (
        "90000.000",
        "person university",
        "worth 66.5; data 33.5",
    )
    assert (row["closes"], row["second_closes"]) == ("2026-11-03T20:00:00.000000Z", "")
    url, paged = "/v1/innovation/calls?limit=1", []
    while url:
        answer = hub.get(url)
        paged += [one["call"] for one in answer.json()["data"]]
        url = answer.links.get("next", {}).get("url", "")
    assert paged == expected


def test_dates_of_calls_stand_beside_those_of_hackathons(hub: Api) -> None:
    found = data(hub, "deadlines")
    assert [one["instant"] for one in found] == sorted(one["instant"] for one in found)
    own = [one for one in found if one["kind"] == "call"]
    assert {one["call"] for one in own} == {"water-open", "water-coming"}
    assert {(one["hackathon"], one["hackathon_name"]) for one in own} == {(None, None)}
    heat = [one for one in found if one["kind"] == "hackathon"]
    assert {(one["hackathon"], one["call"], one["call_name"]) for one in heat} == {("city-heat", None, None)}
    assert len(heat) == len(HACKATHON_DEADLINES)
    assert data(hub, "deadlines?call=water-open") == [one for one in own if one["call"] == "water-open"]
    assert data(hub, "deadlines?hackathon=city-heat") == heat
    assert data(hub, "deadlines?hackathon=city-heat&call=water-open") == []
    url, paged = "/v1/innovation/deadlines?limit=1", []
    while url:
        answer = hub.get(url)
        paged += answer.json()["data"]
        url = answer.links.get("next", {}).get("url", "")
    assert paged == found
    (row, *_) = csv.DictReader(io.StringIO(hub.get("/v1/innovation/deadlines.csv?call=water-open").text))
    assert (row["hackathon"], row["kind"], row["call"]) == ("", "call", "water-open")


def test_the_calendar_has_them_too(hub: Api) -> None:
    for language, summary in (
        ("en", "City water: Deadline for applications"),
        ("ar", "ماء المدينة: آخر موعد للطلبات"),
    ):
        text = hub.get(f"/v1/innovation/deadlines.ics?call=water-open&lang={language}").text.replace(
            "\r\n ", ""
        )
        assert f"SUMMARY;LANGUAGE={language}:{summary}" in text
        assert text.count("BEGIN:VEVENT") == 4
        assert "DTSTART:20261103T200000Z" in text
        assert "SEQUENCE:1" in text


def test_common_grants_has_the_same_in_its_own_words(hub: Api, calls: Calls) -> None:
    answer = hub.get(f"/v1/innovation/{GRANTS}").json()
    assert (answer["status"], answer["message"]) == (200, "Success")
    assert answer["paginationInfo"] == {"page": 1, "pageSize": 100, "totalItems": 4, "totalPages": 1}
    modified = [one["lastModifiedAt"] for one in answer["items"]]
    assert modified == sorted(modified, reverse=True)
    by_code = {one["customFields"]["code"]["value"]: one for one in answer["items"]}
    one = by_code["water-open"]
    assert one["id"] == str(calls.opened)
    assert one["status"] == {"value": "open", "description": "Open"}
    assert one["funding"] == {
        "totalAmountAvailable": {"amount": "90000.000", "currency": "OMR"},
        "minAwardAmount": {"amount": "1000.000", "currency": "OMR"},
        "maxAwardAmount": {"amount": "30000.000", "currency": "OMR"},
    }
    assert one["keyDates"]["closeDate"] == {
        "name": "Deadline for applications", "eventType": "singleDate", "date": "2026-11-04", "time": "00:00:00",
        "description": "Muscat time (Asia/Muscat, UTC+04:00); 2026-11-03T20:00:00+00:00",
    }  # fmt: skip
    assert set(one["keyDates"]["otherDates"]) == {"applicationsOpen", "reviewsDue", "appealsClose"}
    assert one["acceptedApplicantTypes"] == [
        {"value": "individual"},
        {"value": "custom", "customValue": "university"},
    ]
    assert one["customFields"]["titleArabic"] == {
        "name": "titleArabic",
        "fieldType": "string",
        "value": "ماء المدينة",
    }
    assert one["createdAt"] == "2026-11-02T08:00:00Z"
    assert hub.get(one["source"].removeprefix("http://testserver")).status_code == 200
    assert hub.get(f"/v1/innovation/{GRANTS}/{calls.opened}").json()["data"] == one
    off = by_code["water-off"]
    assert off["status"] == {"value": "custom", "customValue": "cancelled", "description": "Cancelled"}
    assert "closeDate" not in off["keyDates"]
    assert by_code["water-coming"]["status"]["value"] == "forecasted"
    pages = [hub.get(f"/v1/innovation/{GRANTS}?page={number}&pageSize=3").json() for number in (1, 2, 3)]
    assert [len(page["items"]) for page in pages] == [3, 1, 0]
    assert [one["id"] for page in pages for one in page["items"]] == [one["id"] for one in answer["items"]]
    assert pages[0]["paginationInfo"] == {"page": 1, "pageSize": 3, "totalItems": 4, "totalPages": 2}
    operation = hub.get("/openapi.json").json()["paths"][f"/v1/innovation/{GRANTS}"]["get"]
    (size,) = (one["schema"] for one in operation["parameters"] if one["name"] == "pageSize")
    assert hub.get(f"/v1/innovation/{GRANTS}?pageSize={size['maximum']}").status_code == 200
    for query, parameter in (
        (f"pageSize={size['maximum'] + 1}", "pageSize"),
        ("page=0", "page"),
        ("page_size=2", "page_size"),
    ):
        refused = hub.get(f"/v1/innovation/{GRANTS}?{query}")
        assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, parameter)


def test_what_is_not_public_occurs_nowhere(hub: Api, calls: Calls) -> None:
    lists = [f"{name}.{kind}" for name in ("calls", "deadlines") for kind in ("json", "csv", "ndjson")]
    lists += [f"calls?state={state}" for state in get_args(public.CallState)]
    lists += [GRANTS, "deadlines.ics", "calls/water-sekret", "deadlines?call=water-sekret", "organisations"]
    for url in lists:
        answer = hub.get(f"/v1/innovation/{url}")
        assert answer.status_code in {200, 404}, url
        for word in ("SECRET", "water-secret", *map(str, calls.hidden)):
            assert word not in answer.text, (url, word)
    nothing = str(uuid4())
    for identifier in map(str, calls.hidden):
        answer = hub.get(f"/v1/innovation/{GRANTS}/{identifier}")
        expected = hub.get(f"/v1/innovation/{GRANTS}/{nothing}").text.replace(nothing, identifier)
        assert (answer.status_code, answer.text) == (404, expected)
    assert hub.get("/v1/innovation/calls/water-secret").json()["suggestion"] != "water-secret"


def test_the_role_of_the_open_data_sees_the_views_and_no_table(calls: Calls) -> None:
    with calls.city.database.connect("read") as reader:
        assert reader.execute("SELECT count(*) FROM open_innovation.calls").fetchone() == (4,)
        for table in ("calls", "call_forms", "applications"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"SELECT FROM innovation.{table}".encode())
        # A condition that tells what it was asked about would tell of hidden rows, were the views no barriers.
        reader.execute("SELECT FROM open_innovation.calls WHERE 1 / (title_en <> 'SECRET')::int > 0")
        reader.execute("SELECT FROM open_innovation.call_deadlines WHERE 1 / (title_en <> 'SECRET')::int > 0")


def test_every_state_is_told_by_its_public_word_or_not_at_all(hub: Api, calls: Calls) -> None:
    for state in CALL.states:
        calls.owner.execute(
            "UPDATE innovation.calls SET state = %s WHERE call_id = %s", [state.name, calls.opened]
        )
        answer = hub.get("/v1/innovation/calls/water-open")
        if state.name in UNPUBLISHED:
            assert answer.status_code == 404
            continue
        told = answer.json()["data"]
        assert told["state"] in get_args(public.CallState)
        assert told["state"] == (state.public or state.name)
        label = CALL.public_label(state.name)
        assert told["state_name"] == {"en": label.text("en"), "ar": label.text("ar")}
        assert told["state"] in STATUS
    calls.owner.execute("UPDATE innovation.calls SET state = 'open' WHERE call_id = %s", [calls.opened])


def test_the_time_of_a_decision_tells_nothing(hub: Api, calls: Calls) -> None:
    funding = calls.funding
    call_id = funding.complete(code="quiet")
    funding.now = NOW
    funding.step(call_id, "approve")
    for at, event in (("opens", "open"), ("closes", "close")):
        funding.now = DATES[at]
        funding.step(call_id, event)
    before = data(hub, "calls/quiet")["changed_at"]
    assert before == "2026-11-03T08:00:00Z"
    funding.now = DATES["closes"] + timedelta(hours=3)
    funding.step(call_id, "begin_reviewing")
    quiet = data(hub, "calls/quiet")
    funding.now += timedelta(hours=3)
    funding.step(call_id, "decide")
    assert data(hub, "calls/quiet") == quiet
    assert quiet["changed_at"] == before
    funding.step(call_id, "announce")
    told = data(hub, "calls/quiet")
    assert (told["state"], told["changed_at"]) == ("announced", "2026-11-03T14:00:00Z")
    assert datetime.fromisoformat(told["published_at"]) == DATES["opens"].astimezone(UTC)
    funding.change(service.edit, call_id, funding.seen(call_id).description)
    calls.owner.execute("UPDATE innovation.calls SET state = 'draft' WHERE call_id = %s", [call_id])


def test_the_documented_words_are_those_of_the_programme() -> None:
    assert set(STATUS) == set(get_args(public.CallState))
