"""A large panel on pages: everything is reached once, in order, and nothing hidden stands on any page."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from casework.access.model import HUB, Role
from hackathon.funding.reviewing.deciding import panel
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.hackathon.reviewing_stage import ReviewingStage
from tests.hub_api.portal.conftest import Portal, Somebody

#: The title of each application is its mark, so that the ranking is known.
MARKS = ("9", "8", "7", "6", "5")
ROOMS = ("reviewers", "copies", "assignment", "panel", "decisions")


@pytest.fixture
def stage(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[ReviewingStage]:
    """Two rows a page, and five applications before the panel; one reviewer has marked all of them."""
    settings = portal.office.settings.reviewing
    small = settings.model_copy(update={"panel_rows": 2, "page_rows": 2})
    monkeypatch.setitem(portal.office.programme._parts, ReviewingSettings, small)
    with portal.city.database.connect() as owner:
        assert settings.folder is not None
        yield ReviewingStage(portal.store, owner, settings.folder.parent, reviews_each=1, watch=portal.watch)


@pytest.fixture
def officer(portal: Portal) -> Somebody:
    return portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")


def review_all(stage: ReviewingStage, *, begin: bool = True) -> None:
    titles = {stage.apply(f"Idea marked {mark}").application_id: mark for mark in MARKS}
    before_panel(stage, titles, begin=begin)


def before_panel(stage: ReviewingStage, marks: dict[UUID, str], *, begin: bool = True) -> None:
    stage.reviewer(capacity=20)
    stage.copy_all()
    for review in stage.assign():
        stage.hand_in(review, marks[review.application_id], advice=f"advice {marks[review.application_id]}")
    if begin:
        stage.call(stage.officer, panel.begin, stage.call_id)


def pages_of(who: Somebody, path: str) -> list[str]:
    """The page and those that its links lead on to."""
    found = [who.browser.get(path).text]
    while (onward := re.search(r'rel="next" href="/portal([^"]+)"', found[-1])) is not None:
        found.append(who.browser.get(onward.group(1)).text)
        assert len(found) < 20
    return found


def headings(page: str) -> list[str]:
    return re.findall(r"<h2><bdi>([^<]*)</bdi></h2>", page)


def test_the_panel_has_each_application_on_one_page_by_rank(stage: ReviewingStage, officer: Somebody) -> None:
    review_all(stage)
    pages = pages_of(officer, f"/calls/{stage.call_id}/desk/panel")
    wanted = [f"Idea marked {mark}" for mark in MARKS]
    assert [headings(page) for page in pages] == [wanted[:2], wanted[2:4], wanted[4:]]
    assert ["advice 7" in page for page in pages] == [False, True, False], "what was written stands beside it"
    assert ["1 to 2 of 5" in page for page in pages] == [True, False, False]
    assert "5 to 5 of 5" in pages[-1]
    before = re.search(r'rel="prev" href="/portal([^"]+)"', pages[1])
    assert before is not None
    assert headings(officer.browser.get(before.group(1)).text) == wanted[:2]
    beyond = officer.browser.get(f"/calls/{stage.call_id}/desk/panel?start=4000").text
    assert headings(beyond) == wanted[4:]
    arabic = officer.browser.get(f"/calls/{stage.call_id}/desk/panel", params={"start": "2", "lang": "ar"})
    assert "من 3 إلى 4، والمجموع 5" in arabic.text


def test_a_note_that_is_written_on_a_page_leads_back_to_it(stage: ReviewingStage, officer: Somebody) -> None:
    review_all(stage)
    path = f"/calls/{stage.call_id}/desk/panel"
    second = officer.browser.get(f"{path}?start=2").text
    action = re.search(rf'action="/portal({path}/[^"]+/notes\?start=2)"', second)
    assert action is not None
    refused = officer.browser.send(action.group(1), {"note": " "})
    assert (refused.status_code, headings(refused.text)) == (422, headings(second))
    answer = officer.browser.send(action.group(1), {"note": "Ask for a map"})
    assert answer.headers["location"] == f"/portal{path}?start=2"
    assert "Ask for a map" in officer.browser.get(f"{path}?start=2").text
    assert "Ask for a map" not in officer.browser.get(path).text


def test_what_is_to_be_decided_is_on_pages_and_what_is_told_is_whole(
    stage: ReviewingStage, officer: Somebody
) -> None:
    review_all(stage)
    path = f"/calls/{stage.call_id}/desk/decisions"
    asked = [re.findall(r'aria-label="[^"]*(Idea marked \d)"', page) for page in pages_of(officer, path)]
    wanted = [f"Idea marked {mark}" for mark in MARKS]
    assert asked == [wanted[:2], wanted[2:4], wanted[4:]]
    for _ in MARKS:
        page = officer.browser.get(f"{path}?start=4").text
        form = re.search(rf'action="/portal({path}/[^"]+/prepare[^"]*)"', page)
        version = re.search(r'name="version" value="(\d+)"', page)
        assert form is not None
        assert version is not None
        fields = {"event": "hold_in_reserve", "version": version.group(1)}
        assert officer.browser.send(form.group(1), fields).status_code == 303
    page = officer.browser.get(path).text
    assert page.count('name="decision"') == len(MARKS), "all of them can be told together"


@pytest.mark.parametrize("room", ROOMS)
def test_no_page_has_anything_of_an_application_in_conflict(
    stage: ReviewingStage, portal: Portal, officer: Somebody, room: str
) -> None:
    """Whether the ranking was made for another officer before, or for this one."""
    chief = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "chief")
    marks: dict[UUID, str] = {
        stage.apply(f"Idea marked {mark}").application_id: mark for mark in MARKS if mark != "7"
    }
    marks[stage.apply("Idea kept secret", lead=chief.person_id).application_id] = "7"
    before_panel(stage, marks, begin=room == "decisions")
    path = f"/calls/{stage.call_id}/desk/{room}"
    for _ in range(2):
        seen = "".join(pages_of(officer, path))
        told = pages_of(chief, path)
        assert "Idea kept secret" not in "".join(told)
        assert "advice 7" not in "".join(told)
        if room in {"panel", "copies"}:
            assert "Idea kept secret" in seen
            assert len(told) == 2
            assert "3 to 4 of 4" in told[1]


def test_the_whole_ranking_is_a_file(stage: ReviewingStage, portal: Portal, officer: Somebody) -> None:
    chief = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "chief")
    marks = {
        stage.apply("=Idea marked 9").application_id: "9",
        stage.apply("Idea marked 6").application_id: "6",
        stage.apply("Idea kept secret", lead=chief.person_id).application_id: "7",
    }
    before_panel(stage, marks)
    path = f"/calls/{stage.call_id}/desk/panel.csv"
    answer = officer.browser.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    rows = csv.DictReader(answer.text.removeprefix("\ufeff").splitlines())
    found = [(row["Place"], row["Title"], row["Mean"]) for row in rows]
    assert found == [
        ("1", "'=Idea marked 9", "9.0000"),
        ("2", "Idea kept secret", "7.0000"),
        ("3", "Idea marked 6", "6.0000"),
    ]
    told = chief.browser.get(path).text
    assert "Idea kept secret" not in told
    assert "Idea marked 6" in told


def test_copies_that_wait_come_first(stage: ReviewingStage, officer: Somebody) -> None:
    review_all(stage, begin=False)
    stage.apply("Idea that came last")
    first, *_ = pages_of(officer, f"/calls/{stage.call_id}/desk/copies")
    assert "Idea that came last" in first
    assert "Propose copies" in first, "what has no copy is offered on whatever page it stands"
