"""The dashboards in a real browser over the real API and a seeded database, in both languages.

Every address the browser asks for is written down: none may lie outside this machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from citycore.arrangements.model import Piece, Width
from citycore.language import LANGUAGES, Language
from citycore.places import read_places
from citycore.store.registry import register, store_places
from dashboards.arranging import coded
from dashboards.language import ROOMS, Words
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from simulators.city import describe_city
from stack.child import Child
from stack.ports import free_port
from stack.processes import ROOT, answers_200, room_command
from stack.waiting import wait_until
from tests.browser import framed, needs_chromium
from tests.conftest import Database, open_database
from tests.hub_api.conftest import serving_process

pytestmark = [needs_chromium, pytest.mark.usefixtures("wire")]

START_SECONDS_MAX = 60
ARRANGED = (
    Piece("overview", "tile-pm2_5", (("place", "seeb"),), Width.HALF),
    Piece("overview", "tile-no2", (), Width.HALF),
    Piece("overview", "latest-pm2_5", (("property", "pm2_5"),)),
    Piece("noise", "tile-of-a-later-version"),
)
WAIT_MS = 60_000
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: What the page's element says when its script has ended.
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
DARK_PAGE = "rgb(15, 26, 31)"
#: A page has fewer things that take the focus.
TABS_MAX = 400
ROUNDS_MAX = 3
#: Says which look of the element before the focus left it did not differ from its look now; None at the end of the page.
STEP = """() => {
  const look = one => {
    const told = [];
    for (let at = one, up = 0; at && up < 5; at = at.parentElement, up++) {
      const style = getComputedStyle(at);
      told.push(style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor, style.backgroundColor);
    }
    return told.join();
  };
  const before = window.falajFocus, now = document.activeElement;
  const same = before && before.one !== now && before.one.isConnected && look(before.one) === before.look;
  const ended = !now || now === document.body || now === window.falajFirst;
  window.falajFirst ||= now;
  if (!ended) now.setAttribute('data-reached', '');
  window.falajFocus = ended ? null : {one: now, look: look(now)};
  return ended ? null : same ? [before.one.outerHTML.slice(0, 200)] : [];
}"""
#: What can be seen and used, and was not reached. Of choices of which one holds, arrows lead from one to the others.
UNREACHED = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role=slider], [tabindex="0"]')]
  .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
    && !one.closest('[aria-hidden=true], [inert]') && !one.hasAttribute('data-reached')
    && !(one.role === 'radio' && one.closest('[role=radiogroup]')?.querySelector('[data-reached]')))
  .map(one => one.outerHTML.slice(0, 200))"""
LOCAL_SCHEMES = {"data", "blob", "about"}


@dataclass
class Browser:
    """A page of the dashboards, with what it asked for and complained about."""

    page: Any
    address: str
    folder: Path
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, until: str) -> None:
        self.page.goto(f"{self.address}{path}", timeout=WAIT_MS)
        self.see(until)

    def see(self, text: str) -> None:
        self.page.get_by_text(text, exact=False).first.wait_for(timeout=WAIT_MS)

    def read(self, selector: str) -> str:
        """The text there, without the marks that keep numbers in order."""
        return re.sub("[\u2066-\u2069]", "", self.page.locator(selector).first.inner_text())

    def keep(self, name: str) -> None:
        """A picture for whoever wants to look, and the rules that hold on every page."""
        self.page.locator(IDLE).wait_for(timeout=WAIT_MS)
        self.page.screenshot(path=self.folder / f"{name}.png")
        assert self.page.locator('[data-testid="stException"]').count() == 0
        assert self.page.evaluate(OVERFLOW) <= 0, f"{name} is wider than the window"

    def look(self, name: str) -> None:
        """What holds on a desk and on a phone: no exception, nothing wider than the window, no barrier that axe knows of."""
        page = self.page
        page.locator(IDLE).wait_for(timeout=WAIT_MS)
        page.locator(".falaj-waiting").wait_for(state="detached", timeout=WAIT_MS)
        assert page.locator('[data-testid="stException"]').count() == 0
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) <= 0, f"{name} is wider than {width} px"
            found = page.evaluate("rules => axe.run(rules)", RULES)
            barriers = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
            assert barriers == [], f"{name} at {width} px"
            page.screenshot(path=self.folder / f"{name}-{width}.png")

    def direction(self, selector: str) -> str:
        return str(self.page.locator(selector).first.evaluate("one => getComputedStyle(one).direction"))


@pytest.fixture(scope="module")
def registered(postgres: Any) -> Iterator[Database]:
    """A database that knows the simulated city's places and things."""
    with open_database(postgres) as database:
        with database.connect("owner") as connection:
            store_places(connection, read_places(ROOT / "simulators" / "places" / "muscat.geojson"))
            register(connection, *describe_city())
        yield database


def seed(database: Database) -> None:
    """Values of this moment: some things send every 20 seconds and would soon count as silent."""
    with database.superuser() as connection:
        for statement in SEED:
            connection.execute(statement)


#: Made by formula.
SEED = (
    # Some things send every 20 seconds; on a slow machine they would be silent before the page is drawn.
    "UPDATE datastreams SET interval_seconds = 900 WHERE interval_seconds < 900",
    # One air station was last heard of nine hours ago, and the last of the counters never.
    """INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
       SELECT datastream_id, 1, now() - CASE WHEN things.code = (SELECT min(code) FROM things
              WHERE kind = 'air_quality_station') THEN interval '9 hours' ELSE interval '20 seconds' END,
              40 + 5 * sin(datastream_id), 1
       FROM datastreams JOIN things USING (thing_id)
       WHERE result_type = 'measurement'
         AND things.code <> (SELECT max(code) FROM things WHERE kind = 'traffic_counter')""",
    """INSERT INTO latest (datastream_id, quality, phenomenon_time, longitude, latitude, batch_id)
       SELECT datastream_id, 1, now() - interval '5 seconds', 58.4, 23.58, 1
       FROM datastreams WHERE result_type = 'position'""",
    """INSERT INTO observations_hourly
       SELECT datastream_id, date_trunc('hour', now()) - n * interval '1 hour', 12, 12,
              40 + 12 * sin(n * pi() / 12), 30, 60, 2, 31, 40, 59, 12, 0, 0, 0
       FROM datastreams CROSS JOIN generate_series(1, 170) AS n WHERE result_type = 'measurement'""",
    """WITH issue AS (
           INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, mae,
               baseline_mae, skill, backtest_origins, coverage_50, coverage_80, coverage_95,
               training_start, training_hours, data_digest, candidates)
           SELECT datastream_id, now(), date_trunc('hour', now()), 48, 'prophet', 'seasonal_naive_168', 4.4, 5,
                  0.12, 6, 0.52, 0.78, 0.94, now() - interval '21 days', 504, 'x',
                  '[{"model": "prophet", "mae": 4.4, "skill": 0.12}]'
           FROM datastreams WHERE observed_property_code = 'vehicle_flow'
           ORDER BY datastream_id LIMIT 2 RETURNING forecast_id)
       INSERT INTO forecast_values
       SELECT forecast_id, date_trunc('hour', now()) + n * interval '1 hour', m, m - 2, m + 2, m - 5, m + 5, m - 9,
              m + 9
       FROM issue, generate_series(0, 47) AS n, LATERAL (SELECT 40 + 12 * sin(-n * pi() / 12) AS m) AS middle""",
)


@pytest.fixture(scope="module")
def dashboards(registered: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real API and the real Streamlit as processes; the address of the dashboards."""
    folder, port = tmp_path_factory.mktemp("dashboards"), free_port()
    with serving_process(registered, folder / "api.log") as (url, _):
        streamlit = Child(
            "dashboards",
            room_command("dashboards", {"dashboards": port}),
            folder / "dashboards.log",
            {"FALAJ_API_URL": url, "PYTHONPATH": str(ROOT)},
        )
        try:
            streamlit.start()
            ready = answers_200(f"http://127.0.0.1:{port}/_stcore/health", 5.0)
            assert wait_until(ready, START_SECONDS_MAX), streamlit.last_words()
            seed(registered)
            yield f"http://127.0.0.1:{port}"
        finally:
            streamlit.stop()
    assert "Traceback" not in (folder / "dashboards.log").read_text("utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One for all: each test has windows that know nothing of another's."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium: Any, dashboards: str, tmp_path: Path) -> Iterator[Browser]:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    seen = Browser(page, dashboards, tmp_path)
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("websocket", lambda socket: seen.asked.append(socket.url))
    page.on("console", lambda told: seen.complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    yield seen
    page.close()


def outside(urls: list[str]) -> list[str]:
    """The addresses that are not this machine's."""
    split = [(url, urlsplit(url)) for url in urls]
    return [url for url, one in split if one.scheme not in LOCAL_SCHEMES and one.hostname != "127.0.0.1"]


def test_a_planner_reads_the_city_and_tomorrow_in_both_languages(browser: Browser) -> None:
    page = browser.page

    browser.open("/", "Is the city all right?")
    browser.see("Simulated data")
    assert "2 of 120 sensors silent" in browser.read(".falaj-line")
    tiles = page.locator(".falaj-tile")
    assert tiles.count() == 8
    assert tiles.locator("img[alt^='Last 24 hours']").count() == 8
    assert all("simulated" in text for text in tiles.all_inner_texts())
    page.locator('[data-testid="stVegaLiteChart"] :is(svg, canvas)').first.wait_for(timeout=WAIT_MS)
    assert browser.direction(".stApp") == "ltr"
    browser.keep("overview-en")

    page.get_by_text("العربية", exact=True).click()
    browser.see("هل المدينة بخير؟")
    header = page.locator("header.falaj-header")
    assert (header.get_attribute("dir"), header.get_attribute("lang")) == ("rtl", "ar")
    assert browser.direction(".stApp") == "rtl"
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    browser.see("بيانات محاكاة")
    browser.see("درجة حرارة الهواء")
    assert "lang=ar" in page.url
    browser.keep("overview-ar")

    page.get_by_role("link", name="التوقعات").click()
    browser.see("ماذا بعد؟")
    browser.see("أدق من «الساعة نفسها من الأسبوع الماضي»")
    page.locator('[data-testid="stVegaLiteChart"] :is(svg, canvas)').first.wait_for(timeout=WAIT_MS)
    browser.keep("forecast-ar")

    page.get_by_text("English", exact=True).click()
    browser.see("How good is it?")
    said = "Prophet was 12% better than “the same hour last week” in 6 tests."
    assert said in browser.read(".falaj-words")
    browser.see("band held")
    # A button of a page that is still being drawn belongs to the run before.
    page.locator(IDLE).wait_for(timeout=WAIT_MS)
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["ltr", "en"]
    with page.expect_download(timeout=WAIT_MS) as caught:
        page.get_by_role("button", name="PNG", exact=True).click()
    assert Path(caught.value.path()).read_bytes().startswith(b"\x89PNG")
    browser.keep("forecast-en")

    assert outside(browser.asked) == []
    assert len(browser.asked) > 20
    assert browser.complaints == []


@pytest.mark.parametrize(
    ("language", "scheme"),
    [
        ("en", "light"),
        ("ar", "dark"),
        pytest.param("ar", "light", marks=pytest.mark.long),
        pytest.param("en", "dark", marks=pytest.mark.long),
    ],
)
def test_every_page_opens_with_its_answer_and_without_a_barrier(
    browser: Browser, language: Language, scheme: str
) -> None:
    """In both languages and themes, at the width of a phone and of a desk; each language with each theme where it is long."""
    from axe_playwright_python.base import AXE_SCRIPT

    page, words = browser.page, Words(language)
    page.emulate_media(color_scheme=scheme)
    browser.open(f"/?lang={language}", words("overview.question"))
    page.evaluate(AXE_SCRIPT)
    for room in ROOMS:
        if room != ROOMS[0]:
            page.get_by_role("link", name=words(f"nav.{room}"), exact=True).click()
        browser.see(words(f"{room}.question"))
        page.locator(".falaj-answer").wait_for(timeout=WAIT_MS)
        browser.look(f"{room}-{language}-{scheme}")
        assert f"lang={language}" in page.url
    is_dark = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor") == DARK_PAGE
    assert is_dark == (scheme == "dark")
    assert outside(browser.asked) == []
    assert browser.complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser: Browser, language: Language) -> None:
    page, words = browser.page, Words(language)
    for room in ROOMS:
        path = "" if room == ROOMS[0] else room
        browser.open(f"/{path}?lang={language}", words(f"{room}.question"))
        page.locator(".falaj-answer").wait_for(timeout=WAIT_MS)
        page.locator(IDLE).wait_for(timeout=WAIT_MS)
        unseen = set()
        # A refresh may take away what has the focus: then the way is gone once more.
        for _ in range(ROUNDS_MAX):
            unseen |= walked(page)
            left = page.evaluate(UNREACHED)
            if not left:
                break
        assert left == [], room
        assert unseen == set(), f"{room}: nothing shows that the focus is there"


def walked(page: Any) -> set[str]:
    """Tab from the beginning of a page to its end; what did not show that the focus was there."""
    page.evaluate("document.activeElement.blur(); window.falajFirst = window.falajFocus = null")
    unseen: set[str] = set()
    for _ in range(TABS_MAX):
        page.keyboard.press("Tab")
        told = page.evaluate(STEP)
        if told is None:
            return unseen
        unseen |= set(told)
    pytest.fail(f"after {TABS_MAX} steps there is no end")


def test_a_figure_may_stand_elsewhere_and_a_whole_page_may_not(browser: Browser, tmp_path: Path) -> None:
    whole = f"{browser.address}/map?lang=ar"
    with framed(tmp_path, f"{whole}&only=map-pm2-5&embed=true", whole) as address:
        browser.page.goto(address, timeout=WAIT_MS)
        frame = browser.page.frame_locator("iframe >> nth=0")
        frame.locator('[data-testid="stVegaLiteChart"] :is(svg, canvas)').first.wait_for(timeout=WAIT_MS)
    assert frame.locator(".falaj-answer").is_hidden()
    assert frame.locator('[data-testid="stSelectbox"], [data-testid="stDownloadButton"]').count() == 0
    assert [one for one in browser.complaints if "frame-ancestors" in one] != []
    assert outside(browser.asked) == []


def test_the_first_page_is_found_by_its_name_too(browser: Browser) -> None:
    browser.open("/overview?lang=ar&place=bawshar", Words("ar")("overview.question"))
    browser.page.locator(".falaj-answer").wait_for(timeout=WAIT_MS)
    assert urlsplit(browser.page.url).path == "/"
    assert "place=bawshar" in browser.page.url
    browser.see("بوشر")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_view_is_arranged_by_keyboard_and_without_a_barrier(
    browser: Browser, language: Language
) -> None:
    from axe_playwright_python.base import AXE_SCRIPT

    page, words = browser.page, Words(language)
    browser.open(f"/views?lang={language}&pieces={coded(ARRANGED)}", words("views.question"))
    page.locator('[data-testid="stVegaLiteChart"]').first.wait_for(timeout=WAIT_MS)
    page.evaluate(AXE_SCRIPT)
    browser.look(f"views-filled-{language}")
    arrange = page.get_by_role("button", name=words("views.arrange"), exact=True)
    arrange.focus()
    page.keyboard.press("Enter")
    down = page.get_by_role("button", name=words("views.down"), exact=True)
    down.first.wait_for(timeout=WAIT_MS)
    headings = page.locator(".falaj-subheading")
    first = headings.first.inner_text()
    down.first.focus()
    page.keyboard.press("Enter")
    headings.nth(1).get_by_text(first).wait_for(timeout=WAIT_MS)
    browser.look(f"views-arranged-{language}")
    assert outside(browser.asked) == []
    # Of a page opened by its address, Streamlit asks below that first, and then at the root.
    assert [one for one in browser.complaints if "404 (Not Found)" not in one] == []


def test_a_link_opens_the_same_view_in_the_other_language_and_on_a_phone(browser: Browser) -> None:
    page = browser.page
    page.set_viewport_size({"width": 390, "height": 844})
    for language, name, heading in zip(
        LANGUAGES, ("Bawshar", "بوشر"), ("Is the city", "هل المدينة"), strict=True
    ):
        browser.open(f"/?lang={language}&place=bawshar&property=no2", heading)
        browser.see(name)
        page.locator(".falaj-tile").first.wait_for(timeout=WAIT_MS)
        assert "place=bawshar" in page.url
        browser.keep(f"phone-{language}")
    assert outside(browser.asked) == []
    assert browser.complaints == []
