"""The pages of submissions in a real browser, in both languages, for all who have to do with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycore.language import LANGUAGES, Language
from tests.browser import needs_chromium
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House
from tests.hub_api.portal.submission_scene import TITLE, Scene, build

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def scene(house: House, tmp_path_factory: pytest.TempPathFactory) -> Scene:
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
    house: House, scene: Scene, who: str | None, language: Language
) -> None:
    house.look(language, *scene.pages[who], token=None if who is None else scene.tokens[who])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_and_a_draft_are_sent_without_scripts(
    house: House, scene: Scene, language: Language, tmp_path: Path
) -> None:
    page = house.open(scene.tokens["running_captain"], viewport=PHONE)
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
    page.context.close()
