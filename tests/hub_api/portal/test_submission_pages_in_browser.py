"""The pages of submissions in a real browser, in both languages, for all who have to do with one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from citycore.language import LANGUAGES
from tests.hub_api.portal.submission_scene import TITLE, Scene, build
from tests.hub_api.portal.test_portal_in_browser import (  # noqa: F401 (fixtures)
    DESK,
    PHONE,
    House,
    chromium,
    house,
    look,
    pytestmark,
)


@pytest.fixture(scope="module")
def scene(house: House, tmp_path_factory: pytest.TempPathFactory) -> Scene:  # noqa: F811
    folder = tmp_path_factory.mktemp("files")
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        return build(portal, owner, folder)


WHO = (
    None, "judged_captain", "judged_idle", "judged_host", "screened_captain", "screened_host", "running_captain",
    "running_idle", "running_host", "asking_host",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_pages_of_submissions_shut_nobody_out(
    chromium: Any, house: House, scene: Scene, who: str | None, language: str  # noqa: F811
) -> None:  # fmt: skip
    context = chromium.new_context(viewport=DESK)
    if who is not None:
        context.add_cookies([{"name": "falaj_session", "value": scene.tokens[who], "url": house.url}])
    page = context.new_page()
    for number, path in enumerate(scene.pages[who]):
        look(page, house, path, language)
        shoot(page, f"{who}-{number}-{language}")
    context.close()


def shoot(page: Any, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        for size, label in ((PHONE, "phone"), (DESK, "desk")):
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{label}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_and_a_draft_are_sent_without_scripts(
    chromium: Any, house: House, scene: Scene, language: str, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    context.add_cookies(
        [{"name": "falaj_session", "value": scene.tokens["running_captain"], "url": house.url}]
    )
    page = context.new_page()
    page.goto(f"{house.url}/portal{scene.pages['running_captain'][0]}?lang={language}")
    file = tmp_path / f"خريطة-{language}.txt"
    file.write_text("ظل", "utf-8")
    page.locator("#summary").fill(f"Typed before the file, {language}")
    page.locator('[name="file"]').set_input_files(file)
    page.locator('button[formaction$="/files"]').click()
    assert page.get_by_role("status").is_visible(), page.locator("main").inner_text()
    assert page.locator("#summary").input_value() == f"Typed before the file, {language}"
    page.locator("main").get_by_text(file.name).first.wait_for()
    page.locator("#title").fill(f"{TITLE} {language}")
    page.locator('button[value="save"]').click()
    assert page.get_by_role("status").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=file.name).first.click()
    assert download.value.suggested_filename == file.name
    assert Path(download.value.path()).read_text("utf-8") == "ظل"
    context.close()
