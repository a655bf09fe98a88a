"""Conditions that no index serves: pages that are found a piece at a time are, one after the other, the answer of one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hub_api.serving.errors import QueryTooLong
from hub_api.standards.sensorthings import walking
from hub_api.standards.sensorthings.repository import Store
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from tests.hub_api.conftest import Api
from tests.hub_api.sensorthings.conftest import ROOT

Ask = Callable[[str], Any]
#: Before everything, in each order.
BEGINNINGS = {
    "id": "0--62135596800000000~",
    "phenomenonTime": "0--62135596800000000~",
    "phenomenonTime desc": "2147483647-253402300799000000~",
    "phenomenonTime,id": "0--62135596800000000~",
    "phenomenonTime desc,id": "2147483647-253402300799000000~",
}


@pytest.fixture
def hasty(rich_api: Api) -> Iterator[None]:
    """With time for one piece of each page."""
    app = rich_api.app
    before = app.state.sensorthings
    app.state.sensorthings = SensorThingsSettings(walk_seconds_max=0.000001)
    yield
    app.state.sensorthings = before


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece, of a day or of two datastreams, takes as long as it takes, whatever time the page has."""
    monkeypatch.setattr(walking, "FIRST_SPAN", timedelta(days=1))
    monkeypatch.setattr(walking, "FIRST_STREAMS", 2)
    monkeypatch.setattr(walking, "SECONDS_MIN", 10.0)


def followed(api: Api, request: str) -> tuple[list[Any], int]:
    """The ids on all pages, and how many answers there were. What has found nothing yet is a 503 with a link, never an empty page."""
    found: list[Any] = []
    answers = 0
    while request:
        answer = api.get(ROOT + request)
        page = answer.json()
        onward = page.get("@iot.nextLink", "")
        if answer.status_code != 200:
            assert (answer.status_code, page["code"]) == (503, 503), request
            assert onward, "there is where to go on"
            assert answer.headers["Link"] == f'<{onward}>; rel="next"'
            assert answer.headers["Retry-After"] == "1"
        ids = [one["@iot.id"] for one in page.get("value", ())]
        assert ids or not onward or answer.status_code == 503, "no page is empty while there is more"
        found += ids
        answers += 1
        request = onward.partition(ROOT)[2]
    return found, answers


@pytest.mark.usefixtures("hasty", "patient")
@pytest.mark.parametrize("order", BEGINNINGS)
@pytest.mark.parametrize("condition", ["result gt 20", "resultQuality/flag eq 2", "result gt 1e9"])
def test_pages_in_pieces(ask: Ask, rich_api: Api, order: str, condition: str) -> None:
    request = f"/Observations?$filter={condition}&$orderby={order}&$select=id"
    plain = [one["@iot.id"] for one in ask(f"{request}&$top=1000")["value"]]
    found, pages = followed(rich_api, f"{request}&$top=7&$skiptoken={BEGINNINGS[order]}")
    assert found == plain
    assert pages > len(plain) / 7 + 1
    skipped, _ = followed(rich_api, f"{request}&$top=7&$skip=5&$skiptoken={BEGINNINGS[order]}")
    assert skipped == plain[5:]


def test_the_count_is_of_all(ask: Ask, rich_api: Api) -> None:
    request = "/Observations?$filter=result gt 20&$orderby=id&$select=id"
    expected = ask(f"{request}&$count=true&$top=1000")
    page = ask(f"{request}&$count=true&$top=3&$skiptoken={BEGINNINGS['id']}")
    assert page["@iot.count"] == expected["@iot.count"] == len(expected["value"])
    assert [one["@iot.id"] for one in page["value"]] == [one["@iot.id"] for one in expected["value"][:3]]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("result", "order by phenomenonTime or id"),
        ("Datastream/name", "order by phenomenonTime or id"),
        ("phenomenonTime", "name a datastream"),
    ],
)
def test_what_takes_too_long_is_told(
    rich_api: Api, monkeypatch: pytest.MonkeyPatch, order: str, told: str
) -> None:
    allowed = []

    async def late(*_: Any, seconds_max: float | None = None, **__: Any) -> Any:
        allowed.append(seconds_max)
        raise QueryTooLong

    monkeypatch.setattr(Store, "rows", late)
    answer = rich_api.get(f"{ROOT}/Observations?$filter=result%20gt%2020&$orderby={order}")
    assert answer.status_code == 400
    assert told in answer.json()["message"]
    longest = SensorThingsSettings().walk_seconds_max
    assert all(seconds is not None and seconds <= longest for seconds in allowed[:1])
    assert allowed


@pytest.mark.parametrize("order", ["id", "phenomenonTime", "phenomenonTime desc,id", "result"])
def test_links_lead_from_a_page_larger_than_allowed_to_every_observation_once(
    ask: Ask, rich_api: Api, order: str
) -> None:
    before = rich_api.app.state.sensorthings
    whole = [one["@iot.id"] for one in ask(f"/Observations?$orderby={order}&$top=100000&$select=id")["value"]]
    rich_api.app.state.sensorthings = SensorThingsSettings(top_max=67)
    try:
        found, pages = followed(rich_api, f"/Observations?$orderby={order}&$top=100000&$select=id")
    finally:
        rich_api.app.state.sensorthings = before
    assert found == whole
    assert len(set(found)) == len(found) > 600
    assert pages == -(-len(found) // 67)
