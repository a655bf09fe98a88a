"""Every page in a real browser, in both languages, on a phone and on a desk: nothing that shuts people out,
nothing wider than the window, nothing asked of anybody else, and the same without scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from citycore.language import LANGUAGES
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from tests.browser import needs_chromium
from tests.hub_api.conftest import City, serving_process

pytestmark = needs_chromium

PAGES = ("/docs/guide", "/docs", "/changes", "/status")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def hub(standing_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving_process(standing_city.database, tmp_path_factory.mktemp("hub") / "api.log") as (url, _):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_shuts_nobody_out(browser: Any, hub: str, path: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport=DESK)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{hub}{path}?lang={language}")
    result = Axe().run(page, options=RULES).response
    assert violations(result) == []
    assert len(result["passes"]) > 10
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) <= 0, "wider than the window"
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(hub).netloc}
    assert complaints == []
    page.close()


@pytest.mark.parametrize("path", ["/changes", "/status"])
def test_dark_pages_have_enough_contrast(browser: Any, hub: str, path: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport=PHONE, color_scheme="dark")
    page.goto(f"{hub}{path}")
    result = Axe().run(page, options={"runOnly": ["color-contrast"]}).response
    assert violations(result) == []
    assert result["passes"]
    page.close()


def violations(result: Any) -> list[tuple[str, str]]:
    """Rule and first element of each."""
    return [(one["id"], one["nodes"][0]["html"]) for one in result["violations"]]


def test_code_stays_left_to_right_in_arabic(browser: Any, hub: str) -> None:
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{hub}/docs/guide?lang=ar")
    directions = page.eval_on_selector_all(
        "pre, p code", "all => all.map(one => getComputedStyle(one).direction)"
    )
    assert set(directions) == {"ltr"}
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    page.close()


def test_without_scripts_code_unfolds_and_the_status_comes_anew(browser: Any, hub: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
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
