"""What every page of a demo says, and no page of another hub."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
