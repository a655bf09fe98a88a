"""How many statements a page sends to the database: a bound for each, and no more where there is more to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from casework.access.model import HUB, Role
from hackathon.funding.reviewing.deciding import panel
from tests.hackathon.reviewing_stage import Applied, ReviewingStage
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.bench import host
from tests.hub_api.portal.conftest import Browser, Portal, Somebody

#: Pages of a call at the desk, and of one of its applications.
DESK = {
    "reviewers": 16,
    "copies": 9,
    "assignment": 16,
    "panel": 21,
    "decisions": 17,
    "applications": 22,
    "applications/{application_id}": 38,
}
#: The page of a submission that is judged, for these visitors.
SUBMISSION = {"anybody": 15, "citizen": 26, "organiser": 26}


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are sent meanwhile; an empty one asks whether a connection lives, and does not count."""
    sent: list[str] = []
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def counting(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        if query:
            sent.append(str(query))
        return execute(cursor, query, *rest, **options)

    with monkeypatch.context() as during:
        during.setattr(psycopg.Cursor, "execute", counting)
        yield sent


def count(browser: Browser, path: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Of the second request: the first may make what is kept afterwards."""
    assert browser.get(path).status_code == 200
    with counted(monkeypatch) as sent:
        assert browser.get(path).status_code == 200
    assert sent
    return len(sent)


@pytest.fixture
def officer(portal: Portal) -> Somebody:
    return portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")


@pytest.fixture
def stage(portal: Portal) -> Iterator[ReviewingStage]:
    with portal.city.database.connect() as owner:
        folder = portal.office.settings.reviewing.folder
        assert folder is not None
        yield ReviewingStage(portal.store, owner, folder.parent, reviews_each=1, watch=portal.watch)


def reviewed(stage: ReviewingStage, number: int) -> Applied:
    """So many applications whose reviews are in; the first of them."""
    applied = [stage.apply(f"Idea {place}") for place in range(number)]
    stage.copy_all()
    for review in stage.assign():
        if review.state == "assigned":
            stage.hand_in(review)
    return applied[0]


def test_pages_of_a_call_at_the_desk(
    stage: ReviewingStage, officer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.reviewer(capacity=30)
    first = reviewed(stage, 1)
    paths = {
        room: f"/calls/{stage.call_id}/desk/{room}".format(application_id=first.application_id)
        for room in DESK
    }
    few = {room: count(officer.browser, path, monkeypatch) for room, path in paths.items()}
    assert {room: number for room, number in few.items() if number > DESK[room]} == {}
    reviewed(stage, 6)
    many = {room: count(officer.browser, path, monkeypatch) for room, path in paths.items()}
    assert {room: number for room, number in many.items() if number > few[room]} == {}
    stage.call(stage.officer, panel.begin, stage.call_id)
    told = {room: count(officer.browser, paths[room], monkeypatch) for room in ("panel", "decisions")}
    assert {room: number for room, number in told.items() if number > DESK[room]} == {}


def test_the_page_of_a_submission(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    portal.watch.at = DATES["submissions_close"]
    with portal.city.database.connect() as owner:
        stage = Stage(portal.store, owner, folder=portal.office.settings.submissions.folder)
        stage.judged_by(1)
        stage.judge()
        _, (one, *_) = stage.judging(3)
        visitors = {
            "anybody": portal.browser(),
            "citizen": portal.join("citizen").browser,
            "organiser": host(portal, stage).browser,
        }
        path = f"/submissions/{one.submission_id}"
        found = {name: count(browser, path, monkeypatch) for name, browser in visitors.items()}
    assert {name: number for name, number in found.items() if number > SUBMISSION[name]} == {}
