"""The pages of teams in a real browser, in both languages, as everybody sees them who has to do with a team."""

from __future__ import annotations

import pytest

from citycore.language import LANGUAGES, Language
from tests.browser import needs_chromium
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House
from tests.hub_api.portal.team_scene import Scene, build_scene

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def scene(house: House) -> Scene:
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        return build_scene(portal, owner)


def token_of(scene: Scene, who: str | None) -> str | None:
    return None if who is None else scene.tokens[who]


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
        "founder": [f"{hackathon}/teams/new", f"{hackathon}/teams"],
        "host": [team, f"{hackathon}/desk/teams", f"{hackathon}/desk{team}", f"{hackathon}/desk"],
    }
    return pages.get(who, [team, "/account/teams"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", [None, "captain", "mate", "asking", "guest", "founder", "host"])
def test_pages_of_teams_shut_nobody_out(
    house: House, scene: Scene, who: str | None, language: Language
) -> None:
    house.look(language, *pages_of(scene, who), token=token_of(scene, who))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_of_no_team_shuts_nobody_out(house: House, scene: Scene, language: Language) -> None:
    house.look(language, "/teams/join?code=A", token=scene.tokens["founder"], status=404)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_goes_from_a_captain_to_somebody_who_joins(
    house: House, scene: Scene, language: Language
) -> None:
    page = house.open(scene.tokens["captain"])
    page.goto(f"{house.url}/portal/teams/{scene.team.team_id}?lang={language}")
    page.locator('form[action$="/code"] button').click()
    code = page.locator("p.code").inner_text()
    page.reload()
    assert page.locator("p.code").count() == 0, "shown once"
    newcomer = house.open(scene.tokens["guest"])
    newcomer.goto(f"{house.url}/portal/teams/join?code={code.lower()}&lang={language}")
    newcomer.locator("main").get_by_text(scene.team.profile.name).first.wait_for()
    page.context.close()
    newcomer.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_form_shuts_nobody_out(house: House, scene: Scene, language: Language) -> None:
    page = house.open(scene.tokens["captain"], viewport=PHONE)
    page.goto(f"{house.url}/portal/teams/{scene.team.team_id}?lang={language}")
    page.locator("#pitch").fill("x" * 2_001)
    page.locator('form[action$="/edit"] button').click()
    assert page.get_by_role("alert").is_visible()
    assert page.locator("#pitch").input_value() == "x" * 2_001
    house.look_at(page, language)
    page.context.close()
