"""Every page in a real browser, in both languages, on a phone and on a desk: nothing that shuts people out,
nothing wider than the window, nothing asked of anybody else, and the same without scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from citycore.language import LANGUAGES, Language
from tests.browser import needs_chromium
from tests.hub_api.conftest import City, serving_process
from tests.hub_api.portal.looks import PHONE, Looker

pytestmark = needs_chromium

PAGES = ("/docs/guide", "/docs", "/changes", "/status", "/help")


@pytest.fixture(scope="module")
def hub(standing_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_process(standing_city.database, tmp_path_factory.mktemp("hub") / "api.log") as (url, _):
        yield url


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_shuts_nobody_out(looker: Looker, hub: str, path: str, language: Language, wire: None) -> None:
    looker.look(f"{hub}{path}", language)


@pytest.mark.parametrize("path", ["/changes", "/status"])
def test_dark_pages_have_enough_contrast(chromium: Any, hub: str, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(viewport=PHONE, color_scheme="dark")
    page.goto(f"{hub}{path}")
    result = Axe().run(page, options={"runOnly": ["color-contrast"]}).response
    assert [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]] == []
    assert result["passes"]
    page.close()


def test_code_stays_left_to_right_in_arabic(chromium: Any, hub: str) -> None:
    page = chromium.new_page(viewport=PHONE)
    page.goto(f"{hub}/docs/guide?lang=ar")
    directions = page.eval_on_selector_all(
        "pre, p code", "all => all.map(one => getComputedStyle(one).direction)"
    )
    assert set(directions) == {"ltr"}
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    page.close()


def test_without_scripts_code_unfolds_and_the_status_comes_anew(chromium: Any, hub: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{hub}/docs/guide#day")
    folded = page.locator("details.code", has_text="Python, httpx").first
    assert not folded.locator("pre").is_visible()
    folded.locator("summary").click()
    assert folded.locator("pre").is_visible()
    with page.expect_navigation(timeout=60_000):
        page.goto(f"{hub}/status?refresh=1")
    with page.expect_navigation(timeout=60_000):
        pass  # by itself
    context.close()
