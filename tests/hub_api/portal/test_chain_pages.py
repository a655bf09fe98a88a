"""From what has won in a hackathon to a call and to a pilot, and from an award to a pilot, by links alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results.service import finalise
from tests.hackathon.award_specimens import NOON, store_award
from tests.hackathon.funding import DAY, Funding
from tests.hackathon.machines import store_organisation
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody
from tests.hub_api.portal.town import told

PILOT = {
    "title_ar": "مصابيح تخفت", "title_en": "Lamps that dim", "purpose_ar": "في شارع واحد.",
    "purpose_en": "In one street.", "starts_on": "2027-01-01", "ends_on": "2027-03-31",
}  # fmt: skip


@pytest.fixture
def owner(portal: Portal) -> Iterator[Any]:
    with portal.city.database.connect() as connection:
        yield connection


def sign_in(portal: Portal, somebody: Somebody) -> None:
    somebody.browser = portal.browser()
    fields = {"email": somebody.email, "password": PASSWORD}
    assert somebody.browser.send("/account/sign-in", fields).status_code == 303


def link(page: str, part: str) -> str:
    """The address of the one link with this in it."""
    found = set(re.findall(rf'href="/portal([^"]*{re.escape(part)}[^"]*)"', page))
    assert len(found) == 1, (part, found)
    return str(found.pop()).replace("&amp;", "&")


def propose(somebody: Somebody, from_page: str, **more: str) -> str:
    """By the link of the page, and what its form asks; the address of the pilot."""
    form = link(somebody.browser.get(from_page).text, "/pilots/new")
    page = somebody.browser.get(form)
    assert page.status_code == 200, page.text
    origin, origin_id = re.search(r"origin=(\w+)&from=([\w-]+)", form).groups()  # type: ignore[union-attr]
    fields = PILOT | {"origin": origin, "from": origin_id, "code": f"p{uuid4().hex[:8]}"} | more
    unfinished = somebody.browser.send("/pilots/new", fields | {"ends_on": ""})
    assert unfinished.status_code == 422
    assert "In one street." in unfinished.text
    assert 'aria-invalid="true"' in unfinished.text
    answer = somebody.browser.send("/pilots/new", fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/portal")


def test_what_has_won_goes_on_to_a_call_or_to_a_pilot(portal: Portal, owner: Any) -> None:
    portal.watch.at = DATES["submissions_close"]
    captain, second = portal.join("captain"), portal.join("second")
    stage = Stage(portal.store, owner)
    teams, handed_in = told(stage, ["9", "8", "7", "5"], captain.person_id)
    won, lost = (f"/submissions/{handed_in[number].submission_id}" for number in (0, 3))
    assert "/pilots/new" not in captain.browser.get(won).text, "results can still change"
    stage.watch.at = portal.watch.at = DATES["appeals_close"]
    version = stage.call(stage.chief, get_hackathon, stage.hackathon_id).version
    stage.call(stage.chief, finalise, stage.hackathon_id, version)
    owner.execute(
        "UPDATE innovation.team_members SET person_id = %s WHERE team_id = %s AND is_captain",
        [second.person_id, teams[3].team_id],
    )
    for one in (captain, second):
        sign_in(portal, one)
    # By a clock of its own, which tells only when the call was opened.
    call_id = Funding(portal.store, portal.watch() - 1.5 * DAY).opened()
    page = captain.browser.get(won).text
    apply = link(page, f"/calls/{call_id}/applications/new")
    assert "Idea 1" in captain.browser.get(apply).text
    assert "/pilots/new" not in portal.browser().get(won).text
    for nothing in ("/pilots/new", "/applications/new"):
        assert nothing not in second.browser.get(lost).text
    pilot = propose(captain, won)
    assert won in captain.browser.get(pilot).text, "what it came of"
    page = captain.browser.get(won).text
    assert pilot in page, "what became of it"
    assert "/pilots/new" not in page, "once"


def test_an_award_that_runs_goes_on_to_a_pilot(portal: Portal, owner: Any) -> None:
    lead = portal.join("lead")
    award_id = store_award(owner, "accepted")
    owner.execute(
        "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state, state_changed_at,"
        " created_at) SELECT %s, application_id, %s, true, 'member', %s, %s FROM innovation.funding_awards"
        " WHERE award_id = %s",
        [uuid4(), lead.person_id, NOON, NOON, award_id],
    )
    agency = store_organisation(owner)
    owner.execute(
        "UPDATE innovation.organisations SET kind = 'agency', state = 'verified' WHERE organisation_id = %s",
        [agency],
    )
    award = f"/awards/{award_id}"
    assert "/pilots/new" not in lead.browser.get(award).text, "nothing is signed yet"
    owner.execute("UPDATE innovation.funding_awards SET state = 'active' WHERE award_id = %s", [award_id])
    first = (portal.watch() + timedelta(days=30)).date()
    days = {"starts_on": first.isoformat(), "ends_on": (first + timedelta(days=60)).isoformat()}
    pilot = propose(lead, award, agency=str(agency), **days)
    assert award in lead.browser.get(pilot).text
    assert pilot in lead.browser.get(award).text
