"""A captain makes a key in a real browser, in both languages; the chart shuts nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from casework.access.model import ANONYMOUS
from casework.people.model import Visitor
from casework.people.sessions.service import begin_session
from citycore.clock import CITY_ZONE, system_clock
from citycore.language import LANGUAGES
from hackathon.contest.teams.model import Team
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hub_api.conftest import seeded_city, serving_process
from tests.hub_api.portal import test_portal_in_browser as pages
from tests.hub_api.portal.test_portal_in_browser import DESK, House, look

pytestmark = needs_chromium
chromium = pages.chromium
#: The stage plays on fixed days: keys outlast them for good.
FOR_GOOD = "100000"


@pytest.fixture(scope="module")
def house(postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("keys")
    with open_database(postgres) as database:
        city = seeded_city(database)
        settings = {"FALAJ_TEAM_KEYS_DAYS_AFTER_END": FOR_GOOD}
        with serving_process(database, folder / "api.log", **settings) as (url, _):
            yield House(url, city, folder / "mail")


@pytest.fixture
def stage(house: House) -> Iterator[Stage]:
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        stage = Stage(portal, owner)
        stage.until("registration_opens")
        yield stage


def session_of(stage: Stage, team: Team) -> str:
    """A session of its captain, as the browser's cookie has it."""
    person = stage.captain(team).person_id
    assert person is not None
    return (
        programme_for(stage.portal).call(ANONYMOUS, begin_session, person, Visitor("127.0.0.1", "test")).token
    )


def use(stage: Stage, team: Team) -> None:
    """Requests of the last days, some more than the quota."""
    today = system_clock().astimezone(CITY_ZONE).date()
    for number in range(12):
        stage.owner.execute(
            "INSERT INTO api_usage SELECT api_key_id, %s, %s, %s FROM api_keys WHERE owner = %s",
            [today - timedelta(days=number), min(200_000, 20_000 * number), 9_000 * (number > 9),
             f"team:{team.team_id}"],
        )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_captain_makes_a_key_and_sees_its_use(
    chromium: Any, house: House, stage: Stage, language: str
) -> None:
    team = stage.complete_team(name=f"Shade {language}")
    path = f"/teams/{team.team_id}/keys"
    context = chromium.new_context(viewport=DESK)
    context.add_cookies(
        [{"name": "falaj_session", "value": session_of(stage, team), "url": house.url, "httpOnly": True}]
    )
    page = context.new_page()
    look(page, house, path, language)
    page.locator("main .form button").click()
    key = page.locator("main .call code").first.inner_text().strip()
    assert key.startswith("falaj-key-")
    assert page.get_by_role("status").first.is_visible()
    page.reload()
    assert key not in page.content()
    use(stage, team)
    look(page, house, path, language)
    bars = [
        bar["x"]
        for bar in page.locator("svg.chart rect.passed").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect())"
        )
    ]
    assert bars == sorted(bars, reverse=language == "ar")
    assert page.locator("svg.chart line.quota").count() == 1
    assert page.locator("svg.chart rect.refused").count() == 2
    assert page.locator("svg.chart").get_attribute("style") is None
    page.locator("details summary").click()
    assert page.locator("table tbody tr").count() == 11
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_makes_a_token_and_sees_the_data_of_a_challenge(
    chromium: Any, house: House, stage: Stage, language: str
) -> None:
    team = stage.complete_team(name=f"Wind {language}")
    stage.owner.execute(
        "INSERT INTO innovation.challenge_datasets (challenge_id, source_code) VALUES (%s, 'simulator')",
        [stage.challenge_id],
    )
    context = chromium.new_context(viewport=DESK)
    context.add_cookies(
        [{"name": "falaj_session", "value": session_of(stage, team), "url": house.url, "httpOnly": True}]
    )
    page = context.new_page()
    page.goto(f"{house.url}/portal/account/tokens?lang={language}")
    page.locator("#name").fill("laptop")
    page.locator("#scope-teams_read").check()
    page.locator("main .form button").click()
    token = page.locator("main .call code").first.inner_text().strip()
    answer = page.request.get(
        f"{house.url}/v1/innovation/me/teams", headers={"Authorization": f"Bearer {token}"}
    )
    assert [one["name"] for one in answer.json()["data"]] == [f"Wind {language}"]
    look(page, house, "/account/tokens", language)
    assert token not in page.content()
    look(page, house, f"/challenges/{stage.challenge_id}", language)
    assert page.locator("main .rows .mark").count() == 1
    context.close()
