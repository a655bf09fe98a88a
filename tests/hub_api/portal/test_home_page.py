"""The start page: what is open to take part in, in both languages, and nothing that is not public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hackathon.market.needs.machine import RESPONSES_CLOSE
from tests.hackathon.funding import DAY, Funding
from tests.hackathon.need_stage import ABOUT, NeedStage
from tests.hub_api.portal.conftest import Portal

FIGURE = re.compile(r"<li><strong><bdi>(\d+)</bdi></strong> ([^<]+)</li>")


@pytest.fixture(autouse=True)
def owner(portal: Portal) -> Iterator[Any]:
    """What another test has opened is not open any more."""
    with portal.city.database.connect() as connection:
        connection.execute("UPDATE innovation.calls SET state = 'closed' WHERE state = 'open'")
        connection.execute("UPDATE innovation.needs SET state = 'evaluating' WHERE state = 'published'")
        yield connection


def home(portal: Portal, language: str = "en") -> str:
    answer = portal.browser(language).get("")
    assert answer.status_code == 200
    return str(answer.text)


def funding(portal: Portal) -> Funding:
    """By a clock of its own: what it opens was opened half a day ago."""
    return Funding(portal.store, portal.watch() - 1.5 * DAY)


def figures(page: str) -> dict[str, int]:
    return {label: int(number) for number, label in FIGURE.findall(page)}


def test_where_nothing_is_open_it_says_so(portal: Portal) -> None:
    page = home(portal)
    assert "No call takes applications at the moment." in page
    assert "No agency looks for anything at the moment." in page
    for path in ("/calls", "/awards", "/needs", "/offerings"):
        assert f'href="/portal{path}"' in page
        assert portal.browser().get(path).status_code == 200


def test_open_calls_and_needs_stand_beside_the_hackathons(portal: Portal, owner: Any) -> None:
    opened, draft, closed = funding(portal).opened(), funding(portal).complete(), funding(portal).opened()
    owner.execute("UPDATE innovation.calls SET state = 'closed' WHERE call_id = %s", [closed])
    stage = NeedStage(portal.store, owner)
    need = stage.published(replace(ABOUT, is_budget_public=False))
    secret, over = stage.draft(), stage.published()
    owner.execute("UPDATE innovation.needs SET state = 'evaluating' WHERE need_id = %s", [over])
    owner.execute(
        "UPDATE innovation.deadlines SET instant = %s WHERE object_id = %s AND name = %s",
        [portal.watch() + 9.5 * DAY, need, RESPONSES_CLOSE],
    )
    page = home(portal)
    assert f'href="/portal/calls/{opened}"' in page
    assert f'href="/portal/needs/{need}"' in page
    for hidden in (draft, closed, secret, over):
        assert str(hidden) not in page
    told = figures(page)
    assert (told["open call for funding"], told["need open for responses"]) == (1, 1)
    assert "30,000.000" in page
    assert "in 10 days" in page
    assert "25,000" not in page, "a budget that is not public"
    arabic = home(portal, "ar")
    for text in ("تمويل مفتوح", "ما تبحث عنه الجهات", "ماء المدينة", "كشف تسرب المياه", "بعد 10 أيام"):
        assert text in arabic
    assert "City water" not in arabic


def test_no_more_than_a_few_are_shown_and_all_are_counted(portal: Portal) -> None:
    calls = [funding(portal).opened() for _ in range(5)]
    page = home(portal)
    assert sum(f"/calls/{one}" in page for one in calls) == 4
    assert figures(page)["open calls for funding"] == 5
