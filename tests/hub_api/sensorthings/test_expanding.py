"""Intervals, next links, expansions, and the newest of everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.hub_api.conftest import Api, City
from tests.hub_api.sensorthings.conftest import BEGIN, ROOT, observed

HUB = f"http://hub.test{ROOT}"
Ask = Callable[[str], Any]


def names(page: Any, key: str = "name") -> list[Any]:
    return [one[key] for one in page["value"]]


SPANS = {
    "before": lambda a, b: a[1] <= b[0] and a[0] < b[0],
    "after": lambda a, b: b[1] <= a[0] and b[0] < a[0],
    "meets": lambda a, b: a[1] == b[0] or a[0] == b[1],
    "during": lambda a, b: b[0] <= a[0] and a[1] <= b[1] and a[0] < b[1],
    "overlaps": lambda a, b: (a[0] < b[1] or a[0] == b[0]) and (b[0] < a[1] or a[0] == b[0]),
    "starts": lambda a, b: a[0] == b[0],
    "finishes": lambda a, b: a[1] == b[1],
}


@pytest.mark.parametrize("name", SPANS)
def test_times_to_intervals(ask: Ask, rich_city: City, name: str) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    rows = observed(number)
    assert rows[9].valid is not None
    for span in (rows[9].valid, (rows[7].time, rows[12].time)):
        written = "/".join(one.isoformat().replace("+00:00", "Z") for one in span)
        page = ask(f"/Datastreams({number})/Observations?$filter={name}(validTime,{written})&$select=id")
        expected = [one.id for one in rows if one.valid is not None and SPANS[name](one.valid, span)]
        assert names(page, "@iot.id") == expected, written


def test_next_links_lead_through_all_and_keep_every_option(ask: Ask, rich_api: Api, rich_city: City) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    for order in (
        "",
        "&$orderby=phenomenonTime desc",
        "&$orderby=phenomenonTime",
        "&$orderby=result mod 2,id desc",
    ):
        whole = ask(
            f"/Datastreams({number})/Observations?$filter=result lt 12 and result ne 0&$select=id{order}"
        )
        pages: list[Any] = []
        page = ask(
            f"/Datastreams({number})/Observations?$filter=result lt 12 and result ne 0&$select=id{order}&$top=7&$count=true"
        )
        while True:
            assert page["@iot.count"] == len(whole["value"])
            pages += page["value"]
            if "@iot.nextLink" not in page:
                break
            page = rich_api.get(page["@iot.nextLink"]).json()
        assert pages == whole["value"]


def test_expansions_with_their_own_options(ask: Ask, rich_city: City) -> None:
    fine = rich_city.datastreams["air-01.pm2_5"]
    page = ask(
        "/Things?$select=name&$filter=id eq 1&$expand=Datastreams($orderby=id;$select=name;$count=true;$top=1;"
        "$expand=Observations($top=2;$orderby=result desc;$filter=result lt 100;$select=result;$count=true),"
        "ObservedProperty($select=id)),Locations($select=location)"
    )
    assert page == {
        "value": [
            {
                "name": "Ruwi",
                "Datastreams@iot.count": 2,
                "Datastreams": [
                    {
                        "name": "Ruwi: Fine particles (PM2.5)",
                        "Observations@iot.count": 400,
                        "Observations": [{"result": 99.75}, {"result": 99.5}],
                        "Observations@iot.nextLink": f"{HUB}/Datastreams({fine})/Observations?$orderby=result%20desc"
                        "&$filter=result%20lt%20100&$select=result&$count=true&$top=2&$skip=2",
                        "ObservedProperty": {"@iot.id": 1},
                    }
                ],
                "Datastreams@iot.nextLink": f"{HUB}/Things(1)/Datastreams?$orderby=id&$select=name&$count=true&$expand="
                "Observations($top=2;$orderby=result%20desc;$filter=result%20lt%20100;$select=result;$count=true),"
                "ObservedProperty($select=id)&$top=1&$skip=1",
                "Locations": [{"location": {"type": "Point", "coordinates": [58.54, 23.6]}}],
            }
        ]
    }


def test_the_newest_of_every_thing(ask: Ask) -> None:
    page = ask("/Things?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))")
    newest = {
        stream["@iot.id"]: [one["result"] for one in stream["Observations"]]
        for thing in page["value"]
        for stream in thing["Datastreams"]
    }
    plainly = {
        number: names(
            ask(f"/Datastreams({number})/Observations?$top=1&$orderby=phenomenonTime desc"), "result"
        )
        for number in newest
        if number != 4  # whose newest value differs in what the fixture says of it
    }
    assert {number: results for number, results in newest.items() if number != 4} == plainly


def test_a_thing_with_a_single_observation_has_no_next_page(make_one: Any) -> None:
    answer = make_one()
    assert answer["Observations"]
    assert "Observations@iot.nextLink" not in answer


@pytest.fixture
def make_one(city: City, api: Api) -> Any:
    number = city.datastreams["air-01.pm10"]
    with city.database.superuser() as connection:
        connection.execute("INSERT INTO observations VALUES (%s, 1, %s, 5, 1)", [number, BEGIN])
        connection.execute("INSERT INTO latest VALUES (%s, 1, %s, 5, NULL, NULL, NULL, 1)", [number, BEGIN])
    query = "$expand=Observations($top=1;$orderby=phenomenonTime%20desc)"
    return lambda: api.get(f"{ROOT}/Datastreams({number})?{query}").json()


def test_posted_properties_are_told(ask: Ask, rich_city: City) -> None:
    number = rich_city.datastreams["air-01.pm10"]
    row = observed(number)[1]
    found = ask(f"/Observations({row.id!r})")
    assert found["parameters"] == {"n": row.number, "s": row.word, "b": row.flag} or found["parameters"]
    assert found["validTime"] == "2026-11-20T07:00:01.250Z/2026-11-20T08:00:01.250Z"
    assert found["resultTime"] == "2026-11-20T07:01:01.250Z"


def test_an_expanded_relation_that_leads_nowhere_is_null(ask: Ask) -> None:
    page = ask(
        "/Observations?$filter=FeatureOfInterest/id eq null&$top=1&$expand=FeatureOfInterest,Datastream"
    )
    assert page["value"][0]["FeatureOfInterest"] is None
    assert page["value"][0]["Datastream"]["@iot.id"]
