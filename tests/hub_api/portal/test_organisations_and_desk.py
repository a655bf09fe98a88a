"""Organisations from registration to members, and the administrator's desk."""

from __future__ import annotations

import re

from casework.access.model import Role
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody
from tests.hub_api.portal.town import found, verify


def test_an_organisation_is_registered_verified_joined_and_left(portal: Portal) -> None:
    salma, chief, moza = portal.join(), portal.appoint(Role.ADMINISTRATOR), portal.join("moza")
    before = to_verify(chief)
    agency = found(portal, salma, "Baladiyat Muscat")
    assert to_verify(chief) == before + 1
    assert moza.browser.get(f"/organisations/{agency}").status_code == 404, "not before it is verified"
    assert "Baladiyat Muscat" in chief.browser.get("/desk/organisations").text
    verify(portal, chief, agency)
    assert to_verify(chief) == before
    twice = chief.browser.send(f"/organisations/{agency}/step", {"event": "verify", "version": "1"})
    assert (twice.status_code, "alert" in twice.text) == (409, True)
    assert "Ask to join" in moza.browser.get(f"/organisations/{agency}").text
    moza.browser.send(f"/organisations/{agency}/join")
    assert "Ask to join" not in moza.browser.get(f"/organisations/{agency}").text
    page = salma.browser.get(f"/organisations/{agency}").text
    membership = re.findall(r"/portal/memberships/([0-9a-f-]+)/step", page)
    pressed = {"event": "approve", "version": "2"}
    requested = next(one for one in membership if f"{one}/step" in page.partition("Asks to join")[2])
    answer = salma.browser.send(
        f"/memberships/{requested}/step", pressed,
        headers={"Referer": f"http://hub.test/portal/organisations/{agency}"},
    )  # fmt: skip
    assert answer.headers["location"] == f"/portal/organisations/{agency}"
    assert (
        salma.browser.send(f"/memberships/{requested}/admin", {"is_admin": "1", "version": "3"}).status_code
        == 303
    )
    assert "speaks for it" in moza.browser.get("/account/organisations").text
    assert "the members of an organisation" in moza.browser.get("/account/readings").text


def to_verify(chief: Somebody) -> int:
    """How many organisations the desk says are to be verified."""
    (number,) = re.findall(
        r"/desk/organisations\">[^<]+</a> \(<bdi>(\d+)</bdi>\)", chief.browser.get("/desk").text
    )
    return int(number)


def test_who_is_invited_finds_it_and_accepts(portal: Portal) -> None:
    salma, chief, moza = portal.join(), portal.appoint(Role.ADMINISTRATOR), portal.join("moza")
    agency = found(portal, salma, "Matrah Works")
    verify(portal, chief, agency)
    assert salma.browser.send(f"/organisations/{agency}/invite", {"email": "nonsense"}).status_code == 422
    assert salma.browser.send(f"/organisations/{agency}/invite", {"email": moza.email}).status_code == 303
    assert (
        dict(portal.mails(moza.email))["invitation"]["link"] == "http://hub.test/portal/account/organisations"
    )
    page = moza.browser.get("/account/organisations").text
    (membership,) = set(re.findall(r"/portal/memberships/([0-9a-f-]+)/step", page))
    answer = moza.browser.send(f"/memberships/{membership}/step", {"event": "accept", "version": "2"})
    assert answer.status_code == 303
    assert "Matrah Works" in moza.browser.get("/account/organisations").text


def test_arabic_names_are_found_however_they_are_spelled(portal: Portal) -> None:
    chief = portal.appoint(Role.ADMINISTRATOR)
    salma = portal.join()
    salma.browser.send("/account/names", {"name_ar": "آمنة الرئيسية", "language": "ar"})
    for words in ("امنه", "آمِنَة", "الرييسيه"):
        assert salma.email in chief.browser.get("/desk/people", params={"q": words}).text, words
    assert "a search among people" in salma.browser.get("/account/readings").text


def test_people_are_looked_for_before_they_are_shown(portal: Portal) -> None:
    chief, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    assert salma.email not in chief.browser.get("/desk/people").text
    assert salma.email not in chief.browser.get("/desk/people?as=csv").text
    assert "Nobody so far" in salma.browser.get("/account/readings").text
    assert salma.email in chief.browser.get("/desk/people?state=active&as=csv").text
    assert "a search among people" in salma.browser.get("/account/readings").text


def test_roles_are_given_and_taken_and_accounts_suspended(portal: Portal) -> None:
    chief, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    desk = f"/desk/people/{salma.person_id}"
    answer = chief.browser.send(f"{desk}/grants", {"role": "organiser", "until": "2027-01-31T16:00"})
    assert answer.status_code == 303
    page = chief.browser.get(desk).text
    assert "31 January 2027, 16:00 (Muscat time)" in page
    (grant,) = re.findall(r"/portal/desk/grants/([0-9a-f-]+)/revoke", page)
    past = chief.browser.send(f"{desk}/grants", {"role": "organiser", "until": "2020-01-31T16:00"})
    assert past.status_code == 403
    assert chief.browser.send(f"/desk/grants/{grant}/revoke", {"person": salma.person_id}).status_code == 303
    assert "/desk/grants/" not in chief.browser.get(desk).text
    assert chief.browser.send(f"{desk}/grants", {"role": "captain"}).status_code == 422
    assert chief.browser.send(f"{desk}/sessions/end", {"version": "7"}).status_code == 409
    assert salma.browser.get("/account").status_code == 200
    assert chief.browser.send(f"{desk}/sessions/end", {"version": "1"}).status_code == 303
    assert "All sessions of this account have ended" in chief.browser.get(desk).text
    assert salma.browser.get("/account").status_code == 303, "signed out, and free to sign in again"
    again = portal.browser()
    again.send("/account/sign-in", {"email": salma.email, "password": PASSWORD})
    assert again.get("/account").status_code == 200
    step = {"event": "suspend", "reason": "security", "version": "1"}
    assert chief.browser.send(f"{desk}/step", step).status_code == 303
    assert again.get("/account").status_code == 303
    assert "suspended" in dict(portal.mails(salma.email))


def test_the_outbox_shows_what_left_without_whose_it_is(portal: Portal) -> None:
    chief, salma = portal.appoint(Role.ADMINISTRATOR), portal.join()
    page = chief.browser.get("/desk/mails").text
    assert salma.email not in page
    assert "s…@baladiya.example" in page
