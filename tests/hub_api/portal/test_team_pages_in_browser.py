"""The pages of teams in a real browser, in both languages, as everybody sees them who has to do with a team."""

from __future__ import annotations

from typing import Any

import pytest

from citycore.language import LANGUAGES
from tests.hub_api.portal.team_scene import Scene, build_scene
from tests.hub_api.portal.test_portal_in_browser import (  # noqa: F401 (fixtures)
    DESK,
    OVERFLOW,
    PHONE,
    RULES,
    House,
    chromium,
    house,
    look,
    pytestmark,
)


@pytest.fixture(scope="module")
def scene(house: House) -> Scene:  # noqa: F811
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        return build_scene(portal, owner)


def open_as(chromium: Any, house: House, scene: Scene, who: str | None, **options: Any) -> Any:  # noqa: F811
    context = chromium.new_context(viewport=DESK, **options)
    if who is not None:
        context.add_cookies([{"name": "falaj_session", "value": scene.tokens[who], "url": house.url}])
    return context.new_page()


def pages_of(scene: Scene, who: str | None) -> list[str]:
    hackathon, team = f"/hackathons/{scene.hackathon_id}", f"/teams/{scene.team.team_id}"
    lists = [
        hackathon,
        f"{hackathon}/teams",
        f"{hackathon}/teams?looking=1&q=نخيل",
        f"{hackathon}/teams?q=none",
    ]
    pages: dict[str | None, list[str]] = {
        None: [*lists, team],
        "captain": [*lists[:2], team, f"{hackathon}/teams/new", "/account/teams"],
        "founder": [f"{hackathon}/teams/new", f"{hackathon}/teams", "/teams/join?code=A"],
        "host": [team, f"{hackathon}/desk/teams", f"{hackathon}/desk{team}", f"{hackathon}/desk"],
    }
    return pages.get(who, [team, "/account/teams"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", [None, "captain", "mate", "asking", "guest", "founder", "host"])
def test_pages_of_teams_shut_nobody_out(
    chromium: Any, house: House, scene: Scene, who: str | None, language: str  # noqa: F811
) -> None:  # fmt: skip
    page = open_as(chromium, house, scene, who)
    for path in pages_of(scene, who):
        look(page, house, path, language)
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_goes_from_a_captain_to_somebody_who_joins(
    chromium: Any, house: House, scene: Scene, language: str  # noqa: F811
) -> None:  # fmt: skip
    page = open_as(chromium, house, scene, "captain", java_script_enabled=False)
    page.goto(f"{house.url}/portal/teams/{scene.team.team_id}?lang={language}")
    page.locator('form[action$="/code"] button').click()
    code = page.locator("p.code").inner_text()
    page.reload()
    assert page.locator("p.code").count() == 0, "shown once"
    newcomer = open_as(chromium, house, scene, "guest", java_script_enabled=False)
    newcomer.goto(f"{house.url}/portal/teams/join?code={code.lower()}&lang={language}")
    newcomer.locator("main").get_by_text(scene.team.profile.name).first.wait_for()
    page.context.close()
    newcomer.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_form_shuts_nobody_out(chromium: Any, house: House, scene: Scene, language: str) -> None:  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    page = open_as(chromium, house, scene, "captain")
    page.set_viewport_size(PHONE)
    page.goto(f"{house.url}/portal/teams/{scene.team.team_id}?lang={language}")
    page.locator("#pitch").fill("x" * 2_001)
    page.locator('form[action$="/edit"] button').click()
    assert page.get_by_role("alert").is_visible()
    assert page.locator("#pitch").input_value() == "x" * 2_001
    assert [one["id"] for one in Axe().run(page, options=RULES).response["violations"]] == []
    assert page.evaluate(OVERFLOW) <= 0
    page.context.close()
