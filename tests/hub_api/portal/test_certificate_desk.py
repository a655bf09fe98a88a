"""Offering certificates at the desks of organisers, coordinators and administrators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from casework.access.model import HUB, Actor, Grant, Role, Scope, ScopeKind
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.finals import finish, play_finals

NAMES = {"name_ar": "منى الحارثية", "name_en": "Muna Al Harthy"}


class Finals:
    """A hackathon that a team has won; its captain and its organiser have accounts."""

    def __init__(self, portal: Portal, stage: Stage) -> None:
        self.stage = stage
        self.captain = portal.join("captain")
        self.organiser = portal.appoint(
            Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id), "organiser"
        )
        self.chief = portal.appoint(Role.ADMINISTRATOR, HUB, "chief")
        self.path = f"/hackathons/{stage.hackathon_id}/desk/certificates"

    def play(self) -> None:
        """Up to provisional results."""
        play_finals(self.stage, self.captain.person_id, self.stage.person(), self.stage.person())

    def finish(self) -> None:
        finish(self.stage)


@pytest.fixture
def finals(portal: Portal, tmp_path: Path) -> Iterator[Finals]:
    with portal.city.database.connect() as owner:
        finals = Finals(portal, Stage(portal.store, owner, folder=tmp_path))
        finals.play()
        yield finals


def number_of(somebody: Somebody, path: str) -> str:
    """The one certificate that a list leads to."""
    page = somebody.browser.get(path).text
    (found,) = set(re.findall(r'/portal/(?:desk|account)/certificates/([0-9a-f-]{36})"', page))
    return found


def test_an_organiser_offers_to_all_once_and_a_holder_has_it(portal: Portal, finals: Finals) -> None:
    browser = finals.organiser.browser
    early = browser.get(finals.path)
    assert "when the results are final" in early.text
    refused = browser.send(f"{finals.path}/offer")
    assert (refused.status_code, 'role="alert"' in refused.text) == (409, True)
    finals.finish()
    page = browser.get(finals.path).text
    assert "Offer to all who are due (3)" in page, "the winner, the other team, the judge"
    assert browser.send(f"{finals.path}/offer").headers["location"] == f"/portal{finals.path}"
    page = browser.get(finals.path).text
    assert "Offered to everybody who is due" in page
    assert "Nobody is waiting for an offer" in page
    assert browser.send(f"{finals.path}/offer").status_code == 303
    assert [name for name, _ in portal.mails(finals.captain.email)].count("offered") == 1
    certificate = number_of(finals.captain, "/account/certificates")
    own = f"/account/certificates/{certificate}"
    assert finals.captain.browser.send(f"{own}/issue", NAMES | {"version": "1"}).status_code == 303
    found = browser.get(f"{finals.path}?q=Captain").text
    assert f"/portal/desk/certificates/{certificate}" in found
    assert "certificates that were offered" in finals.captain.browser.get("/account/readings").text
    shown = browser.get(f"/desk/certificates/{certificate}").text
    assert NAMES["name_ar"] in shown
    assert 'value="revoke"' not in shown, "administrators revoke"


def test_an_administrator_revokes_with_a_reason_and_an_organiser_offers_again(
    portal: Portal, finals: Finals
) -> None:
    finals.finish()
    finals.organiser.browser.send(f"{finals.path}/offer")
    certificate = number_of(finals.captain, "/account/certificates")
    finals.captain.browser.send(f"/account/certificates/{certificate}/issue", NAMES | {"version": "1"})
    path = f"/desk/certificates/{certificate}"
    shown = finals.chief.browser.get(path).text
    assert 'value="figures_wrong"' in shown
    assert 'value="returned"' not in shown, "that is the holder's own reason"
    step = {"event": "revoke", "version": "2"}
    assert finals.chief.browser.send(f"{path}/step", step | {"event": "issue"}).status_code == 422
    for reason in ("", "nonsense", "returned"):
        assert finals.chief.browser.send(f"{path}/step", step | {"reason": reason}).status_code == 409
    old = finals.chief.browser.send(f"{path}/step", step | {"reason": "conduct", "version": "1"})
    assert old.status_code == 409
    fields = step | {"reason": "figures_wrong"}
    assert finals.organiser.browser.send(f"{path}/step", fields).status_code == 403
    assert finals.chief.browser.send(f"{path}/step", fields).headers["location"] == f"/portal{path}"
    assert (
        "It says something that was not so"
        in finals.captain.browser.get(f"/account/certificates/{certificate}").text
    )
    assert "Nobody is waiting" in finals.organiser.browser.get(finals.path).text
    again = finals.organiser.browser.send(f"{path}/again")
    assert again.status_code == 303
    assert again.headers["location"] != f"/portal{path}"
    assert finals.organiser.browser.send(f"{path}/again").status_code == 409


def test_a_coordinator_certifies_a_term_with_verified_work(portal: Portal) -> None:
    helper, ambassador = portal.appoint(Role.COORDINATOR, HUB, "helper"), portal.join("ambassador")
    programme = Programme(portal.store, Actor(helper.person_id, (Grant(Role.COORDINATOR),)))
    programme.publish_papers()
    ambassador_id = programme.appoint(ambassador.person_id)
    fields = {"ambassador": str(ambassador_id)}
    early = helper.browser.send("/desk/certificates/terms", fields)
    assert (early.status_code, "once there is a verified activity" in early.text) == (409, True)
    with portal.city.database.connect() as owner:
        programme.note_verified(owner, ambassador_id)
    page = helper.browser.get("/desk/certificates").text
    assert "activities: 1, hours: 1.5, people reached: 40" in page
    assert "There are more" not in page
    assert "Terms that are not certified" not in helper.browser.get("/desk/certificates?q=salma").text
    assert ambassador.browser.send("/desk/certificates/terms", fields).status_code == 403
    assert helper.browser.send("/desk/certificates/terms", fields).status_code == 303
    assert str(ambassador_id) not in helper.browser.get("/desk/certificates").text
    own = number_of(ambassador, "/account/certificates")
    assert "1.5 hours" in ambassador.browser.get(f"/account/certificates/{own}").text
    assert "Withdraw" not in helper.browser.get(f"/desk/certificates/{own}").text
