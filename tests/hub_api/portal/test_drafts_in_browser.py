"""A browser that is killed while somebody writes: 20 fields and 3 files, with our script and without any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from casework.drafts.settings import DraftSettings
from casework.forms.model import FieldKind, FormField
from dashboards.screenshot import ARGUMENTS, CHROMIUM
from hackathon.contest.submissions import writing
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hackathon.stage import Stage
from tests.hub_api.portal.looks import RULES
from tests.hub_api.portal.stand import Stand, open_stand
from tests.hub_api.portal.submission_scene import begin_sessions

pytestmark = needs_chromium
QUESTIONS: Final = tuple(
    FormField(f"q{n}", f"سؤال {n}", f"Question {n}", FieldKind.TEXT if n % 3 else FieldKind.LINE)
    for n in range(18)
)
FIELDS: Final = ("title", "summary", *(f"answer_{one.code}" for one in QUESTIONS))
#: What is typed: one keystroke after the other, each in its field, and how much time passes with each.
STROKES: Final = [(name, letter) for name in FIELDS for letter in "ظل-ab"]
STROKE_MS: Final = 250
#: At which keystrokes the browser is killed, and when three files are sent beside what was typed.
KILLED: Final = (19, 62, 98)
FILES_AT: Final = 40


class Writer:
    """Somebody at a browser that may die at any moment; what they come back to is a new one."""

    def __init__(self, chromium: Any, stand: Stand, token: str, path: str, *, scripts: bool) -> None:
        self._launch, self._stand, self._token = chromium.browser_type.launch, stand, token
        self._path, self._scripts = path, scripts
        self.open()

    def open(self) -> None:
        self.browser = self._launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        context = self.browser.new_context(java_script_enabled=self._scripts)
        context.add_cookies([{"name": "falaj_session", "value": self._token, "url": self._stand.url}])
        self.page = context.new_page()
        self.sending, self.field = 0, ""
        self.page.on("request", lambda one: self._count(one, 1))
        self.page.on("requestfinished", lambda one: self._count(one, -1))
        self.page.on("requestfailed", lambda one: self._count(one, -1))
        if self._scripts:
            self.page.clock.install()
        self.page.goto(f"{self._stand.url}/portal{self._path}?lang=en")

    def type(self, name: str, letter: str) -> None:
        if self.field != name:
            self.page.locator(f'[name="{name}"]').press("End")
            self.field = name
        self.page.keyboard.insert_text(letter)
        if self._scripts:
            self.page.clock.run_for(STROKE_MS)
            while self.sending:  # the network is no part of what is claimed
                self.page.wait_for_timeout(5)

    def die(self) -> None:
        """At once: nothing is told to any page."""
        with suppress(Exception):
            self.browser.new_browser_cdp_session().send("Browser.crash")
        assert not self.browser.is_connected()
        self.open()

    def values(self) -> dict[str, str]:
        return {name: self.page.locator(f'[name="{name}"]').input_value() for name in FIELDS}

    def _count(self, request: Any, change: int) -> None:
        if request.method == "POST" and request.url.endswith("/drafts"):
            self.sending += change


def typed(strokes: list[tuple[str, str]]) -> dict[str, str]:
    return {name: "".join(letter for at, letter in strokes if at == name) for name in FIELDS}


@pytest.fixture(scope="module")
def stand(postgres: Any, tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("drafts")
    with open_database(postgres) as database, open_stand(database, folder, chromium, None) as stand:
        yield stand


@pytest.fixture
def written(stand: Stand, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A session of a captain, and the page of their submission."""
    with stand.city.database.connect("portal") as portal, stand.city.database.connect() as owner:
        stage = Stage(portal, owner, folder=tmp_path)
        stage.call(stage.chief, writing.set_form, stage.hackathon_id, QUESTIONS)
        stage.until("registration_opens")
        captain = stage.person()
        team = stage.complete_team(captain=captain)
        stage.until("starts")
        one = stage.call(stage.captain(team), writing.begin, team.team_id)
        stand.watch.at = stage.watch()
        with portal.transaction():
            token = begin_sessions(portal, {"captain": captain})["captain"]
        owner.execute(
            "UPDATE innovation.sessions SET idle_at = 'infinity', expires_at = 'infinity' WHERE person_id = %s",
            [captain],
        )
        owner.commit()
        yield token, f"/submissions/{one.submission_id}"


def test_a_browser_that_is_killed_loses_seconds(
    chromium: Any, stand: Stand, written: tuple[str, str], tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("a.txt", "b.csv", "c.exe")]
    for file in files:
        file.write_text("street,shade\n", "utf-8")
    writer = Writer(chromium, stand, *written, scripts=True)
    page, done = writer.page, 0
    kills = list(KILLED)
    while done < len(STROKES):
        writer.type(*STROKES[done])
        done += 1
        if done == FILES_AT:
            page.locator('[name="file"]').set_input_files(files)
            page.locator('button[formaction$="/files"]').click()
            page.get_by_role("alert").wait_for()
            told = page.get_by_role("alert").inner_text()
            writer.field = ""
            assert ("“c.exe” was not stored" in told, "other files are stored: 2" in told) == (True, True)
        if kills and done == kills[0]:
            kills.pop(0)
            writer.die()
            page = writer.page
            found = writer.values()
            there = next(n for n in range(done, -1, -1) if typed(STROKES[:n]) == found)
            lost_seconds = (done - there) * STROKE_MS / 1000
            assert lost_seconds <= DraftSettings().save_seconds <= 10
            assert "Restored: what you typed at" in page.locator("main").inner_text()
            done = there
    assert kills == []
    shown = page.locator("main").inner_text()
    assert ("a.txt" in shown, "b.csv" in shown) == (True, True)
    assert writer.values() == typed(STROKES)

    # The button keeps the rest without leaving; what was sent is no draft any more.
    page.get_by_role("button", name="Finish later").click()
    page.get_by_text("Draft saved at").wait_for()
    look_at(page)
    page.locator('button[value="save"]').click()
    page.locator(".is-done").wait_for()
    assert page.locator(".draft").count() == 0
    writer.browser.close()


def look_at(page: Any) -> None:
    """What our script makes of a page shuts nobody out, and files that are dropped stand in their field."""
    page.evaluate("""() => {
        const dropped = new DataTransfer();
        for (const name of ["d.txt", "e.txt"]) dropped.items.add(new File(["x"], name));
        const place = document.querySelector('[name="file"]').closest("p");
        place.dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, cancelable: true, bubbles: true}));
    }""")
    assert page.evaluate("document.querySelector('[name=\"file\"]').files.length") == 2
    assert "d.txt, e.txt" in page.locator("main").inner_text()
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(rules)", RULES)
    assert [one["id"] for one in found["violations"]] == []


def test_without_scripts_what_was_kept_by_a_button_is_there(
    chromium: Any, stand: Stand, written: tuple[str, str]
) -> None:
    half = 15
    writer = Writer(chromium, stand, *written, scripts=False)
    for name, text in typed(STROKES[:half]).items():
        if text:
            writer.page.locator(f'[name="{name}"]').fill(text)
    writer.page.get_by_role("button", name="Finish later").first.click()
    assert "Your draft is saved" in writer.page.locator("main").inner_text()
    for name, text in typed(STROKES[half:30]).items():
        if text:
            writer.page.locator(f'[name="{name}"]').fill(text)
    writer.die()
    assert writer.values() == typed(STROKES[:half])
    writer.page.locator(".draft").get_by_role("button", name="Discard the draft").click()
    assert set(writer.values().values()) == {""}
    writer.browser.close()
