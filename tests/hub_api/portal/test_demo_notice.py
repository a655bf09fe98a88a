"""What every page of a demo says, and no page of another hub."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub_api.programme.casework.home import pages
from hub_api.programme.kit.settings import PortalSettings
from tests.hub_api.portal.conftest import Portal

WORDS = {"en": "A demonstration", "ar": "عرض تجريبي"}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("path", ["", "/hackathons", "/account/sign-in", "/hackathons/nowhere"])
def test_pages_of_a_demo_say_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, language: str, path: str
) -> None:
    browser = portal.browser(language)
    assert WORDS[language] not in browser.get(path).text
    settings = replace(portal.office.settings, portal=PortalSettings(is_demo=True))
    monkeypatch.setattr(portal.office, "settings", settings)
    assert WORDS[language] in browser.get(path).text


@pytest.mark.parametrize(("language", "making"), [("en", "are being made"), ("ar", "يجري الآن إعداد")])
def test_the_home_of_a_demo_without_a_programme_says_that_it_is_being_made(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, language: str, making: str
) -> None:
    browser = portal.browser(language)
    assert making not in browser.get("").text
    settings = replace(portal.office.settings, portal=PortalSettings(is_demo=True))
    monkeypatch.setattr(portal.office, "settings", settings)
    assert making not in browser.get("").text, "there is a hackathon"
    monkeypatch.setattr(pages, "list_hackathons", lambda _: [])
    monkeypatch.setattr(pages, "open_calls", lambda *_: pages.Open([], 0))
    monkeypatch.setattr(pages, "open_needs", lambda *_: pages.Open([], 0))
    assert making in browser.get("").text
