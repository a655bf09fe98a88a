"""A team's keys on its page: made, shown once, used, replaced and revoked; and the chart of their use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from citycore.language import LANGUAGES, Language
from hackathon.contest.api_keys.model import DayOfUse
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.model import Team
from hub_api.programme.contest.api_keys.chart import BOTTOM, TOP, WIDTH, draw
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.portal.conftest import Portal, Somebody

KEY = re.compile(r"falaj-key-[0-9a-f]{64}")


@dataclass
class Crew:
    stage: Stage
    team: Team
    captain: Somebody
    mate: Somebody

    @property
    def path(self) -> str:
        return f"/teams/{self.team.team_id}/keys"


@pytest.fixture
def crew(portal: Portal) -> Iterator[Crew]:
    portal.watch.at = DATES["registration_opens"]
    captain, mate = portal.join("captain"), portal.join("mate")
    with portal.city.database.connect() as owner:
        stage = Stage(portal.store, owner)
        stage.until("registration_opens")
        team = stage.complete_team([mate.person_id], captain=captain.person_id)
        yield Crew(stage, team, captain, mate)


def issue(portal: Portal, crew: Crew) -> str:
    """The key as its page shows it."""
    answer = crew.captain.browser.send(crew.path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/portal{crew.path}")
    found = KEY.search(crew.captain.browser.get(crew.path).text)
    assert found is not None
    return found.group(0)


def ask(portal: Portal, crew: Crew, key: str) -> Any:
    client = crew.captain.browser.client
    return portal.run(client.get("/v1/sources", headers={"authorization": f"Bearer {key}"}))


def test_a_key_is_shown_once_and_works(portal: Portal, crew: Crew) -> None:
    key = issue(portal, crew)
    again = crew.captain.browser.get(crew.path).text
    assert key not in again
    assert "Key 1" in again
    answer = ask(portal, crew, key)
    assert answer.status_code == 200
    assert '"minute";q=3000;w=60, "day";q=200000;w=86400' in answer.headers["ratelimit-policy"]
    portal.run(portal.app.state.gate.keys.write_usage())
    page = crew.mate.browser.get(crew.path).text
    assert "Answered: 1. Refused by a limit: 0." in page
    assert f'<th scope="row"><bdi>{portal.watch.at:%F}</bdi></th>' in page


def test_a_new_key_is_not_shown_on_the_page_of_another_team(portal: Portal, crew: Crew) -> None:
    assert crew.captain.browser.send(crew.path).status_code == 303
    with portal.city.database.connect() as owner:
        other = Stage(portal.store, owner)
        other.until("registration_opens")
        team = other.complete_team(captain=crew.captain.person_id)
    assert KEY.search(crew.captain.browser.get(f"/teams/{team.team_id}/keys").text) is None


def test_a_replaced_or_revoked_key_is_noticed_as_soon_as_one_that_an_operator_revokes(
    portal: Portal, crew: Crew
) -> None:
    old = issue(portal, crew)
    assert ask(portal, crew, old).status_code == 200
    key_id = crew.stage.owner.execute("SELECT max(api_key_id) FROM api_keys").fetchone()
    assert key_id is not None
    answer = crew.captain.browser.send(f"{crew.path}/{key_id[0]}/replace")
    assert answer.status_code == 303
    found = KEY.search(crew.captain.browser.get(crew.path).text)
    assert found is not None
    portal.watch.pass_by(seconds=10)
    refused = ask(portal, crew, old)
    assert (refused.status_code, refused.json()["code"]) == (401, "api_key_revoked")
    assert ask(portal, crew, found.group(0)).status_code == 200
    assert crew.captain.browser.send(f"{crew.path}/{key_id[0] + 1}/revoke").status_code == 303
    portal.watch.pass_by(seconds=10)
    assert ask(portal, crew, found.group(0)).json()["code"] == "api_key_revoked"


def test_a_key_of_a_team_that_is_disqualified_is_refused(portal: Portal, crew: Crew) -> None:
    key = issue(portal, crew)
    version = crew.stage.seen(crew.team).version
    crew.stage.call(crew.stage.chief, teams.move, crew.team.team_id, "disqualify", version, "conduct")
    assert ask(portal, crew, key).json()["code"] == "api_key_revoked"
    page = crew.captain.browser.get(crew.path).text
    assert "Revoked" in page
    assert "the team no longer takes part" in page
    assert crew.captain.browser.send(crew.path).status_code == 409


def test_a_member_sees_no_buttons_and_strangers_no_page(portal: Portal, crew: Crew) -> None:
    issue(portal, crew)
    page = crew.mate.browser.get(crew.path).text
    assert 'action="/portal/teams/' not in page
    assert crew.mate.browser.send(crew.path).status_code == 403
    assert crew.mate.browser.send(f"{crew.path}/1/revoke").status_code == 403
    assert portal.join("eve").browser.get(crew.path).status_code == 404


def test_more_than_may_be_is_refused_on_the_page(portal: Portal, crew: Crew) -> None:
    issue(portal, crew)
    refused = crew.captain.browser.send(crew.path)
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    assert "may work at the same time: 1." in refused.text
    gone = crew.captain.browser.send(f"{crew.path}/999999/revoke")
    assert (gone.status_code, "There is no such key" in gone.text) == (409, True)


def days(*numbers: tuple[int, int]) -> list[DayOfUse]:
    first = date(2026, 11, 1)
    return [
        DayOfUse(first + timedelta(days=day), passed, refused)
        for day, (passed, refused) in enumerate(numbers)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_runs_as_the_language_is_read(language: Language) -> None:
    chart = draw(days((10, 0), (20, 5), (0, 0)), 0, language)
    places = [bar.x for bar in chart.bars]
    assert places == sorted(places, reverse=language == "ar")
    assert [mark.text for mark in chart.days] == ["2026-11-01", "2026-11-03"]
    inside = [bar.x >= chart.left and bar.x + bar.width <= chart.right for bar in chart.bars]
    assert all(inside)
    assert 0 <= chart.left < chart.right <= WIDTH


def test_bars_are_as_long_as_their_numbers() -> None:
    first, second = draw(days((10, 0), (20, 10)), 0, "en").bars
    assert second.passed == pytest.approx(2 * first.passed, abs=0.02)
    assert second.refused == pytest.approx(first.passed, abs=0.02)
    assert first.refused == 0
    assert second.refused_y + second.refused == pytest.approx(second.passed_y)
    assert second.passed_y + second.passed == pytest.approx(BOTTOM)


def test_the_quota_has_a_line_where_it_is_in_sight() -> None:
    near = draw(days((900, 100)), 1_000, "en")
    assert near.quota_y == near.bars[0].refused_y
    assert near.quota_y is not None
    assert near.quota_y >= TOP
    assert draw(days((9, 0)), 1_000, "en").quota_y is None
    assert draw(days((0, 0)), 1_000, "en").quota_y is None
    assert draw([], 0, "ar").bars == ()
