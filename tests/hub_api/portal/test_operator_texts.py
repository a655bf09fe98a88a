"""Administrators write what the pages about the hub say: seen before it is published, and everybody's at once."""

from __future__ import annotations

import pytest

from casework.access.model import Role
from casework.operator_texts.model import Written
from casework.operator_texts.rules import tidied, why_wrong
from hub_api.programme.casework.staff import staff
from hub_api.serving.operator.settings import OperatorSettings
from tests.hub_api.portal.conftest import Portal

PAGE = "/desk/texts/terms"
TEXTS = {
    "text_ar": "# الشروط\n\nلدى {operator} شروط.",
    "text_en": "# Terms\n\n<b>Ours</b>, says {operator}.\n\n{contact}",
}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{operator} and {contact}", None),
        ("{ operator }, {} and a { brace", None),
        ("{contcat}", "{contcat}"),
        ("{operator} {a1}", "{a1}"),
    ],
)
def test_a_name_that_nothing_is_filled_in_for_is_told(text: str, wrong: str | None) -> None:
    refusals = [why_wrong(Written(text, "x")), why_wrong(Written("x", text))]
    assert [None if one is None else one.details["placeholder"] for one in refusals] == [wrong, wrong]
    assert tidied(Written(" a\r\nb ", "c")) == Written("a\nb", "c")


def test_what_is_written_is_seen_first_and_then_by_everybody(portal: Portal) -> None:
    browser = portal.appoint(Role.ADMINISTRATOR).browser
    reader = portal.browser().client

    def terms(language: str) -> str:
        return str(portal.run(reader.get(f"/terms?lang={language}")).text)

    shipped = terms("en")
    assert f'href="/portal{PAGE}"' in browser.get("/desk/texts").text
    assert browser.get("/desk/texts/nothing").status_code == 404
    tried = browser.send(f"{PAGE}/preview", TEXTS)
    assert tried.status_code == 200
    assert "<h1>Terms</h1>" in tried.text
    assert "&lt;b&gt;Ours" in tried.text
    assert terms("en") == shipped, "nothing is published by looking at it"
    refused = browser.send(f"{PAGE}/write", TEXTS | {"text_en": "By {nobody}"})
    assert (refused.status_code, "{nobody}" in refused.text) == (422, True)
    assert browser.send(f"{PAGE}/write", TEXTS | {"text_ar": " "}).status_code == 422
    assert browser.send(f"{PAGE}/write", TEXTS).status_code == 303
    assert "&lt;b&gt;Ours" in terms("en")
    assert "<h1>الشروط</h1>" in terms("ar")
    assert browser.send(f"{PAGE}/restore").status_code == 303
    assert terms("en") == shipped
    events = portal.store.execute(
        "SELECT event FROM innovation.audit WHERE machine = 'operator_text' ORDER BY position"
    )
    assert [event for (event,) in events.fetchall()] == ["edit", "restore"]


def test_the_desk_asks_for_what_nobody_has_said_of_whoever_runs_the_hub(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = portal.appoint(Role.ADMINISTRATOR).browser
    asked = (
        "FALAJ_OPERATOR_NAME_AR",
        'href="/portal/desk/texts/contact"',
        'href="/portal/desk/texts/accessibility"',
    )
    desk = browser.get("/desk").text
    assert all(each in desk for each in asked)
    assert "لم يُذكر بعد" in browser.get("/desk?lang=ar").text
    for page in ("contact", "accessibility"):
        assert browser.send(f"/desk/texts/{page}/write", TEXTS).status_code == 303
    desk = browser.get("/desk").text
    assert [each in desk for each in asked] == [True, False, False]
    named = OperatorSettings(name_ar="بلدية", name_en="Baladiya")
    monkeypatch.setattr(staff, "operator", lambda: named)
    assert "unstated" not in browser.get("/desk").text
    assert "Not said yet" not in browser.get("/desk").text
    other = portal.appoint(Role.DUTY_OFFICER).browser.get("/desk")
    assert "FALAJ_OPERATOR" not in other.text
