"""Dates of needs in the list of dates and in the calendar: those that count, at the instant, with their extensions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg
import pytest

from hackathon.market.needs import service
from hackathon.market.needs.machine import NEED, QUESTIONS_CLOSE, RESPONSES_CLOSE, STANDSTILL_ENDS
from tests.hackathon.need_stage import ABOUT, DAY, INSTANT, QUESTIONS_END, RESPONSES_END, NeedStage
from tests.hub_api.conftest import Api, City, open_city, standing

#: Half a day after midnight in Muscat.
LATER = RESPONSES_END + DAY / 2
#: Of the need that every seeded city has.
CITYS = "leaks-1"


@dataclass(frozen=True, slots=True)
class Dates:
    city: City
    stage: NeedStage
    needs: dict[str, UUID]

    def code(self, name: str) -> str:
        return self.stage.need(self.needs[name]).code


@pytest.fixture(scope="module")
def dates(postgres: Any, city_template: Any) -> Iterator[Dates]:
    with open_city(postgres, city_template) as city:
        database = city.database
        with database.connect("portal") as portal, database.connect() as owner:
            stage = NeedStage(portal, owner)
            secret = replace(ABOUT, title_en="SECRET", title_ar="SECRET")
            draft = stage.draft(secret)
            reviewed = stage.draft(secret)
            stage.name_openers(reviewed)
            stage.move(reviewed, "submit", stage.officer)
            off = stage.published(replace(ABOUT, title_en="Off"))
            stage.move(off, "cancel", stage.officer, "budget")
            _, still = _announced(NeedStage(portal, owner), "Still")
            again, broken = _announced(NeedStage(portal, owner), "Broken off")
            again.move(broken, "evaluate_again", again.programme)
            later = NeedStage(portal, owner)
            extended = later.published(replace(ABOUT, title_en="Ears; for, leaks", title_ar="آذان للتسرب"))
            later.call(later.actor(later.programme), service.extend, extended, RESPONSES_CLOSE, LATER, reason="holiday")  # fmt: skip
            suspended = later.published(replace(ABOUT, title_en="Suspended"))
            later.move(suspended, "suspend", later.programme, "complaint")
            named = {
                "draft": draft, "reviewed": reviewed, "off": off, "still": still, "broken": broken,
                "extended": extended, "suspended": suspended,
            }  # fmt: skip
            yield Dates(city, later, named)


def _announced(stage: NeedStage, title: str) -> tuple[NeedStage, UUID]:
    """A need whose winner has been told."""
    need_id = stage.published(replace(ABOUT, title_en=title))
    response_id = stage.hand_in(need_id).response_id
    stage.opened(need_id)
    stage.accept(response_id)
    stage.mark(response_id, "9")
    stage.prepare(need_id, response_id)
    stage.move(need_id, "announce", stage.officer)
    return stage, need_id


@pytest.fixture(scope="module")
def hub(dates: Dates) -> Iterator[Api]:
    with standing(dates.city) as api:
        yield api


def data(hub: Api, url: str) -> list[dict[str, Any]]:
    answer = hub.get(f"/v1/innovation/{url}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])


def test_they_stand_beside_those_of_hackathons_and_calls(hub: Api, dates: Dates) -> None:
    found = data(hub, "deadlines")
    assert [one["instant"] for one in found] == sorted(one["instant"] for one in found)
    own = [one for one in found if one["kind"] == "need"]
    shown = {name: dates.code(name) for name in ("still", "broken", "extended", "suspended")}
    assert {one["need"] for one in own} == {*shown.values(), CITYS}
    for one in found:
        others = {"hackathon", "call", "need"} - {one["kind"]}
        assert {(one[name], one[f"{name}_name"]) for name in others} == {(None, None)}
    by_need = {name: [one["deadline"] for one in own if one["need"] == code] for name, code in shown.items()}
    assert by_need == {
        "still": [QUESTIONS_CLOSE, RESPONSES_CLOSE, STANDSTILL_ENDS], "broken": [QUESTIONS_CLOSE, RESPONSES_CLOSE],
        "extended": [QUESTIONS_CLOSE, RESPONSES_CLOSE], "suspended": [QUESTIONS_CLOSE, RESPONSES_CLOSE],
    }  # fmt: skip
    for name, code in shown.items():
        asked = data(hub, f"deadlines?need={code}")
        assert asked == [one for one in own if one["need"] == code]
        (need,) = [one for one in data(hub, "needs") if one["need"] == code]
        assert [one["deadline"] for one in need["deadlines"]] == by_need[name], (
            "the need itself says the same"
        )
        assert data(hub, f"deadlines?need={code}&call=city-shade") == []
    url, paged = "/v1/innovation/deadlines?limit=1", []
    while url:
        answer = hub.get(url)
        paged += answer.json()["data"]
        url = answer.links.get("next", {}).get("url", "")
    assert paged == found


def test_a_few_dates_are_those_that_the_whole_list_has_there(hub: Api) -> None:
    found = data(hub, "deadlines")
    instants = sorted({one["instant"] for one in found})
    for start, end in (
        (instants[0], instants[-1]),
        (instants[1], None),
        (None, instants[-2]),
        (instants[-1], None),
    ):
        window = {"start": start, "end": end}
        within = [one for one in found if (start or "") <= one["instant"] < (end or "9")]
        assert within
        for limit in (len(found), 2):
            query = urlencode({name: at for name, at in {**window, "limit": limit}.items() if at is not None})
            assert data(hub, f"deadlines?{query}") == within[:limit]


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (("start", QUESTIONS_END - INSTANT), [QUESTIONS_CLOSE, RESPONSES_CLOSE]),
        (("start", QUESTIONS_END), [QUESTIONS_CLOSE, RESPONSES_CLOSE]),
        (("start", QUESTIONS_END + INSTANT), [RESPONSES_CLOSE]),
        (("end", LATER), [QUESTIONS_CLOSE]),
        (("end", LATER + INSTANT), [QUESTIONS_CLOSE, RESPONSES_CLOSE]),
        (("start", RESPONSES_END + INSTANT), [RESPONSES_CLOSE]),
    ],
)  # fmt: skip
def test_at_the_instant(hub: Api, dates: Dates, window: tuple[str, datetime], found: list[str]) -> None:
    name, instant = window
    # As people write it in Muscat.
    there = (instant + timedelta(hours=4)).replace(tzinfo=None).isoformat(timespec="microseconds")
    asked = data(hub, f"deadlines?need={dates.code('extended')}&{name}={there}%2B04:00")
    assert [one["deadline"] for one in asked] == found


def test_an_extension_is_told_in_the_list_and_in_the_calendar(hub: Api, dates: Dates) -> None:
    code = dates.code("extended")
    questions, responses = data(hub, f"deadlines?need={code}")
    assert (questions["instant"], questions["extensions"]) == ("2026-11-09T20:00:00Z", [])
    assert (responses["instant"], responses["zone"]) == ("2026-11-20T08:00:00Z", "Asia/Muscat")
    assert responses["name"] == {
        language: NEED.label("deadline", RESPONSES_CLOSE).text(language) for language in ("en", "ar")
    }
    (extension,) = responses["extensions"]
    assert (extension["previous"], extension["instant"]) == ("2026-11-19T20:00:00Z", "2026-11-20T08:00:00Z")
    assert (extension["reason"], extension["reason_name"]["en"]) == ("holiday", "Public holiday")
    table = list(csv.DictReader(io.StringIO(hub.get(f"/v1/innovation/deadlines.csv?need={code}").text)))
    assert [(row["kind"], row["need"], row["call"], row["extension_count"]) for row in table] == [
        ("need", code, "", "0"), ("need", code, "", "1"),
    ]  # fmt: skip
    assert table[1]["need_name_ar"] == "آذان للتسرب"
    for language, title in (("en", r"Ears\; for\, leaks"), ("ar", "آذان للتسرب")):
        answer = hub.get(f"/v1/innovation/deadlines.ics?need={code}&lang={language}")
        assert answer.headers["content-language"] == language
        _, first, second = answer.text.replace("\r\n ", "").split("BEGIN:VEVENT")
        assert f"SUMMARY;LANGUAGE={language}:{title}: " in second
        assert ("DTSTART:20261109T200000Z" in first, "SEQUENCE:0" in first) == (True, True)
        assert ("DTSTART:20261120T080000Z" in second, "SEQUENCE:1" in second) == (True, True)
        assert extension["reason_name"][language] in second


def test_what_is_not_public_has_no_dates(hub: Api, dates: Dates) -> None:
    for kind in ("json", "csv", "ndjson", "ics"):
        text = hub.get(f"/v1/innovation/deadlines.{kind}").text
        for hidden in ("SECRET", dates.code("draft"), dates.code("reviewed"), dates.code("off")):
            assert hidden not in text, (kind, hidden)
    for path in ("deadlines", "deadlines.ics"):
        # Called off: it is known, and has no dates any more.
        assert hub.get(f"/v1/innovation/{path}?need={dates.code('off')}").status_code == 200
        for hidden in ("draft", "reviewed"):
            answer = hub.get(f"/v1/innovation/{path}?need={dates.code(hidden)}")
            assert answer.status_code == 404
            assert answer.json().get("suggestion") not in {dates.code("draft"), dates.code("reviewed")}
    (off,) = [one for one in data(hub, "needs") if one["need"] == dates.code("off")]
    assert (off["state"], off["deadlines"]) == ("cancelled", [])
    with dates.city.database.connect("read") as reader:
        # A condition that tells what it was asked about would tell of hidden rows, were the view no barrier.
        for view in ("need_deadlines", "dates"):
            reader.execute(
                f"SELECT FROM open_innovation.{view} WHERE 1 / (title_en <> 'SECRET')::int > 0".encode()
            )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("SELECT FROM innovation.deadlines")
