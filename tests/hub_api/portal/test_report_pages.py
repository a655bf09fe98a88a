"""Reports by mail on the page of their person, for their programs, and by the link of a mail."""

from __future__ import annotations

import re

import pytest

from casework.access_tokens.model import TokenScope
from casework.outbox.settings import OutboxSettings
from casework.report_mails.model import Fault, Made
from casework.report_mails.sending import Tally, send_due
from tests.hackathon.calling import programme_for
from tests.hub_api.participation.conftest import Program, token_of
from tests.hub_api.portal.conftest import Portal, Somebody

WISH = {
    "place": "seeb", "observed_property": "pm2_5", "days": "7", "language": "ar", "rhythm": "weekly",
    "weekdays": ["7", "2"], "month_day": "1", "hour": "7",
}  # fmt: skip
BODY = {"place": "seeb", "days": 3, "language": "en", "rhythm": "monthly", "month_day": 31, "hour": 18}


@pytest.fixture(scope="module")
def salma(portal: Portal) -> Somebody:
    return portal.join("salma")


def sent(portal: Portal, outcome: Made | Fault, folder: object) -> Tally:
    """What the worker sends now."""
    outbox = OutboxSettings.model_validate({"files_folder": folder})
    return send_due(programme_for(portal.store, portal.watch, outbox), lambda _: outcome)


def test_somebody_chooses_pauses_and_ends_reports(portal: Portal, salma: Somebody, tmp_path: object) -> None:
    browser, page = salma.browser, "/account/reports"
    assert page in browser.get("/account").text
    asked = browser.get(f"{page}?place=seeb&property=pm2_5&days=28&language=ar").text
    for chosen in ("seeb", "pm2_5", "28", "ar", "weekly"):
        assert f'<option value="{chosen}" selected>' in asked
    refused = browser.send(page, WISH | {"weekdays": []})
    assert (refused.status_code, "Weekdays" in refused.text) == (422, True)
    assert browser.send(page, WISH | {"weekdays": ["77"]}).status_code == 422
    assert browser.send(page, WISH).status_code == 303
    assert browser.send(page, WISH).status_code == 409
    shown = browser.get(page).text
    assert "Every week at 07:00: Tuesday, Sunday" in shown
    found = re.search(r"/account/reports/([0-9a-f-]{36})/pause", shown)
    assert found is not None
    one = f"{page}/{found.group(1)}"

    assert browser.send(f"{one}/send").status_code == 303
    assert "is on its way" in browser.get(page).text
    assert browser.send(f"{one}/send").status_code == 429
    assert sent(portal, Fault.AWAY, tmp_path) == Tally(0, 1, 0)
    assert "The data of the hub could not be reached." in browser.get(page).text
    portal.watch.pass_by(minutes=2)
    assert sent(portal, Made(b"%PDF-1.7", "السيب", "الهواء جيد."), tmp_path) == Tally(1, 0, 0)
    told = browser.get(page).text
    assert "could not be reached" not in told
    assert "Last sent:" in told
    fields = dict(portal.mails(salma.email))["report"]
    assert (fields["place"], fields["text"]) == ("السيب", "الهواء جيد.")

    for deed, said in (("pause", "Paused"), ("resume", "Active")):
        assert browser.send(f"{one}/{deed}").status_code == 303
        assert said in browser.get(page).text
    assert browser.send(f"{one}/end").status_code == 303
    assert "You get no reports yet." in browser.get(page).text


def test_the_link_of_a_mail_ends_one_after_a_button(portal: Portal, salma: Somebody) -> None:
    assert salma.browser.send("/account/reports", WISH).status_code == 303
    row = portal.store.execute(
        "SELECT stop_token FROM innovation.report_mails WHERE person_id = %s", [salma.person_id]
    ).fetchone()
    assert row is not None
    stranger = portal.browser("ar")
    page = stranger.get(f"/reports/stop?token={row[0]}")
    assert (page.status_code, "إنهاء هذا التقرير" in page.text) == (200, True)
    assert "Every week" in salma.browser.get("/account/reports").text, "looking ends nothing"
    assert stranger.send("/reports/stop", {"token": row[0]}).status_code == 200
    assert stranger.get(f"/reports/stop?token={row[0]}").status_code == 404
    assert "You get no reports yet." in salma.browser.get("/account/reports").text


def test_programs_choose_and_end_reports(portal: Portal) -> None:
    person = portal.join("hamad")
    program = Program(portal, token_of(portal, person.person_id, TokenScope.REPORTS_WRITE))
    other = Program(portal, token_of(portal, person.person_id, TokenScope.TEAMS_READ))
    assert other.ask("GET", "/me/reports").status_code == 403
    assert program.ask("POST", "/me/reports", BODY | {"place": "atlantis"}).status_code == 409
    assert program.ask("POST", "/me/reports", BODY | {"hour": 24}).status_code == 422
    begun = program.ask("POST", "/me/reports", BODY)
    assert begun.status_code == 200, begun.text
    element = begun.json()["data"]
    known = {name: element[name] for name in ("place", "rhythm", "weekdays", "month_day", "hour", "state")}
    assert known == {
        "place": "seeb", "rhythm": "monthly", "weekdays": [], "month_day": 31, "hour": 18, "state": "active",
    }  # fmt: skip
    path = f"/me/reports/{element['report']}"
    for event, state in (("pause", "paused"), ("resume", "active"), ("send", "active")):
        stepped = program.ask("POST", f"{path}/steps", {"event": event})
        assert (stepped.status_code, stepped.json()["data"]["state"]) == (200, state)
    again = program.ask("POST", f"{path}/steps", {"event": "send"})
    assert (again.status_code, again.json()["code"]) == (429, "report_asked_too_often")
    assert program.ask("POST", f"{path}/end", seen=1).status_code == 412
    version = program.ask("GET", path).json()["data"]["version"]
    assert program.ask("POST", f"{path}/end", seen=version).json()["data"] == []
    assert program.ask("GET", path).status_code == 404
