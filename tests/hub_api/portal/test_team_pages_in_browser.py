"""The pages of teams in a real browser, in both languages, as everybody sees them who has to do with a team."""

from __future__ import annotations

from typing import Any

import pytest

from citycore.language import LANGUAGES
from tests.hub_api.portal.team_scene import Scene, build_scene
from tests.hub_api.portal.test_portal_in_browser import (  # noqa: F401 (fixtures)
    DESK,
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
    pages = [
        hackathon,
        f"{hackathon}/teams",
        f"{hackathon}/teams?looking=1&q=نخيل",
        f"{hackathon}/teams?q=none",
        team,
    ]
    if who == "host":
        return [*pages, f"{hackathon}/desk/teams", f"{hackathon}/desk{team}", f"{hackathon}/desk"]
    return (
        pages if who is None else [*pages, "/account/teams", f"{hackathon}/teams/new", "/teams/join?code=A"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", [None, "captain", "mate", "asking", "guest", "host"])
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
    assert scene.team.profile.name in newcomer.locator("main").inner_text()
    page.context.close()
    newcomer.context.close()
