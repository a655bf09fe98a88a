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
from citycore.language import LANGUAGES, Language
from hackathon.contest.teams.model import Team
from tests.browser import needs_chromium
from tests.conftest import open_database
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hub_api.portal.looks import DESK, Looker
from tests.hub_api.portal.stand import House, open_house

pytestmark = needs_chromium
#: The stage plays on fixed days: keys outlast them for good.
FOR_GOOD = "100000"


@pytest.fixture(scope="module")
def house(
    postgres: Any, tmp_path_factory: pytest.TempPathFactory, browsers: Any, looker: Looker
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("keys")
    with pytest.MonkeyPatch.context() as environment, open_database(postgres) as database:
        environment.setenv("FALAJ_TEAM_KEYS_DAYS_AFTER_END", FOR_GOOD)
        with open_house(database, folder, browsers, looker) as house:
            yield house


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
    chromium: Any, house: House, stage: Stage, language: Language
) -> None:
    team = stage.complete_team(name=f"Shade {language}")
    path, token = f"/teams/{team.team_id}/keys", session_of(stage, team)
    house.look(language, path, token=token)
    page = house.open(token)
    page.goto(f"{house.url}/portal{path}?lang={language}")
    page.locator("main .form button").click()
    key = page.locator("main .call code").first.inner_text().strip()
    assert key.startswith("falaj-key-")
    assert page.get_by_role("status").first.is_visible()
    page.reload()
    assert key not in page.content()
    page.context.close()
    use(stage, team)
    house.look(language, path, token=token)
    drawn = chromium.new_context(viewport=DESK)
    drawn.add_cookies([{"name": "falaj_session", "value": token, "url": house.url, "httpOnly": True}])
    assert_drawn(drawn.new_page(), f"{house.url}/portal{path}?lang={language}", language)
    drawn.close()


def assert_drawn(page: Any, url: str, language: Language) -> None:
    """The chart and its table, from today back."""
    page.goto(url)
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
    page.locator("main details summary").click()
    assert page.locator("table tbody tr").count() == 11


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_makes_a_token_and_sees_the_data_of_a_challenge(
    house: House, stage: Stage, language: Language
) -> None:
    team = stage.complete_team(name=f"Wind {language}")
    stage.owner.execute(
        "INSERT INTO innovation.challenge_datasets (challenge_id, source_code) VALUES (%s, 'simulator')",
        [stage.challenge_id],
    )
    session = session_of(stage, team)
    page = house.open(session)
    page.goto(f"{house.url}/portal/account/tokens?lang={language}")
    page.locator("#name").fill("laptop")
    page.locator("#scope-teams_read").check()
    page.locator("main .form button").click()
    token = page.locator("main .call code").first.inner_text().strip()
    answer = page.context.request.get(
        f"{house.url}/v1/innovation/me/teams", headers={"Authorization": f"Bearer {token}"}
    )
    assert [one["name"] for one in answer.json()["data"]] == [f"Wind {language}"]
    page.goto(f"{house.url}/portal/account/tokens")
    assert token not in page.content()
    page.goto(f"{house.url}/portal/challenges/{stage.challenge_id}")
    assert page.locator("main .rows .mark").count() == 1
    page.context.close()
    house.look(language, "/account/tokens", f"/challenges/{stage.challenge_id}", token=session)
