"""A list of the staff: pages, order, filters, the file of it, and one step for many."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from casework.access.model import HUB, Role
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.market_scene import OFFERING, draft, found_company, verified_vendor

ROW = re.compile(r'name="chosen" value="([0-9a-f-]+:\d+)"')
MANY = 120


@pytest.fixture(scope="module")
def officer(portal: Portal) -> Somebody:
    """Who has a vendor with many offerings to look at; the oldest is called as a formula begins."""
    administrator = portal.appoint(Role.ADMINISTRATOR, HUB, "administrator")
    officer = portal.appoint(Role.PROGRAMME_OFFICER, HUB, "officer")
    vendor = portal.join("vendor", domain="lists.example")
    vendor_id = verified_vendor(portal, vendor, officer, found_company(vendor, administrator, "Many Things"))
    model = draft(vendor, vendor_id)
    with portal.city.database.connect() as owner:
        owner.execute(
            "INSERT INTO innovation.offerings (offering_id, vendor_id, state, state_changed_at, created_at, draft)"
            " SELECT gen_random_uuid(), vendor_id, 'in_review', created_at + number * interval '1 second', created_at,"
            ' CASE WHEN number = 1 THEN draft || \'{"title_en": "=1+1"}\' ELSE draft END'
            " FROM innovation.offerings CROSS JOIN generate_series(1, %s) AS number WHERE offering_id = %s",
            [MANY, model],
        )
    return officer


def rows(page: str) -> list[str]:
    return ROW.findall(page)


def link(page: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="/portal([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_pages_lead_on_and_back_and_the_order_turns(officer: Somebody) -> None:
    first = officer.browser.get("/desk/offerings").text
    assert f"In all: {MANY}" in first
    second = officer.browser.get(link(first, "next")).text
    third = officer.browser.get(link(second, "next")).text
    assert (len(rows(first)), len(rows(second)), len(rows(third))) == (50, 50, 20)
    assert len({*rows(first), *rows(second), *rows(third)}) == MANY
    assert 'rel="next"' not in third
    assert rows(officer.browser.get(link(third, "prev")).text) == rows(second)
    turned = officer.browser.get("/desk/offerings?sort=-since").text
    assert rows(turned)[:20] == rows(third)[::-1]
    assert 'aria-sort="descending"' in turned


def test_filters_stand_in_the_address_and_an_empty_list_says_what_comes(officer: Somebody) -> None:
    assert f"In all: {MANY}" in officer.browser.get("/desk/offerings?state=&q=many+thing").text.replace(
        f"In all: {MANY + 1}", f"In all: {MANY}"
    )
    nothing = officer.browser.get("/desk/offerings?state=retired").text
    assert "Show the list as it begins" in nothing
    waiting = officer.browser.get("/desk/vendors").text
    assert "Nothing waits for you." in waiting
    assert "Companies that register as vendors appear here" in waiting
    assert officer.browser.get("/desk/offerings?state=lost").status_code == 422


def test_the_file_holds_all_that_match_and_no_formula(officer: Somebody) -> None:
    answer = officer.browser.get("/desk/offerings?as=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert len(lines) == MANY + 1
    assert lines[0].removeprefix("\ufeff").startswith("Title,")
    assert lines[1].startswith("'=1+1,")


def test_one_step_for_many_is_taken_for_all_or_says_for_which_not(officer: Somebody) -> None:
    step = {"event": "return", "reason": "return:unclear", "step_words": "Which lamps?"}
    first = rows(officer.browser.get("/desk/offerings").text)
    nothing = officer.browser.send("/desk/offerings/bulk", step)
    assert (nothing.status_code, "Choose at least one row" in nothing.text) == (422, True)
    assert "Which lamps?" in nothing.text
    sure = step | {"which": "matching", "total": str(MANY + 3)}
    changed = officer.browser.send("/desk/offerings/bulk", sure)
    assert (changed.status_code, f"{MANY} rows match now" in changed.text) == (409, True)

    stale = first[0].partition(":")[0] + ":99"
    answer = officer.browser.send(
        "/desk/offerings/bulk", step | {"chosen": [stale, f"{uuid4()}:1", first[1]]}
    )
    assert answer.status_code == 200
    assert "Done: 1. Not done: 2." in answer.text
    assert "=1+1" in answer.text
    unexplained = officer.browser.send("/desk/offerings/bulk", step | {"reason": "", "chosen": first[2]})
    assert (unexplained.status_code, f'value="{first[2]}" checked' in unexplained.text) == (409, True)

    rest = officer.browser.send("/desk/offerings/bulk", step | {"which": "matching", "total": str(MANY - 1)})
    assert (rest.status_code, rest.headers["location"]) == (303, "/portal/desk/offerings")
    assert "Done for all that were chosen." in officer.browser.get("/desk/offerings").text
    assert OFFERING["title_en"] in officer.browser.get("/desk/offerings?state=returned").text


def test_a_return_is_taken_back_for_a_while_and_nothing_is_told_before(
    portal: Portal, officer: Somebody
) -> None:
    with portal.city.database.connect() as owner:
        row = owner.execute(
            "UPDATE innovation.offerings SET state = 'in_review' WHERE offering_id = ("
            " SELECT offering_id FROM innovation.offerings WHERE state IN ('in_review', 'returned') LIMIT 1)"
            " RETURNING offering_id, version"
        ).fetchone()
        assert row is not None
        offering, version = row

        def waiting() -> list[bool]:
            found = owner.execute(
                "SELECT due_at > created_at FROM innovation.outbox WHERE step_of = %s", [offering]
            )
            return [one for (one,) in found]

        portal.watch.pass_by(minutes=1)
        desk = f"/desk/offerings/{offering}"
        told, before = {"event": "return", "reason": "unclear", "version": str(version)}, len(waiting())
        assert officer.browser.send(f"{desk}/step", told).status_code == 303
        assert waiting() == [True] * (before + 1)
        assert "Take the last step back" in officer.browser.get(desk).text
        back = officer.browser.send(f"{desk}/step", {"event": "undo", "version": str(version + 1)})
        assert back.status_code == 303, back.text
        assert len(waiting()) == before, "what was told of earlier steps is still told"
        assert "In review" in officer.browser.get(desk).text or "in review" in officer.browser.get(desk).text
        assert officer.browser.send(f"{desk}/step", told | {"version": str(version + 2)}).status_code == 303
        portal.watch.pass_by(minutes=11)
        assert "Take the last step back" not in officer.browser.get(desk).text
        late = officer.browser.send(f"{desk}/step", {"event": "undo", "version": str(version + 3)})
        assert (late.status_code, len(waiting())) == (409, before + 1)
