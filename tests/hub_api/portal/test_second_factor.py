"""The second factor at the portal: who is led to it, what it opens, and how it is guarded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.people.credentials import mail_password_link
from casework.people.repository import find_person
from casework.people.roles.service import grant
from casework.people.standing import suspend
from casework.second_factor import repository
from casework.second_factor.settings import SecondFactorSettings
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody
from tests.hub_api.portal.factor_scene import CODES, Phone, asking, set_up, sign_in

FACTOR = "/account/sign-in/factor"
HOME = "/account/second-factor"


@pytest.fixture(scope="module")
def asked(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with asking(portal, tmp_path_factory.mktemp("factor")) as asked:
        yield asked


@pytest.fixture(scope="module")
def salma(asked: Portal) -> Somebody:
    """An administrator with an application."""
    return asked.appoint(Role.ADMINISTRATOR, name="salma")


@pytest.fixture(scope="module")
def phone(asked: Portal, salma: Somebody) -> Phone:
    return set_up(asked, salma)


def lines(portal: Portal, person_id: Any) -> list[tuple[str, dict[str, Any]]]:
    return portal.store.execute(
        "SELECT event, details FROM innovation.audit WHERE machine = 'second_factor' AND object = %s"
        " ORDER BY position", [person_id],
    ).fetchall()  # fmt: skip


def enter(portal: Portal, somebody: Somebody, phone: Phone, onward: str = "") -> Any:
    """Another browser of theirs, signed in with both."""
    browser = portal.browser()
    assert sign_in(browser, somebody.email, onward).startswith(FACTOR)
    sent = browser.send(FACTOR, {"kind": "code", "code": phone.code, "next": onward})
    assert sent.status_code == 303, sent.text
    return browser


def test_whoever_holds_a_duty_is_led_to_set_one_up_and_on(asked: Portal) -> None:
    moza = asked.appoint(Role.FINANCE, name="moza")
    onward = "/portal/desk"
    moza.browser = asked.browser()
    led = sign_in(moza.browser, moza.email, onward)
    assert led == f"{HOME}?next=%2Fportal%2Fdesk"
    page = moza.browser.get(led).text
    assert "Finance officer" in page
    assert "count for nothing here" in page
    # What everybody may goes on; the duty sleeps, and each page that it would open leads here.
    assert moza.browser.get("/account").status_code == 200
    away = moza.browser.get("/desk")
    assert (away.status_code, away.headers["location"]) == (
        303,
        "/portal/account/second-factor?next=%2Fportal%2Fdesk",
    )
    assert moza.browser.send("/desk/mails/bulk", {}).status_code == 403
    before = moza.browser.client.cookies.get("falaj_session")
    phone = set_up(asked, moza, onward)
    assert len(phone.codes) == 10 == len(set(phone.codes))
    assert moza.browser.client.cookies.get("falaj_session") != before, "the session has another secret"
    assert moza.browser.get("/desk").status_code == 200
    assert "factor_added" in [template for template, _ in asked.mails(moza.email)]
    assert lines(asked, moza.person_id) == [("add", {"kind": "totp"})]


def test_both_are_asked_for_and_only_both_let_in(asked: Portal, salma: Somebody, phone: Phone) -> None:
    browser = asked.browser()
    led = sign_in(browser, salma.email, "/portal/desk/people")
    assert led == f"{FACTOR}?next=%2Fportal%2Fdesk%2Fpeople"
    assert browser.client.cookies.get("falaj_session") is None
    page = browser.get(led).text
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    assert "<script" not in page
    assert browser.get("/account").headers["location"].startswith("/portal/account/sign-in?"), (
        "half is nothing"
    )
    fields = {"kind": "code", "code": "000000", "next": "/portal/desk/people"}
    wrong = browser.send(FACTOR, fields)
    assert wrong.status_code == 422
    assert 'aria-invalid="true" aria-describedby="refused code-hint"' in wrong.text
    code = phone.code
    done = browser.send(FACTOR, fields | {"code": f"{code[:3]} {code[3:]}"})
    assert (done.status_code, done.headers["location"]) == (303, "/portal/desk/people")
    assert browser.get("/desk/people").status_code == 200
    assert browser.client.cookies.get("falaj_factor") is None


def test_a_code_counts_once(asked: Portal, salma: Somebody, phone: Phone) -> None:
    first, second = asked.browser(), asked.browser()
    for browser in (first, second):
        sign_in(browser, salma.email)
    code = phone.code
    assert first.send(FACTOR, {"kind": "code", "code": code}).status_code == 303
    assert second.send(FACTOR, {"kind": "code", "code": code}).status_code == 422


def test_who_waits_too_long_or_elsewhere_begins_anew(asked: Portal, salma: Somebody, phone: Phone) -> None:
    late, other = asked.browser(), asked.browser()
    sign_in(late, salma.email)
    asked.watch.pass_by(minutes=10)
    fields = {"kind": "code", "code": phone.now}
    assert late.send(FACTOR, fields).status_code == 403
    assert "sign in again" in late.get(FACTOR).text
    assert other.send(FACTOR, fields).status_code == 403
    assert late.get("/account").status_code == 303


def test_a_new_password_and_a_suspension_end_what_waits(asked: Portal) -> None:
    noor = asked.appoint(Role.FINANCE, name="noor")
    phone = set_up(asked, noor)
    waiting = asked.browser()
    sign_in(waiting, noor.email)
    with asked.office.programme.session(SYSTEM) as session:
        person = find_person(session.connection, noor.person_id)
        assert person is not None
        mail_password_link(session, person, 1)
    by_mail = asked.browser()
    token = asked.token(noor.email, "set_password")
    fields = {"token": token, "password": "rain falls on the wadi"}
    reset = by_mail.send("/account/password", fields)
    assert reset.headers["location"].startswith(f"/portal{FACTOR}"), "a mailed link is one factor"
    assert by_mail.get("/account").status_code == 303
    assert waiting.send(FACTOR, {"kind": "code", "code": phone.code}).status_code == 403
    assert by_mail.send(FACTOR, {"kind": "code", "code": phone.code}).status_code == 303
    assert by_mail.get("/account").status_code == 200
    again = asked.browser()
    sign_in(again, noor.email, password="rain falls on the wadi")
    chief = Actor(None, (Grant(Role.ADMINISTRATOR),))
    asked.office.programme.call(chief, suspend, noor.person_id, "security", 1)
    assert again.send(FACTOR, {"kind": "code", "code": phone.code}).status_code == 403


def test_guessing_is_counted_and_recovery_goes_on(asked: Portal) -> None:
    hind = asked.appoint(Role.COORDINATOR, name="hind")
    phone = set_up(asked, hind)
    statuses = []
    for _ in range(12):
        browser = asked.browser()
        sign_in(browser, hind.email)
        statuses.append(browser.send(FACTOR, {"kind": "code", "code": "123456"}).status_code)
    assert statuses == [422] * 10 + [429] * 2
    assert browser.send(FACTOR, {"kind": "code", "code": phone.code}).status_code == 429, "the right one, too"
    used = browser.send(FACTOR, {"kind": "recovery", "recovery": phone.codes[0].lower()})
    assert used.status_code == 303
    template, fields = asked.mails(hind.email)[-1]
    assert (template, fields["left"]) == ("recovery_used", "9 codes")
    assert lines(asked, hind.person_id)[-1] == ("recover", {"left": 9})
    again = asked.browser()
    sign_in(again, hind.email)
    refused = again.send(FACTOR, {"kind": "recovery", "recovery": phone.codes[0]})
    assert refused.status_code == 422
    assert "<details open>" in refused.text
    assert again.send(FACTOR, {"kind": "recovery", "recovery": "nothing"}).status_code == 422


def test_what_is_stored_computes_no_code(asked: Portal, salma: Somebody, phone: Phone) -> None:
    row = asked.store.execute(
        "SELECT sealed FROM innovation.totp_secrets WHERE person_id = %s", [salma.person_id]
    ).fetchone()
    assert row is not None
    assert phone.secret not in bytes(row[0])
    digests = asked.store.execute(
        "SELECT code_digest FROM innovation.recovery_codes WHERE person_id = %s", [salma.person_id]
    ).fetchall()
    assert len(digests) == 10
    assert not any(code.encode() in bytes(one) for (one,) in digests for code in phone.codes)


def test_changing_asks_for_both_shown_lately(asked: Portal) -> None:
    laila = asked.appoint(Role.PROGRAMME_OFFICER, name="laila")
    refused = laila.browser.send(f"{HOME}/app", {"current": "not the password"})
    assert refused.status_code == 422
    assert laila.browser.get(f"{HOME}/app").status_code == 410, "nothing is being set up"
    phone = set_up(asked, laila)
    asked.watch.pass_by(minutes=16)
    assert laila.browser.send(f"{HOME}/codes").status_code == 403
    assert laila.browser.send(f"{HOME}/app", {"current": PASSWORD}).status_code == 403
    assert laila.browser.send(f"{HOME}/again", {"current": "wrong password"}).status_code == 422
    again = laila.browser.send(f"{HOME}/again", {"current": PASSWORD})
    assert again.headers["location"].startswith(f"/portal{FACTOR}?next=")
    assert laila.browser.get("/account").status_code == 200, "who is signed in stays so meanwhile"
    fields = {"kind": "code", "code": phone.code, "next": f"/portal{HOME}"}
    assert laila.browser.send(FACTOR, fields).headers["location"] == f"/portal{HOME}"
    renewed = laila.browser.send(f"{HOME}/codes")
    fresh = CODES.findall(renewed.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(phone.codes)
    assert asked.mails(laila.email)[-1][0] == "codes_renewed"
    # The last one goes only with the duty.
    kept = laila.browser.send(f"{HOME}/app/remove")
    assert (kept.status_code, "factor_needed" in kept.text or "asks for a second factor" in kept.text) == (
        409,
        True,
    )
    asked.store.execute(
        "UPDATE innovation.role_grants SET revoked_at = now() WHERE person_id = %s", [laila.person_id]
    )
    assert laila.browser.send(f"{HOME}/app/remove").status_code == 303
    assert asked.mails(laila.email)[-1][0] == "factor_removed"
    assert [event for event, _ in lines(asked, laila.person_id)] == ["add", "renew_codes", "remove"]
    assert sign_in(asked.browser(), laila.email) == "", "the password is enough again"


def test_whoever_knows_the_password_did_not_guess(asked: Portal) -> None:
    salim = asked.join("salim")
    set_up(asked, salim)
    sent = [salim.browser.send(f"{HOME}/again", {"current": PASSWORD}).status_code for _ in range(12)]
    assert sent == [303] * 12
    sent = [salim.browser.send(f"{HOME}/again", {"current": "a wrong one"}).status_code for _ in range(12)]
    assert sent == [422] * 10 + [429] * 2


def test_anybody_may_switch_it_on(asked: Portal) -> None:
    reem = asked.join("reem")
    assert sign_in(asked.browser(), reem.email) == ""
    phone = set_up(asked, reem)
    browser = enter(asked, reem, phone)
    assert browser.get("/account").status_code == 200


def test_an_administrator_helps_whoever_has_lost_all(asked: Portal, salma: Somebody, phone: Phone) -> None:
    badr = asked.appoint(Role.COORDINATOR, name="badr")
    set_up(asked, badr)
    desk = enter(asked, salma, phone)
    page = f"/desk/people/{badr.person_id}"
    assert "Remove all second factors" in desk.get(page).text
    assert "second-factor/reset" not in desk.get(f"/desk/people/{salma.person_id}").text, "not of one's own"
    own = desk.send(f"/desk/people/{salma.person_id}/second-factor/reset", {"version": "1"})
    assert own.status_code == 403
    asks = desk.send_once(f"{page}/second-factor/reset", {"version": "1"})
    assert 'class="form question"' in asks.text
    assert desk.send(f"{page}/second-factor/reset", {"version": "9"}).status_code == 409
    assert desk.send(f"{page}/second-factor/reset", {"version": "1"}).status_code == 303
    assert badr.browser.get("/account").status_code == 303, "signed out everywhere"
    assert asked.mails(badr.email)[-1][0] == "factor_reset"
    assert lines(asked, badr.person_id)[-1] == ("reset", {})
    assert sign_in(asked.browser(), badr.email) == HOME, "led to set up another"
    assert desk.send(f"{page}/second-factor/reset", {"version": "1"}).status_code == 409, "there is none"


def test_a_coordinator_does_not(asked: Portal, salma: Somebody, phone: Phone) -> None:
    huda = asked.appoint(Role.COORDINATOR, name="huda")
    own = set_up(asked, huda)
    desk = enter(asked, huda, own)
    sent = desk.send(f"/desk/people/{salma.person_id}/second-factor/reset", {"version": "1"})
    assert sent.status_code == 403
    with asked.office.programme.session(ANONYMOUS) as session:
        assert repository.has_factor(session.connection, salma.person_id)


def test_a_role_that_is_given_later_asks_at_once(asked: Portal) -> None:
    tariq = asked.join("tariq")
    assert "has_desk" not in tariq.browser.get("/account").text
    asked.office.programme.call(SYSTEM, grant, tariq.person_id, Grant(Role.COORDINATOR))
    page = tariq.browser.get("/account").text
    assert "count only once you have shown a second factor" in page
    assert tariq.browser.get("/desk").status_code == 303


def test_until_a_grace_ends_duties_count(portal: Portal, tmp_path: Any) -> None:
    until = portal.watch() + timedelta(days=1)
    with asking(portal, tmp_path, SecondFactorSettings(grace_until=until)) as lenient:
        amal = lenient.appoint(Role.COORDINATOR, name="amal")
        amal.browser = lenient.browser()
        led = sign_in(amal.browser, amal.email, "/portal/desk")
        assert led.startswith(HOME)
        assert "Go on without, for now" in amal.browser.get(led).text
        assert amal.browser.get("/desk").status_code == 200
        lenient.watch.pass_by(days=1)
        amal.browser = lenient.browser()
        sign_in(amal.browser, amal.email, "/portal/desk")
        assert amal.browser.get("/desk").status_code == 303


def test_what_is_set_against_itself_keeps_the_hub_from_starting(portal: Portal, tmp_path: Any) -> None:
    alone = SecondFactorSettings(by_provider_only=frozenset({"finance"}))
    with pytest.raises(ValueError, match="FALAJ_OIDC_ISSUER"), asking(portal, tmp_path, alone):
        pass


def test_nobody_acts_on_factors_without_a_session(asked: Portal) -> None:
    from casework.people.errors import SessionEnded
    from casework.second_factor.service import renew_codes

    zahra = asked.join("zahra")
    with pytest.raises(SessionEnded), asked.office.programme.session(Actor(zahra.person_id)) as session:
        renew_codes(session)
