"""Alerts at the desk of those on duty, and the rules that raise them: one play, and what a form refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest

from casework.access.model import HUB, Role
from casework.alerts.noun import HOLDER
from citycore.alerts.settings import AlertSettings
from citycore.language import LANGUAGES
from ingest.alerts.previewing import make_wanted
from tests.browser import needs_chromium
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.alert_scene import ALERT, RULE_CODE, keep_rule, raise_alert
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.looks import Looker
from tests.hub_api.portal.stand import House

PATH, RULES = f"/desk/alerts/{ALERT}", "/desk/alert-rules"
FLOOD = {
    "code": "wadi_high", "name_ar": "وادٍ مرتفع", "name_en": "High wadi", "text_ar": "ابتعد عنه.", "text_en": "Keep away.",
    "severity": "extreme", "category": "Met", "observed_property": "pm2_5", "index": "", "place": "", "thing": "",
    "datastream": "", "kind": "threshold", "above": "٢٫٥", "below": "", "low": "", "high": "", "unit": "",
    "missing_minutes": "", "probability": "", "duration_minutes": "1.5", "hysteresis": "0.5", "clear_minutes": "",
    "quiet_from": "22:00", "quiet_to": "06:00", "is_public": "1",
}  # fmt: skip


@pytest.fixture
def alert(portal: Portal) -> Iterator[UUID]:
    keep_rule(portal.city)
    raise_alert(portal.city)
    raise_alert(portal.city, UUID(int=7_008), "extreme", is_public=False)
    yield ALERT
    with portal.city.database.superuser() as connection:
        for table in ("alert_events", "alerts", "alert_rules"):
            connection.execute(f"DELETE FROM {table}".encode())


def officer(portal: Portal, role: Role = Role.DUTY_OFFICER, name: str = "duty") -> Somebody:
    return portal.appoint(role, name=name)


def test_an_alert_is_acknowledged_assigned_and_assessed(portal: Portal, alert: UUID) -> None:
    duty = officer(portal)
    browser = duty.browser
    listed = browser.get("/desk/alerts").text
    assert listed.index(str(UUID(int=7_008))) < listed.index(str(alert)), "the most severe first"
    assert "Stay indoors &amp; rest." in listed, "what to do now"
    assert browser.send(f"{PATH}/acknowledge", {"note": "On <my> way"}).status_code == 303
    assert browser.send(f"{PATH}/assign", {"person": str(duty.person_id), "other": ""}).status_code == 303
    waits = browser.get("").text
    assert "given to you" in waits[: waits.index(f'href="/portal{PATH}"')], "what is theirs waits for them"
    for person in ("duty AL HARTHY", "duty@duty.example", str(duty.person_id)):
        refused = browser.send(f"{PATH}/assign", {"person": "", "other": person})
        assert (refused.status_code, "This is a person" in refused.text) == (422, True), person
    assert browser.send(f"{PATH}/assign", {"person": "", "other": "Civil Defence"}).status_code == 303
    refused = browser.send(f"{PATH}/assign", {"person": "", "other": ""})
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert browser.send(f"{PATH}/assign", {"person": str(UUID(int=1)), "other": ""}).status_code == 403
    assert browser.send(f"{PATH}/assess", {"verdict": "false", "reason": "A bonfire"}).status_code == 303
    assert browser.send(f"{PATH}/acknowledge", {"note": "x" * 501}).status_code == 422
    shown = browser.get(PATH).text
    for words in (
        "On &lt;my&gt; way",
        "Duty Al Harthy",
        "Civil Defence",
        "Marked as a false alarm",
        "A bonfire",
    ):
        assert words in shown, words
    assert "decisions/new" not in shown, "who decides nothing is not led there"
    with portal.city.database.superuser() as connection:
        kept = connection.execute(
            "SELECT acknowledged_by, assigned_to, is_false FROM alerts WHERE alert_id = %s", [alert]
        ).fetchone()
        lines = connection.execute(
            "SELECT event FROM innovation.audit WHERE object = %s ORDER BY position", [alert]
        ).fetchall()
    assert kept == (str(duty.person_id), "Civil Defence", True), "by keys, so that an account can be erased"
    assert [event for (event,) in lines] == [
        "acknowledge_alert", "assign_alert", "assign_alert", "assess_alert",
    ]  # fmt: skip
    arabic = browser.get(f"{PATH}?lang=ar").text
    assert "ابقَ في الداخل" in arabic
    assert 'dir="rtl"' in arabic


def test_an_alert_stands_with_nobody_who_is_erased(portal: Portal, alert: UUID) -> None:
    duty = officer(portal)
    assert (
        duty.browser.send(f"{PATH}/assign", {"person": str(duty.person_id), "other": ""}).status_code == 303
    )
    with portal.store.transaction():
        assert [row["name"]["en"] for _, row in HOLDER.export(portal.store, duty.person_id)] == ["Thick dust"]  # type: ignore[index]
        assert [one.rows for one in HOLDER.erase(portal.store, duty.person_id)] == [1]
        assert list(HOLDER.export(portal.store, duty.person_id)) == []
    assert PATH in officer(portal, name="other").browser.get("").text, "it waits for whoever is on duty again"


def test_an_alert_becomes_the_ground_of_a_decision(portal: Portal, alert: UUID) -> None:
    duty = officer(portal)
    portal.appoint_too(duty, Role.PROGRAMME_OFFICER, HUB)
    found = re.search(r'href="/portal(/decisions/new\?[^"]+)"', duty.browser.get(PATH).text)
    assert found is not None
    form = duty.browser.get(found.group(1).replace("&amp;", "&")).text
    assert "Thick dust" in form
    sent = {
        "kind": "alert", "object": str(alert), "title_ar": "غبار", "title_en": "Dust", "heard_ar": "كثير",
        "heard_en": "Much of it", "governorate": "",
    }  # fmt: skip
    made = duty.browser.send("/decisions/new", sent)
    assert made.status_code == 303, made.text
    assert "Thick dust" in duty.browser.get(made.headers["location"].removeprefix("/portal")).text
    hidden = duty.browser.get(f"/desk/alerts/{UUID(int=7_008)}").text
    assert "decisions/new" not in hidden, "what is not for everybody is no ground"


def test_a_rule_is_written_previewed_and_switched_on(portal: Portal, alert: UUID) -> None:
    keeper = officer(portal, Role.ADMINISTRATOR, "keeper").browser
    made = keeper.send(f"{RULES}/new", FLOOD)
    path = f"{RULES}/wadi_high"
    assert (made.status_code, made.headers.get("location")) == (303, f"/portal{path}"), made.text
    shown = keeper.get(path).text
    assert 'http-equiv="refresh"' in shown, "the page comes anew while the worker reckons"
    assert f'action="/portal{path}/on"' not in shown
    assert keeper.send(f"{path}/on").status_code == 409
    with portal.city.database.connect("worker") as worker:
        worker.autocommit = True
        assert make_wanted(worker, AlertSettings(), NOW) == 1
    shown = keeper.get(path).text
    assert "It would have been raised" in shown
    assert 'http-equiv="refresh"' not in shown
    assert keeper.send(f"{path}/on").status_code == 303
    form = keeper.get(f"{path}/edit").text
    for field in ('value="2.5"', 'value="1.5"', 'value="22:00"', "وادٍ مرتفع"):
        assert field in form, field
    assert keeper.send(f"{path}/edit", {**FLOOD, "above": "3"}).status_code == 303
    assert "Draft" in keeper.get(path).text, "a changed rule is a draft again"
    assert keeper.send(f"{RULES}/{RULE_CODE}/off").status_code == 303
    assert "Thick dust" in officer(portal).browser.get(RULES).text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": RULE_CODE}, "code", "the same code"),
        ({"code": "High"}, "code", "outside of what it can be"),
        ({"name_ar": ""}, "name_ar", "It is missing"),
        ({"above": "much"}, "above", "number"),
        ({"above": ""}, "kind", "either “above” or “below”"),
        ({"missing_minutes": "5"}, "missing_minutes", "has none"),
        ({"kind": "band", "above": ""}, "high", "needs it"),
        ({"observed_property": ""}, "kind", "property or an index"),
        ({"observed_property": "nothing"}, "observed_property", "no such measured property"),
        ({"unit": "Cel"}, "unit", "another quantity"),
        ({"quiet_to": ""}, "quiet_to", "It is missing"),
        ({"kind": "rate", "probability": "0.5"}, "probability", "has none"),
        (
            {"kind": "anomaly", "hysteresis": "", "duration_minutes": "", "above": "0.5"},
            "above",
            "1 or more half-widths",
        ),
        ({"kind": "anomaly", "hysteresis": ""}, "duration_minutes", "has none"),
    ],
)
def test_what_cannot_be_a_rule_is_told_beside_its_field(
    portal: Portal, alert: UUID, changes: dict[str, str], field: str, words: str
) -> None:
    keeper = officer(portal, Role.ADMINISTRATOR, "keeper").browser
    answer = keeper.send(f"{RULES}/new", {**FLOOD, **changes})
    assert (answer.status_code, words in answer.text) == (422, True), answer.text
    marked = re.search(rf'id="{field}"[^>]*aria-invalid="true"', answer.text)
    assert marked is not None, answer.text
    assert "High wadi" in answer.text, "what was typed is there"


def test_a_rule_about_what_is_unusual_is_kept_and_says_its_half_widths(portal: Portal, alert: UUID) -> None:
    keeper = officer(portal, Role.ADMINISTRATOR, "keeper").browser
    asked = {**FLOOD, "kind": "anomaly", "hysteresis": "", "duration_minutes": ""}
    assert keeper.send(f"{RULES}/new", asked).status_code == 303
    shown = keeper.get(f"{RULES}/wadi_high").text
    assert "A value lies outside the band of what was expected" in shown
    assert "2.5 half-widths of the band" in shown
    assert "× نصف عرض النطاق" in keeper.get(f"{RULES}/wadi_high?lang=ar").text


@needs_chromium
def test_the_pages_shut_nobody_out(portal: Portal, alert: UUID, house: House, looker: Looker) -> None:
    """Drawn and looked at in a browser, wide and narrow, right-to-left too."""
    keeper = officer(portal, Role.ADMINISTRATOR, "keeper").browser
    keeper.send(f"{PATH}/acknowledge", {"note": "On my way"})
    wrong = keeper.send(f"{RULES}/new", {**FLOOD, "above": "much"})
    looker.look_at(wrong.text, f"{house.url}/portal{RULES}/new", "en")
    for path in ("/desk/alerts", PATH, RULES, f"{RULES}/{RULE_CODE}", f"{RULES}/{RULE_CODE}/edit"):
        for language in LANGUAGES:
            shown = keeper.get(f"{path}?lang={language}").text
            looker.look_at(shown, f"{house.url}/portal{path}", language)
